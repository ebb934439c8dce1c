"""`diary deliver`, and the delivering of `diary serve`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from diary.cli.deliver import Office, _deliver
from diary.domain import pings
from diary.domain.due import expect
from diary.domain.outbox import queue
from diary.domain.upgrade import upgrade
from diary.mail import Mail
from diary.models import (
    Account,
    Letter,
    Outgoing,
    Post,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from tests.builders import a_post, an_account
from tests.cli.test_commands import diary, environment, first_answer, free_port
from tests.conftest import settings_in
from tests.following import a_subscriber
from tests.hubs import answering
from tests.mailbox import SENDER, mailbox


def leave_a_mail(folder: Path, name: str = "amal", days_ago: int = 0) -> None:
    """Make a diary in a folder, with a mail that waits."""
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    now = datetime.now(UTC) - timedelta(days=days_ago)
    upgrade(engine, now)
    with make_sessions(engine)() as session:
        begin_writing(session)
        queue(session, f"{name}@example.org", "Ett brev", "Hej på dig!", "sv", now)
        session.commit()
    engine.dispose()


def leave_a_ping(folder: Path) -> None:
    """Have the hub be told of the whole diary's feed."""
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with make_sessions(engine, hub=True)() as session:
        begin_writing(session)
        pings.queue(session, (), datetime.now(UTC) - pings.SEEN_AFTER)
        session.commit()
    engine.dispose()


def still_waiting(folder: Path) -> int:
    """How many mails are in the outbox."""
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with make_sessions(engine)() as session:
        number = session.scalar(select(func.count()).select_from(Outgoing))
    engine.dispose()
    return number or 0


def test_it_says_how_many_were_sent(tmp_path: Path) -> None:
    leave_a_mail(tmp_path)
    with mailbox() as box:
        given = {"DIARY_MAIL_URL": box.url, "DIARY_MAIL_FROM": SENDER}
        given["DIARY_BASE_URL"] = "https://dagbok.example.org"
        done = diary(tmp_path, "deliver", **given)
        again = diary(tmp_path, "deliver", **given)
    assert (done.returncode, done.stdout) == (0, "1 sent, 0 waiting.\n"), done.stderr
    assert (again.returncode, again.stdout) == (0, "0 sent, 0 waiting.\n")
    assert box.mails[0]["From"] == SENDER
    assert box.mails[0]["Message-ID"].endswith("@dagbok.example.org>")


def test_what_could_not_be_sent_waits_and_is_told(tmp_path: Path) -> None:
    leave_a_mail(tmp_path)
    with mailbox() as box:
        pass
    done = diary(tmp_path, "deliver", DIARY_MAIL_URL=box.url, DIARY_MAIL_FROM=SENDER)
    assert (done.returncode, done.stdout) == (1, "0 sent, 1 waiting.\n")
    assert "Traceback" not in done.stderr
    assert still_waiting(tmp_path) == 1


def leave_a_letter(folder: Path) -> None:
    """Have a post come out an hour ago, which somebody follows."""
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    now = datetime.now(UTC) - timedelta(hours=1)
    upgrade(engine, now)
    with make_sessions(engine)() as session:
        begin_writing(session)
        a_subscriber(session)
        a_post(session, an_account(session), now=now)
        session.commit()
    engine.dispose()


def test_letters_go_to_those_who_follow(tmp_path: Path) -> None:
    leave_a_letter(tmp_path)
    with mailbox() as box:
        given = {"DIARY_MAIL_URL": box.url, "DIARY_MAIL_FROM": SENDER}
        given["DIARY_BASE_URL"] = "https://dagbok.example.org"
        done = diary(tmp_path, "deliver", **given)
        again = diary(tmp_path, "deliver", **given)
    assert (done.returncode, done.stdout) == (0, "1 sent, 0 waiting.\n"), done.stderr
    assert again.stdout == "0 sent, 0 waiting.\n"
    [mail] = box.mails
    assert mail["To"] == "sam@example.org"
    assert mail["Subject"] == "Solen vill inte gå ner – Dagboken"
    assert mail["List-Unsubscribe"].startswith("<https://dagbok.example.org/")
    html = mail.get_body(("html",))
    assert html is not None
    assert "https://dagbok.example.org/posts/solen-vill-inte-ga-ner" in html.get_content()


def test_an_address_refused_for_good_is_told_without_its_name(tmp_path: Path) -> None:
    leave_a_letter(tmp_path)
    with mailbox() as box:
        box.to_recipients = ["550 5.1.1 <sam@example.org> is not known"]
        done = diary(tmp_path, "deliver", DIARY_MAIL_URL=box.url, DIARY_MAIL_FROM=SENDER)
    assert done.returncode == 1
    assert done.stdout == "0 sent, 0 waiting. 1 refused for good: no more letters go there.\n"
    assert "sam" not in done.stderr


def test_what_may_have_come_twice_is_told(tmp_path: Path) -> None:
    leave_a_mail(tmp_path)
    engine = make_engine(f"sqlite:///{tmp_path / 'diary.db'}")
    with make_sessions(engine)() as session:
        begin_writing(session)
        session.execute(update(Outgoing).values(unnoted=1))
        session.commit()
    engine.dispose()
    with mailbox() as box:
        done = diary(tmp_path, "deliver", DIARY_MAIL_URL=box.url, DIARY_MAIL_FROM=SENDER)
    assert done.stdout == "1 sent, 0 waiting. 1 may have come twice.\n"


