"""`import --from pages`: posts rebuilt from saved pages and from what earlier imports found."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from diary.addresses import old_address
from diary.domain.content import MAX_BODY, MAX_LINE, Content
from diary.domain.incoming import Author, Batch, Incoming, LeftOut, Note, kind_of
from diary.domain.reconstruction import (
    Level,
    Rebuilt,
    Trace,
    contradictions,
    from_json,
    near,
    normal,
    rebuild,
    to_json,
)
from diary.models import Origin, Precision
from diary.portability import html_pages, saved, stored_text
from diary.text.films import is_web
from diary.text.languages import LIKELY, guess
from diary.text.plain import slug, tidy, tidy_line

WORLD = "pages"
STAND_IN_DAY = date(1970, 1, 1)
ORIGINS = {
    Level.TITLE: Origin.TITLE,
    Level.TEASER: Origin.TEASER,
    Level.EMBED: Origin.FULL,
    Level.FULL: Origin.FULL,
}


def read(path: Path, lang: str, kept: Mapping[int, Iterable[dict[str, Any]]]) -> Batch:
    """Posts rebuilt from all saved pages below a path and from the evidence kept with posts."""
    notes: list[Note] = []

    def found() -> Iterator[Incoming | LeftOut]:
        new: list[Trace] = []
        for file in saved.files(path):
            for one in traces(file, saved.name_of(file, path)):
                if isinstance(one, LeftOut):
                    yield one
                else:
                    new.append(one)
        posts, said = plan(
            {post: [*from_json(rows)] for post, rows in kept.items()}, new, lang=lang
        )
        notes.extend(said)
        yield from posts

    return Batch(found(), notes=lambda: notes)


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


def plan(
    kept: Mapping[int, Iterable[Trace]], new: Iterable[Trace], *, lang: str = "sv"
) -> tuple[tuple[Incoming, ...], tuple[Note, ...]]:
    """What new traces, with those kept with posts by id, come to; the order of neither counts.

    Posts that no new trace tells of are left out.
    """
    owners = {trace: post_id for post_id, traces in kept.items() for trace in traces}
    told = set(new)
    posts = rebuild([*owners, *told])
    first = min((p.value("dated") for p in posts if p.value("dated")), default=STAND_IN_DAY)
    alike = [(a, b) for a, b in near(posts) if told.intersection((*a.traces, *b.traces))]
    posts = [post for post in posts if told.intersection(post.traces)]
    incoming = [_incoming(post, _owner(post, owners), first, lang) for post in posts]
    incoming.sort(key=lambda item: (item.content.dated, item.key))
    return tuple(incoming), tuple(_notes(posts, alike, owners))


def _owner(post: Rebuilt, owners: Mapping[Trace, int]) -> int | None:
    return min((owners[trace] for trace in post.traces if trace in owners), default=None)


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
        origin=ORIGINS[post.level],
        world=WORLD,
        source_url=next(iter(post.addresses), ""),
        seen_on=source.page,
        slug=next((found for last in lasts if (found := slug(last))), ""),
        addresses=post.addresses,
        evidence=to_json(post.traces),
        post_id=post_id,
    )


def _notes(
    posts: list[Rebuilt],
    alike: Iterable[tuple[Rebuilt, Rebuilt]],
    owners: Mapping[Trace, int],
) -> Iterator[Note]:
    disagree = [
        f"{c.title}: {c.field}: "
        + "; ".join(f"“{value}” ({', '.join(pages)})" for value, pages in c.values)
        for c in contradictions(posts)
    ]
    pairs = [f"{_called(one)} ~ {_called(other)}" for one, other in alike]
    several = [
        f"{_called(post)}: posts {', '.join(map(str, sorted(ids)))}"
        for post in posts
        if len(ids := {owners[trace] for trace in post.traces if trace in owners}) > 1
    ]
    yield "Pages that disagree", tuple(disagree)
    yield "Titles so alike that they may be one post", tuple(pairs)
    yield "Posts here that turn out to be one", tuple(several)


def _called(post: Rebuilt) -> str:
    return f"{post.value('dated') or 'no day'} {post.value('title')}"
