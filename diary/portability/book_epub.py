"""The book as an EPUB 3.3, with EPUB Accessibility 1.1's metadata."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from diary.media.storage import NotStored, Storage
from diary.portability.book import Book, Made
from diary.portability.book_cover import chosen, cover
from diary.portability.book_entries import Chapter, Entry, Picture, Text
from diary.portability.book_text import as_xhtml, leads, parsed
from diary.text.films import host
from diary.text.plain import direction

PACKAGE = Path(__file__).parents[1]
FONTS = ("literata.woff2", "literata-ext.woff2", "literata-italic.woff2", "naskh.woff2")
FOLDER = "book/"


def write(
    book: Book, store: Storage, path: Path, now: datetime, told: Callable[[], object]
) -> Made:
    """Write the EPUB; `told` is called after each post, and may raise.

    One picture at a time is held.
    """
    with zipfile.ZipFile(path, "x") as archive:
        binding = Binding(book, store, archive, now)
        binding.put("mimetype", b"application/epub+zip")
        binding.put("META-INF/container.xml", binding.page("container.xml").encode())
        binding.put(FOLDER + "cover.jpg", cover(book, store))
        for font in FONTS:
            binding.put(f"{FOLDER}fonts/{font}", (PACKAGE / "static/fonts" / font).read_bytes())
        binding.write(told)
    return Made(len(binding.pictures), tuple(binding.missing))


class Binding:
    """An EPUB in the making: pages are written as they come."""

    def __init__(self, book: Book, store: Storage, archive: zipfile.ZipFile, now: datetime) -> None:
        self.book, self.store, self.archive, self.now = book, store, archive, now
        self.chapters = {f"chapter-{nth}": one for nth, one in enumerate(book.chapters, 1)}
        self.places = {
            entry.id: {"href": f"{name}.xhtml#{entry.id}", "said": entry.said}
            for name, chapter in self.chapters.items()
            for entry in chapter.entries
        }
        by_path = {path: self.places[one.id]["href"] for one in book.entries for path in one.paths}
        self.led = leads(by_path, book.home)
        self.pictures: list[str] = []
        self.missing: list[str] = []
        self._templates = Environment(
            loader=FileSystemLoader(PACKAGE / "templates/book"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._templates.filters["host"] = host

    def put(self, path: str, data: bytes) -> None:
        """Write a file; what is no text is packed already."""
        entry = zipfile.ZipInfo(path, self.now.timetuple()[:6])
        entry.external_attr = 0o644 << 16
        is_text = path.endswith((".xhtml", ".opf", ".css", ".xml"))
        kind = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
        self.archive.writestr(entry, data, kind)

    def page(self, template: str, **values: Any) -> str:
        """A file from its template."""
        say = self.book.said
        return self._templates.get_template(template).render(book=self.book, say=say, **values)

    def write(self, told: Callable[[], object]) -> None:
        """All pages, then the list of them."""
        main = self.book.site.main_language
        pages = dict(self._front())
        for name, page in pages.items():
            self.put(f"{FOLDER}{name}.xhtml", page.encode())
        for name, chapter in self.chapters.items():
            entries = list(self._bound(chapter, told))
            page = self.page(
                "chapter.xhtml", chapter=chapter, entries=entries, main=(main, direction(main))
            )
            self.put(f"{FOLDER}{name}.xhtml", page.encode())
        names = [*pages, *self.chapters]
        if self.book.registers:
            page = self.page("index.xhtml", places=self.places)
            self.put(f"{FOLDER}index.xhtml", page.encode())
            names.append("index")
        nav = self.page("nav.xhtml", chapters=self.chapters)
        self.put(f"{FOLDER}nav.xhtml", nav.encode())
        self.put(f"{FOLDER}book.css", self.page("book.css").encode())
        self.put(f"{FOLDER}package.opf", self._package(names, list(pages)[-1]).encode())

    def _front(self) -> Iterator[tuple[str, str]]:
        yield "cover", self.page("cover.xhtml", picture=chosen(self.book))
        yield "title", self.page("title.xhtml", colophon=self.book.colophon)
        if self.book.foreword:
            foreword = Markup(as_xhtml(parsed(self.book.foreword, self.led), 2))  # noqa: S704
            yield "foreword", self.page("foreword.xhtml", foreword=foreword)

    def _package(self, names: list[str], before_contents: str) -> str:
        spoken = [text.lang for entry in self.book.entries for text in entry.texts]
        return self.page(
            "package.opf",
            languages=list(dict.fromkeys([self.book.words.lang, *sorted(set(spoken))])),
            modified=f"{self.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            fonts=[f"fonts/{font}" for font in FONTS],
            pages=names,
            pictures=self.pictures,
            before_contents=before_contents,
        )

    def _bound(self, chapter: Chapter, told: Callable[[], object]) -> Iterator[tuple[Any, ...]]:
        for entry in chapter.entries:
            yield entry, list(self._texts(entry)), list(self._shown(entry))
            told()

    def _texts(self, entry: Entry) -> Iterator[tuple[Text, Markup]]:
        for text in entry.running:
            body = as_xhtml(parsed(text.html, self.led), 3)
            yield text, Markup(body)  # noqa: S704 (sanitised when it was made)

    def _shown(self, entry: Entry) -> Iterator[tuple[Picture, str]]:
        for picture in entry.pictures:
            name = f"pictures/{picture.token}.jpg"
            try:
                self.put(FOLDER + name, self.store.get(picture.key))
            except NotStored:
                self.missing.append(picture.key)
                continue
            self.pictures.append(name)
            yield picture, name
