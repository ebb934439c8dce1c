"""Reading on PostgreSQL: no transactions, prepared statements, and past lost connections."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from diary.models import begin_writing, engine, make_engine, make_sessions, only_reading
from tests.databases import Server

ONE = text("SELECT 1 AS one")
WHO = text("SELECT pg_backend_pid()")


@pytest.fixture
def sessions(postgres: Server) -> Iterator[sessionmaker[Session]]:
    """Sessions on a database with one table."""
    with postgres.empty() as url:
        made = make_engine(url)
        with made.begin() as connection:
            connection.execute(text("CREATE TABLE words (word TEXT)"))
        yield make_sessions(made)
        made.dispose()


def test_what_is_asked_again_and_again_stays_prepared(sessions: sessionmaker[Session]) -> None:
    for _ in range(10):
        with only_reading(sessions) as session:
            assert session.scalar(ONE) == 1
    with only_reading(sessions) as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert str(ONE) in prepared


def test_who_has_read_writes_all_or_nothing(sessions: sessionmaker[Session]) -> None:
    count = text("SELECT count(*) FROM words")
    with only_reading(sessions) as session:
        assert session.scalar(count) == 0
        begin_writing(session)
        session.execute(text("INSERT INTO words VALUES ('hej')"))
        session.rollback()
        assert session.scalar(count) == 0


def test_a_connection_that_was_cut_while_idle_is_replaced(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "IDLE_SECONDS", -1)
    with only_reading(sessions) as session, sessions() as other:
        cut = session.scalar(WHO)
        assert other.scalar(WHO) != cut
        session.close()
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": cut})
        assert session.scalar(WHO) != cut
