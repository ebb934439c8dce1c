"""The book as a PDF: tagged, with bookmarks, page numbers and pictures at 200 dpi."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from diary.media.storage import NotStored, Storage
from diary.portability.book import Book, Made
from diary.portability.book_cover import values
from diary.portability.book_entries import Chapter, Entry, Picture
from diary.portability.book_text import as_nodes, leads, parsed
from diary.portability.typesetting import Bench, bench, subtag
from diary.text.plain import direction

COLUMN, WIDE, HALF = 107, 133, 64.5
"""How wide pictures stand, in millimetres: as the text, into the margin, two beside each other."""
TALLEST, TALL = 100, 84
"""How high the first picture and the others stand at most."""


def write(
    book: Book, store: Storage, path: Path, now: datetime, told: Callable[[], object]
) -> Made:
    """Write the PDF; `told` is called after each post, and may raise.

    One picture at a time is held while it is made smaller.
    """
    with bench() as table:
        setter = Setter(book, store, table)
        chapters = [setter.chapter(one, told) for one in book.chapters]
        table.put("book.json", {**setter.around(), "chapters": chapters})
        table.set("book.typ", path, now)
    return Made(setter.pictures, tuple(setter.missing), table.lacking)


class Setter:
    """Turns a book into what the template reads."""

    def __init__(self, book: Book, store: Storage, table: Bench) -> None:
        self._book, self._store, self._table = book, store, table
        places = {path: f"#{entry.id}" for entry in book.entries for path in entry.paths}
        self._led = leads(places, book.home)
        self.pictures = 0
        self.missing: list[str] = []

    def chapter(self, chapter: Chapter, told: Callable[[], object]) -> dict[str, Any]:
        """A chapter with its posts."""
        entries = []
        for entry in chapter.entries:
            entries.append(self._entry(entry))
            told()
        return {**_plain(chapter), "entries": entries}

    def _entry(self, entry: Entry) -> dict[str, Any]:
        texts = [
            {
                "label": text.label,
                "lang": subtag(text.lang),
                "dir": text.dir,
                "nodes": as_nodes(parsed(text.html, self._led), 3),
            }
            for text in entry.running
        ]
        kept = ("id", "dir", "gist", "titled", "stub", "numeral", "around", "lab", "colour")
        return {
            **{name: getattr(entry, name) for name in (*kept, "names", "notes")},
            "lang": subtag(entry.lang),
            "heading": entry.above,
            "texts": texts,
            "pictures": list(self._shown(entry)),
        }

    def _shown(self, entry: Entry) -> Iterator[dict[str, Any]]:
        for picture, mm in zip(entry.pictures, widths(entry.pictures), strict=True):
            try:
                data = self._store.get(picture.key)
            except NotStored:
                self.missing.append(picture.key)
                continue
            name = str(self.pictures)
            self._table.picture(name, data, mm)
            self.pictures += 1
            yield {**asdict(picture), "file": f"{name}.svg", "mm": mm}

    def around(self) -> dict[str, Any]:
        """All but the chapters."""
        book, main = self._book, self._book.site.main_language
        foreword = as_nodes(parsed(book.foreword, self._led), 2) if book.foreword else None
        return {
            **values(book, self._store, self._table),
            "author": list(book.site.partners) or [book.site.title],
            "main": main,
            "main-dir": direction(main),
            "sentence": book.sentence,
            "home": book.home,
            "licence": book.site.licence,
            "licence-url": book.site.licence_url,
            "colophon": book.colophon,
            "foreword": foreword,
            "registers": [asdict(one) for one in book.registers],
            "say": book.said,
        }


def _plain(chapter: Chapter) -> dict[str, Any]:
    return {name: getattr(chapter, name) for name in ("title", "colour", "words")}


def widths(pictures: Sequence[Picture]) -> Iterator[float]:
    """How many millimetres wide each stands: the first large, the others in pairs, a last one
    that is alone as wide as the text."""
    for nth, picture in enumerate(pictures):
        ratio = picture.width / picture.height
        alone = nth == len(pictures) - 1 and nth % 2 == 1
        room: float = COLUMN if alone else HALF
        if nth == 0:
            room = WIDE if ratio > 1 else COLUMN
        yield round(min(room, (TALL if nth else TALLEST) * ratio), 1)