def test_what_is_scheduled_comes_out_though_nobody_visits(tmp_path: Path) -> None:
    leave_a_letter(tmp_path)
    engine = make_engine(f"sqlite:///{tmp_path / 'diary.db'}")
    then = datetime.now(UTC) - timedelta(minutes=30)
    with make_sessions(engine)() as session:
        begin_writing(session)
        owner = session.scalars(select(Post.owner_id)).one()
        post = a_post(session, session.get_one(Account, owner), Status.SUBMITTED, now=then)
        post.status, post.publish_at = Status.SCHEDULED, then
        expect(session, then)
        session.commit()
    with mailbox() as box:
        diary(tmp_path, "deliver", DIARY_MAIL_URL=box.url, DIARY_MAIL_FROM=SENDER)
    with make_sessions(engine)() as session:
        assert set(session.scalars(select(Post.status))) == {Status.PUBLISHED}
        assert len(session.scalars(select(Letter)).all()) == 2
    engine.dispose()


def test_without_a_server_it_lets_go_and_says_what_to_set(tmp_path: Path) -> None:
    leave_a_mail(tmp_path, days_ago=40)
    done = diary(tmp_path, "deliver")
    assert done.returncode == 2
    assert "DIARY_MAIL_URL" in done.stderr
    assert still_waiting(tmp_path) == 0


def test_a_hub_alone_is_told_too(tmp_path: Path) -> None:
    leave_a_mail(tmp_path)
    leave_a_ping(tmp_path)
    with answering() as hub:
        given = {"DIARY_HUB_URL": hub.url, "DIARY_BASE_URL": "https://dagbok.example.org"}
        done = diary(tmp_path, "deliver", **given)
    assert (done.returncode, done.stdout) == (0, "1 feed told to the hub.\n"), done.stderr
    assert hub.posts[0]["hub.url"] == ["https://dagbok.example.org/feed.atom"]
    assert still_waiting(tmp_path) == 1


@contextmanager
def serving(folder: Path, mail_url: str, hub_url: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A diary that answers, in a process group of its own."""
    port = free_port()
    environ = {"PORT": str(port), "DIARY_MAIL_URL": mail_url, "DIARY_MAIL_FROM": SENDER}
    environ |= {"DIARY_HUB_URL": hub_url, "DIARY_BASE_URL": f"http://127.0.0.1:{port}"}
    server = subprocess.Popen(
        [sys.executable, "-m", "diary", "serve", "--workers", "1"],
        env=environment(folder, **environ),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        first_answer(port)
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def test_the_server_delivers_by_itself_and_ends_when_told(tmp_path: Path) -> None:
    leave_a_mail(tmp_path)
    leave_a_letter(tmp_path)
    with mailbox() as box, serving(tmp_path, box.url) as server:
        deadline = time.monotonic() + 20
        while len(box.mails) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert [mail["To"] for mail in box.mails] == ["amal@example.org", "sam@example.org"]
        server.terminate()  # as systemd does with KillMode=mixed
        assert server.wait(20) == 0
    assert still_waiting(tmp_path) == 0


def test_the_server_tells_the_hub_by_itself(tmp_path: Path) -> None:
    leave_a_mail(tmp_path)
    leave_a_ping(tmp_path)
    with answering() as hub, serving(tmp_path, mail_url="", hub_url=hub.url):
        deadline = time.monotonic() + 20
        while len(hub.posts) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(hub.posts) == 3


def test_what_was_kept_long_enough_goes_first(tmp_path: Path) -> None:
    leave_a_mail(tmp_path, days_ago=40)
    given = {"DIARY_MAIL_URL": "smtp://127.0.0.1:1?tls=none", "DIARY_MAIL_FROM": SENDER}
    done = diary(tmp_path, "deliver", **given)
    assert (done.returncode, done.stdout) == (0, "0 sent, 0 waiting.\n"), done.stderr


def test_the_server_lets_go_without_a_mail_server_too(tmp_path: Path) -> None:
    leave_a_mail(tmp_path, days_ago=40)
    with serving(tmp_path, mail_url=""):
        deadline = time.monotonic() + 20
        while still_waiting(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert still_waiting(tmp_path) == 0


def test_whatever_goes_wrong_it_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    leave_a_mail(tmp_path)
    engine = make_engine(f"sqlite:///{tmp_path / 'diary.db'}")

    def breaks(_mail: Mail) -> None:
        raise UnicodeError

    _deliver(Office(settings_in(tmp_path), make_sessions(engine), breaks), lambda: False)
    engine.dispose()
    assert "could not be sent" in caplog.text
    assert still_waiting(tmp_path) == 1


KILLED = """
import importlib, multiprocessing, time
from diary.config import load
delivering = importlib.import_module("diary.cli.deliver")
delivering.PAUSE_SECONDS = 0.1
with delivering.delivering(load()):
    worker = multiprocessing.Process(target=time.sleep, args=(60,), daemon=True)
    others = {child.pid for child in multiprocessing.active_children()}
    worker.start()
    print(*others, worker.pid, flush=True)
    time.sleep(60)
"""


def test_delivering_ends_with_a_server_that_was_killed(tmp_path: Path) -> None:
    leave_a_mail(tmp_path)
    given = {"DIARY_MAIL_URL": "smtp://127.0.0.1:1?tls=none", "DIARY_MAIL_FROM": SENDER}
    server = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env=environment(tmp_path, **given),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    sends, worker = map(int, server.stdout.readline().split())
    server.kill()
    server.stdout.close()  # its heirs have it open: nobody waits for its end
    server.wait()
    try:
        deadline = time.monotonic() + 20
        while _runs(sends) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _runs(sends)
        assert _runs(worker)  # though it is an heir of all that the server had open
    finally:
        os.kill(worker, signal.SIGKILL)


def _runs(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
