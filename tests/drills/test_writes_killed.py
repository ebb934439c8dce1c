"""A server or PostgreSQL killed at any moment of writing: what was answered is there afterwards."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event
from urllib.parse import unquote

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session, sessionmaker

from diary.cli import main
from diary.cli.bench_authors import Author, Draft, lost, make_authors, write_together
from diary.cli.bench_load import family, free_port, wait_for
from diary.cli.bench_server import postgres_server
from diary.domain.upgrade import upgrade
from diary.models import begin_writing, make_engine, make_sessions
from tests.builders import NOW, a_photo
from tests.cli.test_commands import environment

pytestmark = pytest.mark.drill
TRIALS = int(os.environ.get("TRIALS", "200")) // 2
"""Of each kind."""
AUTHORS = 6
PAUSE = 0.02


@contextmanager
def a_diary(url: str) -> Iterator[tuple[sessionmaker[Session], list[str]]]:
    """An empty diary and the names of its authors."""
    engine = make_engine(url)
    upgrade(engine, NOW)
    sessions = make_sessions(engine)
    with sessions() as session:
        begin_writing(session)
        names = make_authors(session, AUTHORS)
        session.commit()
    yield sessions, names
    engine.dispose()


@contextmanager
def served(folder: Path, port: int, **given: str) -> Iterator[None]:
    """`diary serve` in a process group of its own, all of which is killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "diary", "serve", "--workers", "2"],
        env=environment(folder, PORT=str(port), **given),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(port, process)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def assert_whole(
    folder: Path, sessions: sessionmaker[Session], drafts: Sequence[Draft], given: Mapping[str, str]
) -> None:
    """All that was answered is there, and the diary's check finds nothing."""
    with sessions() as session:
        assert lost(session, drafts) == []
    done = CliRunner().invoke(main, ["check"], env={"DIARY_INSTANCE": str(folder), **given})
    assert done.exit_code == 0, done.output


def test_a_server_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    drafts: list[Draft] = []
    with a_diary(f"sqlite:///{tmp_path / 'diary.db'}") as (sessions, names):
        for _ in range(TRIALS):
            port, enough = free_port(), Event()
            authors = [Author(name, [port, port], a_photo()) for name in names]
            with served(tmp_path, port):
                threads = write_together(authors, enough, PAUSE)
                time.sleep(random.uniform(0.5, 3))
            enough.set()
            for thread in threads:
                thread.join()
            written = [draft for author in authors for draft in author.drafts]
            assert_whole(tmp_path, sessions, written, {})
            errors = [error for author in authors for error in author.errors]
            assert [error for error in errors if error.startswith("NotKept")] == []
            drafts += written
        assert_whole(tmp_path, sessions, drafts, {})
    assert sum(draft.saves for draft in drafts) > TRIALS


class Postgres:
    """A running PostgreSQL that is killed, and started again as it was."""

    def __init__(self, url: str) -> None:
        self.folder = Path(unquote(url.partition("host=")[2]))
        self._file = self.folder / "data/postmaster.pid"
        self._command = Path(f"/proc/{self._pid()}/cmdline").read_bytes().split(b"\0")[:-1]
        self._process: subprocess.Popen[bytes] | None = None

    def _pid(self) -> int:
        return int(self._file.read_text().split()[0])

    def kill(self) -> None:
        """Kill one of its processes, after which it begins anew by itself, or all of them."""
        first, *others = family(self._pid())
        if others and random.random() < 0.5:
            with suppress(ProcessLookupError):  # one for a connection that has just ended
                os.kill(random.choice(others), signal.SIGKILL)
        else:
            for pid in (first, *others):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._start_again()
        self._wait()

    def _start_again(self) -> None:
        if self._process:
            self._process.wait()
        # Nobody has waited for the first one, so its number is still taken.
        for lock in (self._file, self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)
        owner = (self.folder / "data").stat()
        groups: list[int] | None = [] if os.geteuid() == 0 else None
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log,
                user=owner.st_uid, group=owner.st_gid, extra_groups=groups,
            )  # fmt: skip

    def _wait(self) -> None:
        for _ in range(600):
            # It does not begin while one of the killed is still there, as who runs it would find.
            if self._process and self._process.poll() is not None:
                self._start_again()
            with suppress(psycopg.OperationalError):
                psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres").close()
                return
            time.sleep(0.1)
        pytest.fail((self.folder / "log").read_text()[-2000:])

    def close(self) -> None:
        """Stop what was started again."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()


def test_a_postgres_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    drafts: list[Draft] = []
    with (
        postgres_server("--synchronous_commit=on", "--max_connections=100") as url,
        closing(Postgres(url)) as postgres,
        a_diary(url) as (sessions, names),
    ):
        given, port = {"DIARY_DATABASE_URL": url.replace("+psycopg", "")}, free_port()
        with served(tmp_path, port, **given):
            for _ in range(TRIALS):
                enough = Event()
                authors = [Author(name, [port, port], a_photo()) for name in names]
                threads = write_together(authors, enough, PAUSE)
                time.sleep(random.uniform(0.5, 3))
                postgres.kill()
                time.sleep(0.5)  # the same server goes on
                enough.set()
                for thread in threads:
                    thread.join()
                written = [draft for author in authors for draft in author.drafts]
                assert_whole(tmp_path, sessions, written, given)
                drafts += written
        assert_whole(tmp_path, sessions, drafts, given)
    assert sum(draft.saves for draft in drafts) > TRIALS
