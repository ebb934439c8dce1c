"""A post's HTML as a book has it: well-formed, its links leading on in the book where they can."""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree, html

from diary.addresses import post_named

XHTML = "http://www.w3.org/1999/xhtml"
Node = str | dict[str, Any]
"""Words, or an element: its tag `t`, its children `c`, and `href` and `dir` where it has them."""


def without(text: str, words: str) -> str | None:
    """HTML without the words it begins with, where they stand at its start as they are."""
    start, tag, rest = text.partition(">")
    if not start.startswith("<p") or not rest.startswith(html_escaped(words)):
        return None
    return start + tag + rest.removeprefix(html_escaped(words)).lstrip()


def html_escaped(words: str) -> str:
    """Words as the sanitiser writes them."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def parsed(text: str, led: Callable[[str], str]) -> etree._Element:
    """The body of a post; `led` says where a link leads from here."""
    body = html.fragment_fromstring(text, create_parent="div")
    for link in body.iter("a"):
        link.attrib.pop("rel", None)
        link.set("href", led(link.get("href", "")))
    for block in body.iter("p", "h2", "h3", "h4", "ol", "ul"):
        if block.get("dir") == "auto":
            block.set("dir", _direction("".join(block.itertext())) or "auto")
            if block.get("dir") == "auto":
                del block.attrib["dir"]
    return body


def _direction(text: str) -> str:
    """The direction of the first letter that has one (UAX #9, P2 and P3)."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next(({"L": "ltr"}.get(kind, "rtl") for kind in kinds if kind in {"L", "R", "AL"}), "")


def as_xhtml(body: etree._Element, depth: int) -> str:
    """The same as XHTML, its headings beginning at level `depth`."""
    root = etree.fromstring(etree.tostring(body, encoding="unicode"))
    for place, level in _levels(root, depth):
        place.tag = f"h{level}"
    inside = [root.text or "", *(etree.tostring(one, encoding="unicode") for one in root)]
    return html_escaped(inside[0]) + "".join(inside[1:])


def as_nodes(body: etree._Element, depth: int) -> list[Node]:
    """The same as plain values, its headings named by their level from `depth` on."""
    levels = dict(_levels(body, depth))
    return list(_children(body, levels))


def _levels(body: etree._Element, depth: int) -> Iterator[tuple[etree._Element, int]]:
    """Each heading with its level, none of them skipped (PDF/UA-1, section 7.4.2)."""
    before = depth - 1
    for place in body.iter("h2", "h3", "h4"):
        before = min(before + 1, depth + int(str(place.tag)[1]) - 2)
        yield place, before


def _children(place: etree._Element, levels: dict[Any, int]) -> Iterator[Node]:
    if place.text:
        yield place.text
    for one in place:
        node: dict[str, Any] = {"t": str(one.tag), "c": list(_children(one, levels))}
        if one in levels:
            node |= {"t": "h", "level": levels[one]}
        node |= {name: one.get(name) for name in ("href", "dir") if one.get(name)}
        yield node
        if one.tail:
            yield one.tail


def leads(posts: dict[str, str], home: str) -> Callable[[str], str]:
    """Where a link of a post leads: `posts` has the places in the book by address."""

    def led(address: str) -> str:
        path = address.removeprefix(home)
        if not path.startswith("/") or path.startswith("//"):
            return address
        named = post_named(path)
        return posts.get(named[1] if named else "", home + path)

    return led
