"""Lab and method pages: who is there, what was tried, where it spread."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from diary.models import (
    Account,
    AccountLab,
    Byline,
    Kind,
    Lab,
    Method,
    Person,
    Post,
    Revision,
    RevisionMethod,
    Role,
)
from diary.queries import tally
from diary.queries.card_parts import PAGE
from diary.queries.posts import PUBLIC, Scope
from diary.queries.rows import LabRef, MethodRef, lab_ref, method_ref
from diary.queries.tally import Tried

PEOPLE_SHOWN = 24
PEOPLE_OF = 200
"""How many of a lab's newest posts are asked who has signed there."""
METHODS_LIKELY = 6
LATELY = 40
"""How many of a lab's newest posts tell what is done there now."""


@dataclass(frozen=True, slots=True)
class LabSpread:
    """A lab where a method was tried: since when, in how many posts."""

    lab: LabRef
    first_dated: date
    count: int


@dataclass(frozen=True, slots=True)
class Someone:
    """A name that signs posts in a lab."""

    name: str
    role: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody known in a lab, for whom a moderator may write; `place` is the lab's name."""

    person_id: int
    name: str
    role: str
    kind: Kind
    place: str


@dataclass(frozen=True, slots=True)
class LabPage:
    """What a lab's page tells; texts are Markdown by language."""

    ref: LabRef
    summaries: dict[str, str]
    descriptions: dict[str, str]
    partners: tuple[str, ...]
    started: date | None
    ended: date | None
    count: int
    results: dict[str, str] = field(default_factory=dict)
    sources: tuple[dict[str, Any], ...] = ()
    focus_areas: tuple[dict[str, str], ...] = ()
    methods: tuple[tuple[MethodRef, int], ...] = ()
    people: tuple[Someone, ...] = ()


@dataclass(frozen=True, slots=True)
class MethodPage:
    """What a method's page tells; texts are Markdown by language."""

    ref: MethodRef
    descriptions: dict[str, str]
    steps: dict[str, str]
    needs: dict[str, str]
    sources: tuple[dict[str, Any], ...]
    first_lab: LabRef | None
    labs: tuple[LabSpread, ...]
    count: int


def lab(session: Session, slug: str) -> Lab | None:
    """The lab at an address."""
    return session.scalar(select(Lab).where(Lab.slug == slug))


def method(session: Session, slug: str) -> Method | None:
    """The method at an address."""
    return session.scalar(select(Method).where(Method.slug == slug))


def person_at(session: Session, slug: str) -> Person | None:
    """The person who asked for an author page at this address."""
    return session.scalar(select(Person).where(Person.slug == slug, Person.archived_at.is_(None)))


def authors(session: Session) -> tuple[Person, ...]:
    """Those who asked for a page and have signed something public, by name; no residents.

    Their pages are kept out of search engines, so no list gathers them either.
    """
    signed = select(Byline.person_id).join(Post, Post.live_id == Byline.revision_id).where(PUBLIC)
    statement = (
        select(Person)
        .where(Person.slug.is_not(None), Person.archived_at.is_(None))
        .where(Person.kind != Kind.RESIDENT, Person.id.in_(signed))
        .order_by(Person.name, Person.id)
    )
    return tuple(session.scalars(statement))


def lab_page(session: Session, found: Lab, lang: str) -> LabPage:
    """Everything a lab's page shows but its posts."""
    return replace(
        _in_list(found, lang, tally.by_lab(session)),
        results=found.results,
        sources=tuple(found.sources),
        focus_areas=tuple(area.names for area in found.focus_areas),
        methods=_methods_in(session, found.id, lang),
        people=_people_in(session, found.id),
    )


def lab_pages(session: Session, found: Sequence[Lab], lang: str) -> tuple[LabPage, ...]:
    """Labs as their list shows them: without results, methods and people."""
    counts = tally.by_lab(session)
    return tuple(_in_list(lab, lang, counts) for lab in found)


def _in_list(found: Lab, lang: str, counts: Mapping[int, int]) -> LabPage:
    return LabPage(
        ref=lab_ref(found, lang),
        summaries=found.summaries,
        descriptions=found.descriptions,
        partners=tuple(found.partners),
        started=found.started,
        ended=found.ended,
        count=counts.get(found.id, 0),
    )


def weekly_question(session: Session, lab_slug: str, lang: str) -> str:
    """The coordinator's question of the week in a language, else in any; "" if none is asked."""
    texts = session.scalar(select(Lab.questions).where(Lab.slug == lab_slug)) or {}
    return texts.get(lang) or next(filter(None, texts.values()), "")


def questions(
    session: Session, scope: Scope, lang: str
) -> tuple[tuple[LabRef, dict[str, str]], ...]:
    """The labs of a scope with their questions of the week by language."""
    return tuple(
        (lab_ref(lab, lang), lab.questions)
        for lab in labs_in_use(session)
        if scope.everything or lab.id in scope.lab_ids
    )


def labs_in_use(session: Session) -> tuple[Lab, ...]:
    """The labs that have not been put away, in the lead's order."""
    statement = select(Lab).where(Lab.archived_at.is_(None)).order_by(Lab.position, Lab.id)
    return tuple(session.scalars(statement))


def methods(session: Session) -> tuple[Method, ...]:
    """All methods, still used or not, the project's own first."""
    statement = select(Method).order_by(Method.core.desc(), Method.position, Method.id)
    return tuple(session.scalars(statement))


