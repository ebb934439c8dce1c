"""What the journey's pages cost in a diary a hundred and a thousand times as long."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from alembic import command
from flask import Flask
from sqlalchemy import (
    ColumnElement,
    Engine,
    Insert,
    String,
    cast,
    func,
    insert,
    literal,
    literal_column,
    make_url,
    null,
    select,
    text,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from diary.cli.bench_server import postgres_server
from diary.cli.engines import open_engine
from diary.config import Settings
from diary.domain import counting
from diary.domain.upgrade import alembic_config
from diary.models import (
    Base,
    Byline,
    Post,
    Provenance,
    Revision,
    RevisionLink,
    RevisionMethod,
    SearchRow,
    ShownPicture,
    State,
    begin_writing,
    make_engine,
)
from diary.models.engine import give_on
from diary.queries.posts import published

WORD = "tusensköna"
"""It stands in every fourth post."""
TIMES_AS_MANY = (1, 100, 1000)
LIMITS = {
    "/archive/2019/05": (1.5, 2.0),
    "/archive/matrix": (1.5, 2.0),
    "/labs/boden": (1.5, 2.0),
    f"/search?q={WORD}": (1.5, 3.0),
}
"""How many times as long a page may take in each of the longer diaries."""
ROUNDS = 15
APART = 1000
"""Between the ids of a post and of the next one like it."""
PARTS: dict[type[Base], InstrumentedAttribute[int]] = {
    Post: Post.id,
    Revision: Revision.post_id,
    Byline: Byline.revision_id,
    RevisionMethod: RevisionMethod.revision_id,
    RevisionLink: RevisionLink.revision_id,
    ShownPicture: ShownPicture.revision_id,
    Provenance: Provenance.post_id,
    SearchRow: SearchRow.post_id,
}
"""What a post is made of, and where that says of which post or revision it is."""
NUMBERS = {"id", "post_id", "revision_id", "live_id", "inspired_by_id"}
ADDRESSES = {"slug", "short"}


@dataclass(frozen=True, slots=True)
class Page:
    """Seconds of processor time for a page, by how many times as many posts there are."""

    path: str
    database: str
    seconds: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """How many times as long it takes in each of the longer diaries."""
        return tuple(one / self.seconds[0] for one in self.seconds[1:])

    @property
    def limits(self) -> tuple[float, ...]:
        """How many times as long it may take."""
        return LIMITS[self.path]


def measure(demonstration: Settings) -> list[Page]:
    """Measure on both databases, in copies of a demonstration on SQLite."""
    folder = Path(demonstration.instance)
    files = [f"sqlite:///{folder}/{times}.db" for times in TIMES_AS_MANY]
    with postgres_server("--shared_buffers=128MB") as url:
        return [
            *_measured(demonstration, files),
            *_measured(
                demonstration, [database_on(url, f"times_{times}") for times in TIMES_AS_MANY]
            ),
        ]


def database_on(server: str, name: str) -> str:
    """A new database on a server, which leaves all the work to the process that is asked."""
    _administer(server, f"CREATE DATABASE {name}")
    alone = {"options": "-c max_parallel_workers_per_gather=0"}
    return make_url(server).set(database=name).update_query_dict(alone).render_as_string(False)


def dropped(server: str, name: str) -> None:
    """Drop a database that nobody uses any more."""
    _administer(server, f"DROP DATABASE {name}")


def _administer(server: str, statement: str) -> None:
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


def _measured(demonstration: Settings, urls: Sequence[str]) -> list[Page]:
    apps = [
        lengthened(demonstration, url, times)
        for url, times in zip(urls, TIMES_AS_MANY, strict=True)
    ]
    clocks = [_clock(engine_of(app)) for app in apps]
    rows = [
        Page(path, engine_of(apps[0]).dialect.name, _seconds(apps, clocks, path)) for path in LIMITS
    ]
    for app in apps:
        engine_of(app).dispose()
    return rows


def _seconds(
    apps: Sequence[Flask], clocks: Sequence[Callable[[], float]], path: str
) -> tuple[float, ...]:
    """The least of some rounds, in which the diaries take turns."""
    spent: list[list[float]] = [[] for _ in apps]
    for _ in range(ROUNDS):
        for app, clock, times in zip(apps, clocks, spent, strict=True):
            began = clock()
            answer = app.test_client().get(path)
            times.append(clock() - began)
            if answer.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{path}: {answer.status}")
    return tuple(map(min, spent))


def engine_of(app: Flask) -> Engine:
    """The engine of an app's database."""
    found: Engine = app.extensions["diary"].sessions.kw["bind"]
    return found


