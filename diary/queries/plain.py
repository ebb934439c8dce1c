"""Rows as the database gives them, past SQLAlchemy's ORM, which takes several times as long."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlalchemy.orm import Session


def told(
    session: Session, asked: Executable, named: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """What a statement tells of columns; `named` are its parameters.

    What was changed in the session is in the database before, as with a query of the session.
    """
    session.flush()
    return session.connection().execute(asked, named)
