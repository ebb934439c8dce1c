"""Saved pages from a folder or a WARC file: bytes that nobody vouches for, one page at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from mimetypes import guess_type
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from diary.domain.incoming import LeftOut

MAX_PAGE = 5_000_000
"""Bytes of one page, unpacked; a larger one is left out."""
HTML, TEXT = {".html", ".htm", ".xhtml"}, {".txt", ".text", ".md"}
_BESIDE = re.compile(r"(?:image|font|audio|video)/|\w+/(?:css|(?:x-)?javascript)$")
"""What browsers save along with a page (media types)."""
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page: what it is called, its text or HTML, and its address if that is known."""

    name: str
    text: str
    html: bool
    address: str = ""


def files(path: Path) -> list[Path]:
    """All files below a folder, in order of name; links are not followed. Of a file: itself."""
    if path.is_file():
        return [path]
    found = (file for file in path.rglob("*") if file.is_file() and not _by_link(file, path))
    return sorted(file for file in found if not file.name.startswith("."))


def name_of(file: Path, path: Path) -> str:
    """What a file below a path is called in reports."""
    return file.name if file == path else file.relative_to(path).as_posix()


def _by_link(file: Path, root: Path) -> bool:
    within = file.relative_to(root).parts
    return any(root.joinpath(*within[: n + 1]).is_symlink() for n in range(len(within)))


def pages(file: Path, name: str) -> Iterator[Page | LeftOut]:
    """The pages a file holds: one, those of a WARC file (ISO 28500, packed or not), or none."""
    suffixes = {suffix.lower() for suffix in file.suffixes}
    if ".warc" in suffixes:
        found: Page | LeftOut | None = None
        for found in _of_warc(file, name):
            yield found
        if not found:
            yield LeftOut(name, "no page in it")
    elif not suffixes & (HTML | TEXT):
        if not _BESIDE.match(guess_type(file.name)[0] or ""):
            yield LeftOut(name, "neither HTML nor text")
    elif file.stat().st_size > MAX_PAGE:
        yield LeftOut(name, "larger than 5 MB")
    else:
        yield Page(name, decoded(file.read_bytes()), bool(suffixes & HTML))


def _of_warc(file: Path, name: str) -> Iterator[Page | LeftOut]:
    with file.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream):
                if record.rec_type not in {"response", "resource", "conversion"}:
                    continue
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                head = record.http_headers or record.rec_headers
                kind = (head.get_header("Content-Type") or "").partition(";")[0].strip().lower()
                if kind not in {"text/html", "application/xhtml+xml", "text/plain"}:
                    continue
                if record.http_headers and record.http_headers.get_statuscode() != "200":
                    continue
                # A packed body may be a bomb: no more is unpacked than a page may have.
                data = record.content_stream().read(MAX_PAGE + 1)
                if len(data) > MAX_PAGE:
                    yield LeftOut(address or name, "larger than 5 MB")
                else:
                    yield Page(address or name, decoded(data), kind != "text/plain", address)
        except (ArchiveLoadFailed, EOFError, OSError, ValueError):
            yield LeftOut(name, "damaged from some place on; what stands before it was read")


def decoded(data: bytes) -> str:
    """The text: by its byte order mark, as UTF-8, by what it says of itself, else as Windows-1252.

    What a page says may be wrong; what is valid UTF-8 is hardly ever anything else. A page cut in
    the middle may end within a character.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    for end in range(len(data), max(len(data) - 4, -1), -1):
        try:
            return data[:end].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    said = _CHARSET.search(data[:2000])
    for charset in chain([said[1].decode("ascii")] if said else [], ["cp1252"]):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")
