"""A kept frozen site without some of its pictures."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from lxml import etree

from diary.portability.kept_words import Scripts
from diary.portability.site_folder import HEAD

_TAG = r"""(?:[^"'<>]|"[^"]*"|'[^']*')*"""
_WORDS = re.compile(r'\balt="([^"]*)"|<(?:span|bdi)\b[^>]*>([^<]*)</(?:span|bdi)>')


def changes(root: Path, tokens: frozenset[str]) -> dict[str, bytes | None]:
    """What is to be written anew, and which files go (None), so that no page, feed or folder has
    one of these pictures, and no search finds what was said of it.

    The pages come last: a run that is broken off finds by them what is still to go.
    """
    if not tokens:
        return {}
    files: dict[str, bytes | None] = {}
    pages: dict[str, bytes | None] = {}
    said: dict[str, set[str]] = {}
    for token in sorted(tokens):
        gone = (root / "pictures" / token).glob("*")
        files |= {file.relative_to(root).as_posix(): None for file in gone}
    cleaner = Cleaner(named(tokens))
    ways = {".html": cleaner.html, ".atom": cleaner.xml, ".rss": cleaner.xml, ".json": cleaner.json}
    for file in sorted(root.rglob("*")):
        if file.suffix in ways and file.name != HEAD and file.is_file():
            text = file.read_text("utf-8")
            if cleaner.named.search(text):
                name = file.relative_to(root).as_posix()
                pages[name] = ways[file.suffix](text).encode()
                said[name] = cleaner.unsaid()
    if said:
        found = sorted((root / "search").glob("*.js"))
        scripts = {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in found}
        files |= {file: text.encode() for file, text in Scripts(scripts, said).changed.items()}
    if files or pages:
        files[HEAD] = _head((root / HEAD).read_bytes(), cleaner.named)
    return files | pages


def named(tokens: frozenset[str]) -> re.Pattern[str]:
    """Whatever names one of these pictures."""
    return re.compile(rf"pictures/(?:{'|'.join(map(re.escape, sorted(tokens)))})/")


class Cleaner:
    """Takes all that shows a picture out of a text."""

    def __init__(self, named: re.Pattern[str]) -> None:
        self.named = named
        self._said, self._left = set[str](), set[str]()
        self._figure = re.compile(rf"<figure\b{_TAG}>(?:(?!</figure>).)*</figure>", re.DOTALL)
        self._link = re.compile(rf"<a\b{_TAG}>(?:(?!</a>).)*</a>", re.DOTALL)
        self._empty = re.compile(rf"<(?:img|source|meta|link)\b{_TAG}>")

    def html(self, text: str) -> str:
        """A page, or a piece of one, without it."""
        text = self._figure.sub(self._drop, text)
        text = self._empty.sub(self._drop, text)
        text = self._link.sub(
            lambda link: self._drop(link) if self.named.search(link[0].split(">")[0]) else link[0],
            text,
        )
        self._left.update(_words(text))
        return text

    def unsaid(self) -> set[str]:
        """What was said of it in the last text, and is not said there any more."""
        said, left = self._said, self._left
        self._said, self._left = set(), set()
        return said - left

    def _drop(self, found: re.Match[str]) -> str:
        if not self.named.search(found[0]):
            return found[0]
        self._said.update(_words(found[0]))
        return ""

    def xml(self, text: str) -> str:
        """An Atom or RSS document without it."""
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
        for element in list(root.iter(etree.Element)):
            if any(self.named.search(str(value)) for value in element.attrib.values()):
                _remove(element)
            elif element.text and self.named.search(element.text):
                element.text = self.html(element.text)
        written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        return written.decode() + "\n"

    def json(self, text: str) -> str:
        """A JSON Feed without it."""
        return json.dumps(self._without(json.loads(text)), ensure_ascii=False)

    def _without(self, value: Any) -> Any:
        if isinstance(value, list):
            kept = (one for one in value if not self._shows(one))
            return [self._without(one) for one in kept]
        if isinstance(value, dict):
            return {
                key: self._without(one)
                for key, one in value.items()
                if key not in {"image", "banner_image"} or not self.named.search(str(one))
            }
        return self.html(value) if isinstance(value, str) else value

    def _shows(self, value: Any) -> bool:
        """Whether a thing is that picture: an attachment."""
        return isinstance(value, dict) and bool(self.named.search(str(value.get("url", ""))))


def _words(html: str) -> set[str]:
    said = (unescape(one[0] or one[1]).strip() for one in _WORDS.findall(html))
    return set(filter(None, said))


def _remove(element: Any) -> None:
    """Without its tail, lxml would lose the words that follow it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _head(data: bytes, named: re.Pattern[str]) -> bytes:
    """What the site says of itself; its state is none the diary has, so that the next run mends."""
    head: dict[str, Any] = json.loads(data)
    head["state"] = ""
    gone = {match[0] for file in head["files"] if (match := named.match(file))}
    head["files"] = [file for file in head["files"] if not named.match(file)]
    head["pictures"] -= len(gone)
    return (json.dumps(head, ensure_ascii=False, indent=0) + "\n").encode()
