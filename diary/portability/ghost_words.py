"""Ghost's two document formats as HTML: lexical (since 5.0) and mobiledoc 0.3 (before)."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from diary.portability.ghost_cards import card, joined

DEEPEST = 40
"""Levels of a document; a deeper one is nobody's text."""

_FORMATS = {
    1: "strong", 2: "em", 4: "s", 8: "u", 16: "code", 32: "sub", 64: "sup",
}  # fmt: skip
"""The bits of a lexical text's `format`; 128 marks like a pen, which a diary does not."""
_TAGS = {
    "a", "b", "blockquote", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "li", "ol",
    "p", "s", "strong", "sub", "sup", "u", "ul",
}  # fmt: skip


class Unreadable(ValueError):
    """A document is not what its format says."""


def from_lexical(text: str) -> Markup:
    """HTML of a lexical document, given as JSON; raises Unreadable."""
    root = _loaded(text).get("root")
    if not isinstance(root, Mapping):
        raise Unreadable("The lexical document has no root.")
    return joined(_nodes(root, 0))


def from_mobiledoc(text: str) -> Markup:
    """HTML of a mobiledoc 0.3 document, given as JSON; raises Unreadable."""
    document = _loaded(text)
    try:
        return joined(_section(document, section) for section in document["sections"])
    except (KeyError, IndexError, TypeError, ValueError) as wrong:
        raise Unreadable("The mobiledoc document is damaged.") from wrong


def _loaded(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("The document is no JSON.") from wrong
    if not isinstance(document, dict):
        raise Unreadable("The document is no JSON object.")
    return document


def _tagged(tag: str, inner: Markup) -> Markup:
    tag = tag if tag in _TAGS else "p"
    return Markup("<{0}>{1}</{0}>").format(tag, inner)


# ---------------------------------------------------------------- lexical


def _nodes(parent: Mapping[str, Any], depth: int) -> Iterator[Markup]:
    children = parent.get("children")
    if depth > DEEPEST or not isinstance(children, Sequence):
        return
    for node in children:
        if isinstance(node, Mapping):
            yield _node(node, depth + 1)


def _node(node: Mapping[str, Any], depth: int) -> Markup:
    kind = str(node.get("type", "")).removeprefix("extended-")
    if kind == "text":
        return _text(node)
    if kind in {"linebreak", "tab"}:
        return Markup("<br>") if kind == "linebreak" else Markup(" ")
    if kind in _BLOCKS:
        return _tagged(_BLOCKS[kind](node), joined(_nodes(node, depth)))
    if kind in {"link", "autolink"}:
        inner = joined(_nodes(node, depth))
        return Markup('<a href="{}">{}</a>').format(node.get("url") or "", inner)
    if node.get("children"):
        return joined(_nodes(node, depth))
    return card(kind, node)


_BLOCKS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "aside": lambda _node: "blockquote",
    "heading": lambda node: str(node.get("tag")),
    "list": lambda node: "ol" if node.get("listType") == "number" else "ul",
    "listitem": lambda _node: "li",
    "paragraph": lambda _node: "p",
    "quote": lambda _node: "blockquote",
}


def _text(node: Mapping[str, Any]) -> Markup:
    marked, bits = escape(str(node.get("text", ""))), node.get("format")
    for bit, tag in _FORMATS.items():
        if isinstance(bits, int) and bits & bit:
            marked = _tagged(tag, marked)
    return marked


# ---------------------------------------------------------------- mobiledoc

_MARKUP, _IMAGE, _LIST, _CARD = 1, 2, 3, 10
"""What kind of section it is; the words are the format's own."""


def _section(document: Mapping[str, Any], section: Sequence[Any]) -> Markup:
    kind = section[0]
    if kind == _MARKUP:
        return _tagged(section[1], _markers(document, section[2]))
    if kind == _IMAGE:
        return card("image", {"src": section[1]})
    if kind == _LIST:
        items = (_tagged("li", _markers(document, markers)) for markers in section[2])
        return _tagged(section[1], joined(items))
    if kind == _CARD:
        name, fields = document["cards"][section[1]]
        return card(name, fields)
    return Markup("")


def _markers(document: Mapping[str, Any], markers: Sequence[Any]) -> Markup:
    """Words and the ends of what opens and closes around them."""
    pieces: list[Markup] = []
    opened: list[str] = []
    for kind, opening, closing, value in markers:
        for place in opening:
            tag, *attributes = document["markups"][place]
            opened.append(tag if tag in _TAGS else "")
            pieces.append(_opening(tag, attributes[0] if attributes else ()))
        pieces.append(escape(value) if kind == 0 else _atom(document["atoms"][value]))
        for _ in range(closing):
            tag = opened.pop()
            pieces.append(Markup("</{}>").format(tag) if tag else Markup(""))
    return joined(pieces)


def _opening(tag: str, attributes: Sequence[str]) -> Markup:
    if tag not in _TAGS:
        return Markup("")
    if tag == "a":
        named = dict(zip(attributes[::2], attributes[1::2], strict=False))
        return Markup('<a href="{}">').format(named.get("href", ""))
    return Markup("<{}>").format(tag)


def _atom(atom: Sequence[Any]) -> Markup:
    return Markup("<br>") if atom[0] == "soft-return" else escape(atom[1])
