"""What moderators alone see: yeses that stand, names never shown, pictures to decide about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from diary.models import (
    Consent,
    Given,
    Lab,
    NeverShow,
    Origin,
    Picture,
    Post,
    Provenance,
    Revision,
    StandingConsent,
    Use,
)
from diary.queries.cards import without_words
from diary.queries.posts import Scope, visible_to
from diary.queries.rows import LabRef, PictureView, lab_ref

SHOWN = 200
A_PAGE = 60
"""Undecided pictures, to be decided together."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A yes that stands, as its list shows it; `pictures` were decided by it."""

    id: int
    uid: UUID
    name: str
    guardian: str
    lab: LabRef | None
    given: Given
    use: Use
    until: date | None
    has_paper: bool
    state: str
    """`holds`, `unsigned` (its paper is to come), `ended` or `withdrawn`."""
    pictures: int


def standing(session: Session, scope: Scope, today: date, lang: str) -> tuple[Standing, ...]:
    """The yeses of the labs somebody looks after: those that hold first, by name."""
    theirs = true() if scope.everything else StandingConsent.lab_id.in_(scope.lab_ids)
    decided = select(func.count()).where(Consent.standing_id == StandingConsent.id)
    statement = (
        select(StandingConsent, decided.scalar_subquery())
        .options(joinedload(StandingConsent.lab))
        .where(theirs)
        .order_by(~_open(today), StandingConsent.name, StandingConsent.id)
        .limit(SHOWN)
    )
    return tuple(_standing(one, count, today, lang) for one, count in session.execute(statement))


def for_lab(session: Session, lab_id: int | None, today: date, lang: str) -> tuple[Standing, ...]:
    """The yeses by which a picture from a lab can be decided."""
    signed = or_(StandingConsent.given != Given.FORM, StandingConsent.scan_key.is_not(None))
    here = or_(StandingConsent.lab_id.is_(None), StandingConsent.lab_id == lab_id)
    statement = (
        select(StandingConsent)
        .options(joinedload(StandingConsent.lab))
        .where(here, signed, _open(today))
        .order_by(StandingConsent.name, StandingConsent.id)
        .limit(SHOWN)
    )
    return tuple(_standing(one, 0, today, lang) for one in session.scalars(statement))


def _open(today: date) -> ColumnElement[bool]:
    return StandingConsent.withdrawn_at.is_(None) & (StandingConsent.until >= today)


def _standing(one: StandingConsent, pictures: int, today: date, lang: str) -> Standing:
    return Standing(
        id=one.id,
        uid=one.uid,
        name=one.name,
        guardian=one.guardian,
        lab=lab_ref(one.lab, lang) if one.lab else None,
        given=one.given,
        use=one.use,
        until=one.until,
        has_paper=one.scan_key is not None,
        state=_state(one, today),
        pictures=pictures,
    )


def _state(one: StandingConsent, today: date) -> str:
    if one.withdrawn_at is not None:
        return "withdrawn"
    if one.until is None or one.until < today:
        return "ended"
    return "unsigned" if one.given is Given.FORM and one.scan_key is None else "holds"


def lab_choices(
    session: Session, everything: bool, lab_ids: Collection[int], lang: str
) -> list[tuple[str, str]]:
    """The labs, by slug and short name, that somebody looks after."""
    statement = select(Lab).where(Lab.archived_at.is_(None)).order_by(Lab.position, Lab.id)
    theirs = true() if everything else Lab.id.in_(lab_ids)
    refs = (lab_ref(lab, lang) for lab in session.scalars(statement.where(theirs)))
    return [(lab.slug, lab.short) for lab in refs]


@dataclass(frozen=True, slots=True)
class NeverShown:
    """A name on the list; `own`: it may be taken off by who asked for it."""

    id: int
    name: str
    note: str
    lab: LabRef | None
    since: datetime
    own: bool


