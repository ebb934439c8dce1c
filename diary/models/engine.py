"""The engine, its transactions, and what all tables share."""

import enum
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from diary.models.turns import stand_in_line

BUSY_TIMEOUT_SECONDS = 10
CONNECTIONS = 16

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC on every engine; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        dict[str, str]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


def words(kind: type[enum.StrEnum], name: str) -> Enum:
    """A column type that stores an enum's words as text, held by a named check."""
    return Enum(
        kind,
        name=name,
        length=20,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )


def make_engine(url: str) -> Engine:
    """An engine with the diary's transactions.

    SQLite runs in WAL mode with foreign keys and a busy timeout. Reading begins deferred; a
    connection with the execution option `writing` begins immediate, so that a writer waits at
    the door instead of failing half-way.
    """
    if not url.startswith("sqlite"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return create_engine(url, pool_pre_ping=True, pool_size=CONNECTIONS, hide_parameters=True)
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        hide_parameters=True,  # they are names and words, and errors are logged
    )
    stand_in_line(engine, BUSY_TIMEOUT_SECONDS)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would commit behind savepoints; BEGIN is sent by us.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN DEFERRED")


HAS_HUB = "has_hub"


def make_sessions(engine: Engine, *, hub: bool = False) -> sessionmaker[Session]:
    """A factory of sessions whose objects stay readable after the transaction.

    With `hub` their deeds queue pings; they carry that as `Session.info[HAS_HUB]`.
    """
    return sessionmaker(engine, expire_on_commit=False, info={HAS_HUB: hub})


def begin_writing(session: Session) -> None:
    """End whatever `session` was reading and begin a transaction that may write."""
    session.rollback()
    session.connection(execution_options={"writing": True})
