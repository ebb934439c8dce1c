"""Backup while people write; backup, restore and import killed at any moment: nothing is lost,
nothing looks whole that is not, and all can be done again."""

import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from diary.cli.bench_server import postgres_server
from diary.domain.upgrade import upgrade
from diary.media.storage import LocalStorage
from diary.models import Revision, WorkingCopy, begin_writing, make_engine, make_sessions
from diary.portability.archive import Archive, verify
from tests.builders import PASSWORD, a_post, an_account
from tests.cli.test_commands import diary, environment, first_answer, free_port, served
from tests.every_table import dump

pytestmark = pytest.mark.drill

WRITES, KILLS, POSTS = 200, 12, 40
OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def a_diary(folder: Path, posts: int = 0) -> None:
    """A diary with an author, and posts that are out with a picture each."""
    folder.mkdir()
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    upgrade(engine, datetime.now(UTC))
    with make_sessions(engine)() as session:
        begin_writing(session)
        alice = an_account(session)
        store = LocalStorage(folder / "uploads")
        for number in range(posts):
            now = datetime.now(UTC) - timedelta(days=2)
            a_post(session, alice, store=store, pictures=number % 3, title=f"Nr {number}", now=now)
        session.commit()
    engine.dispose()


def begin(folder: Path, *words: str, **environ: str) -> "subprocess.Popen[bytes]":
    """A command, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "diary", *words],
        env=environment(folder, **environ),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(longest: float, folder: Path, *words: str, **environ: str) -> bool:
    """Begin a command and kill it somewhere on its way; False if it came to its end before."""
    process = begin(folder, *words, **environ)
    time.sleep(random.uniform(0, longest))
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def seconds(deed: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.monotonic()
    deed()
    return time.monotonic() - began


def is_well(folder: Path, **environ: str) -> None:
    """`diary check` finds nothing."""
    done = diary(folder, "check", **environ)
    assert done.returncode == 0, done.stdout + done.stderr


# ---------------------------------------------------------------- while people write


class Writer:
    """An author on a phone, who knows what was answered as saved."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._phone = urllib.request.build_opener(jar)
        self._phone.addheaders = [("Sec-Fetch-Site", "same-origin")]
        self._ask("/login", name="alice", password=PASSWORD)
        page = self._ask("/write")
        self._token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
        self.saved: dict[str, float] = {}

    def _ask(self, path: str, **form: str) -> str:
        data = urlencode(form).encode() if form else None
        with self._phone.open(self._base + path, data, timeout=60) as answer:
            return str(answer.read(), "utf-8")

    def write_all(self) -> None:
        """Save one post after another."""
        for number in range(WRITES):
            self._write(f"Sparad {number}")

    def _write(self, title: str) -> None:
        form = {"dated": "2020-02-07", "lang": "sv", "body": "Vi satt ute.", "action": "save"}
        self._ask("/write", csrf_token=self._token, title=title, **form)
        self.saved[title] = time.monotonic()


def titles(folder: Path) -> set[str]:
    """The titles of all that is being written."""
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with Session(engine) as session:
        found = {copy.content["title"] for copy in session.scalars(select(WorkingCopy))}
    engine.dispose()
    return found