def coordinators(session: Session, lab_ids: Sequence[int]) -> tuple[Someone, ...]:
    """Who looks after some labs and has asked for a page of their own: so may be named."""
    statement = (
        select(Person.name, Person.role, PAGE)
        .join(Account, Account.person_id == Person.id)
        .join(AccountLab, AccountLab.account_id == Account.id)
        .where(AccountLab.lab_id.in_(lab_ids), Account.role == Role.COORDINATOR)
        .where(Account.closed_at.is_(None), PAGE.is_not(None), Person.name != "")
        .distinct()
        .order_by(Person.name)
    )
    return tuple(Someone(*row) for row in session.execute(statement))


def first_tried_in(session: Session, scope: Scope) -> frozenset[int]:
    """The methods first tried in the labs of a scope; all of them for one that is everything."""
    statement = select(Method.id)
    if not scope.everything:
        statement = statement.where(Method.first_lab_id.in_(scope.lab_ids))
    return frozenset(session.scalars(statement))


def likely_methods(session: Session, lab_slug: str, lang: str) -> tuple[MethodRef, ...]:
    """The few methods used most in a lab of late; where they are fewer, core ones in order."""
    lately = (
        select(Post.live_id)
        .join(Lab, Post.lab_id == Lab.id)
        .where(PUBLIC, Lab.slug == lab_slug)
        .order_by(Post.sequence.desc())
        .limit(LATELY)
    )
    used = (
        select(RevisionMethod.method_id, func.count().label("times"))
        .where(RevisionMethod.revision_id.in_(lately))
        .group_by(RevisionMethod.method_id)
        .subquery()
    )
    statement = (
        select(Method)
        .outerjoin(used, used.c.method_id == Method.id)
        .where(Method.retired_at.is_(None))
        .order_by(func.coalesce(used.c.times, 0).desc(), Method.core.desc())
        .order_by(Method.position, Method.id)
        .limit(METHODS_LIKELY)
    )
    return tuple(method_ref(row, lang) for row in session.scalars(statement))


def acquaintances(session: Session, scope: Scope) -> tuple[Acquaintance, ...]:
    """The persons who belong to the labs of a scope, or have signed there; by name.

    Two of one name are two persons: role and place tell them apart, never a guess.
    """
    signed = (
        select(Byline.person_id, func.max(Post.lab_id).label("lab_id"))
        .join(Revision, Byline.revision_id == Revision.id)
        .join(Post, Revision.post_id == Post.id)
        .group_by(Byline.person_id)
    )
    if not scope.everything:
        signed = signed.where(Post.lab_id.in_(scope.lab_ids))
    there = signed.subquery()
    statement = (
        select(Person.id, Person.name, Person.role, Person.kind, func.coalesce(Lab.name, ""))
        .outerjoin(there, there.c.person_id == Person.id)
        .outerjoin(Lab, Lab.id == func.coalesce(Person.lab_id, there.c.lab_id))
        .where(Person.archived_at.is_(None), Person.name != "")
        .order_by(Person.name, Person.id)
    )
    if not scope.everything:
        own = or_(Person.lab_id.in_(scope.lab_ids), there.c.person_id.is_not(None))
        statement = statement.where(own)
    return tuple(Acquaintance(*row) for row in session.execute(statement))


def method_pages(session: Session, found: Sequence[Method], lang: str) -> tuple[MethodPage, ...]:
    """What methods' pages show but their posts: where each was tried first and where it spread."""
    places = {lab.id: lab_ref(lab, lang) for lab in session.scalars(select(Lab))}
    tried = defaultdict[int, list[Tried]](list)
    for one in tally.tried(session, method_id=found[0].id if len(found) == 1 else None):
        tried[one.method_id].append(one)
    return tuple(_method_page(method, lang, tried[method.id], places) for method in found)


def _method_page(
    found: Method, lang: str, tried: Iterable[Tried], places: Mapping[int, LabRef]
) -> MethodPage:
    return MethodPage(
        ref=method_ref(found, lang),
        descriptions=found.descriptions,
        steps=found.steps,
        needs=found.needs,
        sources=tuple(found.sources),
        first_lab=lab_ref(found.first_lab, lang) if found.first_lab else None,
        labs=tuple(
            LabSpread(places[one.lab_id], one.first, one.count)
            for one in tried
            if one.lab_id and one.first
        ),
        count=sum(one.count for one in tried),
    )


def _methods_in(session: Session, lab_id: int, lang: str) -> tuple[tuple[MethodRef, int], ...]:
    counts = {one.method_id: one.count for one in tally.tried(session, lab_id=lab_id)}
    methods = session.scalars(select(Method).where(Method.id.in_(counts)))
    found = sorted(methods, key=lambda row: (-counts[row.id], row.position))
    return tuple((method_ref(row, lang), counts[row.id]) for row in found)


def _people_in(session: Session, lab_id: int) -> tuple[Someone, ...]:
    newest = (
        select(Post.live_id)
        .where(PUBLIC, Post.lab_id == lab_id)
        .order_by(Post.sequence.desc())
        .limit(PEOPLE_OF)
    )
    statement = (
        select(Byline.name, func.max(Byline.role), PAGE)
        .join(Person, Byline.person_id == Person.id)
        .where(Byline.revision_id.in_(newest), Byline.name != "")
        .group_by(Byline.person_id, Byline.name, PAGE)
        .order_by(func.count().desc(), Byline.name)
        .limit(PEOPLE_SHOWN)
    )
    return tuple(Someone(*row) for row in session.execute(statement))
