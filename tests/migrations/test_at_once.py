"""Several who upgrade one database at once: one does, the others wait and find it done."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError

from diary.cli import IN_USE
from diary.domain.errors import InUse
from diary.domain.upgrade import is_current, upgrade
from diary.models import State, make_engine
from diary.models import engine as engines
from tests.builders import NOW


@pytest.fixture
def engine(empty: str) -> Iterator[Engine]:
    made = make_engine(empty)
    yield made
    made.dispose()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits gives up after a second."""
    monkeypatch.setattr(engines, "TURN_SECONDS", 1)
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_SECONDS", 1)


def command(url: str, folder: Path) -> subprocess.Popen[str]:
    environ = {
        **os.environ, "DIARY_DATABASE_URL": url, "DIARY_INSTANCE": str(folder),
        "DIARY_SECRET_KEY": "one for both",
    }  # fmt: skip
    words = [sys.executable, "-m", "diary", "upgrade"]
    return subprocess.Popen(
        words, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_two_who_begin_at_once_upgrade_once(empty: str, engine: Engine, tmp_path: Path) -> None:
    both = [command(empty, tmp_path / name) for name in ("one", "two")]
    said = [one.communicate(timeout=100) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert is_current(engine)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(State)) == 1
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


@pytest.mark.usefixtures("impatient")
def test_whoever_waits_too_long_for_the_other_has_changed_nothing(engine: Engine) -> None:
    with engine.connect().execution_options(writing=True) as other, other.begin():
        engines.wait_for_turn(other)
        with pytest.raises(InUse):
            upgrade(engine, NOW)
    assert not is_current(engine)
    upgrade(engine, NOW)
    assert is_current(engine)


@pytest.mark.usefixtures("impatient")
def test_a_table_that_somebody_reads_keeps_nobody_waiting_behind_the_upgrade(
    engine: Engine, database: str
) -> None:
    """Whoever waits for a table in PostgreSQL has all others wait behind; SQLite's read on."""
    upgrade(engine, NOW)
    with engine.connect() as reader, engine.connect().execution_options(writing=True) as changer:
        reader.execute(select(State.version)).all()
        with changer.begin():
            engines.wait_for_turn(changer)
            drop = text("DROP TABLE state")
            if database == "sqlite":
                changer.execute(drop)
                changer.rollback()
                return
            with pytest.raises(OperationalError) as raised:
                changer.execute(drop)
            assert engines.was_held(raised.value)


def test_the_command_says_so_in_one_sentence(
    empty: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from diary.cli import main

    monkeypatch.setenv("DIARY_DATABASE_URL", empty)
    monkeypatch.setenv("DIARY_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setattr(engines, "TURN_SECONDS", 1)
    with engine.connect().execution_options(writing=True) as other, other.begin():
        engines.wait_for_turn(other)
        done = CliRunner().invoke(main, ["upgrade"])
    assert (done.exit_code, done.output) == (1, f"Error: {IN_USE}\n")
