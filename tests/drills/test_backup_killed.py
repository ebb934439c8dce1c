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
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from diary.cli.bench_server import postgres_server
from diary.domain.upgrade import upgrade
from diary.media.storage import LocalStorage
from diary.models import WorkingCopy, begin_writing, make_engine, make_sessions
from diary.portability.archive import Archive, verify
from tests.builders import PASSWORD, a_photo, a_post, an_account
from tests.cli.test_commands import diary, environment, first_answer, free_port, served
from tests.cli.test_export import files
from tests.every_table import dump

pytestmark = pytest.mark.drill

WRITES, ROUNDS, KILLS, POSTS = 200, 5, 10, 40
CHANCE = random.Random(20261128)
BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
WITH_PICTURE = ", med bild"
OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


class Place:
    """Where a diary lies: its folder, its database, and what its commands are told."""

    def __init__(self, folder: Path, server: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.url = server or f"sqlite:///{folder / 'diary.db'}"
        self.environ = {"DIARY_DATABASE_URL": server.replace("+psycopg", "")} if server else {}

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command, which does what it is to do."""
        done = diary(self.folder, *words, **self.environ)
        assert done.returncode == 0, done.stdout + done.stderr
        return done


def a_diary(place: Place, posts: int = 0) -> None:
    """A diary with an author, and posts that are out, most with pictures."""
    folder, engine = place.folder, make_engine(place.url)
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


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server."""
    with postgres_server() as url:
        yield url


def a_place(request: pytest.FixtureRequest, kind: str, folder: Path) -> Place:
    """An empty one."""
    if kind == "sqlite":
        return Place(folder)
    place = Place(folder, request.getfixturevalue("server"))
    engine = make_engine(place.url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return place


def begin(place: Place, *words: str) -> "subprocess.Popen[bytes]":
    """A command, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "diary", *words],
        env=environment(place.folder, **place.environ),
        cwd=place.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(longest: float, place: Place, *words: str) -> bool:
    """Begin a command and kill it somewhere on its way; False if it came to its end before."""
    process = begin(place, *words)
    time.sleep(CHANCE.uniform(0, longest))
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def seconds(deed: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.monotonic()
    deed()
    return time.monotonic() - began


# ---------------------------------------------------------------- while people write


class Writer:
    """An author on a phone, who knows what was answered as saved, and when."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._phone = urllib.request.build_opener(jar)
        self._phone.addheaders = [("Sec-Fetch-Site", "same-origin")]
        self._ask("/login", name="alice", password=PASSWORD)
        page = self._ask("/write")
        self._token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
        self.saved: dict[str, float] = {}

    def _ask(self, path: str, **form: Any) -> str:
        boundary, data = encode_multipart(form)
        told = urllib.request.Request(self._base + path, data if form else None)  # noqa: S310
        if form:
            told.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        with self._phone.open(told, timeout=120) as answer:
            return str(answer.read(), "utf-8")

    def write(self, enough: Event) -> None:
        """Save one post after another; every fifth with a picture of its own."""
        while len(self.saved) < WRITES or not enough.is_set():
            self._write(len(self.saved))

    def _write(self, number: int) -> None:
        title = f"Sparad {number}" + (WITH_PICTURE if number % 5 == 0 else "")
        form: dict[str, Any] = {
            "dated": "2020-02-07",
            "lang": "sv",
            "body": "Vi satt ute.",
            "action": "save",
        }
        if number % 5 == 0:
            stream = BytesIO(a_photo(f"#{number * 4099 % 0xFFFFFF:06x}"))
            form["photos"] = FileStorage(stream, "a.jpg")
        self._ask("/write", csrf_token=self._token, title=title, **form)
        self.saved[title] = time.monotonic()


def titles(place: Place) -> set[str]:
    """The titles of all that is being written, with the pictures that were to be in it."""
    engine = make_engine(place.url)
    with Session(engine) as session:
        copies = [copy.content for copy in session.scalars(select(WorkingCopy))]
    engine.dispose()
    for copy in copies:
        assert bool(copy["pictures"]) == copy["title"].endswith(WITH_PICTURE)
    return {copy["title"] for copy in copies}


@BOTH
def test_what_was_saved_before_it_began_is_in_it(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    there = a_place(request, kind, tmp_path / "there")
    a_diary(there, posts=6)
    archive, port, enough = tmp_path / "archive", free_port(), Event()
    begun: list[tuple[float, Path]] = []
    with served(there.folder, port, 1, **there.environ), ThreadPoolExecutor(1) as pool:
        first_answer(port)
        alice = Writer(port)
        writing = pool.submit(alice.write, enough)
        try:
            for _ in range(ROUNDS):
                killed(4, there, "backup", str(archive))
                at = time.monotonic()
                there.run("backup", str(archive))
                begun.append((at, Archive(archive).newest()))
        finally:
            enough.set()
        writing.result()
    assert len(alice.saved) >= WRITES
    for number, (at, backup) in enumerate(begun):
        other = Place(tmp_path / f"other-{number}")
        other.run("restore", str(backup))
        assert {title for title, saved in alice.saved.items() if saved < at} <= titles(other)
        other.run("check")


# ---------------------------------------------------------------- killed


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A diary that is saved."""
    place = Place(tmp_path_factory.mktemp("killed") / "there")
    a_diary(place, POSTS)
    return place


@pytest.fixture(scope="module")
def archive(there: Place) -> Path:
    """A backup of it."""
    path = there.folder.parent / "archive"
    there.run("backup", str(path))
    return path


def test_a_backup_that_was_killed_is_none(there: Place, tmp_path: Path) -> None:
    whole = seconds(lambda: there.run("backup", str(tmp_path / "whole")))
    folder = tmp_path / "archive"
    for _ in range(KILLS):
        known = set(Archive(folder).backups())
        was_killed = killed(whole, there, "backup", str(folder))
        new = set(Archive(folder).backups()) - known
        assert was_killed or len(new) == 1
        for backup in new:  # killed after it was whole
            verify(Archive(folder), backup, lambda *_: None)
    there.run("backup", str(folder))
    verify(Archive(folder), Archive(folder).newest(), lambda *_: None)
    left = {path.name for path in folder.iterdir()} - {"files", "README.txt", ".lock"}
    assert left == {path.name for path in Archive(folder).backups()}
    there.run("check")


@BOTH
def test_a_restore_that_was_killed_shows_nothing_and_is_done_again(
    there: Place, archive: Path, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    other, trial = a_place(request, kind, tmp_path / "other"), Place(tmp_path / "trial")
    whole = seconds(lambda: trial.run("restore", str(archive)))
    for _ in range(KILLS):
        if not killed(whole, other, "restore", str(archive)):
            break
        engine = make_engine(other.url)
        with engine.connect() as connection:
            while kind == "postgresql" and connection.scalar(text(OTHERS)):
                time.sleep(0.05)  # the server still notices
            if inspect(connection).has_table("posts"):  # it was killed after its last act
                assert connection.scalar(text("SELECT count(*) FROM posts")) == POSTS
                break
        engine.dispose()
    else:
        other.run("restore", str(archive))
    other.run("check")
    before, after = make_engine(there.url), make_engine(other.url)
    assert dump(after) == dump(before)
    before.dispose()
    after.dispose()


@BOTH
def test_an_import_that_was_killed_is_done_again(
    there: Place, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    folder, again = tmp_path / "folder", tmp_path / "again"
    there.run("export", str(folder), "--as", "folder")
    words = ("import", str(folder), "--from", "folder", "--publish")
    other, trial = a_place(request, kind, tmp_path / "other"), Place(tmp_path / "trial")
    for one in (other, trial):
        one.run("upgrade")
    whole = seconds(lambda: trial.run(*words))
    for _ in range(KILLS):
        killed(whole, other, *words)
    other.run("check")
    other.run(*words)
    other.run("check")
    other.run("export", str(again), "--as", "folder")
    assert files(again) == files(folder)
