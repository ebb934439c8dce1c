"""What is wrong with how a feed goes on and forgets (none: nothing), for both kinds of XML.

RFC 5005: paged feeds (section 3) and archived ones (section 4). RFC 6721: deleted entries.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "fh": "http://purl.org/syndication/history/1.0",
    "at": "http://purl.org/atompub/tombstones/1.0",
}
ARCHIVE = {"prev-archive", "next-archive"}
PAGES = {"first", "previous", "next", "last"}


def history_faults(feed: Any) -> list[str]:
    """`feed` is Atom's root or RSS's channel."""
    return [*_marks(feed), *_ways_on(feed), *_tombstones(feed)]


def _marks(feed: Any) -> Iterator[str]:
    marks = [*feed.iterfind("fh:archive", NS), *feed.iterfind("fh:complete", NS)]
    if len(marks) > 1:
        yield "more than one of fh:archive and fh:complete"
    if any(len(mark) or mark.text or mark.attrib for mark in marks):
        yield "something stands in fh:archive or fh:complete"


def _ways_on(feed: Any) -> Iterator[str]:
    links = [(link.get("rel"), link.get("href")) for link in feed.iterfind("a:link", NS)]
    rels = Counter(rel for rel, _ in links if rel in ARCHIVE | PAGES | {"current"})
    here = {href for rel, href in links if rel == "self"}
    archived = feed.find("fh:archive", NS) is not None
    yield from (f"{rel} twice" for rel, times in rels.items() if times > 1)
    for rel, href in links:
        if rel in ARCHIVE | {"previous", "next"} and href in here:
            yield f"{rel} leads back to the document itself"
    if (archived or rels.keys() & ARCHIVE) and rels.keys() & PAGES:
        yield "an archived feed with pages"
    if feed.find("fh:complete", NS) is not None and rels:
        yield "a complete feed that goes on"
    yield from _archive(archived, set(rels), dict(links))


def _archive(archived: bool, rels: set[str], links: dict[str, str]) -> Iterator[str]:
    if "next-archive" in rels and not archived:
        yield "next-archive outside an archive document"
    if archived and "current" not in rels:
        yield "an archive document that does not name the current one"
    if archived and links.get("current") == links.get("self"):
        yield "an archive document that takes itself for the current one"
    if "current" in rels and not archived and not rels & PAGES:
        yield "current where nothing is but the current"


def _tombstones(feed: Any) -> Iterator[str]:
    deleted = feed.findall(".//at:deleted-entry", NS)
    alive = {node.text for node in feed.iterfind("a:entry/a:id", NS)}
    times = Counter(node.get("ref") for node in deleted)
    yield from (f"{ref} deleted twice" for ref, count in times.items() if count > 1)
    yield from (f"{ref} deleted and alive" for ref in times if ref in alive)
    for node in deleted:
        if node.getparent() is not feed:
            yield "a deleted entry outside the feed"
        if not re.match(r"[a-z][a-z0-9+.-]*:\S", node.get("ref", "")):
            yield f"deleted: {node.get('ref')!r}"
        yield from _when(node.get("when", ""))


def _when(text: str) -> Iterator[str]:
    try:
        fine = "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        fine = False
    if not fine:
        yield f"deleted at {text!r}"
