"""A WordPress export as a stream of its elements, read as far as its file allows."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from diary.domain.incoming import NotReadable

Fields = dict[str, str]

_HEAD = 64 * 1024
_END = 4096
_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([\w.:-]+)")
_FORBIDDEN = "\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
"""What no XML may hold and old texts do."""
_STRAY = "\udc80-\udcff"
"""How Python keeps bytes that are no characters (PEP 383)."""
_UNFIT = re.compile(f"[{_FORBIDDEN}{_STRAY}]")
_AFTER_THE_END = "ERR_DOCUMENT_END"
_NOT_READ = (
    "{} is no WordPress export: choose the .xml file that WordPress writes under Tools, Export, or"
    " the folder of its parts."
)


class WxrFile:
    """The children of an export's channel, each gone once the next is asked for.

    Reading begins at the root: a server's warnings before it do not matter, and no document type
    comes through, whose entities could grow without end. Entities stay as they are and nothing is
    fetched: the file is a stranger's. `damage` and `mended` are known after a reading. Raises
    NotReadable for a file that is no such export.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damage = ""
        self.mended = 0
        """Bytes that were no UTF-8 and were read as Windows' letters."""
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(-min(path.stat().st_size, _END), 2)
            self._ends = b"</rss>" in file.read()
        self._start = head.find(b"<rss")
        if self._start < 0 or b"wordpress.org/export/" not in head[self._start :]:
            raise NotReadable(_NOT_READ.format(path.name))
        self._lines_before = head[: self._start].count(b"\n")
        self._encoding = _encoding(head[: self._start])

    def __iter__(self) -> Iterator[Any]:
        with self.path.open("rb") as file:
            file.seek(self._start)
            text = _Text(file, self._encoding)
            parsing = etree.iterparse(
                text, events=("end",), recover=True, huge_tree=True, resolve_entities=False,
                no_network=True, load_dtd=False,
            )  # fmt: skip
            for _, element in parsing:
                parent = element.getparent()
                if parent is None or local_name(parent) != "channel":
                    continue
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]
        self.mended, self.damage = text.mended, self._damage(parsing.error_log)

    def _damage(self, errors: Any) -> str:
        lines = (e.line for e in errors.filter_from_fatals() if e.type_name != _AFTER_THE_END)
        line = next(lines, 0)
        if not line:
            return ""
        what = "damaged" if self._ends else "the file ends early"
        return f"{what}; what stands before line {line + self._lines_before} was read"


def opened(path: Path) -> tuple[WxrFile, ...]:
    """The export of a path: a file or, as WordPress.com parts large ones, a folder of them.

    Raises NotReadable.
    """
    parts = sorted(path.glob("*.xml")) if path.is_dir() else [path]
    if not parts:
        raise NotReadable(_NOT_READ.format(path.name))
    return tuple(map(WxrFile, parts))


def _encoding(prolog: bytes) -> str:
    found = _ENCODING.search(prolog)
    try:
        return codecs.lookup(found[1].decode()).name if found else "utf-8"
    except LookupError:
        return "utf-8"


class _Text:
    """The file as UTF-8, without what XML forbids; bytes that are no UTF-8 are Windows' letters."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self.mended = 0

    def read(self, size: int = -1) -> bytes:
        """Bytes, none only at the end."""
        while data := self._file.read(size):
            text = self._decoder.decode(data)
            if text := _UNFIT.sub(self._mend, text):
                return text.encode()
        return b""

    def _mend(self, found: re.Match[str]) -> str:
        if not "\udc80" <= found[0] <= "\udcff":
            return ""
        self.mended += 1
        return found[0].encode(errors="surrogateescape").decode("cp1252", "replace")


# ---------------------------------------------------------------- elements


def local_name(element: Any) -> str:
    """The local name, told apart where WordPress has two: http and https namespaces are one."""
    if not isinstance(element.tag, str):
        return ""
    space, _, local = element.tag.replace("}", ":").rpartition(":")  # some lack their namespace
    return "excerpt" if local == "encoded" and "excerpt" in space else local


def fields(element: Any) -> Fields:
    """The texts of an element's children by their names; of several the last."""
    return {local_name(child): _text(child) for child in element if local_name(child)}


def _text(element: Any) -> str:
    """With entities as they are written: `&nbsp;` is none of XML's own."""
    return "".join(element.itertext())


def metas(element: Any, key: str) -> list[str]:
    """What a post's meta fields of one key say."""
    pairs = (fields(child) for child in element if local_name(child) == "postmeta")
    return [pair.get("meta_value", "") for pair in pairs if pair.get("meta_key") == key]