def never_shown(session: Session, scope: Scope, lang: str) -> tuple[NeverShown, ...]:
    """The names somebody is warned of: those of their labs and of the whole project."""
    theirs = NeverShow.lab_id.is_(None) | NeverShow.lab_id.in_(scope.lab_ids)
    statement = (
        select(NeverShow, Lab)
        .outerjoin(Lab, NeverShow.lab_id == Lab.id)
        .where(true() if scope.everything else theirs)
        .order_by(NeverShow.name, NeverShow.id)
    )
    return tuple(
        NeverShown(
            id=one.id,
            name=one.name,
            note=one.note,
            lab=lab_ref(lab, lang) if one.lab_id else None,
            since=one.made_at,
            own=scope.everything or one.lab_id in scope.lab_ids,
        )
        for one, lab in session.execute(statement)
    )


@dataclass(frozen=True, slots=True)
class Undecided:
    """A picture that nobody has decided about, and what its post is called."""

    id: int
    picture: PictureView
    post_id: int
    heading: str


def undecided(
    session: Session, scope: Scope, *, after: int | None = None, size: int = A_PAGE
) -> tuple[tuple[Undecided, ...], int | None]:
    """The undecided pictures of imported posts, and after which one the list goes on."""
    newest = func.coalesce(Post.live_id, Post.waiting_id)
    statement = (
        _imported(select(Picture, Post.id, Revision.heading), scope)
        .outerjoin(Revision, Revision.id == newest)
        .options(selectinload(Picture.renditions))
        .where(Picture.id > (after or 0))
        .order_by(Picture.id)
        .limit(size + 1)
    )
    found = [
        Undecided(picture.id, without_words(picture, picture.renditions), post_id, heading or "")
        for picture, post_id, heading in session.execute(statement)
    ]
    return tuple(found[:size]), found[size - 1].id if len(found) > size else None


def count_undecided(session: Session, scope: Scope) -> int:
    """How many pictures of imported posts nobody has decided about."""
    return session.scalar(_imported(select(func.count()), scope)) or 0


def _imported(statement: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    """Of pictures and their posts: imported, still there, undecided, this moderator's."""
    imported = Provenance.origin.in_((Origin.MOVED, Origin.FULL, Origin.TEASER, Origin.TITLE))
    return (
        statement.select_from(Picture)
        .join(Post, Picture.post_id == Post.id)
        .join(Consent, Consent.picture_id == Picture.id)
        .join(Provenance, Provenance.post_id == Post.id)
        .where(imported, Consent.decision.is_(None), Picture.recalled_at.is_(None))
        .where(visible_to(Scope(scope.everything, None, scope.lab_ids)))
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """A yes whose last day comes soon; without `post_id` it is a standing one."""

    name: str
    until: date
    post_id: int | None
    token: str


def ending(session: Session, scope: Scope, today: date, soon: date) -> tuple[Ending, ...]:
    """The yeses that end by a day, the first of them first."""
    theirs = true() if scope.everything else StandingConsent.lab_id.in_(scope.lab_ids)
    last = StandingConsent.until
    standing = select(StandingConsent.name, last).where(
        theirs, StandingConsent.withdrawn_at.is_(None), last >= today, last <= soon
    )
    own = (
        select(Consent.from_whom, Consent.until, Post.id, Picture.token)
        .join(Picture, Picture.id == Consent.picture_id)
        .join(Post, Post.id == Picture.post_id)
        .where(Consent.standing_id.is_(None), Consent.withdrawn_at.is_(None))
        .where(Consent.until >= today, Consent.until <= soon)
        .where(visible_to(Scope(scope.everything, None, scope.lab_ids)))
    )
    found = [
        *((*row, None, "") for row in session.execute(standing.order_by(last).limit(A_PAGE))),
        *session.execute(own.order_by(Consent.until).limit(A_PAGE)),
    ]
    ends = (Ending(name, day, post_id, token) for name, day, post_id, token in found if day)
    return tuple(sorted(ends, key=lambda one: (one.until, one.name)))
