"""Both databases for tests: a migrated one of each is made once and copied for every test."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, make_url, select, text

from diary.cli.bench_server import postgres_server
from diary.domain.upgrade import upgrade
from diary.models import Base, State, make_engine
from tests.builders import NOW

BOTH = ("sqlite", "postgresql")


class Server:
    """A PostgreSQL server that gives away fresh databases."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("+psycopg", "")
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._numbers = count()
        self._has_migrated = False
        self._lent: Lent | None = None

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the address of a database without tables, and remove it afterwards."""
        with self._made("template0") as url:
            yield url

    @contextmanager
    def copy(self, url: str) -> Iterator[str]:
        """Yield the address of a copy of a database that nobody is in, and remove it afterwards."""
        with self._made(make_url(url).database or "") as made:
            yield made

    @contextmanager
    def _made(self, template: str) -> Iterator[str]:
        url = self._make(template)
        try:
            yield url
        finally:
            self._remove(url)

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """Yield the address of an empty diary's database.

        To copy one costs as much as the test, so it is emptied and given away again, unless its
        tables are others than they were.
        """
        lent = self._lent or Lent(self._make(self._template()))
        self._lent = None
        yield lent.url
        if lent.is_empty_again():
            self._lent = lent
        else:
            self._remove(lent.url)

    def _template(self) -> str:
        if not self._has_migrated:
            self._do("CREATE DATABASE migrated")
            migrate(make_engine(self._url_of("migrated")))
            self._has_migrated = True
        return "migrated"

    def _make(self, template: str) -> str:
        name = f"test{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self._url_of(name)

    def _remove(self, url: str) -> None:
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def _url_of(self, name: str) -> str:
        return self._url.replace("/postgres?", f"/{name}?")

    def end(self) -> None:
        """Leave the server."""
        self._engine.dispose()


class Lent:
    """A migrated database that is emptied after each test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = make_engine(url)
        self._times = count(1)
        with self._engine.connect() as connection:
            self._shape = connection.scalar(SHAPE)
            self._head = connection.scalar(text("SELECT version_num FROM alembic_version"))
            self._state = connection.execute(select(State.__table__)).one()._asdict()
        self._engine.dispose()

    def is_empty_again(self) -> bool:
        """Whether it is as it was; not if its tables are others now, or rows of old lie thick."""
        try:
            with self._engine.begin() as connection:
                connection.execute(LEFT_OPEN)
                if connection.scalar(SHAPE) != self._shape or next(self._times) == 50:
                    return False
                connection.exec_driver_sql(EMPTIED)
                connection.execute(text(f"UPDATE alembic_version SET version_num = '{self._head}'"))
                connection.execute(insert(State).values(self._state))
        finally:
            self._engine.dispose()
        return True


SHAPE = text("""SELECT sum(oid::bigint) + (SELECT count(*) FROM pg_attribute) FROM (
    SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT oid FROM pg_constraint UNION ALL SELECT oid FROM pg_trigger
) AS parts""")
LEFT_OPEN = text("""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()""")
EMPTIED = "; ".join((
    "SET LOCAL session_replication_role = replica",  # neither keys nor guards
    *(f'DELETE FROM "{name}"' for name in Base.metadata.tables),
    "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences",
))  # fmt: skip


def migrate(engine: Engine) -> None:
    """An empty diary at the newest migration."""
    upgrade(engine, NOW)
    engine.dispose()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: whoever asks for the settings runs on both, one after the other."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started by the first test that needs it."""
    with postgres_server("--max_connections=200") as url:
        made = Server(url)
        yield made
        made.end()


@pytest.fixture
def empty(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables, of each kind in turn."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'diary.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    with server.empty() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty diary's database at the newest migration in SQLite, made once and copied."""
    path = tmp_path_factory.mktemp("migrated") / "diary.db"
    migrate(make_engine(f"sqlite:///{path}"))
    return path


def leave_out_the_other(items: list[pytest.Item]) -> None:
    """Run tests marked `sqlite_only` or `postgresql_only` on that database alone."""
    items[:] = [item for item in items if not _is_for_the_other(item)]


def _is_for_the_other(item: pytest.Item) -> bool:
    kind = item.callspec.params.get("database") if hasattr(item, "callspec") else None
    return any(kind != only and item.get_closest_marker(f"{only}_only") for only in BOTH if kind)
