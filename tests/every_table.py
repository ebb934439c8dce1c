"""At least two rows in every table, with every kind of value: one full, one as empty as may be."""

import enum
import uuid
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import JSON, Column, Connection, Enum, Table, insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from diary.models import Base, State
from diary.models.engine import UtcDateTime
from diary.portability import rows
from diary.queries.files import NAMES

KEYS = {(name.class_.__tablename__, name.key) for name in NAMES}
_numbers = count(1)
NOW = datetime(2020, 2, 7, 12, 0, 0, 123456, UTC)


def fill(engine: Engine) -> None:
    """Rows of every table that is not derived, which point at one another in all directions."""
    with engine.connect().execution_options(writing=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            for table in Base.metadata.sorted_tables:
                if table.name not in rows.DERIVED | rows.PASSING | {State.__tablename__}:
                    connection.execute(insert(table), row(table, 1, full=True))
                    connection.execute(insert(table), row(table, 2, full=False))
        if sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def row(table: Table, number: int, *, full: bool) -> dict[str, Any]:
    """One row; keys are the number, and so is whatever points at another row."""
    return {
        column.name: value(column, number)
        for column in table.columns
        if full or not column.nullable
    }


def value(column: Column[Any], number: int) -> Any:
    """Something that fits the column."""
    if column.foreign_keys or column.name == "id":
        return number
    if (column.table.name, column.name) in KEYS:
        return f"originals/{number}.jpg"  # a file that is nowhere
    if isinstance(column.type, Enum):  # what is full is withdrawn, what is empty a draft
        known: type[enum.Enum] = column.type.enum_class or enum.Enum
        return list(known)[-1 if number == 1 else 0]
    made: dict[type[Any], Any] = {
        bool: number == 1,
        int: next(_numbers),
        float: 1 / 3,
        date: date(2019, 2, 28),
        UtcDateTime: NOW,
        uuid.UUID: uuid.uuid4(),
        bytes: bytes(range(256)) + next(_numbers).to_bytes(4),
        JSON: {"sv": 'Å "\\ \n  سلام 🙂', "n": [1, 2.5, None, True]},
        str: f'Å "\\ \r\n\t سلام 🙂 {next(_numbers)}',
    }
    return made.get(type(column.type)) or made[column.type.python_type]


def dump(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables that are kept, but for what a restore changes on purpose."""
    with engine.connect() as connection:
        return read(connection)


def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """As `dump`, of one transaction."""
    found = {
        name: list(rows.read(connection, name, columns))
        for name, columns in rows.tables(connection, current=True).items()
    }
    for state in found["state"]:
        for changed in ("version", "cards_since", "changed_at", "backed_up_at"):
            del state[changed]
    return found


def words_and_counts(session: Session) -> list[list[tuple[Any, ...]]]:
    """What is derived: the words of search and the tally."""
    tables = (Base.metadata.tables[name] for name in ("search", "tallies", "days"))
    return [
        [tuple(one) for one in session.execute(table.select().order_by(*table.primary_key))]
        for table in tables
    ]
