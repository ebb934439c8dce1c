"""What search engines are told of: the public posts in parts, and the other pages' addresses."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from diary.models import (
    UNDATED,
    Consent,
    Kind,
    Lab,
    Method,
    Person,
    Picture,
    Post,
    Provenance,
    Rendition,
    Revision,
    RevisionMethod,
    ShownPicture,
)
from diary.queries.posts import NOT_TAKEN_AWAY, OUTSIDE, SAID_YES, SHOWS_PEOPLE, published
from diary.queries.rows import RenditionView

PART = 10_000
"""Posts in one file; the protocol takes 50,000 addresses and 50 MB (sitemaps.org)."""

CHANGED = func.coalesce(Post.updated_at, Post.published_at)


@dataclass(frozen=True, slots=True)
class Part:
    """A file's worth of sequences, `PART` each, the first one 1; and when its posts changed."""

    number: int
    count: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A post's page; `images` with their tokens, none where one shows somebody recognisable."""

    slug: str
    changed: datetime
    languages: tuple[str, ...]
    images: tuple[tuple[str, RenditionView], ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Slugs of labs, methods and authors that may be found, with their newest post's time."""

    labs: dict[str, datetime | None]
    methods: dict[str, datetime | None]
    authors: tuple[str, ...]


def _originals() -> Select[Post, Revision]:
    """What is published here first: search engines are led to the originals of all else."""
    copies = select(Provenance.post_id).where(Provenance.mirror_id.is_not(None))
    return published().where(Post.id.not_in(copies))


def parts(session: Session) -> list[Part]:
    """The parts that have posts."""
    # Grouped by its name, as PostgreSQL takes the same sum with other parameters for another.
    number = ((func.coalesce(Post.sequence, 1) - 1) // PART + 1).label("number")
    columns = _originals().with_only_columns(number, func.count(), func.max(CHANGED))
    statement = columns.group_by("number").order_by("number")
    return [Part(*row) for row in session.execute(statement)]


def addresses(session: Session, first: int, last: int) -> list[Address]:
    """The posts of some parts in order of their sequence: two queries."""
    within = _originals().where(Post.sequence > (first - 1) * PART, Post.sequence <= last * PART)
    images = _images(session, within)
    columns = (Revision.id, Post.slug, CHANGED, Revision.lang, Revision.second_lang)
    found = session.execute(within.with_only_columns(*columns).order_by(Post.sequence))
    return [
        Address(slug or "", changed, tuple(dict.fromkeys(filter(None, langs))), images[live])
        for live, slug, changed, *langs in found
    ]


def _images(
    session: Session, within: Select[Post, Revision]
) -> defaultdict[int, tuple[tuple[str, RenditionView], ...]]:
    size = (Rendition.width, Rendition.height, Rendition.extension, Rendition.media_type)
    columns = (Revision.id, SHOWS_PEOPLE, Picture.token, OUTSIDE, *size, Rendition.stamp)
    statement = (
        within.with_only_columns(*columns, Rendition.bytes)
        .join(ShownPicture, ShownPicture.revision_id == Revision.id)
        .join(Picture, Picture.id == ShownPicture.picture_id)
        .join(Consent, Consent.picture_id == Picture.id)
        .join(Rendition, Rendition.picture_id == Picture.id)
        .where(Rendition.extension == "jpg", SAID_YES, *NOT_TAKEN_AWAY)
        .order_by(ShownPicture.position)
    )
    found: defaultdict[int, tuple[tuple[str, RenditionView], ...]] = defaultdict(tuple)
    of_people = set()
    for live, people, token, outside, *view in session.execute(statement):
        found[live] += ((token, replace(RenditionView(*view), outside=outside)),)
        if people:
            of_people.add(live)
    for live in of_people:
        found[live] = ()
    return found


def days(session: Session) -> list[date]:
    """The days that posts are about."""
    columns = published().with_only_columns(Post.dated).where(Post.dated < UNDATED)
    return list(session.scalars(columns.distinct().order_by(Post.dated)))


def places(session: Session) -> Places:
    """Labs and methods, and the authors whose pages search engines may keep."""
    named = published().join(RevisionMethod, RevisionMethod.revision_id == Post.live_id)
    by_lab = _newest(session, published(), Post.lab_id)
    by_method = _newest(session, named, RevisionMethod.method_id)
    labs = select(Lab.id, Lab.slug).where(Lab.archived_at.is_(None)).order_by(Lab.id)
    methods = select(Method.id, Method.slug).order_by(Method.id)
    authors = select(Person.slug).where(
        Person.slug.is_not(None), Person.archived_at.is_(None), Person.kind != Kind.RESIDENT
    )
    return Places(
        {slug: by_lab.get(lab_id) for lab_id, slug in session.execute(labs)},
        {slug: by_method.get(method_id) for method_id, slug in session.execute(methods)},
        tuple(slug for slug in session.scalars(authors) if slug),
    )


def _newest(
    session: Session, chosen: Select[Post, Revision], key: InstrumentedAttribute[Any]
) -> dict[int, datetime]:
    statement = chosen.with_only_columns(key, func.max(CHANGED)).group_by(key)
    return {found: changed for found, changed in session.execute(statement) if found}