def _clock(engine: Engine) -> Callable[[], float]:
    """Processor time of this process, and of the database's that works for it."""
    if engine.dialect.name == "sqlite":
        return time.process_time
    with engine.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    spent = Path(f"/proc/{pid}/schedstat")  # as Linux tells it, in nanoseconds
    return lambda: time.process_time() + int(spent.read_text().split()[0]) / 1e9


def lengthened(demonstration: Settings, url: str, times: int) -> Flask:
    """A diary in an empty database, with all that is out in a demonstration so many times."""
    # The roof is known by name alone, as the server knows it.
    app: Flask = resolve_name("diary.app:create_app")(replace(demonstration, database_url=url))
    command.upgrade(alembic_config(engine_of(app)), "head")
    with app.extensions["diary"].sessions() as session:
        begin_writing(session)
        _copy(open_engine(demonstration), session)
        _strew(session)
        session.commit()
        begin_writing(session)
        fill(session, times)
        _number_on(session)
        session.commit()
    if engine_of(app).dialect.name == "postgresql":
        with engine_of(app).connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE"))  # as it does by itself after a while
    engine_of(app).dispose()  # and with it what was set for filling
    return app


def _copy(source: Engine, session: Session) -> None:
    """All rows of a database into an empty one."""
    _let_rows_name_later_ones(session)
    with source.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if rows := connection.execute(select(table)).mappings().all():
                session.execute(insert(table), [dict(row) for row in rows])
    source.dispose()


def _number_on(session: Session) -> None:
    """Have what is written later numbered after all that is there."""
    numbered = [one for one in Base.metadata.sorted_tables if "id" in one.c]
    last = {one.name: session.scalar(select(func.max(one.c.id))) or 0 for one in numbered}
    give_on(session.connection(), last)


def _let_rows_name_later_ones(session: Session) -> None:
    """Until the commit a row may name one that is not there yet: posts and revisions do both."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    replica = "SET LOCAL session_replication_role = replica"
    session.execute(text("PRAGMA defer_foreign_keys = ON" if sqlite else replica))


def _strew(session: Session) -> None:
    """Put the word into every fourth post."""
    for post, revision in session.execute(published().order_by(Post.sequence)):
        if (post.sequence or 0) % 4 == 0:
            revision.html += f"<p>{WORD}</p>"


def fill(session: Session, times: int) -> None:
    """Have all that is out so many times, about the same days."""
    if times == 1:
        return
    sqlite = session.get_bind().dialect.name == "sqlite"
    if sqlite:
        session.execute(text("PRAGMA cache_size = -500000"))  # KiB; with little it takes minutes
    _let_rows_name_later_ones(session)
    uid = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
    state = session.scalars(select(State)).one()
    for statement in _copies(times, uid, state.sequence):
        session.connection().execute(statement)
    counting.count_all(session)
    state.sequence *= times
    state.version += 1


def _copies(times: int, uid: str, last: int) -> list[Insert]:
    """What makes all that is out `times` - 1 times more, table by table, after the last of it."""
    again = select(literal(1).label("number")).cte(recursive=True)
    again = again.union_all(select(again.c.number + 1).where(again.c.number < times - 1))
    number = again.c.number
    none = dict.fromkeys(("form_key", "waiting_id", "read_id"), null())
    new: dict[type[Base], dict[str, ColumnElement[Any]]] = {
        Post: {"uid": literal_column(uid), **none},
        Provenance: {"key": null()},
    }

    def changed(column: ColumnElement[Any]) -> ColumnElement[Any]:
        if column.key == "sequence":
            return column + number * last
        if column.key in NUMBERS:
            return column + number * APART
        return column + "-again-" + cast(number, String) if column.key in ADDRESSES else column

    copies = []
    for kind, of in PARTS.items():
        columns = kind.__table__.columns
        values = {one.key: new.get(kind, {}).get(one.key, changed(one)) for one in columns}
        named = Post.live_id if of.key == "revision_id" else Post.id
        out = published().with_only_columns(named).where(Post.id < APART)
        whole = select(*values.values()).join(again, true()).where(of.in_(out))
        copies.append(insert(kind).from_select([*values], whole))
    return copies
