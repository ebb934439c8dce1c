"""Backups, and what is not public of a kept folder (`moving`), without some of their pictures."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from diary.portability.archive import (
    ERASURES,
    FILES,
    MANIFEST,
    UNFINISHED,
    Archive,
    Reader,
    Writer,
    private_file,
)

Row = dict[str, Any]
WORDS = dict.fromkeys(("alt", "caption", "credit", "link"), "")


def take_out(root: Path, tokens: frozenset[str], uids: frozenset[str], now: datetime) -> int:
    """Write the archives in a folder anew without these pictures, as a recall leaves them.

    Returns how many held one. Raises Damaged.
    """
    archive, changed, named = Archive(root), 0, False
    if not archive.backups():
        return 0
    with archive.alone():
        for backup in archive.backups():
            reader = Reader(backup)
            pictures = reader.rows("tables/pictures.jsonl")
            gone = [one for one in pictures if one["token"] in tokens or one["uid"] in uids]
            if any(one["recalled_at"] is None for one in gone):
                _write(backup, reader, Recall(reader, gone, now))
                changed += 1
            named = named or bool(gone)
    if named:  # though not changed: a run may have been broken off before this
        archive.drop(len(archive.backups()))  # the contents that nothing names any more
    return changed


def _write(backup: Path, reader: Reader, recall: "Recall") -> None:
    unfinished = backup.with_name(UNFINISHED)
    unfinished.unlink(missing_ok=True)
    with private_file(unfinished) as file, Writer(file, reader.manifest.made_at) as writer:
        for name in reader.manifest.members:
            if name.endswith(".jsonl") and name != ERASURES:
                writer.lines(name, recall.rows(name.removeprefix("tables/"), reader.rows(name)))
            elif name not in {MANIFEST, ERASURES}:
                writer.put(name, reader.read(name) or b"")
        writer.put(ERASURES, (reader.read(ERASURES) or b"") + recall.erasures())
        writer.finish(replace(reader.manifest, members={}))
    unfinished.replace(backup)


class Recall:
    """What `domain.recall` does to a diary, done to the rows of an archive."""

    def __init__(self, reader: Reader, gone: list[Row], now: datetime) -> None:
        self._gone, self._now = gone, now.isoformat()
        self._ids = {one["id"] for one in gone}
        named, kept = set[str](), set[str]()  # by content: another picture may be the same file
        for table, key, owner in (("pictures", "original_key", "id"), ("renditions", "key", None)):
            for row in reader.rows(f"tables/{table}.jsonl"):
                (named if row[owner or "picture_id"] in self._ids else kept).add(row[key])
        self._keys = named - kept
        self._tokens = {one["token"] for one in gone}

    def rows(self, name: str, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows of a table, or the list of files, as they are afterwards."""
        for row in rows:
            picture = row.get("id" if name == "pictures.jsonl" else "picture_id")
            if name == FILES and row["key"] in self._keys:
                continue
            if name == "renditions.jsonl" and picture in self._ids:
                continue
            if name == "working_copies.jsonl":
                self._shorten(row["content"])
            yield row | (self._instead(name) if picture in self._ids else {})

    def _instead(self, name: str) -> Row:
        emptied: dict[str, Row] = {
            "pictures.jsonl": {
                "original_key": "",
                "filename": "",
                "sent_sha256": None,
                "recalled_at": self._now,
            },
            "consents.jsonl": {"from_whom": "", "withdrawn_at": self._now},
            "shown_pictures.jsonl": WORDS,
        }
        return emptied.get(name, {})

    def _shorten(self, content: Row) -> None:
        shown = content.get("pictures") or []
        content["pictures"] = [one for one in shown if one.get("token") not in self._tokens]

    def erasures(self) -> bytes:
        """The lines for the list of what was erased, so that an import says no, too."""
        lines = ({"at": self._now, "kind": "picture", "uid": one["uid"]} for one in self._gone)
        return "".join(json.dumps(line) + "\n" for line in lines).encode()
