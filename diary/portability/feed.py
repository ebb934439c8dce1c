"""`import --from feed`: posts from saved documents of a feed, walked on if asked."""

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

from diary.domain.content import Content
from diary.domain.incoming import Author, Batch, Found, Incoming, IncomingPicture, LeftOut
from diary.portability import saved
from diary.portability.feed_documents import Document, Entry, Unreadable, document, walk
from diary.portability.fetching import NotFetched
from diary.portability.html_markdown import read as from_html
from diary.text.films import host
from diary.text.languages import LIKELY, guess
from diary.text.plain import tidy_line

Fetch = Callable[..., bytes]
"""`fetching.fetch`: the bytes at an address, so many at most."""
MAX_DOCUMENT = 50_000_000
"""Bytes."""
GOES_ON = "The feed goes on there; save it beside, or let --fetch walk on"
LONGEST_AGO = datetime.min.replace(tzinfo=UTC)


def read(path: Path | str, lang: str, fetch: Fetch | None = None) -> Batch:
    """The entries of the feed's documents at or below `path`, each in its newest state.

    With `fetch` it is walked on to where the documents lead (RFC 5005); then `path` may be the
    feed's address.
    """
    if isinstance(path, str):
        return Batch(_walked([path], fetch, lang, ()))
    newest: dict[str, datetime] = {}
    onward: dict[str, None] = {}
    here: set[str] = set()
    for found in _documents(path):
        if isinstance(found, Document):
            onward |= dict.fromkeys(found.onward)
            here.add(found.itself)
            for entry in found.entries:
                newest[entry.id] = max(newest.get(entry.id, LONGEST_AGO), _state(entry))
    posts = chain(_saved(path, lang, newest), _walked(onward, fetch, lang, newest))
    if fetch:
        return Batch(posts)
    lacking = [address for address in onward if address not in here]
    return Batch(posts, len(newest), notes=lambda: [(GOES_ON, lacking)])


def _saved(path: Path, lang: str, newest: dict[str, datetime]) -> Found:
    """A second reading, so that a long feed is never in memory whole."""
    done: set[str] = set()
    for found in _documents(path):
        if isinstance(found, LeftOut):
            yield found
            continue
        for entry in found.entries:
            if newest[entry.id] == _state(entry) and entry.id not in done:
                done.add(entry.id)
                yield _post(entry, lang)
        yield from _without_words(found)


def _walked(starts: Iterable[str], fetch: Fetch | None, lang: str, known: Container[str]) -> Found:
    """Going back, the first state of an entry is its newest (RFC 5005, section 4.2)."""
    if fetch is None:
        return
    done: set[str] = set()
    for start in starts:
        try:
            for found in walk(start, partial(fetch, limit=MAX_DOCUMENT)):
                for entry in found.entries:
                    if entry.id not in known and entry.id not in done:
                        done.add(entry.id)
                        yield _post(entry, lang)
                yield from _without_words(found)
        except (NotFetched, Unreadable) as why:
            yield LeftOut(start, f"the feed could not be walked to its end: {why}")


def _documents(path: Path) -> Iterator[Document | LeftOut]:
    for file in saved.files(path):
        name = saved.name_of(file, path)
        if file.stat().st_size > MAX_DOCUMENT:
            yield LeftOut(name, f"larger than {MAX_DOCUMENT // 1_000_000} MB")
            continue
        try:
            found = document(file.read_bytes())
        except Unreadable as wrong:
            yield LeftOut(name, str(wrong))
            continue
        yield found
        if found.cut:
            yield LeftOut(name, "the file ends in the middle; what stands whole in it is taken")


def _without_words(found: Document) -> Iterator[LeftOut]:
    return (LeftOut(one, "there is no word in it") for one in found.skipped)


def _state(entry: Entry) -> datetime:
    return entry.updated or entry.published or LONGEST_AGO


def _post(entry: Entry, lang: str) -> Incoming | LeftOut:
    if entry.published is None:
        return LeftOut(entry.title or entry.id, "it names no day")
    world = f"feed/{host(entry.url) or 'site'}"
    body, shown = from_html(entry.html, entry.url)
    beside = (IncomingPicture(source=one) for one in entry.pictures)
    pictures = {picture.source: picture for picture in (*beside, *shown)}
    title = tidy_line(entry.title)
    said = entry.lang.partition("-")[0].lower()
    return Incoming(
        key=f"feed/{entry.id}",
        world=world,
        content=Content(
            dated=entry.published.date(),
            title=title,
            body=body,
            lang=said if said in LIKELY else guess(f"{title}\n{body}", LIKELY, lang),
        ),
        authors=tuple(Author(name=tidy_line(name)) for name in entry.authors),
        pictures=tuple(pictures.values()),
        tags=entry.tags,
        source_url=entry.url,
        addresses=(entry.url,) if entry.url else (),
        published_at=entry.published,
    )
