"""A month as a sheet for the wall: A3 or A4, with a QR code per post (ISO/IEC 18004)."""

from collections.abc import Callable
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

import segno

from diary.media.storage import NotStored, Storage
from diary.portability.book import Book, Made
from diary.portability.book_entries import Entry
from diary.portability.book_wish import WIDTHS
from diary.portability.typesetting import Bench, bench, subtag
from diary.text.plain import as_text, direction

GRIDS = {
    "a3": ((1, 1, 2.4), (1, 2, 1.7), (2, 2, 1.4), (2, 3, 1.3), (3, 3, 1.0), (4, 4, 0.8)),
    "a4": ((1, 1, 2.4), (1, 2, 1.6), (2, 2, 1.4), (2, 3, 1.3), (3, 3, 1.05)),
}
"""Columns, rows and how large the words are, for few posts and for many; more fill more sheets, as
large as these allow."""


def write(
    paper: str, book: Book, store: Storage, path: Path, now: datetime, told: Callable[[], object]
) -> Made:
    """Write the sheet of a book of one month; `told` is called after each post, and may raise."""
    with bench() as table:
        drawing = Drawing(book, paper, store, table)
        table.put("sheet.json", drawing.values(told))
        table.set("sheet.typ", path, now)
    return Made(drawing.pictures, tuple(drawing.missing), table.lacking)


def _room(grid: tuple[int, int, float]) -> int:
    return grid[0] * grid[1]


class Drawing:
    """Turns a month into what the template reads."""

    def __init__(self, book: Book, paper: str, store: Storage, table: Bench) -> None:
        self._book, self._paper, self._store, self._table = book, paper, store, table
        count = len(list(book.entries))
        sheets = ceil(count / _room(GRIDS[paper][-1]))
        fitting = (grid for grid in GRIDS[paper] if sheets * _room(grid) >= count)
        self._columns, self._rows, self._scale = next(fitting)
        self.pictures = 0
        self.missing: list[str] = []

    def values(self, told: Callable[[], object]) -> dict[str, Any]:
        """All of the sheet."""
        book, main = self._book, self._book.site.main_language
        entries = []
        for entry in book.entries:
            entries.append(self._entry(entry))
            told()
        each = self._columns * self._rows
        return {
            "paper": self._paper,
            "columns": self._columns,
            "rows": self._rows,
            "scale": self._scale,
            "title": book.chapters[0].title,
            "name": book.site.title,
            "part": book.part,
            "lang": book.words.lang,
            "dir": book.words.dir,
            "main": main,
            "main-dir": direction(main),
            "home": f"{book.home}/",
            "home-code": self._code("home", f"{book.home}/"),
            "scan": book.words.gettext("QR code"),
            "say": book.said,
            "pages": [entries[at : at + each] for at in range(0, len(entries), each)],
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        text = entry.running[0].html if entry.running else ""
        return {
            "heading": entry.above,
            "lang": subtag(entry.lang),
            "dir": entry.dir,
            "gist": entry.gist,
            "words": as_text(text).split()[:120],
            "names": [name for name, _ in entry.names],
            "numeral": entry.numeral,
            "lab": entry.lab,
            "colour": entry.colour,
            "address": entry.address,
            "short": entry.address.partition("://")[2],
            "code": self._code(entry.id, entry.address),
            "picture": self._picture(entry),
            "alt": entry.pictures[0].alt if entry.pictures else "",
        }

    def _code(self, name: str, address: str) -> str:
        code = segno.make(address, micro=False, error="m")
        code.save(str(self._table.folder / f"{name}-code.svg"), border=2, light="white")
        return f"{name}-code.svg"

    def _picture(self, entry: Entry) -> str | None:
        if not entry.pictures:
            return None
        picture = entry.pictures[0]
        try:
            data = self._store.get(picture.key)
        except NotStored:
            self.missing.append(picture.key)
            return None
        self._table.picture(f"{entry.id}-picture", data, WIDTHS[self._paper] / self._columns)
        self.pictures += 1
        return f"{entry.id}-picture.svg"
