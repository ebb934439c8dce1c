"""Atom documents of another diary read closely: all that its entries say (`feeds` writes them).

A feed of another program is read as well, as far as it says the same in RFC 4287's words.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from lxml import etree

from diary.domain.content import MAX_LINE, Content
from diary.domain.incoming import Author, IncomingPicture
from diary.models import Claim, Precision, SecondKind, Voice
from diary.portability.feed_documents import Unreadable
from diary.portability.html_markdown import parsed, taken
from diary.text.films import is_web, joined
from diary.text.languages import LIKELY
from diary.text.markdown import render
from diary.text.plain import heading, tidy_line

READING = 1
"""Raised when entries are read otherwise, so that all are brought in anew."""
NS = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_URN = "urn:uuid:"
_OLD = ("prev-archive",)
_EXACT = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}


@dataclass(frozen=True, slots=True)
class Place:
    """A lab or method as another diary names it: `scheme` and `term` stay, `name` may change."""

    scheme: str
    term: str
    name: str

    @property
    def kind(self) -> str:
        """`labs` or `methods`; `archive` is the kind of post."""
        return self.scheme.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinEntry:
    """What an entry says; `content` is without place, ways, names and pictures."""

    id: str
    uid: UUID | None
    url: str
    digest: str
    published: datetime
    content: Content
    authors: tuple[Author, ...]
    places: tuple[Place, ...]
    pictures: tuple[IncomingPicture, ...]
    corrections: tuple[tuple[datetime, str], ...]
    provenance: str
    """How it got there (`Origin`); empty: it was written there."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document of a feed: what its head says, its entries as they stand, and what has gone."""

    id: str
    title: str
    subtitle: str
    lang: str
    rights: str
    home: str
    itself: str
    older: tuple[str, ...]
    gone: tuple[str, ...]
    entries: tuple[Any, ...]


def sheet(data: bytes, address: str) -> Sheet:
    """An Atom document; raises Unreadable for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        feed = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as wrong:
        raise Unreadable("There is no feed in it.") from wrong
    if feed.tag != f"{{{NS['a']}}}feed":
        raise Unreadable("It is no Atom feed.")
    links = [(one.get("rel", "alternate"), one.get("href", "")) for one in _all(feed, "a:link")]
    whole = [(rel, joined(address, href)) for rel, href in links]
    return Sheet(
        id=_text(feed, "a:id"),
        title=_text(feed, "a:title"),
        subtitle=_text(feed, "a:subtitle"),
        lang=_tongue(feed),
        rights=_text(feed, "a:rights"),
        home=next((href for rel, href in whole if rel == "alternate" and is_web(href)), address),
        itself=next((href for rel, href in whole if rel == "self"), address),
        older=tuple(href for rel, href in whole if rel in _OLD),
        gone=tuple(one.get("ref", "") for one in _all(feed, "at:deleted-entry")),
        entries=tuple(_all(feed, "a:entry")),
    )


def digest(entry: Any) -> str:
    """What tells whether an entry has changed, whoever wrote its bytes."""
    said = etree.tostring(entry, method="c14n", with_tail=False)
    return hashlib.sha256(b"%d" % READING + said).hexdigest()[:16]


def id_of(entry: Any) -> str:
    """The id of an entry, which stays (RFC 4287, section 4.2.6)."""
    return _text(entry, "a:id")


def uid_in(urn: str) -> UUID | None:
    """The uid in a `urn:uuid:`; None for any other id."""
    try:
        return UUID(urn.removeprefix(_URN)) if urn.startswith(_URN) else None
    except ValueError:
        return None


def read(entry: Any, address: str) -> TwinEntry:
    """All that an entry says; relative addresses are of `address`. Raises Unreadable."""
    url = _page(entry, address)
    published = _moment(_text(entry, "a:published") or _text(entry, "a:updated"))
    if published is None:
        raise Unreadable(f"{id_of(entry)} names no day.")
    html = _text(entry, "a:content") or _text(entry, "a:summary")
    root = parsed(html)
    body = _wrapper(root)
    parts = _Parts(body, url) if body is not None else _Parts(etree.Element("div"), url)
    pictures = tuple(_pictures(entry, parts, url))
    text, shown = taken(parts.body, url) if parts.body is not None else ("", ())
    places = tuple(_places(entry))
    return TwinEntry(
        id=id_of(entry),
        uid=uid_in(id_of(entry)),
        url=url,
        digest=digest(entry),
        published=published,
        content=_content(entry, parts, text, published, places),
        authors=tuple(_authors(entry, parts)),
        places=places,
        pictures=pictures or shown,
        corrections=tuple(parts.corrections),
        provenance=parts.provenance,
    )


def _content(
    entry: Any, parts: "_Parts", body: str, published: datetime, places: tuple[Place, ...]
) -> Content:
    title = tidy_line(_text(entry, "a:title"))
    lang = _tongue(entry)
    dated, precision = _about(entry, published)
    voice = next((one.term for one in places if one.kind == "archive"), "")
    untitled = body and heading("", render(body)) == title  # its first words stand for it
    second_lang = parts.second_lang if parts.second else ""
    kind = SecondKind.EASY if second_lang == lang else SecondKind.TRANSLATION
    return Content(
        dated=dated,
        precision=precision,
        title="" if untitled or title == parts.url else title,
        body=body,
        lang=lang if lang in LIKELY else "sv",
        lang_chosen=True,
        gist=parts.gist,
        second_kind=kind if second_lang else None,
        second_lang=second_lang,
        second_lang_chosen=True,
        second_body=parts.second,
        scribe=_text(entry, "a:contributor/a:name"),
        voice=Voice(voice) if voice in set(Voice) else None,
    )


def _about(entry: Any, published: datetime) -> tuple[date, Precision]:
    """The day it is about (EDTF, ISO 8601-2); the day it came out where it does not say."""
    said = _text(entry, "dcterms:temporal")
    if not said:
        return published.date(), Precision.DAY
    try:
        return date.fromisoformat(f"{said}-01-01"[:10]), _EXACT[len(said)]
    except (ValueError, KeyError):
        return published.date(), Precision.UNKNOWN


def _places(entry: Any) -> Iterator[Place]:
    for one in _all(entry, "a:category"):
        term = one.get("term", "")
        if term:
            yield Place(one.get("scheme", ""), term, tidy_line(one.get("label") or term, MAX_LINE))


# ---------------------------------------------------------------- the text and what is around it


class _Parts:
    """The text of an entry taken apart: what is left in `body` is the post's own words."""

    def __init__(self, body: Any, url: str) -> None:
        self.url, self.body = url, body
        self.gist = self.second = self.second_lang = self.provenance = ""
        self.roles: list[tuple[str, str]] = []
        self.corrections: list[tuple[datetime, str]] = []
        self.films: list[str] = []
        for child in list(body):
            kind = child.get("class", "").split()
            take = self._takers(child.tag, kind)
            if take:
                take(child, kind)
                child.drop_tree()

    def _takers(self, tag: Any, kind: list[str]) -> Any:
        if tag in {"figure", "section", "footer"}:
            return {"figure": self._figure, "section": self._second, "footer": self._names}[tag]
        ways = {
            "p-summary": self._gist,
            "correction": self._correction,
            "provenance": self._provenance,
            "film": self._film,
        }
        return next((ways[one] for one in kind if one in ways), None)

    def _figure(self, _child: Any, _kind: list[str]) -> None:
        """Told again as Media RSS, with all its words."""
        self.films.append("")

    def _film(self, child: Any, _kind: list[str]) -> None:
        if self.films:
            addresses = (a.get("href", "") for a in child.iter("a"))
            self.films[-1] = next(filter(is_web, addresses), "")

    def _gist(self, child: Any, _kind: list[str]) -> None:
        self.gist = tidy_line(child.text_content())

    def _second(self, child: Any, _kind: list[str]) -> None:
        text = next((one for one in child if one.tag == "div"), None)
        if text is not None:
            self.second_lang = text.get("lang", "").partition("-")[0]
            self.second = taken(text, self.url)[0]

    def _correction(self, child: Any, _kind: list[str]) -> None:
        made = next(child.iter("ins"), None)
        at = _moment(made.get("datetime", "")) if made is not None else None
        words = tidy_line(child.text_content()).partition(": ")[2]
        if at and words:
            self.corrections.append((at, words))

    def _provenance(self, _child: Any, kind: list[str]) -> None:
        self.provenance = kind[-1]

    def _names(self, child: Any, _kind: list[str]) -> None:
        for card in child.find_class("h-card"):
            name, role = (_of_class(card, one) for one in ("p-name", "p-role"))
            self.roles.append((name, role))


