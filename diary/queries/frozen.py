"""What the frozen site needs besides the pages: old addresses, pictures, what search finds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.addresses import picture_path, post_path, short_path
from diary.models import (
    Alias,
    Consent,
    Lab,
    Method,
    Person,
    Picture,
    Post,
    Rendition,
    Revision,
    SearchRow,
    ShownPicture,
)
from diary.queries.aliases import Addressed, kind_of
from diary.queries.cards import cards, rows
from diary.queries.posts import NOT_TAKEN_AWAY, SAID_YES, published
from diary.queries.rows import PostCard
from diary.queries.said import all_names, pieces
from diary.text.stem import Said

AT_ONCE = 500
DOCUMENTS = 50
"""Sequences whose posts share a file of what search shows."""


@dataclass(frozen=True, slots=True)
class File:
    """A rendition of a public picture: where it is seen, and in the store."""

    address: str
    key: str
    bytes: int


def pictures(session: Session, after: int) -> tuple[list[File], int | None]:
    """Files of the pictures of the posts that follow a sequence, and the last sequence of these."""
    shown = (
        published()
        .with_only_columns(Post.sequence, Revision.id)
        .where(Post.sequence > after)
        .order_by(Post.sequence)
        .limit(AT_ONCE)
        .subquery()
    )
    statement = (
        select(Picture.token, Rendition)
        .join(Rendition, Rendition.picture_id == Picture.id)
        .join(Consent, Consent.picture_id == Picture.id)
        .join(ShownPicture, ShownPicture.picture_id == Picture.id)
        .join(shown, shown.c.id == ShownPicture.revision_id)
        .where(SAID_YES, *NOT_TAKEN_AWAY)
        .order_by(Rendition.id)
    )
    files = [
        File(picture_path(token, r.width, r.stamp, r.extension, r.crop), r.key, r.bytes)
        for token, r in session.execute(statement)
    ]
    return files, session.scalar(select(func.max(shown.c.sequence)))


def old_addresses(session: Session) -> Iterator[tuple[str, str]]:
    """Addresses that lead on, and where to: short ones, and what stood elsewhere before."""
    rows = session.execute(published().with_only_columns(Post.short, Post.slug))
    yield from ((short_path(short), post_path(slug or "")) for short, slug in rows)
    for alias, slug in _aliases(session, Post):
        yield f"/{alias}", post_path(slug)
        if "/" not in alias and not alias.startswith("?"):
            yield post_path(alias), post_path(slug)
    named: tuple[tuple[type[Lab | Method | Person], str], ...]
    named = ((Lab, "labs"), (Method, "methods"), (Person, "authors"))
    for kind, folder in named:
        yield from (
            (f"/{folder}/{alias}", f"/{folder}/{slug}") for alias, slug in _aliases(session, kind)
        )


def _aliases(session: Session, kind: type[Addressed]) -> list[tuple[str, str]]:
    out = published().with_only_columns(Post.id)
    statement = (
        select(Alias.slug, kind.slug)
        .join(kind, kind.id == Alias.target_id)
        .where(Alias.kind == kind_of(kind), kind.slug.is_not(None))
        .order_by(Alias.slug)
    )
    if kind is Post:
        statement = statement.where(Post.id.in_(out))
    return [(alias, slug) for alias, slug in session.execute(statement) if slug]


def words(session: Session, after: int) -> Sequence[tuple[int, str]]:
    """The marked words of the posts that follow a sequence, by their sequences."""
    out = published().with_only_columns(Post.id)
    statement = (
        select(SearchRow.sequence, SearchRow.words)
        .where(SearchRow.sequence > after, SearchRow.post_id.in_(out))
        .order_by(SearchRow.sequence)
        .limit(AT_ONCE)
    )
    return [(sequence, found) for sequence, found in session.execute(statement)]


def documents(session: Session, number: int, main: str) -> list[tuple[PostCard, list[Said]]]:
    """The posts that share a file of what search shows, each with all that is said in it."""
    first = number * DOCUMENTS
    within = published().where(Post.sequence >= first, Post.sequence < first + DOCUMENTS)
    names = all_names(session, main)
    found = rows(session, within.order_by(Post.sequence))
    return [(card, list(pieces(card, *names, main))) for card in cards(session, found, main)]
