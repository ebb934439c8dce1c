"""Letters through the outbox: none lost, none twice unsaid, whatever the server does."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from diary import mail as mailing
from diary.domain import letters
from diary.domain.outbox import GIVE_UP_AFTER, Delivered, Ready, deliver, key, queue
from diary.mail import Mail, sender
from diary.models import (
    Letter,
    Outgoing,
    Post,
    Status,
    Subscriber,
    begin_writing,
)
from tests.builders import NOW, a_post, an_account
from tests.conftest import Clock
from tests.following import a_subscriber
from tests.mailbox import DROP, STALL, Mailbox, Step, mailbox

Sessions = sessionmaker[Session]
NAMES = ("amal", "bo", "cia")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mailbox() as found:
        yield found


def publish(sessions: Sessions, *, posts: int = 1, names: tuple[str, ...] = NAMES) -> None:
    """Have some posts come out, which some follow."""
    with sessions() as session:
        begin_writing(session)
        for name in names:
            a_subscriber(session, name)
        alice = an_account(session)
        for number in range(posts):
            a_post(session, alice, title=f"Inlägg {number}")
        session.commit()


class Writer:
    """Composes letters that name their posts."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, mail: Outgoing) -> Ready | None:
        with self._sessions() as session:
            whose = session.get_one(Subscriber, mail.subscriber_id)
            carried = select(Post).join(Letter, Letter.post_id == Post.id)
            carried = carried.where(Letter.outgoing_id == mail.id).order_by(Post.id)
            posts = session.scalars(carried.where(Post.status == Status.PUBLISHED)).all()
        if not posts:
            return None
        words = "\n".join(post.slug or "" for post in posts) + "\n"
        made = Mail(key(mail), whose.email, "Nytt", words, mail.lang, mail.queued_at)
        return Ready(made, tuple(post.id for post in posts))


def drain(sessions: Sessions, box: Mailbox, clock: Clock) -> Delivered:
    """Deliver mails and letters through the server."""
    send = sender(box.server, "localhost")
    return deliver(sessions, send, clock, compose=Writer(sessions))


def arrived(box: Mailbox) -> Counter[str]:
    """How many mails each has got."""
    return Counter(mail["To"].partition("@")[0] for mail in box.mails)


def each_has_each_post_once(sessions: Sessions, box: Mailbox) -> None:
    """All was sent, and nothing twice."""
    assert arrived(box) == dict.fromkeys(NAMES, 1)
    with sessions() as session:
        assert all(session.scalars(select(Letter.sent_at)))
        assert not any(session.scalars(select(Letter.twice)))
        assert not session.scalars(select(Outgoing)).all()


def test_each_subscriber_gets_each_post_once(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions, posts=2)
    assert drain(sessions, box, clock) == Delivered(0, 0, 0)
    clock.pass_by(minutes=10)
    assert drain(sessions, box, clock) == Delivered(3, 0, 0)
    assert drain(sessions, box, clock) == Delivered(0, 0, 0)
    each_has_each_post_once(sessions, box)
    for mail in box.mails:
        assert mail.get_content().splitlines() == ["inlagg-0", "inlagg-1"]


def test_letters_wait_where_nobody_composes_them(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions)
    clock.pass_by(minutes=10)
    assert deliver(sessions, sender(box.server, "localhost"), clock) == Delivered(0, 0, 0)
    with sessions() as session:
        assert not any(session.scalars(select(Letter.outgoing_id)))


def test_whoever_waits_for_a_mail_does_not_wait_for_letters(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions)
    clock.pass_by(minutes=10)
    with sessions() as session:
        begin_writing(session)
        letters.gather(session, clock())
        clock.pass_by(seconds=1)
        queue(session, "lea@example.org", "Nytt lösenord", "Hej!", "sv", clock())
        session.commit()
    drain(sessions, box, clock)
    assert box.mails[0]["To"] == "lea@example.org"
    assert len(box.mails) == 4


def test_nobody_waits_behind_a_mail_that_ends_whoever_sends_it(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions)
    clock.pass_by(minutes=10)
    really = sender(box.server, "localhost")

    def ends(mail: Mail) -> None:
        if mail.to.startswith("amal"):
            raise KeyboardInterrupt
        really(mail)

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            deliver(sessions, ends, clock, compose=Writer(sessions))
        clock.pass_by(minutes=15)
    assert arrived(box) == {"bo": 1, "cia": 1}


