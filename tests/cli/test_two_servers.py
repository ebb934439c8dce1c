"""Two servers with folders of their own on one database and one store: each knows at once what
happens at the other. No memory is shared; PostgreSQL's rows are."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.upgrade import OTHER_KEY
from diary.domain.due import expect
from diary.domain.outbox import queue
from diary.models import (
    Account,
    Event,
    Outgoing,
    Post,
    Role,
    State,
    Status,
    Throttle,
    begin_writing,
    make_engine,
    make_sessions,
)
from tests.builders import PASSWORD, a_post, an_account
from tests.cli.test_commands import ROOT, diary, environment, first_answer, free_port
from tests.databases import Server
from tests.mailbox import SENDER, mailbox

FORM = {"dated": "2020-02-07", "lang": "sv", "body": "Vi satt ute.", "action": "save"}


@dataclass
class Two:
    """The servers, and the database behind them."""

    ports: tuple[int, int]
    sessions: sessionmaker[Session]
    environ: dict[str, str]
    folders: tuple[Path, Path]


@dataclass
class Person:
    """Somebody whose browser is sent now to one server and now to the other."""

    two: Two
    cookie: str = ""

    def ask(self, which: int, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and body of an answer."""
        line = HTTPConnection("127.0.0.1", self.two.ports[which], timeout=60)
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        if form is None:
            line.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            line.request("POST", path, urlencode(form), headers)
        answer = line.getresponse()
        if given := answer.getheader("Set-Cookie"):
            self.cookie = given.partition(";")[0]
        body = answer.read().decode()
        line.close()
        return answer.status, body

    def log_in(self, which: int, name: str, password: str = PASSWORD) -> int:
        return self.ask(which, "/login", {"name": name, "password": password})[0]

    def hidden(self, which: int, path: str, *names: str) -> dict[str, str]:
        """Hidden fields of a form."""
        _, page = self.ask(which, path)
        found = {name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', page) for name in names}
        assert all(found.values()), (found, page)
        return {name: match[1] for name, match in found.items() if match}


@contextmanager
def served(folder: Path, port: int, environ: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-m", "diary", "serve", "--workers", "1"],
        env=environment(folder, PORT=str(port), **environ),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield
        finally:
            server.terminate()
        assert server.wait(60) == 0


@pytest.fixture(scope="module")
def two(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two servers that have started at once on an empty database."""
    root = tmp_path_factory.mktemp("two")
    folders = (root / "one", root / "two")
    for folder in folders:
        folder.mkdir()
    with postgres.empty() as url, ExitStack() as stack:
        environ = {
            "DIARY_DATABASE_URL": url,
            "DIARY_STORAGE_URL": f"file:{root / 'store'}",
            "DIARY_SECRET_KEY": "the same on both, and long and random",
        }
        ports = (free_port(), free_port())
        for folder, port in zip(folders, ports, strict=True):
            stack.enter_context(served(folder, port, environ))
        for port in ports:
            first_answer(port)
        engine = make_engine(url)
        stack.callback(engine.dispose)
        yield Two(ports, make_sessions(engine), environ, folders)


@pytest.fixture
def somebody(two: Two) -> Account:
    """An author who was not here before."""
    with two.sessions() as session:
        begin_writing(session)
        number = session.scalar(select(func.count()).select_from(Account))
        made = an_account(session, f"somebody{number}")
        session.commit()
    return made


def test_both_start_at_once_on_an_empty_database_and_upgrade_once(two: Two) -> None:
    with two.sessions() as session:
        assert session.scalar(select(func.count()).select_from(State)) == 1
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    for which in (0, 1):
        assert Person(two).ask(which, "/readyz")[0] == 200


def test_whoever_logs_in_on_one_goes_on_at_the_other(two: Two, somebody: Account) -> None:
    person = Person(two)
    assert person.log_in(0, somebody.username) == 303
    assert person.ask(1, "/mine")[0] == 200
    form = FORM | person.hidden(1, "/write", "csrf_token", "form_key")
    assert person.ask(0, "/write", form)[0] == 303
    assert "Vi satt ute." in person.ask(1, "/mine")[1]
    assert person.ask(1, "/logout", form)[0] == 303
    assert person.ask(0, "/mine")[0] == 303


def test_tries_are_counted_over_both(two: Two, somebody: Account) -> None:
    with two.sessions() as session:
        session.execute(delete(Throttle))
        session.commit()
    for which in range(4):  # one more, and whoever is quick has to wait
        Person(two).log_in(which % 2, somebody.username, "fel ord")
    with two.sessions() as session:
        of_account, of_address = session.scalars(select(Throttle))
        assert (of_account.count, of_address.count) == (4, 4)
        of_account.count = 9
        of_account.until = datetime.now(UTC) + timedelta(minutes=5)
        of_address.until, of_address.count = of_account.until, 99
        session.commit()
    for which in (0, 1):
        assert Person(two).log_in(which, somebody.username) == 429
    with two.sessions() as session:  # the other tests come from that address, too
        begin_writing(session)
        session.execute(delete(Throttle))
        session.commit()


def test_a_form_sent_to_both_at_once_makes_one_post(two: Two, somebody: Account) -> None:
    person = Person(two)
    person.log_in(0, somebody.username)
    form = FORM | person.hidden(0, "/write", "csrf_token", "form_key")
    with ThreadPoolExecutor(6) as pool:
        sent = pool.map(
            lambda which: Person(two, person.cookie).ask(which % 2, "/write", form)[0], range(6)
        )
        assert list(sent) == [303] * 6
    with two.sessions() as session:
        posts = select(func.count()).select_from(Post).where(Post.owner_id == somebody.id)
        assert session.scalar(posts) == 1


def test_what_comes_out_or_goes_at_one_is_seen_on_both_a_second_later(
    two: Two, somebody: Account
) -> None:
    lea = Person(two)
    with two.sessions() as session:
        begin_writing(session)
        name = f"lea{somebody.id}"
        an_account(session, name, Role.LEAD)
        post = a_post(session, somebody, Status.SUBMITTED, title="Ett bord till")
        session.commit()
    lea.log_in(0, name)
    token = lea.hidden(0, "/moderation/" + str(post.id), "csrf_token")
    for step, seen in (("publish", True), ("withdraw", False)):
        for which in (0, 1):  # kept as it was
            assert ("Ett bord till" in Person(two).ask(which, "/")[1]) != seen
        with two.sessions() as session:
            now = session.get_one(Post, post.id)
            form = {"step": step, "revision_id": str(now.waiting_id or now.live_id)}
        form |= token | {"words": "Någon ångrade sig."}
        assert lea.ask(0, f"/moderation/{post.id}/decide", form)[0] == 303
        time.sleep(1)
        for which in (0, 1):
            assert ("Ett bord till" in Person(two).ask(which, "/")[1]) == seen
            assert ("Ett bord till" in Person(two).ask(which, "/feed.atom")[1]) == seen


def test_a_post_whose_time_has_come_is_let_out_once(two: Two, somebody: Account) -> None:
    at = datetime.now(UTC) + timedelta(seconds=2)
    with two.sessions() as session:
        begin_writing(session)
        post = a_post(session, somebody, Status.SUBMITTED, title="Klockan slog")
        post.status, post.publish_at = Status.SCHEDULED, at
        expect(session, at)
        session.commit()
    assert "Klockan slog" not in Person(two).ask(0, "/")[1]
    time.sleep(3.1)
    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(lambda which: Person(two).ask(which % 2, "/")[1], range(6)))
    assert all("Klockan slog" in page for page in pages)
    with two.sessions() as session:
        released = select(func.count()).select_from(Event)
        released = released.where(Event.action == "release", Event.post_id == post.id)
        assert session.scalar(released) == 1


def test_mails_are_sent_once_by_two_who_deliver(two: Two) -> None:
    now = datetime.now(UTC)
    names = [f"amal{number}@example.org" for number in range(12)]
    with two.sessions() as session:
        begin_writing(session)
        for name in names:
            queue(session, name, "Ett brev", "Hej på dig!", "sv", now)
        session.commit()
    with mailbox() as box:
        mail_url = f"smtp://127.0.0.1:{box.port}?tls=none"
        environ = two.environ | {"DIARY_MAIL_URL": mail_url, "DIARY_MAIL_FROM": SENDER}
        both = [
            subprocess.Popen(
                [sys.executable, "-m", "diary", "deliver"],
                env=environment(folder, **environ), cwd=ROOT, stdout=subprocess.DEVNULL,
            )
            for folder in two.folders
        ]  # fmt: skip
        assert [one.wait(300) for one in both] == [0, 0]
    assert sorted(mail["To"] for mail in box.mails) == sorted(names)
    with two.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Outgoing)) == 0


def test_a_server_with_another_secret_key_does_not_start(two: Two, tmp_path: Path) -> None:
    other = two.environ | {"DIARY_SECRET_KEY": "one that was made on another machine"}
    for command in ("serve", "upgrade"):
        done = diary(tmp_path, command, PORT=str(free_port()), **other)
        assert done.returncode == 2
        assert " ".join(done.stderr.split()).endswith(OTHER_KEY)


def test_a_new_key_is_taken_when_it_is_said(postgres: Server, tmp_path: Path) -> None:
    with postgres.empty() as url:
        for words, key, status in (
            ((), "the first", 0), ((), "the second", 2), (("--new-key",), "the second", 0),
            ((), "the second", 0), ((), "the first", 2),
        ):  # fmt: skip
            environ = {"DIARY_DATABASE_URL": url, "DIARY_SECRET_KEY": key}
            assert diary(tmp_path, "upgrade", *words, **environ).returncode == status
