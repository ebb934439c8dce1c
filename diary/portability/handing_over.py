"""Closing day's folder: its parts looked through, and the letter that lies on top of them."""

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree, html
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from diary.portability import site_folder
from diary.portability.source import Done
from diary.portability.wording import Words
from diary.queries.site import Site

PARTS = {"site": "site", "book.epub": "book", "book.pdf": "book", "bag": "bag"}
"""What lies in the folder, by name: the form it is exported as."""
LETTER = "READ-FIRST"
TEMPLATES = Path(__file__).parents[1] / "templates/closing"
PARSER = html.HTMLParser(encoding="utf-8")


class NotWhole(Exception):
    """A part lacks something, or does not say the same as the others."""


@dataclass(frozen=True, slots=True)
class Found:
    """A part as it was looked through; what `looked` counts depends on its form: links of a site,
    files of an EPUB or a bag, pages of a PDF."""

    name: str
    posts: int
    pictures: int
    looked: int
    files: int = 0
    size: int = 0


def look_through(folder: Path, written: dict[str, Done]) -> tuple[Found, ...]:
    """Look whether each part opens, is whole, and holds as much as the others; raises NotWhole."""
    for missing in (one.missing for one in written.values() if one.missing):
        raise NotWhole(f"{len(missing)} pictures have lost their files: run `diary check`.")
    found = tuple(
        _measured(folder / name, LOOKS[Path(name).suffix or name](folder / name, done))
        for name, done in written.items()
    )
    if len({one.posts for one in found}) > 1 or len({one.pictures for one in found}) > 1:
        told = ", ".join(f"{one.name}: {one.posts} and {one.pictures}" for one in found)
        raise NotWhole(f"Not all parts hold the same posts and pictures ({told}).")
    return found


def _measured(path: Path, found: Found) -> Found:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return replace(found, files=len(files), size=sum(one.stat().st_size for one in files))


# ---------------------------------------------------------------- looking through


def _site(path: Path, _done: Done) -> Found:
    """Every link of every page leads to a file, and all files are there."""
    head = site_folder.head(path)
    if head is None or not head.stands(path):
        raise NotWhole("The site lacks files that it lists.")
    links = 0
    for file in sorted(path.rglob("*.html")):
        for link in _links(file):
            if (to := _target(file, link)) is not None:
                links += 1
                if not to.is_file():
                    raise NotWhole(f"The site’s {file.relative_to(path)} leads to nothing: {link}.")
    return Found("site", head.posts, head.pictures, links)


def _links(page: Path) -> Iterator[str]:
    for element in html.parse(page, PARSER).getroot().iter(etree.Element):
        yield from (link for name in ("href", "src") if (link := element.get(name)) is not None)
        yield from (one.split()[0] for one in (element.get("srcset") or "").split(",") if one)


def _target(page: Path, link: str) -> Path | None:
    """The file that a link leads to; None for one that leads out of the site, or stays."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    return (page.parent / unquote(parts.path)).resolve()


def _epub(path: Path, _done: Done) -> Found:
    """Every file unpacks (zip's checksums), and what the package lists is there (EPUB 3.3, 5.6)."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        package = next(name for name in names if name.endswith(".opf"))
        listed = etree.fromstring(archive.read(package)).iterfind(".//{*}manifest/{*}item")
        around = package.rpartition("/")[0]
        wanted = {f"{around}/{unquote(item.get('href', ''))}".lstrip("/") for item in listed}
        if damaged := archive.testzip():
            raise NotWhole(f"The book’s {damaged} is damaged.")
        if lacking := wanted - names:
            raise NotWhole(f"The book lacks {min(lacking)}.")
        chapters = (archive.read(name) for name in names if "/chapter-" in name)
        posts = sum(chapter.count(b"<article ") for chapter in chapters)
    pictures = sum("/pictures/" in name for name in names)
    return Found("book.epub", posts, pictures, len(names))


def _pdf(path: Path, done: Done) -> Found:
    """It opens, and has pages."""
    try:
        pages = len(PdfReader(path).pages)
    except (PyPdfError, ValueError) as error:
        raise NotWhole("The book as a PDF does not open.") from error
    if not pages:
        raise NotWhole("The book as a PDF has no pages.")
    return Found("book.pdf", done.posts, done.pictures, pages)


_LINE = re.compile(r"([0-9a-fA-F]+)\s+\*?(.+)")


def _bag(path: Path, done: Done) -> Found:
    """It is complete and valid: every checksum holds, and no file lies there unlisted (RFC 8493,
    section 3)."""
    looked = 0
    for manifest in sorted(path.glob("*manifest-*.txt")):
        algorithm, listed = manifest.stem.rpartition("-")[2], set[str]()
        for line in manifest.read_text("utf-8").splitlines():
            match = _LINE.fullmatch(line)
            if match is None:
                raise NotWhole(f"The bag’s {manifest.name} cannot be read.")
            name = unquote(match[2])
            listed.add(name)
            with (path / name).open("rb") as file:
                if hashlib.file_digest(file, algorithm).hexdigest() != match[1].lower():
                    raise NotWhole(f"The bag’s {name} does not match its checksum.")
        looked += len(listed)
        payload = (file for file in (path / "data").rglob("*") if file.is_file())
        lying = {file.relative_to(path).as_posix() for file in payload}
        if not manifest.name.startswith("tag") and lying - listed:
            raise NotWhole(f"The bag’s {min(lying - listed)} is not in its list.")
    if not looked or not (path / "bagit.txt").is_file():
        raise NotWhole("The bag has no list of its files.")
    return Found("bag", done.posts, done.pictures, looked)


LOOKS: dict[str, Callable[[Path, Done], Found]] = {
    "site": _site,
    ".epub": _epub,
    ".pdf": _pdf,
    "bag": _bag,
}


# ---------------------------------------------------------------- the letter


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter tells: of which diary, since when it has ended, to whom the folder goes."""

    site: Site
    home: str
    ended: date
    made: date
    receiver: str
    parts: tuple[Found, ...]


STEPS = ((10**9, "GB"), (10**6, "MB"), (1000, "kB"))


def write_letter(folder: Path, letter: Letter) -> None:
    """Write the letter into the folder, as a page that prints well and as plain text.

    It speaks the diary's main language.
    """
    words = Words(letter.site.main_language)
    for suffix in (".html", ".txt"):
        jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=suffix == ".html",  # noqa: S701 (the other is plain text)
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        jinja.globals.update(_=words.gettext, day=words.day, size=_size, number=words.number)
        values: dict[str, Any] = {"letter": letter, "site": letter.site, "words": words}
        text = jinja.get_template(f"letter{suffix}").render(values)
        if suffix == ".txt":  # for Windows, too
            text = re.sub(r"\n{3,}", "\n\n", text).replace("\n", "\r\n")
        (folder / f"{LETTER}{suffix}").write_bytes(text.encode("utf-8-sig"))


def _size(size: int) -> str:
    step, unit = next((one for one in STEPS if size >= one[0]), STEPS[-1])
    return f"{max(1, round(size / step))} {unit}"
