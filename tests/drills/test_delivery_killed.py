"""`diary deliver` killed at any moment, its server failing at random: no letter is lost."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain.upgrade import upgrade
from diary.models import (
    Letter,
    Outgoing,
    Post,
    Subscriber,
    begin_writing,
    make_engine,
    make_sessions,
)
from tests.builders import a_post, an_account
from tests.cli.test_commands import environment
from tests.following import a_subscriber
from tests.mailbox import DROP, SENDER, STALL, Mailbox, Step, mailbox

pytestmark = pytest.mark.drill

SUBSCRIBERS, POSTS, KILLS = 60, 3, 25


def a_diary(folder: Path) -> sessionmaker[Session]:
    """A diary whose posts, out an hour ago, go to all subscribers."""
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    now = datetime.now(UTC) - timedelta(hours=1)
    upgrade(engine, now)
    sessions = make_sessions(engine)
    with sessions() as session:
        begin_writing(session)
        alice = an_account(session)
        for number in range(SUBSCRIBERS):
            a_subscriber(session, f"sam{number}")
        for number in range(POSTS):
            a_post(session, alice, title=f"Inlägg nummer {number}.", now=now)
        session.commit()
    return sessions


def deliver(folder: Path, box: Mailbox) -> "subprocess.Popen[bytes]":
    """`diary deliver`, in a process group of its own."""
    given = {"DIARY_MAIL_URL": box.url, "DIARY_MAIL_FROM": SENDER}
    return subprocess.Popen(
        [sys.executable, "-m", "diary", "deliver"],
        env=environment(folder, **given),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def five_minutes_later(sessions: sessionmaker[Session]) -> None:
    """What was put off is due again."""
    with sessions() as session:
        begin_writing(session)
        for mail in session.scalars(select(Outgoing)):
            mail.due_at -= timedelta(days=1)
        session.commit()


def waiting(sessions: sessionmaker[Session]) -> int:
    """How many letters have not been sent."""
    with sessions() as session:
        number = select(func.count()).select_from(Letter).where(Letter.sent_at.is_(None))
        return session.scalar(number) or 0


def fail_at_random(box: Mailbox) -> None:
    """The server drops the line, answers no more or is busy, somewhere in the next mails."""
    box.fails = {random.choice(list(Step)): random.choice((DROP, STALL))}
    box.to_recipients = ["451 4.3.0 Later"] * random.randint(0, 2)


def kill_at_random(process: "subprocess.Popen[bytes]", box: Mailbox) -> None:
    """Kill it at one of the next steps; one that waits for an answer is killed as it waits."""
    steps = iter(range(random.randint(1, 60), 0, -1))

    def watch(_step: Step) -> None:
        if next(steps, 0) == 1:
            os.killpg(process.pid, signal.SIGKILL)

    box.watch = watch
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def plain_text(mail: EmailMessage) -> str:
    """A letter's plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_killed_again_and_again_every_letter_comes(tmp_path: Path) -> None:
    sessions = a_diary(tmp_path)
    with mailbox() as box:
        for _ in range(KILLS):
            fail_at_random(box)
            kill_at_random(deliver(tmp_path, box), box)
            five_minutes_later(sessions)
        box.fails, box.to_recipients, box.watch = {}, [], lambda _step: None
        while waiting(sessions):
            assert deliver(tmp_path, box).wait() == 0
            five_minutes_later(sessions)
    with sessions() as session:
        slugs = session.scalars(select(Post.slug)).all()
        said = select(Subscriber.email, Post.slug).select_from(Letter).join(Subscriber).join(Post)
        doubtful = {(email, slug) for email, slug in session.execute(said.where(Letter.twice))}
        addresses = session.scalars(select(Subscriber.email)).all()
    came = Counter(
        (mail["To"], slug)
        for mail in box.mails
        for slug in slugs
        if any(line.endswith(f"/posts/{slug}") for line in plain_text(mail).splitlines())
    )
    assert set(came) == {(address, slug) for address in addresses for slug in slugs}
    assert {letter for letter, times in came.items() if times > 1} <= doubtful
    assert len(box.mails) <= SUBSCRIBERS + 2 * KILLS  # one more for each kill and each broken line
    named: dict[str, set[str]] = {}
    for mail in box.mails:
        named.setdefault(mail["To"], set()).add(mail["Message-ID"])
    assert {len(names) for names in named.values()} == {1}  # whatever came twice is known for one
