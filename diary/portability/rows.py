"""The rows of all tables as JSON and back: the same whatever database they lie in.

Nothing here knows today's tables: a backup is also made of a diary that an older program has left.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from diary.models import Base
from diary.models.engine import UtcDateTime, last_given

DERIVED = frozenset({"search", "tallies", "days", "editions"})
"""They are made again of the others."""
PASSING = frozenset({"throttles"})
"""Visitors' traces, which nobody may keep beyond their day."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column's values lie in the database, and how they are written as JSON and read."""

    type_: TypeEngine[Any]
    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


KINDS = {
    "boolean": Kind(Boolean()),
    "integer": Kind(Integer()),
    "number": Kind(Double()),
    "text": Kind(Text()),
    "json": Kind(JSON(none_as_null=True)),
    "date": Kind(Date(), date.isoformat, date.fromisoformat),
    "time": Kind(UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "uuid": Kind(Uuid(), str, UUID),
    "bytes": Kind(LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
}
"""By the word that an archive calls them."""
_WORDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "boolean"),
    (Uuid, "uuid"),
    (CHAR, "uuid"),  # as SQLite has them
    (DateTime, "time"),
    (Date, "date"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Integer, "integer"),
    (Float, "number"),
    (String, "text"),
)

Columns = Mapping[str, str]
"""The columns of a table by name, each with its word."""


def tables(connection: Connection, *, current: bool) -> dict[str, Columns]:
    """All tables to be kept; of a `current` database none that are somebody else's."""
    found = inspect(connection)
    names = {name for name in found.get_table_names() if not name.startswith("search")}
    names -= DERIVED | PASSING | {"alembic_version"}
    if current:
        names &= set(Base.metadata.tables)
    return {
        name: {column["name"]: _word(column["type"]) for column in found.get_columns(name)}
        for name in sorted(names)
    }


def _word(type_: TypeEngine[Any]) -> str:
    return next(word for kind, word in _WORDS if isinstance(type_, kind))


def table(name: str, columns: Columns) -> Table:
    """A table to ask or fill, of which no more than its columns is known."""
    made = (Column(column, KINDS[word].type_) for column, word in columns.items())
    return Table(name, MetaData(), *made)


def read(connection: Connection, name: str, columns: Columns) -> Iterator[dict[str, Any]]:
    """The rows of a table as JSON has them, in the order of their keys."""
    found = table(name, columns)
    keys = inspect(connection).get_pk_constraint(name)["constrained_columns"]
    statement = select(found).order_by(*(found.c[key] for key in keys))
    writers = [(column, KINDS[word].write) for column, word in columns.items()]
    for row in connection.execute(statement, execution_options={"yield_per": AT_ONCE}):
        pairs = zip(writers, row, strict=True)
        yield {column: None if value is None else write(value) for (column, write), value in pairs}


def insert(
    connection: Connection, name: str, columns: Columns, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Put rows as JSON has them into a table. Raises KeyError, TypeError, ValueError for others."""
    readers = {column: KINDS[word].read for column, word in columns.items()}
    found, waiting = table(name, columns), []
    for row in rows:
        waiting.append(
            {
                column: None if row[column] is None else read(row[column])
                for column, read in readers.items()
            }
        )
        if len(waiting) == AT_ONCE:
            connection.execute(found.insert(), waiting)
            waiting = []
    if waiting:
        connection.execute(found.insert(), waiting)


# ---------------------------------------------------------------- numbers that never come again


def last_ids(connection: Connection, kept: Mapping[str, Columns]) -> dict[str, int]:
    """The highest number that each table has ever given, as far as its database remembers."""
    counted = last_given(connection)
    ids = {}
    for name, columns in kept.items():
        if columns.get("id") == "integer":
            present = connection.scalar(text(f'SELECT max(id) FROM "{name}"'))  # noqa: S608 (ours)
            ids[name] = max(present or 0, counted.get(name, 0))
    return ids
