"""Posts: what is public, what somebody may see, and how rows become cards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, joinedload

from diary.models import (
    Byline,
    Claim,
    Consent,
    Decision,
    Picture,
    Post,
    Precision,
    Provenance,
    PublicFile,
    Rendition,
    Revision,
    RevisionMethod,
    ShownPicture,
    Status,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts somebody may see besides the published ones; `domain.policy` makes it."""

    everything: bool = False
    owner_id: int | None = None
    lab_ids: tuple[int, ...] = ()


NOBODY = Scope()
AT_ONCE = (joinedload(Revision.lab), joinedload(Post.provenance).joinedload(Provenance.mirror))
"""What a card needs and a join brings along."""

OUT = Status.PUBLISHED
PUBLIC = Post.status == OUT
"""What is public: said here, and nowhere else among the queries."""

GONE = Post.sequence.is_not(None) & Post.status.in_([one for one in Status if one is not OUT])
"""What was public and is not any more: taken down, or let out and taken back at once."""

NOT_TAKEN_AWAY = (Picture.hidden_at.is_(None), Picture.recalled_at.is_(None))

SAID_YES = Consent.withdrawn_at.is_(None) & func.coalesce(
    # Nobody who can be recognised, or all of them with a yes; before a moderator decides, the
    # writer's word holds, as for what a trusted author publishes.
    Consent.decision.in_((Decision.NOBODY, Decision.YES)),
    Consent.claim.in_((Claim.NOBODY, Claim.YES)),
)
"""Whether a picture may be shown for what is known of the people in it."""

PICTURED = exists().where(
    ShownPicture.revision_id == Post.live_id,
    ShownPicture.picture_id == Picture.id,
    Consent.picture_id == Picture.id,
    SAID_YES,
    *NOT_TAKEN_AWAY,
)
"""Whether readers see any picture with a post."""

OUTSIDE = exists().where(
    PublicFile.rendition_id == Rendition.id, PublicFile.stamp == Rendition.stamp, PublicFile.there
)
"""Whether the public store has a copy of a rendition."""

SHOWS_PEOPLE = func.coalesce(Consent.decision == Decision.YES, Consent.claim == Claim.YES)
"""Whether somebody in a picture that may be shown can be recognised."""


@cache
def published() -> Select[Post, Revision]:
    """All published posts with their live revision: every public list begins here."""
    return select(Post, Revision).join(Revision, Post.live_id == Revision.id).where(PUBLIC)


def those(ids: Any) -> Select[Post, Revision]:
    """The published posts among those with these ids, or with those of a parameter.

    Whether they are public is asked as no index answers it: SQLite keeps no statistics, and would
    go through all that is public as soon as the ids are ten.
    """
    chosen = select(Post, Revision).join(Revision, Post.live_id == Revision.id)
    return chosen.where(Post.id.in_(ids), PUBLIC.is_(True))


Headings = Select[str | None, str, date, Precision, str]


def headings(chosen: Select[Post, Revision] | None = None) -> Headings:
    """What all published posts, or the chosen, are called, as `Neighbour` has it."""
    return (published() if chosen is None else chosen).with_only_columns(
        Post.slug, Revision.heading, Post.dated, Post.precision, Revision.lang
    )


@cache
def gone() -> Select[Post, Revision]:
    """All posts that were public and are not any more, with the revision last seen, if kept."""
    return select(Post, Revision).outerjoin(Revision, Post.live_id == Revision.id).where(GONE)


Among = Callable[[], Select[Post, Revision]]
"""Of which posts: `published`, or `gone`."""


def visible_to(scope: Scope) -> ColumnElement[bool]:
    """What `scope` lets somebody see whether published or not; a draft is its owner's alone."""
    own = Post.owner_id == scope.owner_id if scope.owner_id is not None else false()
    theirs = true() if scope.everything else Post.lab_id.in_(scope.lab_ids)
    return or_(own, and_(theirs, Post.status != Status.DRAFT))


@lru_cache
def in_lab(lab_id: int, among: Among = published) -> Select[Post, Revision]:
    """The published posts of a lab."""
    return among().where(Post.lab_id == lab_id)


@lru_cache
def with_method(method_id: int, among: Among = published) -> Select[Post, Revision]:
    """The published posts that name a method."""
    named = select(RevisionMethod.revision_id).where(RevisionMethod.method_id == method_id)
    return among().where(Post.live_id.in_(named))


@lru_cache
def by_person(person_id: int, among: Among = published) -> Select[Post, Revision]:
    """The published posts that carry a person's byline."""
    signed = select(Byline.revision_id).where(Byline.person_id == person_id)
    return among().where(Post.live_id.in_(signed))


def fetch(session: Session, chosen: Select[Post, Revision]) -> list[tuple[Post, Revision]]:
    """Posts with a revision each, and with them what a card needs."""
    return [(post, revision) for post, revision in session.execute(chosen.options(*AT_ONCE))]


def slug_of(session: Session, short: str) -> str | None:
    """The slug of the published post with this short address."""
    statement = published().with_only_columns(Post.slug)
    return session.scalar(statement.where(Post.short == short))


def was_public(session: Session, *, slug: str | None = None, short: str | None = None) -> bool:
    """Whether a withdrawn post once stood at an address."""
    at = Post.slug == slug if slug is not None else Post.short == short
    return session.scalar(select(Post.id).where(at, Post.status == Status.WITHDRAWN)) is not None
