"""Numbers of public posts, read from the tally: what they cost does not grow with the journey."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session

from diary.models import Day, Lab, Method, Origin, Tally

EACH_ONCE = Tally.method_id == 0
"""The rows that count each post once."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Posts of a lab (None: of the whole project) that name a method: how many, and the day of the
    first, None if none of them is dated closer than a year."""

    method_id: int
    lab_id: int | None
    count: int
    first: date | None


def months(
    session: Session,
    *,
    lab: str | None = None,
    method: str = "",
    start: date = date.min,
    end: date = date.max,
) -> dict[date, dict[str, int]]:
    """Posts per month, by its first day, and per lab, by its slug ("" for none), in order.

    Of one lab alone ("" for none), of one method, of the months from `start` to before `end`.
    """
    named = select(Method.id).where(Method.slug == method)
    slug = func.coalesce(Lab.slug, "")
    statement = (
        select(Tally.month, slug, func.sum(Tally.posts))
        .outerjoin(Lab, Lab.id == Tally.lab_id)
        .where(Tally.method_id.in_(named) if method else EACH_ONCE)
        .where(Tally.month >= start, Tally.month < end)
        .where(true() if lab is None else slug == lab)
        .group_by(Tally.month, slug)
        .order_by(Tally.month)
    )
    found: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for month, place, posts in session.execute(statement):
        found[month][place] = posts
    return dict(found)


def total(session: Session, *which: ColumnElement[bool]) -> int:
    """How many public posts there are, of those rows of the tally."""
    return session.scalar(select(func.sum(Tally.posts)).where(EACH_ONCE, *which)) or 0


def by_residents(session: Session, *which: ColumnElement[bool]) -> int:
    """How many public posts a resident has signed, of those rows of the tally."""
    return total(session, Tally.resident.is_(True), *which)


def before(
    month: date | ColumnElement[date], day: date | ColumnElement[date]
) -> tuple[Select[int], Select[int]]:
    """How many public posts are about days before a month, given by its first day, and how many
    about those in it before one of its days."""
    months = select(func.coalesce(func.sum(Tally.posts), 0)).where(EACH_ONCE, Tally.month < month)
    days = select(func.coalesce(func.sum(Day.posts), 0)).where(Day.dated >= month, Day.dated < day)
    return months, days


def by_lab(session: Session) -> dict[int, int]:
    """Public posts by the id of their lab, 0 for none."""
    statement = select(Tally.lab_id, func.sum(Tally.posts)).where(EACH_ONCE)
    return dict(session.execute(statement.group_by(Tally.lab_id)).all())


def by_origin(session: Session) -> dict[Origin, int]:
    """Public posts by where they come from."""
    statement = select(Tally.origin, func.sum(Tally.posts)).where(EACH_ONCE)
    found = session.execute(statement.group_by(Tally.origin))
    return {Origin(origin): posts for origin, posts in found}


def traced(session: Session, origins: Iterable[Origin]) -> frozenset[date]:
    """The first days of the months that have posts of these origins."""
    statement = select(Tally.month).where(EACH_ONCE, Tally.origin.in_(origins))
    return frozenset(session.scalars(statement))


def tried(
    session: Session, *, lab_id: int | None = None, method_id: int | None = None
) -> tuple[Tried, ...]:
    """Which methods were tried in which labs, the first first; of one lab or method if given."""
    known = func.min(Tally.first).filter(Tally.closely)
    statement = (
        select(Tally.method_id, Tally.lab_id, func.sum(Tally.posts), known)
        .where(_of(lab_id, method_id))
        .group_by(Tally.method_id, Tally.lab_id)
        .order_by(known.nulls_last(), Tally.method_id, Tally.lab_id)
    )
    return tuple(
        Tried(method, lab or None, posts, first)
        for method, lab, posts, first in session.execute(statement)
    )


def _of(lab_id: int | None, method_id: int | None) -> ColumnElement[bool]:
    return and_(
        Tally.method_id != 0 if method_id is None else Tally.method_id == method_id,
        true() if lab_id is None else Tally.lab_id == lab_id,
    )
