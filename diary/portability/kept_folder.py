"""A kept folder without some of its pictures. Pure."""

import csv
import io
import json
import posixpath
from collections.abc import Callable, Iterable
from typing import Any

from diary.portability import heads
from diary.portability.table import BYTE_ORDER_MARK
from diary.text import spreadsheet


def changes(
    names: Iterable[str], read: Callable[[str], bytes], uids: frozenset[str]
) -> dict[str, bytes | None]:
    """What is to be written anew, and which pictures go (None), so that none of these is in it.

    The posts come last: a run that is broken off finds by them what is still to go.
    """
    gone_files: dict[str, bytes | None] = {}
    posts: dict[str, bytes | None] = {}
    left: dict[str, int] = {}
    known = set(names)
    for name in sorted(known):
        if not name.endswith(".md"):
            continue
        data = read(name)
        if not any(uid.encode() in data for uid in uids):
            continue
        head, text = heads.loads(data.decode())
        shown = head.get("pictures") or []
        gone = [one for one in shown if str(one.get("uid")) in uids]
        if not gone:
            continue
        files = (posixpath.join(posixpath.dirname(name), str(one.get("file"))) for one in gone)
        # A head may name what it likes; only what lies in the folder goes.
        gone_files |= {file: None for file in map(posixpath.normpath, files) if file in known}
        head["pictures"] = [one for one in shown if one not in gone]
        if not head["pictures"]:
            del head["pictures"]
        posts[name] = heads.dumps(head, text).encode()
        left[str(head.get("uid"))] = len(shown) - len(gone)
    tables: dict[str, Callable[[bytes, dict[str, int]], bytes]]
    tables = {"posts.json": _json, "posts.csv": _csv} if left else {}
    counted = {name: write(read(name), left) for name, write in tables.items() if name in known}
    return gone_files | counted | posts


def _json(data: bytes, left: dict[str, int]) -> bytes:
    rows: list[dict[str, Any]] = json.loads(data)
    for row in rows:
        row["pictures"] = left.get(row["uid"], row["pictures"])
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _csv(data: bytes, left: dict[str, int]) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    uid, pictures = rows[0].index("uid"), rows[0].index("pictures")
    for row in rows[1:]:
        row[pictures] = str(left.get(row[uid], row[pictures]))
    return (BYTE_ORDER_MARK + "".join(map(spreadsheet.row, rows))).encode()
