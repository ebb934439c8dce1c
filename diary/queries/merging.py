"""What points to a lab, a method or a person, and would follow it into another."""

from typing import Any

from sqlalchemy import Column, func, select
from sqlalchemy.orm import Session

from diary.models import Base, Revision
from diary.queries.aliases import Named


def pointing_to(kind: type[Named]) -> tuple[Column[Any], ...]:
    """Every column of every table that names one of them: a new table follows by itself."""
    return tuple(
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is kind.__table__ for key in column.foreign_keys)
    )


def what_follows(session: Session, kind: type[Named], found_id: int) -> dict[str, int]:
    """How many rows of each table point to one of them; of revisions' rows, how many posts."""
    counts = {}
    for column in pointing_to(kind):
        table = column.table
        statement = select(func.count()).select_from(table)
        if "revision_id" in table.columns:
            revision = Revision.id == table.columns["revision_id"]
            posts = func.count(Revision.post_id.distinct())
            statement = select(posts).join_from(table, Revision, revision)
        counts[table.name] = session.scalar(statement.where(column == found_id)) or 0
    return counts
