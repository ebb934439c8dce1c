"""Rows as the database gives them, past SQLAlchemy's ORM, which takes several times as long."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Executable, literal_column
from sqlalchemy.orm import Session


def told(
    session: Session, asked: Executable, named: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """What a statement tells of columns; `named` are its parameters.

    What was changed in the session is in the database before, as with a query of the session.
    """
    session.flush()
    return session.connection().execute(asked, named)


def at_most(number: int) -> ColumnElement[int]:
    """A number for `limit` that stands in the statement itself.

    Of one that is given as a parameter PostgreSQL takes it that a tenth of all rows is meant: what
    it has planned once seems dear to it then, and it plans anew each time, longer than it reads.
    """
    return literal_column(str(int(number)))
