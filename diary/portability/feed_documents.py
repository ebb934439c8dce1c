"""A document of a feed: Atom (RFC 4287), RSS 2.0 or JSON Feed 1.1; walked as RFC 5005 says."""

import json
import re
from calendar import timegm
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser
from markupsafe import escape

from diary.text.films import joined

LONGEST_WALK = 10_000
"""Documents of one feed; what goes on longer leads in circles."""
_ONWARD = ("prev-archive", "next")
"""Where what is older stands: RFC 5005, sections 4 and 3."""


_ROOT = re.compile(rb"<((?:\w+:)?(?:rss|feed|RDF))\b")
_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")


class Unreadable(ValueError):
    """A document is no feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a feed: its id there, the address it stands at, and its words as HTML."""

    id: str
    url: str
    title: str
    html: str
    lang: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    """Addresses of pictures that stand beside the words."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a feed, its entries as they stand in it, and where it says to go on."""

    title: str
    entries: tuple[Entry, ...]
    onward: tuple[str, ...] = ()
    itself: str = ""
    """The address it says it stands at (RFC 4287, section 4.2.7.2)."""
    skipped: tuple[str, ...] = field(default=())
    """Entries without a word, by their ids."""
    cut: bool = False
    """Whether it ends in the middle; an entry that is not whole is left out."""


def document(data: bytes, address: str = "") -> Document:
    """A feed's document; relative addresses are of `address`. Raises Unreadable."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json(data, address)
    parsed = feedparser.parse(
        data,
        response_headers={
            "content-location": address,
            "content-type": "application/xml",  # for its charset (RFC 7303, section 3)
        },
    )
    if not parsed.get("version"):
        raise Unreadable("There is no feed in it.")
    root = _ROOT.search(data)
    cut = root is not None and b"</" + root[1] not in data
    whole = len(_END.findall(data)) if cut else None
    found = _document(
        parsed.feed.get("title", ""),
        [_entry(one, parsed.feed) for one in parsed.entries[:whole]],
        [one for rel in _ONWARD for one in _links(parsed.feed, rel)],
        address,
    )
    return replace(found, cut=cut, itself=next(iter(_links(parsed.feed, "self")), ""))


def _links(feed: Mapping[str, Any], rel: str) -> list[str]:
    return [link.get("href", "") for link in feed.get("links", ()) if link.get("rel") == rel]


def walk(start: str, fetch: Callable[[str], bytes]) -> Iterator[Document]:
    """The documents of a feed from its newest on, each once.

    An id that comes again is an older state of an entry (RFC 5005, section 4.2): only the first
    is the caller's to keep. `fetch` gives the bytes at an address. Raises Unreadable for a start
    that is no feed; one that is missing further on ends the walk by what `fetch` raises.
    """
    waiting, seen = [start], set[str]()
    while waiting and len(seen) < LONGEST_WALK:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        found = document(fetch(address), address)
        yield found
        waiting += [one for one in reversed(found.onward) if one not in seen]


def _document(
    title: str, entries: Sequence[Entry], onward: Sequence[str], address: str
) -> Document:
    kept = tuple(one for one in entries if one.title or one.html)
    return Document(
        title,
        kept,
        tuple(dict.fromkeys(joined(address, one) for one in onward if one)),
        skipped=tuple(one.id for one in entries if not (one.title or one.html)),
    )


# ---------------------------------------------------------------- Atom and RSS


def _entry(one: Mapping[str, Any], feed: Mapping[str, Any]) -> Entry:
    contents = one.get("content") or [one.get("summary_detail") or {}]
    best = next((c for c in contents if "html" in c.get("type", "")), contents[0])
    beside = [*one.get("enclosures", ()), *one.get("media_content", ())]
    return Entry(
        id=one.get("id") or one.get("link", ""),
        url=one.get("link", ""),
        title=one.get("title", ""),
        html=_as_html(best),
        lang=best.get("language") or feed.get("language") or "",
        published=_moment(_get(one, "published_parsed") or _get(one, "updated_parsed")),
        updated=_moment(_get(one, "updated_parsed")),
        authors=tuple(name for a in one.get("authors", ()) if (name := a.get("name", ""))),
        tags=tuple(tag.get("label") or tag.get("term") or "" for tag in one.get("tags", ())),
        pictures=tuple(
            dict.fromkeys(
                b.get("href") or b.get("url", "")
                for b in beside
                if str(b.get("type") or b.get("medium", "")).startswith("image")
            )
        ),
    )


def _as_html(content: Mapping[str, Any]) -> str:
    words = str(content.get("value", ""))
    return words if "html" in content.get("type", "html") else _paragraphs(words)


def _paragraphs(words: str) -> str:
    return "".join(f"<p>{escape(part.strip())}</p>" for part in words.split("\n\n") if part.strip())


def _get(one: Mapping[str, Any], name: str) -> struct_time | None:
    # feedparser's own way of asking warns where a feed does not say when an entry was changed.
    return one[name] if name in one else None  # noqa: SIM401


def _moment(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- JSON Feed


def _json(data: bytes, address: str) -> Document:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("The document is no JSON.") from wrong
    if "jsonfeed.org" not in str(feed.get("version", "")):
        raise Unreadable("The JSON document is no feed.")
    lang = str(feed.get("language") or "")
    try:
        entries = [_item(one, lang, address) for one in feed.get("items") or () if _is_map(one)]
    except (AttributeError, TypeError) as wrong:
        raise Unreadable("Its items are not as JSON Feed 1.1 has them.") from wrong
    title, onward = str(feed.get("title") or ""), [str(feed.get("next_url") or "")]
    found = _document(title, entries, onward, address)
    return replace(found, itself=str(feed.get("feed_url") or ""))


def _is_map(one: object) -> bool:
    return isinstance(one, Mapping)


def _item(one: Mapping[str, Any], lang: str, address: str) -> Entry:
    authors = one.get("authors") or [one.get("author") or {}]
    beside = [one.get("image"), *(a.get("url") for a in one.get("attachments") or () if _shown(a))]
    published = _instant(one.get("date_published"))
    return Entry(
        id=str(one.get("id") or one.get("url") or ""),
        url=joined(address, str(one.get("url") or "")),
        title=str(one.get("title") or ""),
        html=str(one.get("content_html") or _paragraphs(str(one.get("content_text") or ""))),
        lang=str(one.get("language") or lang),
        published=published or _instant(one.get("date_modified")),
        updated=_instant(one.get("date_modified")) or published,
        authors=tuple(str(a["name"]) for a in authors if a.get("name")),
        tags=tuple(str(tag) for tag in one.get("tags") or ()),
        pictures=tuple(dict.fromkeys(filter(None, (joined(address, str(u)) for u in beside if u)))),
    )


def _shown(attachment: Mapping[str, Any]) -> bool:
    return str(attachment.get("mime_type", "")).startswith("image/")


def _instant(text: object) -> datetime | None:
    """A moment as RFC 3339 writes it."""
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
