"""Atom (RFC 4287) and RSS 2.0 through feedgen, mended where feedgen says too little.

What feedgen cannot write is added to its tree by its own extension interface. By `_Head`: where
the feed goes on, in RSS too, and which posts have gone. By `_Rest`: link attributes, one enclosure
per picture in Atom and one in all in RSS, Media RSS without a group, authors without an e-mail
address, each entry's language and what in it is in another, when an item of RSS was changed.
"""

from copy import deepcopy
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from diary.feeds.entries import (
    MEDIA_TYPES,
    Entry,
    Feed,
    FeedPicture,
    Tombstone,
    bylines,
    content,
    named,
)

_MEDIA = "http://search.yahoo.com/mrss/"
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# feedgen sets the whole process's locale to write a date, under the feet of other threads.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_datetime


def atom(feed: Feed) -> bytes:
    """The feed as Atom in UTF-8; equal feeds give equal bytes."""
    return _document(feed, "atom")


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0 in UTF-8; equal feeds give equal bytes."""
    return _document(feed, "rss")


@lru_cache(maxsize=30)
def _document(feed: Feed, kind: str) -> bytes:
    """A feed's bytes, kept by what it tells: most changes in a diary change none of it."""
    made = _generator(feed, kind)
    document: bytes = made.atom_str() if kind == "atom" else made.rss_str()
    return document


def _generator(feed: Feed, kind: str) -> Any:
    made = FeedGenerator()
    made.register_extension("rest", _Head)
    made.rest.feed = feed
    made.id(feed.uid)
    made.title(named(feed))
    made.subtitle(feed.subtitle or named(feed))  # RSS demands a description
    made.language(feed.lang)
    made.author(name=named(feed))  # Atom demands one for entries without
    made.link(href=feed.self_url, rel="self", type=MEDIA_TYPES[kind])
    for rel, href in _onward(feed):
        made.link(href=href, rel=rel)
    made.link(href=feed.home_url, rel="alternate", type="text/html")  # last: RSS takes the last
    made.icon(feed.icon)
    made.rights(feed.rights or None)
    made.updated(feed.updated)
    made.generator("Share Stories")
    for entry in feed.entries:
        made.add_entry(_Known(entry), order="append")
    return made


def _onward(feed: Feed) -> list[tuple[str, str]]:
    return [*([("hub", feed.hub_url)] if feed.hub_url else []), *feed.links]


class _Known:
    """An entry as feedgen takes it, of which the tree may be made already."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def register_extension(self, *_args: object) -> None:
        """`_tree` has done it."""

    def atom_entry(self) -> Any:
        """The entry in Atom."""
        return deepcopy(_tree(self._entry, "atom_entry"))

    def rss_entry(self) -> Any:
        """The entry in RSS."""
        return deepcopy(_tree(self._entry, "rss_entry"))


@lru_cache(maxsize=200)
def _tree(entry: Entry, kind: str) -> Any:
    """An entry's tree: it takes longer than all else in a feed, and most feeds tell what others do.

    It is handed out as a copy, for a tree stands in one document only.
    """
    item = FeedEntry()
    item.register_extension("rest", _Rest)
    item.rest.entry = entry
    item.id(entry.urn)
    item.title(named(entry))
    item.link(href=entry.url)
    item.published(entry.published)
    item.updated(entry.updated)
    item.author([{"name": a.name, "uri": a.url} for a in bylines(entry)])
    item.category([_category(c.scheme, c.term, c.label) for c in entry.categories])
    item.rights(entry.rights)
    # RSS reads a description as HTML. In this order, as each call overwrites parts of the others.
    item.description(escape(entry.summary, quote=False))
    item.summary(entry.summary or None, type="text")
    item.content(content(entry), type="html")
    return getattr(item, kind)()


def _category(scheme: str, term: str, label: str) -> dict[str, str]:
    return {"scheme": scheme, "term": term, "label": label or term}


class _Head(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    """What feedgen leaves out of a feed's head, and the namespaces of what is added anywhere."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        names = {"media": _MEDIA, "dc": _DC, "dcterms": _TERMS, "fh": _HISTORY}
        return names | {"at": _TOMBSTONES}

    def extend_atom(self, root: Any) -> None:
        self._mark(root)
        for one in self.feed.tombstones:  # RFC 6721, section 3
            gone = {"ref": one.uid.urn, "when": one.gone.isoformat()}
            _sub(root, f"{{{_TOMBSTONES}}}deleted-entry", **gone)

    def extend_rss(self, root: Any) -> None:
        channel = root[0]
        self._mark(channel)
        for rel, href in _onward(self.feed):
            _sub(channel, f"{{{_ATOM}}}link", rel=rel, href=href)
        for one in self.feed.tombstones:
            _add_emptied(channel, one)

    def _mark(self, head: Any) -> None:
        if self.feed.archive:
            _sub(head, f"{{{_HISTORY}}}archive")


