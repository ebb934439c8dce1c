"""Migrations: they end at the models, go up and down, and keep the rows, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from diary.domain.upgrade import alembic_config, is_current, upgrade
from diary.media.storage import LocalStorage
from diary.models import (
    Base,
    Event,
    Lab,
    Method,
    Origin,
    Post,
    Provenance,
    Status,
    guard_journal,
    make_engine,
)
from diary.queries import search
from diary.text.stem import query
from tests.builders import NOW, a_lab, a_method, a_post, an_account


@pytest.fixture
def engine(empty: str) -> Iterator[Engine]:
    """An empty database."""
    engine = make_engine(empty)
    yield engine
    engine.dispose()


def fill(engine: Engine, folder: Path) -> None:
    """At least a row in every table that writing and moderation fill."""
    with Session(engine) as session:
        session.connection(execution_options={"writing": True})
        lab = a_lab(session)
        a_method(session)
        alice = an_account(session, labs=(lab,))
        store = LocalStorage(folder)
        for status in (Status.PUBLISHED, Status.WITHDRAWN, Status.RETURNED, Status.DRAFT):
            a_post(session, alice, status, store=store, pictures=1, lab="boden", methods=("kor",))
        session.commit()


def counts(connection: Connection) -> dict[str, int]:
    """Rows per table."""
    return {
        table: connection.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0
        for table in Base.metadata.tables
    }


def test_the_migrations_end_at_the_models(engine: Engine) -> None:
    upgrade(engine, NOW)
    command.check(alembic_config(engine))
    assert is_current(engine)


def test_the_constraints_are_named(engine: Engine) -> None:
    upgrade(engine, NOW)
    found = inspect(engine)
    for table in Base.metadata.tables:
        keys = [*found.get_foreign_keys(table), *found.get_unique_constraints(table)]
        assert all(key["name"] for key in keys), table


def test_upgrading_twice_keeps_every_row(engine: Engine, tmp_path: Path) -> None:
    upgrade(engine, NOW)
    fill(engine, tmp_path)
    with engine.connect() as connection:
        before = counts(connection)
    upgrade(engine, NOW)
    with engine.connect() as connection:
        assert counts(connection) == before
    assert before["posts"] == 4
    assert before["shown_pictures"] >= 3


def test_down_and_up_again_ends_at_the_models(engine: Engine, tmp_path: Path) -> None:
    upgrade(engine, NOW)
    fill(engine, tmp_path)
    command.downgrade(alembic_config(engine), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(engine, NOW)
    command.check(alembic_config(engine))


def test_a_filled_diary_of_before_the_journey_keeps_all_and_is_found_and_counted(
    engine: Engine, tmp_path: Path
) -> None:
    upgrade(engine, NOW)
    fill(engine, tmp_path)
    with Session(engine) as session:
        session.add(Provenance(post_id=1, origin=Origin.MOVED, evidence=[{}]))
        session.commit()
    with engine.connect() as connection:
        before = counts(connection)
    command.downgrade(alembic_config(engine), "0004")
    gone = set(before) - set(inspect(engine).get_table_names())
    journey = {"search", "tallies", "days", "revision_links", "senders", "editions"}
    assert gone == journey | {"mirrors", "mirror_documents", "errands", "public_files"}
    upgrade(engine, NOW)
    with engine.connect() as connection:
        assert counts(connection) == before
    assert (before["search"], before["tallies"], before["days"]) == (1, 2, 1)
    with Session(engine) as session:
        provenance = session.query(Provenance).one()
        assert (provenance.origin, provenance.evidence) == (Origin.FULL, [])
        lab, method = session.query(Lab).one(), session.query(Method).one()
        assert (lab.sources, lab.pictures, method.steps, method.needs) == ([], [], {}, {})
        found = search.find(session, query("solen"))
        assert [card.slug for card in found.posts] == ["solen-vill-inte-ga-ner"]


def test_posts_whose_day_nobody_knows_move_to_the_end_and_back(
    engine: Engine, tmp_path: Path
) -> None:
    upgrade(engine, NOW)
    fill(engine, tmp_path)
    days = text("SELECT dated FROM posts WHERE live_id IS NOT NULL")
    with engine.begin() as connection:
        for table in ("posts", "revisions"):
            connection.execute(text(f"UPDATE {table} SET precision = 'unknown'"))
    for deed, revision, day in (
        (command.downgrade, "0004", "2019-05-17"),
        (command.upgrade, "0005", "9999-01-01"),
        (command.downgrade, "0004", "2019-05-17"),
    ):
        deed(alembic_config(engine), revision)
        with engine.connect() as connection:
            assert {str(dated) for dated in connection.scalars(days)} == {day}


@pytest.mark.parametrize("deed", ["UPDATE events SET action = 'publish'", "DELETE FROM events"])
def test_the_journal_at_head_refuses_changes(engine: Engine, tmp_path: Path, deed: str) -> None:
    upgrade(engine, NOW)
    fill(engine, tmp_path)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(deed))
    with Session(engine) as session:
        assert session.query(Event).count() > 0


def test_a_rebuilt_table_keeps_its_children(tmp_path: Path) -> None:
    """SQLite's batch mode drops the parent table; with foreign keys on, its rows would follow."""
    engine = make_engine(f"sqlite:///{tmp_path / 'diary.db'}")
    upgrade(engine, NOW)
    fill(engine, tmp_path)
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    with engine.connect() as connection:
        before = counts(connection)
        connection.rollback()
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("posts") as batch:
                batch.alter_column("short", new_column_name="brief")
            guard_journal(connection)
            assert counts(connection) == before
    engine.dispose()


def test_the_same_post_is_written_and_published_on_both(engine: Engine, tmp_path: Path) -> None:
    upgrade(engine, NOW)
    fill(engine, tmp_path)
    with Session(engine) as session:
        post = session.query(Post).filter_by(status=Status.PUBLISHED).one()
        assert post.sequence == 1
        assert post.published_at == NOW
