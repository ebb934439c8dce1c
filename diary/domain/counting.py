"""Keeping the tally: a lab's month is counted anew when a public post of it changes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    exists,
    extract,
    false,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from diary.models import (
    Byline,
    Day,
    Kind,
    Origin,
    Post,
    Precision,
    Provenance,
    Revision,
    RevisionMethod,
    Tally,
)
from diary.queries.journey import month_bounds
from diary.queries.posts import published

Cell = tuple[date, int]
"""A month, by its first day, and the id of a lab, 0 for none."""


def cell(dated: date, lab_id: int | None) -> Cell:
    """Where a post is counted."""
    return dated.replace(day=1), lab_id or 0


def count(session: Session, cells: Iterable[Cell]) -> None:
    """Count these cells anew; whoever asks has locked `State`, so that nobody else counts now."""
    cells = sorted(cells)
    for month in {first for first, _ in cells}:
        start, end = month_bounds(month.year, month.month)
        session.execute(delete(Day).where(Day.dated >= start, Day.dated < end))
        _fill_days(session, Post.dated >= start, Post.dated < end)
    for first, lab_id in cells:
        session.execute(delete(Tally).where(Tally.month == first, Tally.lab_id == lab_id))
        within = published().where(
            Post.dated >= first,
            Post.dated < month_bounds(first.year, first.month)[1],
            Post.lab_id == lab_id if lab_id else Post.lab_id.is_(None),
        )
        _fill(session, within)


def count_all(session: Session) -> None:
    """Count everything anew."""
    session.execute(delete(Tally))
    _fill(session, published())
    session.execute(delete(Day))
    _fill_days(session)


def astray(session: Session) -> set[Any]:
    """The rows that are not as they would be counted now, and those that they should be."""
    kept = {
        tuple(row) for table in (Tally, Day) for row in session.execute(select(table.__table__))
    }
    counted = {
        tuple(row[column.name] for column in Tally.__table__.columns)
        for rows in _counted(session, published())
        for row in rows
    }
    counted.update(tuple(row) for row in session.execute(_by_day()))
    return kept ^ counted


def _fill_days(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(insert(Day).from_select(["dated", "posts"], _by_day(*which)))


def _by_day(*which: ColumnElement[bool]) -> Select[date, int]:
    chosen = published().where(*which).with_only_columns(Post.dated, func.count())
    return chosen.group_by(Post.dated)


def _fill(session: Session, chosen: Select[Post, Revision]) -> None:
    for rows in _counted(session, chosen):
        if rows:
            session.execute(insert(Tally), rows)


def _counted(
    session: Session, chosen: Select[Post, Revision]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows that count each once, and those by method."""
    once, by_method = (
        [
            {**row, "month": date(int(row.pop("year")), int(row.pop("month")), 1)}
            for row in (dict(found) for found in session.execute(statement).mappings())
        ]
        for statement in (_each_once(chosen), _by_method(chosen))
    )
    return once, by_method


def _each_once(chosen: Select[Post, Revision]) -> Select[Any]:
    origin = func.coalesce(Provenance.origin, Origin.WRITTEN)
    signed = exists().where(Byline.revision_id == Post.live_id, Byline.kind == Kind.RESIDENT)
    chosen = chosen.outerjoin(Provenance, Provenance.post_id == Post.id)
    return _grouped(chosen, method_id=literal(0), origin=origin, resident=signed)


def _by_method(chosen: Select[Post, Revision]) -> Select[Any]:
    chosen = chosen.join(RevisionMethod, RevisionMethod.revision_id == Post.live_id)
    named = RevisionMethod.method_id
    return _grouped(chosen, method_id=named, origin=literal(""), resident=false())


def _grouped(chosen: Select[Post, Revision], **keys: Any) -> Select[Any]:
    keys |= {
        "year": extract("year", Post.dated),
        "month": extract("month", Post.dated),
        "lab_id": func.coalesce(Post.lab_id, 0),
        "closely": Post.precision.in_((Precision.DAY, Precision.MONTH)),
    }
    labelled = (column.label(name) for name, column in keys.items())
    each = chosen.with_only_columns(*labelled, Post.dated).subquery()
    columns = [each.c[name] for name in keys]
    counted = select(*columns, func.count().label("posts"), func.min(each.c.dated).label("first"))
    return counted.group_by(*columns)
