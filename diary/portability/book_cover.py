"""A book's cover: the data that Typst draws it from, and it as a picture."""

from io import BytesIO
from typing import Any

from PIL import Image

from diary.media.sizes import encode
from diary.media.storage import NotStored, Storage
from diary.portability.book import Book
from diary.portability.book_entries import Picture
from diary.portability.typesetting import Bench, bench

WIDE = 150
"""How wide its picture stands, in millimetres."""
PIXELS_PER_INCH = 200


def cover(book: Book, store: Storage) -> bytes:
    """The cover as a JPEG."""
    with bench() as table:
        table.put("cover.json", values(book, store, table))
        drawn = table.draw("cover.typ", PIXELS_PER_INCH)
    with Image.open(BytesIO(drawn)) as image:
        return encode(image.convert("RGB"), "JPEG", quality=85)


def values(book: Book, store: Storage, table: Bench) -> dict[str, Any]:
    """What the template reads; the picture lies on the bench."""
    return {
        "title": book.title,
        "name": book.site.title,
        "part": book.part,
        "years": book.years,
        "lang": book.words.lang,
        "dir": book.words.dir,
        "inks": book.inks,
        "cover": _picture(book, store, table),
    }


def chosen(book: Book) -> Picture | None:
    """The first picture of the post that the lead has chosen, else the first lying one."""
    with_pictures = [entry for entry in book.entries if entry.pictures]
    first = sorted(with_pictures, key=lambda entry: entry.uid != book.site.chosen)
    shown = [entry.pictures[0] for entry in first]
    lying = [picture for picture in shown if picture.width > picture.height]
    return next(iter(lying or shown), None)


def _picture(book: Book, store: Storage, table: Bench) -> str | None:
    if picture := chosen(book):
        try:
            table.picture("cover", store.get(picture.key), WIDE)
        except NotStored:
            return None
        return "cover.svg"
    return None
