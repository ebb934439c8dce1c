"""Transactions: readers do not wait for writers, writers wait for one another at the door."""

from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from diary.models import begin_writing, make_engine
from diary.models.engine import has_others
from tests.databases import Server


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with one table, whose connections wait for 10 ms only."""
    engine = make_engine(f"sqlite:///{tmp_path / 'diary.db'}")
    event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=10"))
    with Session(engine) as session:
        begin_writing(session)
        session.execute(text("CREATE TABLE words (word TEXT)"))
        session.commit()
    yield engine
    engine.dispose()


def test_a_second_writer_waits_at_the_door(engine: Engine) -> None:
    with Session(engine) as first, Session(engine) as second:
        begin_writing(first)
        with pytest.raises(OperationalError, match="locked"):
            begin_writing(second)
        first.commit()
        begin_writing(second)


def test_a_reader_reads_on_while_somebody_writes(engine: Engine) -> None:
    count = text("SELECT count(*) FROM words")
    with Session(engine) as writer, Session(engine) as reader:
        assert reader.scalar(count) == 0
        begin_writing(writer)
        writer.execute(text("INSERT INTO words VALUES ('hej')"))
        writer.commit()
        assert reader.scalar(count) == 0
        reader.rollback()
        assert reader.scalar(count) == 1


def test_rows_that_point_nowhere_are_refused(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"


def test_a_writer_that_waits_is_given_its_turn(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'diary.db'}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA busy_timeout")) >= 5_000
    engine.dispose()


def test_whoever_is_just_leaving_is_waited_for(postgres: Server) -> None:
    with postgres.empty() as url:
        engine, other = make_engine(url), make_engine(url)
        other.connect().close()  # it stays connected
        leaves = Timer(0.5, other.dispose)
        leaves.start()
        assert not has_others(engine)
        leaves.join()
        engine.dispose()


def test_whoever_stays_is_seen(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diary.models.engine._TRIES", 2)
    with postgres.empty() as url:
        engine, other = make_engine(url), make_engine(url)
        with other.connect():
            assert has_others(engine)
        engine.dispose()
        other.dispose()