def test_what_was_saved_before_it_began_is_in_it(tmp_path: Path) -> None:
    there, archive, port = tmp_path / "there", tmp_path / "archive", free_port()
    a_diary(there, posts=6)
    begun: list[float] = []
    with served(there, port), ThreadPoolExecutor(1) as pool:
        first_answer(port)
        alice = Writer(port)
        writing = pool.submit(alice.write_all)
        while not writing.done():
            killed(4, there, "backup", str(archive))
            known = len(Archive(archive).backups())
            at = time.monotonic()
            assert begin(there, "backup", str(archive)).wait() == 0
            assert len(Archive(archive).backups()) == known + 1
            begun.append(at)
        writing.result()
    assert len(alice.saved) == WRITES
    kept = Archive(archive).backups()
    assert len(kept) >= len(begun) >= 2
    for number, (backup, at) in enumerate(zip(kept[-len(begun) :], begun, strict=True)):
        if number in {0, len(begun) // 2, len(begun) - 1}:
            other = tmp_path / f"other-{number}"
            other.mkdir()
            done = diary(other, "restore", str(backup))
            assert done.returncode == 0, done.stderr
            before = {title for title, saved in alice.saved.items() if saved < at}
            assert before <= titles(other)
            is_well(other)


# ---------------------------------------------------------------- killed


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A diary that is saved."""
    folder = tmp_path_factory.mktemp("killed") / "there"
    a_diary(folder, POSTS)
    return folder


@pytest.fixture(scope="module")
def archive(there: Path) -> Path:
    """A backup of it."""
    assert diary(there, "backup", str(there.parent / "archive")).returncode == 0
    return there.parent / "archive"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server."""
    with postgres_server() as url:
        yield url


def test_a_backup_that_was_killed_is_none(there: Path, tmp_path: Path) -> None:
    whole = seconds(lambda: diary(there, "backup", str(tmp_path / "whole")))
    folder = tmp_path / "archive"
    for _ in range(KILLS):
        known = set(Archive(folder).backups())
        was_killed = killed(whole, there, "backup", str(folder))
        new = set(Archive(folder).backups()) - known
        assert was_killed or len(new) == 1
        for backup in new:  # killed after it was whole
            verify(Archive(folder), backup, lambda *_: None)
    assert diary(there, "backup", str(folder)).returncode == 0
    verify(Archive(folder), Archive(folder).newest(), lambda *_: None)
    left = {path.name for path in folder.iterdir()} - {"files", "README.txt", ".lock"}
    assert left == {path.name for path in Archive(folder).backups()}
    is_well(there)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restore_that_was_killed_shows_nothing_and_is_done_again(
    there: Path, archive: Path, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'diary.db'}"
    environ = {}
    if kind == "postgresql":
        url = request.getfixturevalue("server")
        environ = {"DIARY_DATABASE_URL": url.replace("+psycopg", "")}
    trial = tmp_path / "trial"
    trial.mkdir()
    whole = seconds(lambda: diary(trial, "restore", str(archive)))
    for _ in range(KILLS):
        if not killed(whole, tmp_path, "restore", str(archive), **environ):
            break
        engine = make_engine(url)
        with engine.connect() as connection:
            while kind == "postgresql" and connection.scalar(text(OTHERS)):
                time.sleep(0.05)  # the server still notices
            if inspect(connection).has_table("posts"):  # it was killed after its last act
                assert connection.scalar(text("SELECT count(*) FROM posts")) == POSTS
                break
        engine.dispose()
    else:
        assert diary(tmp_path, "restore", str(archive), **environ).returncode == 0
    is_well(tmp_path, **environ)
    before, after = (make_engine(one) for one in (f"sqlite:///{there / 'diary.db'}", url))
    assert dump(after) == dump(before)
    before.dispose()
    after.dispose()


def test_an_import_that_was_killed_is_done_again(there: Path, tmp_path: Path) -> None:
    folder, other, trial = tmp_path / "folder", tmp_path / "other", tmp_path / "trial"
    assert diary(there, "export", str(folder), "--as", "folder").returncode == 0
    words = ("import", str(folder), "--from", "folder", "--publish")
    for one in (other, trial):
        one.mkdir()
        assert diary(one, "upgrade").returncode == 0
    whole = seconds(lambda: diary(trial, *words))
    for _ in range(KILLS // 2):
        killed(whole, other, *words)
    is_well(other)
    done = diary(other, *words)
    assert done.returncode == 0, done.stderr
    is_well(other)
    for one in (other, trial):
        engine = make_engine(f"sqlite:///{one / 'diary.db'}")
        with Session(engine) as session:
            said = session.scalars(select(Revision.title).where(Revision.title.like("Nr %"))).all()
        engine.dispose()
        assert sorted(said) == sorted(f"Nr {number}" for number in range(POSTS))
