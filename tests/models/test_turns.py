"""Whoever waits to write gets a turn, however busy another process is."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings
from diary.models import begin_writing, engine, make_engine, make_sessions

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.sqlite_only("PostgreSQL has whoever writes wait in its own line")
BUSY = """
import sys, time
from threading import Thread
from sqlalchemy import text
from diary.models import begin_writing, make_engine, make_sessions

sessions = make_sessions(make_engine(sys.argv[1]))

def write():
    while True:
        with sessions() as session:
            begin_writing(session)
            session.execute(text("UPDATE state SET sequence = sequence + 1"))
            time.sleep(0.003)
            session.commit()
            print(flush=True)

for _ in range(8):
    Thread(target=write).start()
"""
"""A process that writes as much as it can, a line for each turn."""


@contextmanager
def busy(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process at work on the same database."""
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, settings.database_url], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def written(sessions: sessionmaker[Session]) -> int:
    """How often anybody has written."""
    with sessions() as session:
        return int(session.scalar(text("SELECT sequence FROM state")) or 0)


def write(sessions: sessionmaker[Session]) -> None:
    """Write once."""
    with sessions() as session:
        begin_writing(session)
        session.execute(text("UPDATE state SET sequence = sequence + 1"))
        session.commit()


def test_who_waits_is_not_passed_by_again_and_again(
    settings: Settings, sessions: sessionmaker[Session]
):
    with busy(settings):
        before = written(sessions)
        for _ in range(30):
            write(sessions)
        assert written(sessions) - before < 30 * 8  # without turns 600 and more


def test_one_that_is_killed_in_its_turn_holds_nobody_up(
    settings: Settings, sessions: sessionmaker[Session]
):
    for _ in range(3):
        with busy(settings) as process:
            process.kill()
            process.wait()
            write(sessions)


def test_one_who_writes_twice_at_once_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_SECONDS", 0.1)
    sessions = make_sessions(make_engine(settings.database_url))
    with sessions() as one, sessions() as other:
        begin_writing(one)
        with pytest.raises(OperationalError, match="locked"):
            begin_writing(other)
        other.rollback()
        one.commit()
        begin_writing(other)
    sessions.kw["bind"].dispose()


def test_who_has_the_turn_does_not_wait_for_itself(settings: Settings) -> None:
    writer = make_engine(settings.database_url)
    with writer.connect().execution_options(writing=True) as connection:
        begun = monotonic()
        for _ in range(2):
            with connection.begin():
                connection.execute(text("UPDATE state SET sequence = sequence + 1"))
    writer.dispose()
    assert monotonic() - begun < engine.BUSY_TIMEOUT_SECONDS / 2
