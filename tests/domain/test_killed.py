"""Whoever delivers is killed (SIGKILL) at every step: no letter is lost, at most one doubled."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings
from diary.domain import letters, outbox
from diary.mail import sender
from diary.models import Letter, Outgoing, Subscriber, make_engine, make_sessions
from tests.conftest import Clock
from tests.domain.test_outbox_letters import NAMES, arrived, drain, publish
from tests.mailbox import Mailbox, Step, mailbox

Sessions = sessionmaker[Session]

# Python 3.12 warns of forking beside a thread; here that is the mail server's, which stays behind.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mailbox() as found:
        yield found


def killed(deed: Callable[[], object], start: Callable[[int], None] = lambda _pid: None) -> None:
    """Do something in a process of its own, which is to be killed in the midst of it.

    `start` is told its number before it begins.
    """
    hears, tells = os.pipe()
    if not (pid := os.fork()):
        os.read(hears, 1)
        try:
            deed()
        finally:
            os._exit(0)
    start(pid)
    os.write(tells, b"!")
    _, status = os.waitpid(pid, 0)
    os.close(hears)
    os.close(tells)
    assert os.WIFSIGNALED(status), "It came to its end."


def deliver_anew(settings: Settings, box: Mailbox, clock: Clock) -> None:
    """What a process that delivers does, on a connection of its own."""
    sessions = make_sessions(make_engine(settings.database_url))
    drain(sessions, box, clock)


def said_twice(sessions: Sessions) -> set[str]:
    """Whose letter may have come twice, as the outbox says."""
    with sessions() as session:
        found = select(Subscriber.email).join(Letter).where(Letter.twice)
        return {email.partition("@")[0] for email in session.scalars(found)}


def nothing_is_lost(sessions: Sessions, box: Mailbox, clock: Clock) -> list[str]:
    """Go on delivering: each gets each post; returns who got one twice, which the outbox says."""
    drain(sessions, box, clock)
    clock.pass_by(minutes=5)
    assert drain(sessions, box, clock).waiting == 0
    assert set(arrived(box)) == set(NAMES)
    with sessions() as session:
        assert all(session.scalars(select(Letter.sent_at)))
        assert len(session.scalars(select(Letter)).all()) == 2 * len(NAMES)
        assert not session.scalars(select(Outgoing)).all()
    for mail in box.mails:
        assert mail.get_content().splitlines() == ["inlagg-0", "inlagg-1"]
    assert len({mail["Message-ID"] for mail in box.mails}) == len(NAMES)
    twice = [name for name, times in arrived(box).items() if times > 1]
    assert len(box.mails) == len(NAMES) + len(twice)
    assert set(twice) <= said_twice(sessions)
    assert len(said_twice(sessions)) <= 1
    return twice


@pytest.mark.parametrize("mails_before", [0, 1])
@pytest.mark.parametrize("step", Step)
def test_killed_while_a_mail_is_handed_over(
    settings: Settings,
    sessions: Sessions,
    box: Mailbox,
    clock: Clock,
    step: Step,
    mails_before: int,
) -> None:
    publish(sessions, posts=2)
    clock.pass_by(minutes=10)
    victims: list[int] = []
    seen: list[Step] = []

    def watch(reached: Step) -> None:
        seen.append(reached)
        if reached is step and seen.count(step) == mails_before + 1:
            os.kill(victims[0], signal.SIGKILL)

    box.watch = watch
    killed(lambda: deliver_anew(settings, box, clock), victims.append)
    twice = nothing_is_lost(sessions, box, clock)
    # From its whole on the server has all it needs, whoever hears the answer.
    accepts = step in {Step.WHOLE, Step.TAKEN, Step.BYE}
    assert bool(twice) is accepts
    assert said_twice(sessions)


@pytest.mark.parametrize(
    ("room", "name"),
    [
        (letters, "gather"),
        (letters, "note_sent"),
        (outbox, "_note_end"),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_killed_while_something_is_noted(
    settings: Settings,
    sessions: Sessions,
    box: Mailbox,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    room: object,
    name: str,
    *,
    after: bool,
) -> None:
    publish(sessions, posts=2)
    clock.pass_by(minutes=10)
    really = getattr(room, name)

    def dies(*arguments: object) -> None:
        if after:
            really(*arguments)  # and nothing of it is committed
        os.kill(os.getpid(), signal.SIGKILL)

    def deed() -> None:
        monkeypatch.setattr(room, name, dies)
        deliver_anew(settings, box, clock)

    killed(deed)
    twice = nothing_is_lost(sessions, box, clock)
    # `_note_end` commits before it is over.
    assert bool(twice) is (name == "note_sent" or (name == "_note_end" and not after))


def test_killed_while_it_is_composed(
    settings: Settings, sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions, posts=2)
    clock.pass_by(minutes=10)

    def dies(_mail: Outgoing) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def deed() -> None:
        anew = make_sessions(make_engine(settings.database_url))
        outbox.deliver(anew, sender(box.server, "localhost"), clock, compose=dies)

    killed(deed)
    assert not nothing_is_lost(sessions, box, clock)
