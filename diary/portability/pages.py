"""`import --from pages`: posts rebuilt from saved pages and from what earlier imports found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from diary.addresses import old_address
from diary.domain.content import MAX_BODY, MAX_LINE, Content
from diary.domain.incoming import Author, Batch, Incoming, IncomingPicture, LeftOut, Note, kind_of
from diary.domain.reconstruction import (
    Level,
    Rebuilt,
    Trace,
    contradictions,
    from_json,
    near,
    normal,
    to_json,
)
from diary.models import Origin, Precision
from diary.portability import html_pages, saved, stored_text
from diary.portability.spool import Spool
from diary.text.films import is_web
from diary.text.languages import LIKELY, guess
from diary.text.plain import slug, tidy, tidy_line

WORLD = "pages"
STAND_IN_DAY = date(1970, 1, 1)
ORIGINS = {
    Level.TITLE: Origin.TITLE,
    Level.TEASER: Origin.TEASER,
    Level.EMBED: Origin.TEASER,
    Level.FULL: Origin.FULL,
}


def read(path: Path, lang: str, kept: Iterable[tuple[int, list[dict[str, Any]]]] = ()) -> Batch:
    """Posts rebuilt from all saved pages below a path and from the evidence kept with posts."""
    spool, files = Spool(), saved.files(path)
    notes: list[Note] = []
    left_out: list[LeftOut] = []

    def reading() -> Iterator[Path]:
        for post_id, rows in kept:
            for trace in from_json(rows):
                spool.add(trace, post_id)
        for file in files:
            for one in traces(file, saved.name_of(file, path)):
                if isinstance(one, LeftOut):
                    left_out.append(one)
                else:
                    spool.add(one)
            yield file

    def found() -> Iterator[Incoming | LeftOut]:
        with spool:
            yield from left_out
            yield from plan(spool, notes, lang)

    return Batch(found(), notes=lambda: notes, reading=reading(), files=len(files))


def traces(file: Path, name: str) -> Iterator[Trace | LeftOut]:
    """All that one file says; a page that shows no post is left out."""
    for page in saved.pages(file, name):
        if isinstance(page, LeftOut):
            yield page
            continue
        address = page.address if is_web(page.address) else ""
        find = html_pages.traces if page.html else stored_text.traces
        found = find(page.text, page.name, address)
        yield from found
        if not found:
            yield LeftOut(page.name, "no post with a day and a title in it")


@dataclass(frozen=True, slots=True)
class _Head:
    """A post in short: what all are put in order and compared by."""

    dated: date | None
    title: str
    group: list[int]
    told: bool


def plan(spool: Spool, notes: list[Note], lang: str = "sv") -> Iterator[Incoming]:
    """The posts that traces come to, in order of day, whatever order they came in; and notes.

    Posts that no new trace tells of are left out.
    """
    strange: list[str] = []
    heads = sorted(_heads(spool, strange), key=lambda h: (h.dated or date.max, normal(h.title)))
    first = next((head.dated for head in heads if head.dated), STAND_IN_DAY)
    pairs = near((head.dated, head.title) for head in heads)
    alike = [
        f"{_called(heads[one])} ~ {_called(heads[other])}"
        for one, other in pairs
        if heads[one].told or heads[other].told
    ]
    disagree: list[str] = []
    several: list[str] = []
    undated = [head for head in heads if head.dated is None]
    for head in (*undated, *(head for head in heads if head.dated)):
        if not head.told:
            continue
        post, owners = spool.post(head.group), spool.owners(head.group)
        disagree += _disagreements(post)
        if len(owners) > 1:
            several.append(f"{_called(head)}: posts {', '.join(map(str, owners))}")
        yield _incoming(post, next(iter(owners), None), first, lang)
    notes += [
        ("Pages that disagree", disagree),
        ("Titles so alike that they may be one post", alike),
        ("Posts here that turn out to be one", several),
        ("Posts of other sites that pages show or quote, not taken", sorted(strange)),
    ]


def _heads(spool: Spool, strange: list[str]) -> Iterator[_Head]:
    for group in spool.groups():
        post = spool.post(group)
        if spool.strange(post):
            strange.append(post.value("address"))
            continue
        yield _Head(post.value("dated"), post.value("title"), group, spool.told(group))


def _disagreements(post: Rebuilt) -> Iterator[str]:
    for one in contradictions([post]):
        said = "; ".join(f"“{value}” ({', '.join(pages)})" for value, pages in one.values)
        yield f"{one.title}: {one.field}: {said}"


def _called(head: _Head) -> str:
    return f"{head.dated or 'no day'} {head.title}"


def _incoming(post: Rebuilt, post_id: int | None, first: date, lang: str) -> Incoming:
    dated, title, body = post.value("dated"), post.value("title"), tidy(post.value("body"))
    author, role = post.value("author"), post.value("role")
    byline = Author(
        name=tidy_line(author, MAX_LINE),
        role=tidy_line(role, MAX_LINE),
        kind=kind_of(role, post.value("organisation")),
    )
    lasts = [old_address(address).rpartition("/")[2] for address in post.addresses]
    content = Content(
        dated=dated or first,
        precision=Precision.DAY if dated else Precision.UNKNOWN,
        title=tidy_line(title, MAX_LINE),
        body=body[:MAX_BODY],
        lang=guess(f"{title}\n{body}", LIKELY, lang),
    )
    source = post.source("body") or post.traces[0]
    return Incoming(
        key=f"{WORLD}/{dated or ''}/{normal(title)}",
        content=content,
        authors=(byline,) if author else (),
        pictures=tuple(
            IncomingPicture(source=one.source, alt=one.alt, credit=one.credit)
            for one in post.value("pictures")
        ),
        tags=post.value("tags"),
        origin=ORIGINS[post.level],
        world=WORLD,
        source_url=next(iter(post.addresses), ""),
        seen_on=source.page,
        slug=next((found for last in lasts if (found := slug(last))), ""),
        addresses=post.addresses,
        evidence=to_json(post.traces),
        post_id=post_id,
    )
