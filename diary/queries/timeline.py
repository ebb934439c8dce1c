"""What happened in a lab when, in order: a few rows of the tally, however many posts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Method, Tally
from diary.queries import tally
from diary.queries.rows import MethodRef, method_ref


@dataclass(frozen=True, slots=True)
class Mark:
    """A month, by its first day: what began in it, or the silence from it to `quiet_to`."""

    month: date
    first_post: bool = False
    methods: tuple[MethodRef, ...] = ()
    quiet_to: date | None = None


def timeline(session: Session, lab: Lab, lang: str) -> tuple[Mark, ...]:
    """A lab's first post, the methods as they begin there, and its silent months between posts.

    Posts dated no closer than a year tell nothing of months.
    """
    known = select(Tally.month).where(tally.EACH_ONCE, Tally.lab_id == lab.id, Tally.closely)
    months = session.scalars(known.distinct().order_by(Tally.month)).all()
    begun = _begun(session, lab.id, lang)
    first = months[0] if months else None
    told = sorted({*begun, *months[:1]})
    marks = [Mark(month, month == first, tuple(begun.get(month, ()))) for month in told]
    return tuple(sorted([*marks, *_silences(months)], key=lambda mark: mark.month))


def _begun(session: Session, lab_id: int, lang: str) -> dict[date, list[MethodRef]]:
    tried = [one for one in tally.tried(session, lab_id=lab_id) if one.first]
    wanted = select(Method).where(Method.id.in_([one.method_id for one in tried]))
    methods = {row.id: method_ref(row, lang) for row in session.scalars(wanted)}
    begun: defaultdict[date, list[MethodRef]] = defaultdict(list)
    for one in tried:
        if one.first and one.method_id in methods:
            begun[one.first.replace(day=1)].append(methods[one.method_id])
    return begun


def _silences(months: Sequence[date]) -> Iterator[Mark]:
    for before, after in pairwise(months):
        quiet = _next(before)
        if quiet < after:
            yield Mark(quiet, quiet_to=(after - timedelta(days=1)).replace(day=1))


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