def test_a_withdrawn_post_leaves_gathered_letters_in_silence(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions)
    clock.pass_by(minutes=10)
    with sessions() as session:
        begin_writing(session)
        letters.gather(session, clock())
        post = session.scalars(select(Post)).one()
        post.status = Status.WITHDRAWN
        letters.withdraw(session, post.id)
        session.commit()
    assert drain(sessions, box, clock) == Delivered(0, 0, 0)
    assert not box.hellos


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize("where", ["to_recipients", "to_mails"])
def test_an_address_refused_for_good_is_written_to_no_more(
    sessions: Sessions, box: Mailbox, clock: Clock, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    publish(sessions, posts=2)
    clock.pass_by(minutes=10)
    setattr(box, where, ["550 5.1.1 <amal@example.org> is not known"])
    assert drain(sessions, box, clock) == Delivered(2, 1, 0, stopped=1)
    with sessions() as session:
        stopped = select(Subscriber.email).where(Subscriber.stopped_at == clock())
        assert session.scalars(stopped).all() == ["amal@example.org"]
        amal = select(Letter).join(Subscriber).where(Subscriber.stopped_at.is_not(None))
        assert not session.scalars(amal).all()
    told = " ".join(one.getMessage() for one in caplog.records if one.name.startswith("diary"))
    assert "550" in told
    assert "example.org" not in told


@pytest.mark.parametrize(
    "answer", ["450 4.2.1 Busy", "421 4.3.2 Shutting down", "554 5.7.1 Relay access denied"]
)
@pytest.mark.parametrize("where", ["to_recipients", "to_mails"])
def test_what_is_not_the_addresss_fault_is_tried_again(
    sessions: Sessions, box: Mailbox, clock: Clock, where: str, answer: str
) -> None:
    publish(sessions)
    clock.pass_by(minutes=10)
    setattr(box, where, [answer])
    assert drain(sessions, box, clock) == Delivered(2, 1, 1)
    clock.pass_by(minutes=5)
    assert drain(sessions, box, clock) == Delivered(1, 0, 0)
    each_has_each_post_once(sessions, box)


def test_a_mailbox_that_is_full_for_days_is_given_up_and_stays(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions, names=("amal",))
    clock.pass_by(minutes=10)
    began = clock()
    box.to_recipients = ["452 4.2.2 Full"] * 20
    while drain(sessions, box, clock).waiting:
        with sessions() as session:
            clock.time = session.scalars(select(Outgoing.due_at)).one()
    assert clock() - began > GIVE_UP_AFTER
    with sessions() as session:
        assert session.scalars(select(Subscriber.stopped_at)).one() is None
        assert not session.scalars(select(Letter)).all()


# ---------------------------------------------------------------- the line


@pytest.mark.parametrize("failure", [DROP, STALL])
@pytest.mark.parametrize("step", [one for one in Step if one is not Step.BYE])
def test_a_line_that_breaks_loses_nothing(
    sessions: Sessions,
    box: Mailbox,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    failure: str,
) -> None:
    seconds = 3 if failure == STALL else 10  # the others, on a busy machine, are to be answered
    monkeypatch.setattr(mailing, "TIMEOUT_SECONDS", seconds)
    monkeypatch.setattr(mailing, "HANDED_OVER_SECONDS", seconds)
    publish(sessions)
    clock.pass_by(minutes=10)
    box.fails = {step: failure}
    first = drain(sessions, box, clock)
    assert (first.failed, first.stopped) == (1, 0)
    clock.pass_by(minutes=5)
    again = drain(sessions, box, clock)
    assert (again.failed, again.waiting) == (0, 0)
    whole = step in {Step.HALF, Step.WHOLE, Step.TAKEN}
    if not whole:
        each_has_each_post_once(sessions, box)
    doubled = [name for name, times in arrived(box).items() if times > 1]
    assert set(arrived(box)) == set(NAMES)
    assert len(box.mails) == (4 if step is Step.TAKEN else 3)
    assert again.twice == int(whole)
    with sessions() as session:
        said = select(Subscriber.email).join(Letter).where(Letter.twice)
        names = {email.partition("@")[0] for email in session.scalars(said)}
    assert len(names) == int(whole)
    assert set(doubled) <= names
    assert len({mail["Message-ID"] for mail in box.mails}) == 3


def test_a_server_that_is_away_loses_nothing(sessions: Sessions, clock: Clock) -> None:
    publish(sessions)
    clock.pass_by(minutes=10)
    with mailbox() as gone:
        pass
    assert drain(sessions, gone, clock) == Delivered(0, 1, 3)
    clock.pass_by(minutes=5)
    with mailbox() as back:
        assert drain(sessions, back, clock) == Delivered(3, 0, 0)
        each_has_each_post_once(sessions, back)


def test_what_may_have_come_goes_no_second_time_after_it_was_taken_in(
    sessions: Sessions, box: Mailbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(sessions, posts=2, names=("amal",))
    clock.pass_by(minutes=10)
    box.fails = {Step.TAKEN: DROP}
    assert drain(sessions, box, clock) == Delivered(0, 1, 1)
    with sessions() as session:
        begin_writing(session)
        post = session.scalars(select(Post).order_by(Post.id)).first()
        assert post
        post.status = Status.WITHDRAWN
        letters.withdraw(session, post.id)
        session.commit()
    clock.pass_by(minutes=5)
    assert drain(sessions, box, clock) == Delivered(1, 0, 0, twice=1)
    assert box.mails[1].get_content().splitlines() == ["inlagg-1"]
    with sessions() as session:
        assert all(session.scalars(select(Letter.sent_at)))
        assert session.scalars(select(Letter.twice).order_by(Letter.post_id)).all() == [False, True]
    assert "may have come twice" in caplog.text


# ---------------------------------------------------------------- several at once


def test_several_at_once_send_each_letter_once(
    sessions: Sessions, box: Mailbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "BATCH", 3)
    names = tuple(f"sam{number}" for number in range(20))
    publish(sessions, posts=2, names=names)
    clock.pass_by(minutes=10)
    begin, done = threading.Barrier(3), []

    def one() -> None:
        begin.wait()
        done.append(drain(sessions, box, clock))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain(sessions, box, clock)  # whoever looked while others gathered has gone home
    assert arrived(box) == dict.fromkeys(names, 1)
    assert {len(mail.get_content().splitlines()) for mail in box.mails} == {2}
    with sessions() as session:
        assert all(session.scalars(select(Letter.sent_at)))


def test_one_that_slept_through_its_time_is_counted(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions, names=("amal",))
    clock.pass_by(minutes=10)
    really = sender(box.server, "localhost")

    def sleeps(mail: Mail) -> None:
        clock.pass_by(minutes=6)
        assert drain(sessions, box, clock) == Delivered(1, 0, 0, twice=1)
        really(mail)

    deliver(sessions, sleeps, clock, compose=Writer(sessions))
    with sessions() as session:
        assert session.scalars(select(Letter.twice)).one()


def test_a_subscriber_gone_meanwhile_is_no_trouble(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    publish(sessions, names=("amal",))
    clock.pass_by(minutes=10)
    really = sender(box.server, "localhost")

    def leaves(mail: Mail) -> None:
        with sessions() as session:
            begin_writing(session)
            for table in (Letter, Outgoing, Subscriber):
                for row in session.scalars(select(table)):
                    session.delete(row)
                    session.flush()
            session.commit()
        really(mail)

    done = deliver(sessions, leaves, clock, compose=Writer(sessions))
    assert done == Delivered(1, 0, 0)


def test_a_letter_waits_for_its_time(sessions: Sessions, box: Mailbox, clock: Clock) -> None:
    publish(sessions, names=("amal",))
    with sessions() as session:
        begin_writing(session)
        session.execute(update(Letter).values(due_at=NOW + timedelta(days=3)))
        session.commit()
    clock.pass_by(days=2)
    assert drain(sessions, box, clock) == Delivered(0, 0, 0)
    clock.pass_by(days=1)
    assert drain(sessions, box, clock) == Delivered(1, 0, 0)
