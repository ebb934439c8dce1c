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
    """A number for `limit` or `offset`, written into the statement.

    Of a parameter PostgreSQL expects a tenth of all rows: the plan it could keep seems too dear,
    and it plans anew each time, which takes longer than reading.
    """
    return literal_column(str(number))
