"""Bringing posts in from elsewhere: once each, in their old order, with no letter and no ping."""

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_short, uid_of
from diary.domain.content import BylineContent, Content
from diary.domain.journal import record
from diary.domain.publishing import free_slug, go_public, touch
from diary.domain.revisions import newest, snapshot
from diary.models import (
    Alias,
    Kind,
    Lab,
    Origin,
    Person,
    Post,
    Provenance,
    Revision,
    Status,
)
from diary.text.plain import slug as slug_of

NOON = time(12, tzinfo=UTC)
_RESIDENT = r"(boende|ungdom i|gymnasieelev)\b"
_RESEARCHERS = ("gästforskare", "följeforskare", "malmö universitet")
_PARTNERS = (
    "volontär", "föreningen", "hyresgästföreningen", "körledare", "konstnär", "kursledare",
    "biodlare", "samtalsledare", "ledare för läslandet",
)  # fmt: skip


class Outcome(enum.StrEnum):
    """What became of a post that was brought in."""

    NEW = "new"
    FILLED = "filled in"
    SAME = "as before"
    LEFT = "left alone"
    """Somebody has worked on it here since, or it was taken down or forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A post from elsewhere. `key` names it there for good; bylines name no persons yet.

    Persons of one `world` with one name are one; two worlds' are two. `addresses` are where it
    once stood, as paths. `post_id` is the post it is known to be, whatever its key.
    """

    key: str
    content: Content
    origin: Origin
    world: str
    source_url: str = ""
    seen_on: str = ""
    slug: str = ""
    addresses: tuple[str, ...] = ()
    published_at: datetime | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    post_id: int | None = None


def kind_of(role: str, organisation: str = "") -> Kind:
    """What a person is to the project, judged from the words of the role."""
    words = f"{role} {organisation}".lower()
    if re.match(_RESIDENT, words):
        return Kind.RESIDENT
    for kind, signs in ((Kind.RESEARCHER, _RESEARCHERS), (Kind.PARTNER, _PARTNERS)):
        if any(sign in words for sign in signs):
            return kind
    return Kind.STAFF


def person(
    session: Session, world: str, byline: BylineContent, now: datetime, lab: str = ""
) -> Person:
    """The person of a name within a world, made the first time."""
    uid = uid_of(f"{world}/person/{byline.name}")
    found = session.scalar(select(Person).where(Person.uid == uid))
    if found is None:
        found = Person(
            uid=uid,
            name=byline.name,
            role=byline.role,
            kind=byline.kind,
            lab_id=session.scalar(select(Lab.id).where(Lab.slug == lab)),
            created_at=now,
        )
        session.add(found)
        session.flush()
    return found


def bring_in(session: Session, item: Incoming, now: datetime, *, publish: bool) -> Outcome:
    """Make the post, or fill in what is there; done again it changes nothing.

    Whoever brings in many does so in order of `dated`, so that their sequences are.
    """
    known = _known(session, item)
    if known is None:
        _make(session, item, now, publish=publish)
        return Outcome.NEW
    return _fill_in(session, known, item, now, publish=publish)


def _known(session: Session, item: Incoming) -> Provenance | None:
    if item.post_id is not None:
        return session.get(Provenance, item.post_id)
    return session.scalar(select(Provenance).where(Provenance.key == item.key))


def _make(session: Session, item: Incoming, now: datetime, *, publish: bool) -> None:
    content = item.content
    post = Post(
        uid=uid_of(item.key),
        short=new_short(),
        dated=content.dated,
        precision=content.precision,
        created_at=now,
        status=Status.DRAFT,
        published_at=item.published_at or datetime.combine(content.dated, NOON),
        provenance=Provenance(origin=item.origin, key=item.key),
    )
    session.add(post)
    session.flush()
    post.slug = free_slug(session, item.slug or slug_of(content.title), post.short)
    _put(session, post, item, now, publish=publish)


def _put(session: Session, post: Post, item: Incoming, now: datetime, *, publish: bool) -> None:
    revision = snapshot(session, post, _with_persons(session, item, now), now)
    if publish or post.status is Status.PUBLISHED:
        told = post.status is Status.PUBLISHED
        go_public(session, post, revision, now, zone=None)
        post.status = Status.PUBLISHED
        if told:
            touch(session, post, now)
    else:
        post.waiting_id, post.submitted_at = revision.id, post.submitted_at or now
        post.status = Status.SUBMITTED
    assert post.provenance is not None  # noqa: S101 (whoever calls has seen it)
    _note(post.provenance, item)
    _keep_addresses(session, post, item.addresses)
    record(session, "import", now, actor_id=None, post_id=post.id, revision_id=revision.id)


def _fill_in(
    session: Session, known: Provenance, item: Incoming, now: datetime, *, publish: bool
) -> Outcome:
    post = session.get_one(Post, known.post_id)
    present = newest(session, post)
    if (item.evidence and not known.evidence) or not _is_ours(post, present):
        return Outcome.LEFT
    out = post.status is Status.PUBLISHED
    if _same(present, item.content) and (out or not publish):
        _note(known, item)
        _keep_addresses(session, post, item.addresses)
        return Outcome.SAME
    if not out:
        post.published_at = item.published_at or datetime.combine(item.content.dated, NOON)
    _put(session, post, item, now, publish=publish)
    return Outcome.FILLED


def _is_ours(post: Post, present: Revision) -> bool:
    """Whether nobody has touched it here, so that a better trace may fill it in."""
    return present.made_by_id is None and post.status in {Status.SUBMITTED, Status.PUBLISHED}


def _same(revision: Revision, content: Content) -> bool:
    bylines = [(byline.name, byline.role) for byline in revision.bylines]
    return (
        revision.title, revision.body, revision.dated, revision.precision, revision.lang,
        revision.gist, revision.voice, revision.lab.slug if revision.lab else "",
        {method.slug for method in revision.methods}, bylines,
    ) == (
        content.title, content.body, content.dated, content.precision, content.lang,
        content.gist, content.voice, content.lab, set(content.methods),
        [(byline.name, byline.role) for byline in content.bylines],
    )  # fmt: skip


def _note(known: Provenance, item: Incoming) -> None:
    known.origin, known.source_url, known.seen_on = item.origin, item.source_url, item.seen_on
    if known.evidence != item.evidence:
        known.evidence = item.evidence


def _with_persons(session: Session, item: Incoming, now: datetime) -> Content:
    content = item.content
    bylines = (
        replace(byline, person_id=person(session, item.world, byline, now, content.lab).id)
        for byline in content.bylines
    )
    return replace(content, bylines=tuple(bylines))


def _keep_addresses(session: Session, post: Post, addresses: Iterable[str]) -> None:
    """Where it once stood leads on to where it stands; the first to come has an address."""
    for address in addresses:
        if address != post.slug and session.get(Alias, ("post", address)) is None:
            session.add(Alias(kind="post", slug=address, target_id=post.id))
            session.flush()
