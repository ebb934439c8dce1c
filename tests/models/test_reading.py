"""Reading on PostgreSQL: no transactions, prepared statements, and past lost connections."""

from collections.abc import Iterator

import pytest
from sqlalchemy import ColumnClause, column, select, table, text
from sqlalchemy.orm import Session, sessionmaker

from diary.models import begin_writing, engine, make_engine, make_sessions, only_reading
from diary.queries.plain import at_most
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


def test_statements_with_a_limit_are_planned_once(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.execute(text("INSERT INTO words SELECT generate_series(1, 100000)::text"))
        session.execute(text("CREATE INDEX ON words (word)"))
        session.execute(text("ANALYZE words"))
    word: ColumnClause[str] = column("word")
    statement = select(word).select_from(table("words")).where(word > "0").order_by(word)
    with only_reading(sessions) as session:
        for _ in range(20):
            assert session.scalars(statement.limit(at_most(1))).one() == "1"
        asked = "SELECT statement, generic_plans FROM pg_prepared_statements"
        plans = [plans for words, plans in session.execute(text(asked)) if "FROM words" in words]
    assert max(plans) > 0


def test_what_comes_in_parts_can_be_asked_for_with_parameters(
    sessions: sessionmaker[Session],
) -> None:
    word: ColumnClause[str] = column("word")
    statement = select(word).select_from(table("words")).where(word != "3")
    with sessions.begin() as session:
        session.execute(text("INSERT INTO words SELECT generate_series(1, 10)::text"))
        in_parts = statement.execution_options(yield_per=2)
        assert len(session.scalars(in_parts).all()) == 9


def test_what_the_address_says_of_a_connection_holds(postgres: Server) -> None:
    costs = [text(f"SHOW {kind}_page_cost") for kind in ("seq", "random")]
    with postgres.empty() as url:
        for address, cost in ((url, "0.1"), (f"{url}&options=-c%20random_page_cost%3D3", "3")):
            made = make_engine(address)
            with made.connect() as connection:
                assert [connection.scalar(one) for one in costs] == ["0.1", cost]
            made.dispose()
