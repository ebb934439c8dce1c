"""Rows as the database gives them, past SQLAlchemy's ORM, which takes several times as long."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    CursorResult,
    Executable,
    Select,
    Subquery,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

Statement = Select[Any] | CompoundSelect[Any]
T = TypeVar("T")
U = TypeVar("U")


def told(
    session: Session, asked: Executable, named: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """What a statement tells of columns; `named` are its parameters.

    What was changed in the session is in the database before, as with a query of the session.
    """
    session.flush()
    return session.connection().execute(asked, named)


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """A statement that is built once, its parameters, and how its rows are read, in any order."""

    statement: Statement
    named: Mapping[str, Any]
    read: Callable[[Iterable[Sequence[Any]]], T]


def answer(session: Session, query: Query[T]) -> T:
    """What is asked for."""
    return query.read(told(session, query.statement, query.named))


def answers(session: Session, one: Query[T], other: Query[U]) -> tuple[T, U]:
    """What two ask for, in one statement: on a server asking takes longer than finding.

    Parameters of one name have one value.
    """
    rows: tuple[list[Sequence[Any]], ...] = [], []
    statement, width = _both(one.statement, other.statement)
    for which, *row in told(session, statement, {**one.named, **other.named}):
        rows[which].append(row[width:] if which else row[:width])
    return one.read(rows[0]), other.read(rows[1])


@lru_cache
def _both(one: Statement, other: Statement) -> tuple[Statement, int]:
    """The rows of both, each in columns of its own, and how many the first has."""
    left, right = one.subquery(), other.subquery()
    both = union_all(
        select(literal_column("0"), *left.c, *_nothing(right)),
        select(literal_column("1"), *_nothing(left), *right.c),
    )
    return both, len(left.c)


def _nothing(part: Subquery) -> Iterable[ColumnElement[Any]]:
    return (type_coerce(null(), column.type) for column in part.c)


def at_most(number: int) -> ColumnElement[int]:
    """A number for `limit` or `offset`, written into the statement.

    Of a parameter PostgreSQL expects a tenth of all rows: the plan it could keep seems too dear,
    and it plans anew each time, which takes longer than reading.
    """
    return literal_column(str(number))
