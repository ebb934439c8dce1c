"""The engine, its transactions, what all tables share, and all that each database does its own way.

Nowhere else but in `queries/search` and the migrations is a database known by name.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep
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
    make_url,
    text,
)
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from diary.models.turns import stand_in_line

BUSY_TIMEOUT_SECONDS = 10
TURN_SECONDS = 600
"""So long whoever is to upgrade the database waits for somebody else who does."""
CONNECTIONS = 16
"""That are kept; the same few are used as long as they do, and what they have prepared."""
SILENCE: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 15_000, "keepalives_idle": 30}
"""After which a PostgreSQL that says nothing counts as away: seconds until it takes a connection,
milliseconds until it has taken what was sent, seconds until it is asked whether it is there."""
IN_MEMORY = "-c seq_page_cost=0.1 -c random_page_cost=0.1"
"""A diary's rows fit there, where no page is far ("Planner Cost Constants" in the manual)."""
IDLE_SECONDS = 1
"""After which a connection is asked whether it is still there before it is used."""

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


NEVER_AGAIN: dict[str, Any] = {"sqlite_autoincrement": True}
"""Of a table: the number of a row that has gone is never given again, as in PostgreSQL."""


def only_where(condition: str) -> dict[str, Any]:
    """Of an index: it holds only some rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def make_engine(url: str, *, loose: bool = False) -> Engine:
    """An engine with the diary's transactions.

    SQLite runs in WAL mode with foreign keys and a busy timeout. Reading begins deferred; a
    connection with the execution option `writing` begins immediate, so that a writer waits at
    the door instead of failing half-way. With `loose` rows may point nowhere in SQLite.
    """
    always: dict[str, Any] = {
        "pool_size": CONNECTIONS,
        "pool_use_lifo": True,
        "hide_parameters": True,  # they are names and words, and errors are logged
    }
    if not url.startswith("sqlite"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        own = make_url(url).query
        given = {name: one for name, one in SILENCE.items() if name not in own}
        given["options"] = f"{IN_MEMORY} {own.get('options', '')}"  # of two the last one holds
        engine = create_engine(url, connect_args=given, paramstyle="numeric_dollar", **always)
        event.listen(engine, "connect", _number_parameters, insert=True)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_see_that_it_answers, engine.dialect))
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, **always)
    stand_in_line(engine, BUSY_TIMEOUT_SECONDS)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if loose:
        event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=OFF"))
    return engine


def _number_parameters(connection: Any, _record: object) -> None:
    from psycopg import RawCursor, RawServerCursor  # SQLite does without it

    # Others would seek named parameters anew in each long statement.
    connection.cursor_factory, connection.server_cursor_factory = RawCursor, RawServerCursor


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()


def _see_that_it_answers(
    dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Have another connection taken if this one has rested and is lost.

    To ask before each use (`pool_pre_ping`) would take as long as a short query.
    """
    if monotonic() - record.info.get("used", monotonic()) > IDLE_SECONDS:
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling would commit behind savepoints; BEGIN is sent by us.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # past SQLAlchemy, as every page begins with it, and nothing can fail yet
        connection.connection.driver_connection.execute("BEGIN DEFERRED")  # type: ignore[union-attr]


HAS_HUB, READS_BY = "has_hub", "reads_by"


def make_sessions(engine: Engine, *, hub: bool = False) -> sessionmaker[Session]:
    """A factory of sessions whose objects stay readable after the transaction.

    With `hub` their deeds queue pings; they carry that as `Session.info[HAS_HUB]`.
    """
    level = {} if _is_sqlite(engine) else {"isolation_level": "AUTOCOMMIT"}
    info = {HAS_HUB: hub, READS_BY: engine.execution_options(**level)}
    return sessionmaker(engine, expire_on_commit=False, info=info)


def only_reading(sessions: sessionmaker[Session]) -> Session:
    """A session that reads until `begin_writing`.

    On PostgreSQL it reads without a transaction: in one, too, each statement would see what is
    true by then, and the driver forgets the statements it has prepared at every rollback.
    """
    session = sessions()
    session.bind = session.info[READS_BY]
    return session


def begin_writing(session: Session) -> None:
    """End whatever `session` was reading and begin a transaction that may write."""
    session.rollback()
    level = {} if _is_sqlite(session.get_bind()) else {"isolation_level": "READ COMMITTED"}
    session.connection(execution_options={"writing": True, **level})


# ---------------------------------------------------------------- where it lies, who is there


def _is_sqlite(bound: Engine | Connection) -> bool:
    return bound.dialect.name == "sqlite"


def file_of(engine: Engine) -> Path | None:
    """The file that is the database, whether it is there or not; None on a server."""
    return Path(engine.url.database or "") if _is_sqlite(engine) else None


def beside(file: Path) -> tuple[Path, ...]:
    """What stands beside a database's file (sqlite.org/tempfiles.html)."""
    return tuple(Path(f"{file}{end}") for end in ("-wal", "-shm", "-journal"))


_OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND usename = current_user AND pid <> pg_backend_pid()"""
_TRIES = 50
"""How often, a tenth of a second apart, PostgreSQL is asked who else is there: it still counts one
who has just left for a moment, on a busy machine for seconds."""


def has_others(engine: Engine) -> bool:
    """Whether another program has the database open."""
    engine.dispose()
    with engine.connect() as connection:
        if not _is_sqlite(engine):
            for _ in range(_TRIES):
                if not connection.scalar(text(_OTHERS)):
                    return False
                connection.rollback()  # in one transaction the answer stays the same
                sleep(0.1)
            return True
        alone = connection.connection.cursor()
        alone.execute("PRAGMA busy_timeout=0")
        try:
            # Only who is alone may leave the write-ahead log (sqlite.org/wal.html).
            alone.execute("PRAGMA journal_mode=DELETE")
        except engine.dialect.loaded_dbapi.OperationalError:
            return True
        finally:
            connection.invalidate()  # what was set here is for nobody else
    return False


# ---------------------------------------------------------------- one moment, one after another


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees the diary as it is now, whoever writes meanwhile."""
    options = {} if _is_sqlite(engine) else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


_UPGRADING = 0x5741F7  # any number, as long as it is the same for all


def wait_for_turn(connection: Connection) -> None:
    """Within a transaction that is to change tables: wait for others who do, but not for readers.

    In SQLite whoever has begun to write has the turn already.
    """
    if _is_sqlite(connection):
        return
    connection.execute(text(f"SET LOCAL lock_timeout = '{TURN_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADING})"))
    # All who come wait behind whoever waits for a table.
    connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_SECONDS}s'"))


@contextmanager
def rebuilding(connection: Connection) -> Iterator[None]:
    """Around a transaction in which tables are built anew; afterwards nothing points nowhere.

    Raises OperationalError if somebody else holds the database (`was_held`).
    """
    if not _is_sqlite(connection):
        yield
        return
    # With foreign keys on, a rebuilt parent table would take its children along.
    # The pragma is deaf inside a transaction, so it comes before the first statement.
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute(f"PRAGMA busy_timeout={TURN_SECONDS * 1000}")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")


def was_held(error: OperationalError) -> bool:
    """Whether it says that somebody else held what was to be changed."""
    cause = error.orig
    words = (getattr(cause, "sqlstate", None), getattr(cause, "sqlite_errorname", None))
    return "55P03" in words or "SQLITE_BUSY" in words


# ---------------------------------------------------------------- rows that point at one another


def point_nowhere(connection: Connection) -> Sequence[Any]:
    """Rows whose parents are missing; PostgreSQL has none."""
    if not _is_sqlite(connection):
        return ()
    return connection.execute(text("PRAGMA foreign_key_check")).all()


_KEYS = """SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""


@contextmanager
def loosened(connection: Connection) -> Iterator[None]:
    """While rows that point at one another are put in: PostgreSQL's keys are out meanwhile.

    Raises IntegrityError at the end if rows point nowhere; in SQLite (`make_engine(loose=True)`)
    ask `point_nowhere`.
    """
    keys = () if _is_sqlite(connection) else connection.execute(text(_KEYS)).all()
    for table, name, _definition in keys:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    yield
    for table, name, definition in keys:
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))


# ---------------------------------------------------------------- numbers that never come again

_GIVEN_IN_SQLITE = """SELECT name, 0 FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'
    UNION ALL SELECT name, seq FROM sqlite_sequence"""
_GIVEN_IN_POSTGRES = """
    SELECT c.relname, coalesce(s.last_value, 0) FROM pg_sequences s
    JOIN pg_class q ON q.relname = s.sequencename
    JOIN pg_namespace n ON n.oid = q.relnamespace AND n.nspname = s.schemaname
    JOIN pg_depend d ON d.objid = q.oid AND d.deptype IN ('a', 'i')
    JOIN pg_class c ON c.oid = d.refobjid
    WHERE s.schemaname = current_schema()"""


def last_given(connection: Connection) -> dict[str, int]:
    """The last number that was given in each table, where the database remembers it."""
    given = _GIVEN_IN_SQLITE if _is_sqlite(connection) else _GIVEN_IN_POSTGRES
    return {row[0]: row[1] for row in connection.execute(text(given))}


def give_on(connection: Connection, ids: Mapping[str, int]) -> None:
    """Go on numbering after these."""
    counted = last_given(connection)
    for name, last in ids.items():
        if not _is_sqlite(connection):
            serial = "pg_get_serial_sequence(:name, 'id')"
            goes_on = text(f"SELECT setval({serial}, :last) WHERE {serial} IS NOT NULL")
            if last > 0:
                connection.execute(goes_on, {"name": name, "last": last})
        elif name in counted:
            values = {"name": name, "last": max(last, counted[name])}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), values)


# ---------------------------------------------------------------- what refuses changes

_REFUSE_IN_SQLITE = """CREATE TRIGGER IF NOT EXISTS events_no_{verb} BEFORE {VERB} ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"""
_REFUSAL = """CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"""
_REFUSE_IN_POSTGRES = """CREATE OR REPLACE TRIGGER events_no_{verb} BEFORE {VERB} ON events
FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()"""


def refuse_changes(connection: Connection) -> None:
    """Make the triggers that keep the table `events` append-only."""
    refuse = _REFUSE_IN_SQLITE if _is_sqlite(connection) else _REFUSE_IN_POSTGRES
    if not _is_sqlite(connection):
        connection.execute(text(_REFUSAL))
    for verb in ("update", "delete"):
        connection.execute(text(refuse.format(verb=verb, VERB=verb.upper())))


def lacking_guards(connection: Connection) -> set[str]:
    """Those of these triggers that are not there."""
    sqlite = _is_sqlite(connection)
    names = "SELECT name FROM sqlite_master" if sqlite else "SELECT tgname FROM pg_trigger"
    return {"events_no_update", "events_no_delete"} - set(connection.scalars(text(names)))
