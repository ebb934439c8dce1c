"""Traces on their way, kept in a file: a journey of any length is rebuilt in little memory."""

import hashlib
import json
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import Self

from diary.domain.reconstruction import (
    WITNESSES,
    Level,
    Rebuilt,
    Sign,
    Trace,
    from_json,
    grouped,
    sign,
    to_json,
    together,
)
from diary.text.films import host


class Spool:
    """Traces in a file without a name; only what they are known by stays in memory."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (it lives as long as the spool)
        self._signs: list[Sign] = []
        self._at: list[int] = []
        self._owners: list[int | None] = []
        self._seen: dict[bytes, list[str]] = {}
        self._hosts: set[str] = set()

    def __enter__(self) -> Self:
        """To be closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """The file goes."""
        self._file.close()

    def add(self, trace: Trace, owner: int | None = None) -> None:
        """Keep a trace, with the post it was kept with so far; one that many pages show alike is
        kept with a few of them."""
        (said,) = to_json([trace])
        if owner is None and not self._first_few(trace.page, said):
            return
        self._at.append(self._file.seek(0, 2))
        self._file.write(json.dumps(said).encode() + b"\n")
        self._signs.append(sign(trace))
        self._owners.append(owner)
        if trace.level is Level.FULL and trace.address:
            self._hosts.add(host(trace.address))

    def _first_few(self, page: str, said: dict[str, object]) -> bool:
        """Whether it is among the first pages, by name, of those that came to say just this."""
        digest = hashlib.sha256(json.dumps({**said, "page": ""}).encode()).digest()
        pages = self._seen.setdefault(digest, [])
        if page in pages or (len(pages) == WITNESSES and page > pages[-1]):
            return False
        pages.append(page)
        pages.sort()
        del pages[WITNESSES:]
        return True

    def groups(self) -> list[list[int]]:
        """For each post the places of its traces."""
        return grouped(self._signs)

    def post(self, group: Iterable[int]) -> Rebuilt:
        """The post that some traces come to."""
        return together(self._trace(place) for place in group)

    def owners(self, group: Iterable[int]) -> list[int]:
        """The posts here that traces were kept with, the first one first."""
        return sorted({owner for place in group if (owner := self._owners[place]) is not None})

    def told(self, group: Iterable[int]) -> bool:
        """Whether something of it has just been read."""
        return any(self._owners[place] is None for place in group)

    def strange(self, post: Rebuilt) -> bool:
        """Whether it is another site's: quoted or embedded, and no whole page is from there."""
        return bool(self._hosts) and all(
            trace.embedded and host(trace.address) not in self._hosts for trace in post.traces
        )

    def _trace(self, place: int) -> Trace:
        self._file.seek(self._at[place])
        (trace,) = from_json([json.loads(self._file.readline())])
        return trace
