"""A page saved as HTML: what its marks say, else its words read as stored text."""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from itertools import islice, takewhile
from typing import Any

from lxml import etree

from diary.domain.reconstruction import Level, Shown, Trace
from diary.portability import stored_text
from diary.portability.html_embeds import embedded
from diary.portability.html_markdown import NO_WORDS, parsed, take_out, taken, with_lead
from diary.portability.stored_text import Byline, byline
from diary.text.plain import tidy_line

_AROUND = ("nav", "footer", "aside")
_BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section",
    "table", "time", "td", "tr", "ul",
}  # fmt: skip
_BODY = ("entry-content", "post-content", "gh-content", "article-body", "post-body")
_ABOVE = ("featured-image", "post-thumbnail", "gh-article-image")
_AUTHOR = ("author__name", "author-name", "byline", "entry-author", "gh-card-author")
_LEAD = ("ingress", "lead", "preamble", "excerpt")
_CARDS = ("gh-card", "teaser", "post-card", "card")


def traces(html: str, page: str, address: str = "") -> list[Trace]:
    """All that a page says; where it marks neither title nor day, its words are read as text."""
    root = parsed(html)
    if root is None:
        return []
    address = address or _address(root)
    whole = "</html>" in html[-2000:].lower() or "</body>" in html[-4000:].lower()
    take_out(root, *NO_WORDS)
    embeds = list(embedded(root, page))
    if next(iter(root.find_class("wp-embed")), None) is not None:
        return embeds  # the page is nothing else
    cards = list(_cards(root))
    found = _marked(root, page, address, cut=not whole)
    if found is None:
        take_out(root, *_AROUND)
        read = stored_text.traces("\n".join(_lines(root)), page, address)
        return [*(replace(t, cut=t.cut and not whole) for t in read), *embeds]
    return [found, *embeds, *(trace for card in cards if (trace := _teaser(card, page)))]


def _address(root: Any) -> str:
    for path in ('//link[@rel="canonical"]/@href', '//meta[@property="og:url"]/@content'):
        for value in root.xpath(path):
            if re.match(r"https?://", value):
                return str(value).strip()[:500]
    return ""


def _cards(root: Any) -> Iterator[Any]:
    """Other posts' teasers, taken out of the page."""
    for element in list(root.iter("article", "li", "div")):
        heading = next(iter(element.iter("h2", "h3", "h4")), None)
        marked = _has_class(element, _CARDS)
        if heading is None or not marked or next(iter(element.iter("h1")), None) is not None:
            continue
        if element.getparent() is not None and _day(element):
            element.drop_tree()
            yield element


def _has_class(element: Any, names: Iterable[str]) -> bool:
    mine = (element.get("class") or "").lower().split()
    return any(one == name or one.endswith(name) for one in mine for name in names)


def _marked(root: Any, page: str, address: str, *, cut: bool) -> Trace | None:
    """A post whose title is an h1 and whose day and body are marked; else None."""
    title = next((_words(h1) for h1 in root.iter("h1") if _words(h1)), "")
    dated = _day(root)
    body = next((e for e in root.iter() if isinstance(e.tag, str) and _has_class(e, _BODY)), None)
    if not title or body is None or dated is None:
        return None
    author = _author(root)
    captions = tuple(words for e in body.iter("figcaption") if (words := _words(e)))
    # What stands below the text is other posts'.
    marked = (*takewhile(lambda e: e is not body, root.iter()), *body.iter())
    lead = next((_words(e) for e in marked if e.tag in {"p", "div"} and _has_class(e, _LEAD)), "")
    pictures = tuple(_pictures(root, body, address))
    text = with_lead(lead, _markdown(body))
    return Trace(
        page=page,
        level=Level.FULL,
        title=title,
        dated=dated,
        lead=lead,
        body=text,
        author=author.name,
        role=author.role,
        organisation=author.organisation,
        captions=captions,
        credits=tuple(stored_text.credits(captions)),
        pictures=pictures,
        address=address,
        tags=tuple(dict.fromkeys(_tags(root))),
        cut=cut,
    )


def _pictures(root: Any, body: Any, address: str) -> Iterator[Shown]:
    """The one above the post first; each once."""
    above = (e for e in root.iter("figure", "div") if _has_class(e, _ABOVE))
    seen: set[str] = set()
    for element in (*islice(above, 1), body):
        for one in taken(deepcopy(element), address)[1]:
            if one.source not in seen:
                seen.add(one.source)
                yield Shown(one.source, one.alt, one.credit)


def _tags(root: Any) -> Iterator[str]:
    """What the page files its post under (the microformat rel="tag"; Ghost has a class)."""
    for link in root.iter("a"):
        if "tag" in (link.get("rel") or "").split() or _has_class(link, ("gh-article-tag",)):
            yield _words(link)


def _teaser(card: Any, page: str) -> Trace | None:
    heading = next(iter(card.iter("h2", "h3", "h4")))
    text = next((_words(p) for p in card.iter("p") if _words(p)), "")
    author = _author(card)
    if not _words(heading):
        return None
    return Trace(
        page=page,
        level=Level.TEASER if text else Level.TITLE,
        title=_words(heading),
        dated=_day(card),
        lead=text,
        body=re.sub(r"\s*(?:\.{3}|…)?$", "…", text, count=1) if text else "",
        author=author.name,
        role=author.role,
        organisation=author.organisation,
    )


def _day(root: Any) -> date | None:
    said = [element.get("datetime") or _words(element) for element in root.iter("time")]
    said += root.xpath('//meta[@property="article:published_time"]/@content')
    return next((found for value in said if (found := stored_text.day(str(value)))), None)


def _author(root: Any) -> Byline:
    for element in root.iter():
        if isinstance(element.tag, str) and _has_class(element, _AUTHOR):
            words = re.sub(r"^(?:by|av)\s+", "", _words(element), flags=re.IGNORECASE)
            if found := byline([words]):
                return found
    return Byline()


def _words(element: Any) -> str:
    return tidy_line(element.text_content())


def _markdown(body: Any) -> str:
    """The body; captions stay in it, as the pictures themselves were seldom kept."""
    for caption in list(body.iter("figcaption")):
        words = _words(caption).replace("*", "")
        for child in list(caption):
            caption.remove(child)
        caption.tag, caption.text = "p", None
        etree.SubElement(caption, "em").text = words
    return taken(body)[0]


def _lines(root: Any) -> Iterator[str]:
    """The page's words, a line for each block with an empty one around it; <br> ends a line."""
    parts: list[str] = []
    stack: list[tuple[Any, bool]] = [
        (root.find("body") if root.find("body") is not None else root, False)
    ]
    while stack:
        element, leaving = stack.pop()
        block = element.tag in _BLOCKS
        if leaving:
            parts += ["\n\n" if block else "", re.sub(r"[\n\t ]+", " ", element.tail or "")]
            continue
        parts.append("\n\n" if block else "\n" if element.tag == "br" else "")
        if isinstance(element.tag, str):
            parts.append(re.sub(r"[\n\t ]+", " ", element.text or ""))
        stack.append((element, True))
        stack += (
            [(child, False) for child in reversed(element)] if isinstance(element.tag, str) else []
        )
    yield from "".join(parts).split("\n")
