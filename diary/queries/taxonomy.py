"""Lab and method pages: who is there, what was tried, where it spread."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.models import Byline, Lab, Method, Person, Post, Revision, RevisionMethod
from diary.queries.posts import PUBLIC, lab_ref, method_ref
from diary.queries.rows import LabRef, MethodRef

PEOPLE_SHOWN = 24


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
class LabPage:
    """What a lab's page tells; texts are Markdown by language."""

    ref: LabRef
    summaries: dict[str, str]
    descriptions: dict[str, str]
    results: dict[str, str]
    partners: tuple[str, ...]
    focus_areas: tuple[dict[str, str], ...]
    methods: tuple[tuple[MethodRef, int], ...]
    people: tuple[Someone, ...]
    count: int


@dataclass(frozen=True, slots=True)
class MethodPage:
    """What a method's page tells; texts are Markdown by language."""

    ref: MethodRef
    descriptions: dict[str, str]
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
    return session.scalar(select(Person).where(Person.slug == slug))


def lab_page(session: Session, found: Lab, lang: str) -> LabPage:
    """Everything a lab's page shows but its posts."""
    return LabPage(
        ref=lab_ref(found, lang),
        summaries=found.summaries,
        descriptions=found.descriptions,
        results=found.results,
        partners=tuple(found.partners),
        focus_areas=tuple(area.names for area in found.focus_areas),
        methods=_methods_in(session, found.id, lang),
        people=_people_in(session, found.id),
        count=_count_by_lab(session).get(found.id, 0),
    )


def lab_pages(session: Session, lang: str) -> tuple[LabPage, ...]:
    """All labs, as their list shows them: without methods and people."""
    counts = _count_by_lab(session)
    statement = select(Lab).where(Lab.archived_at.is_(None)).order_by(Lab.position, Lab.id)
    return tuple(
        LabPage(
            ref=lab_ref(found, lang),
            summaries=found.summaries,
            descriptions=found.descriptions,
            results={},
            partners=tuple(found.partners),
            focus_areas=(),
            methods=(),
            people=(),
            count=counts.get(found.id, 0),
        )
        for found in session.scalars(statement)
    )


def method_pages(
    session: Session, lang: str, *, method_id: int | None = None
) -> tuple[MethodPage, ...]:
    """All methods (or one) with where each was tried first and where it spread."""
    statement = select(Method).order_by(Method.core.desc(), Method.position, Method.id)
    if method_id is not None:
        statement = statement.where(Method.id == method_id)
    spread, counts = _spread(session, lang, method_id)
    return tuple(
        MethodPage(
            ref=method_ref(found, lang),
            descriptions=found.descriptions,
            first_lab=lab_ref(found.first_lab, lang) if found.first_lab else None,
            labs=tuple(sorted(spread.get(found.id, ()), key=lambda s: s.first_dated)),
            count=counts.get(found.id, 0),
        )
        for found in session.scalars(statement)
    )


def _count_by_lab(session: Session) -> dict[int | None, int]:
    statement = select(Post.lab_id, func.count()).where(PUBLIC).group_by(Post.lab_id)
    return dict(session.execute(statement).all())


def _methods_in(session: Session, lab_id: int, lang: str) -> tuple[tuple[MethodRef, int], ...]:
    statement = (
        select(Method, func.count())
        .join(RevisionMethod, RevisionMethod.method_id == Method.id)
        .join(Post, Post.live_id == RevisionMethod.revision_id)
        .where(PUBLIC, Post.lab_id == lab_id)
        .group_by(Method.id)
        .order_by(func.count().desc(), Method.position)
    )
    return tuple((method_ref(row, lang), count) for row, count in session.execute(statement))


def _people_in(session: Session, lab_id: int) -> tuple[Someone, ...]:
    statement = (
        select(Byline.name, func.max(Byline.role), Person.slug)
        .join(Revision, Byline.revision_id == Revision.id)
        .join(Post, Post.live_id == Revision.id)
        .join(Person, Byline.person_id == Person.id)
        .where(PUBLIC, Post.lab_id == lab_id)
        .group_by(Byline.person_id, Byline.name, Person.slug)
        .order_by(func.count().desc(), Byline.name)
        .limit(PEOPLE_SHOWN)
    )
    return tuple(Someone(*row) for row in session.execute(statement))


def _spread(
    session: Session, lang: str, method_id: int | None
) -> tuple[dict[int, list[LabSpread]], dict[int, int]]:
    statement = (
        select(RevisionMethod.method_id, Lab, func.min(Post.dated), func.count())
        .join(Post, Post.live_id == RevisionMethod.revision_id)
        .outerjoin(Lab, Post.lab_id == Lab.id)
        .where(PUBLIC)
        .group_by(RevisionMethod.method_id, Lab.id)
    )
    if method_id is not None:
        statement = statement.where(RevisionMethod.method_id == method_id)
    spread: dict[int, list[LabSpread]] = {}
    counts: dict[int, int] = {}
    for named, place, first, count in session.execute(statement):
        counts[named] = counts.get(named, 0) + count
        if place is not None:
            spread.setdefault(named, []).append(LabSpread(lab_ref(place, lang), first, count))
    return spread, counts