def _add_emptied(channel: Any, one: Tombstone) -> None:
    """RSS has no tombstones: who has the item replaces it by one that says nothing more."""
    item = _sub(channel, "item")
    _sub(item, "title").text = one.title
    _sub(item, "description").text = one.words
    _sub(item, "guid", isPermaLink="false").text = one.uid.urn
    _sub(item, "pubDate").text = format_datetime(one.published)
    _sub(item, f"{{{_TERMS}}}modified").text = one.gone.isoformat()


class _Rest(BaseExtension):  # type: ignore[misc]  # feedgen is untyped
    """What feedgen leaves out of an entry, added to the tree it has made of it."""

    entry: Entry

    def extend_atom(self, node: Any) -> None:
        node.set(_LANG, self.entry.lang)
        link = node.find("link")
        link.set("rel", "alternate")
        link.set("type", "text/html")
        self._mark_what_the_diary_says(node)
        self._add_what_feedgen_lacks(node)
        for picture in self.entry.pictures:
            enclosure = _sub(node, "link", rel="enclosure", href=picture.url, **_size(picture))
            if title := picture.caption or picture.alt:
                enclosure.set("title", title)
        _add_media(node, self.entry.pictures)

    def _mark_what_the_diary_says(self, node: Any) -> None:
        """Labels, and the line in the main language, are not in the post's (RFC 4287, 2)."""
        if self.entry.lang == self.entry.feed_lang:
            return
        said = [*node.findall("category"), *(node.findall("summary") if self.entry.gist else [])]
        for element in said:
            element.set(_LANG, self.entry.feed_lang)

    def _add_what_feedgen_lacks(self, node: Any) -> None:
        if self.entry.scribe:
            _sub(_sub(node, "contributor"), "name").text = self.entry.scribe
        if self.entry.about:
            _sub(node, f"{{{_TERMS}}}temporal").text = self.entry.about
        if copied := self.entry.copied_from:  # RFC 4287, section 4.2.11
            _sub(node, "link", rel="via", href=copied.url)
            source = _sub(node, "source")
            _sub(source, "id").text = copied.uid
            _sub(source, "title").text = copied.title
            _sub(source, "link", rel="self", href=copied.feed_url)

    def extend_rss(self, item: Any) -> None:
        if copied := self.entry.copied_from:
            _sub(item, "source", url=copied.feed_url).text = copied.title
        for author in bylines(self.entry):
            _sub(item, f"{{{_DC}}}creator").text = author.name
        _sub(item, f"{{{_DC}}}language").text = self.entry.lang
        _sub(item, f"{{{_TERMS}}}modified").text = self.entry.updated.isoformat()
        for picture in self.entry.pictures[:1]:  # RSS readers know one enclosure
            _sub(item, "enclosure", url=picture.url, **_size(picture))
        _add_media(item, self.entry.pictures)


def _size(picture: FeedPicture) -> dict[str, str]:
    return {"type": picture.media_type, "length": str(picture.length)}


def _add_media(node: Any, pictures: tuple[FeedPicture, ...]) -> None:
    """Media RSS 1.5.1, no `media:group`: that is for renditions of one picture."""
    for picture in pictures:
        attributes = {
            "url": picture.url,
            "type": picture.media_type,
            "medium": "image",
            "fileSize": str(picture.length),
            "width": str(picture.width),
            "height": str(picture.height),
        }
        medium = _sub(node, f"{{{_MEDIA}}}content", **attributes)
        for name, text in (
            ("title", picture.caption),
            ("description", picture.alt),
            ("credit", picture.credit),
        ):
            if text:
                _sub(medium, f"{{{_MEDIA}}}{name}").text = text


def _sub(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, name, attributes)