def _wrapper(root: Any) -> Any:
    """The `<div>` that all of it stands in."""
    body = root.find("body") if root is not None else None
    if body is not None and len(body) == 1 and body[0].tag == "div":
        return body[0]
    return body


def _of_class(element: Any, name: str) -> str:
    return next((tidy_line(one.text_content()) for one in element.find_class(name)), "")


def _authors(entry: Any, parts: _Parts) -> Iterator[Author]:
    """Who stands under it, each with the role that the text gives them."""
    roles = dict(parts.roles)
    for one in _all(entry, "a:author"):
        if name := tidy_line(_text(one, "a:name")):
            yield Author(name=name, role=roles.get(name, ""))


def _pictures(entry: Any, parts: _Parts, url: str) -> Iterator[IncomingPicture]:
    films = [*parts.films, *[""] * 100]
    for medium, film in zip(_all(entry, "media:content"), films, strict=False):
        if medium.get("medium") == "image" and (source := joined(url, medium.get("url", ""))):
            yield IncomingPicture(
                source=source,
                alt=_text(medium, "media:description"),
                caption=_text(medium, "media:title"),
                credit=_text(medium, "media:credit"),
                link=film,
                claim=Claim.YES,  # it is public there; whether anybody is in it, nobody says
            )


# ---------------------------------------------------------------- small things


def _page(entry: Any, address: str) -> str:
    links = _all(entry, "a:link")
    pages = (one.get("href", "") for one in links if one.get("rel", "alternate") == "alternate")
    return joined(address, next(pages, ""))


def _all(node: Any, path: str) -> list[Any]:
    return list(node.iterfind(path, NS))


def _text(node: Any, path: str) -> str:
    return (node.findtext(path, "", NS) or "").strip()


def _tongue(node: Any) -> str:
    found = next((one.get(_LANG) for one in (node, *node.iterancestors()) if one.get(_LANG)), "")
    return re.split("[-_]", found)[0].lower()


def _moment(text: str) -> datetime | None:
    """A moment as RFC 3339 writes it."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
