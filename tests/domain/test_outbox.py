"""The outbox: sent once, after the deed, tried again for days, and never with an address told."""

import logging
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain.outbox import GIVE_UP_AFTER, Delivered, deliver, queue
from diary.mail import Mail, sender
from diary.models import Outgoing, begin_writing
from tests.conftest import Clock
from tests.mailbox import Mailbox, mailbox

Sessions = sessionmaker[Session]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mailbox() as found:
        yield found


def wait(sessions: Sessions, clock: Clock, number: int = 1) -> None:
    """Queue some mails in a deed that is committed."""
    with sessions() as session:
        begin_writing(session)
        for one in range(number):
            to = f"amal{one}@example.org"
            queue(session, to, "Ett brev", "Hej på dig!", "sv", clock())
        session.commit()


def drain(sessions: Sessions, box: Mailbox, clock: Clock) -> Delivered:
    """Deliver through the server."""
    return deliver(sessions, sender(box.server, "localhost"), clock)


def test_what_waits_is_delivered_and_gone(sessions: Sessions, box: Mailbox, clock: Clock) -> None:
    wait(sessions, clock, 3)
    assert drain(sessions, box, clock) == Delivered(3, 0, 0)
    assert drain(sessions, box, clock) == Delivered(0, 0, 0)
    assert {mail["To"] for mail in box.mails} == {f"amal{n}@example.org" for n in range(3)}
    assert len({mail["Message-ID"] for mail in box.mails}) == 3


def test_a_deed_undone_sends_nothing(sessions: Sessions, box: Mailbox, clock: Clock) -> None:
    with sessions() as session:
        begin_writing(session)
        queue(session, "amal@example.org", "Ett brev", "Hej!", "sv", clock())
        session.rollback()
    assert drain(sessions, box, clock) == Delivered(0, 0, 0)


def test_a_subject_is_one_line(sessions: Sessions, box: Mailbox, clock: Clock) -> None:
    with sessions() as session:
        begin_writing(session)
        queue(session, "amal@example.org", "Ett\r\nBcc: bo@example.org", "Hej!", "sv", clock())
        session.commit()
    drain(sessions, box, clock)
    assert box.mails[0]["Subject"] == "Ett Bcc: bo@example.org"
    assert box.mails[0]["Bcc"] is None


def test_a_busy_server_is_asked_again_later_for_the_same_mail(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    wait(sessions, clock)
    box.to_mails = ["451 4.7.1 Later, please", "451 4.7.1 Later, please"]
    assert drain(sessions, box, clock) == Delivered(0, 1, 1)
    assert drain(sessions, box, clock) == Delivered(0, 0, 1)
    clock.pass_by(minutes=5)
    assert drain(sessions, box, clock) == Delivered(0, 1, 1)
    clock.pass_by(minutes=5)
    assert drain(sessions, box, clock) == Delivered(0, 0, 1)
    clock.pass_by(minutes=10)
    assert drain(sessions, box, clock) == Delivered(1, 0, 0)
    assert box.mails[0]["Date"].datetime < clock()


def test_one_busy_mailbox_keeps_nobody_else_waiting(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    wait(sessions, clock, 2)
    box.to_recipients = ["450 4.2.1 <amal0@example.org> is busy"]
    assert drain(sessions, box, clock) == Delivered(1, 1, 1)


def test_a_server_that_is_down_is_asked_once_a_round_and_found_again(
    sessions: Sessions, clock: Clock
) -> None:
    wait(sessions, clock, 3)
    with mailbox() as gone:
        pass
    assert drain(sessions, gone, clock) == Delivered(0, 1, 3)
    with mailbox() as back:
        assert drain(sessions, back, clock) == Delivered(2, 0, 1)
        clock.pass_by(minutes=5)
        assert drain(sessions, back, clock) == Delivered(1, 0, 0)


def test_an_address_that_is_not_known_is_given_up_at_once(
    sessions: Sessions, box: Mailbox, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    wait(sessions, clock)
    box.to_recipients = ["550 5.1.1 <amal0@example.org> is not known"]
    with caplog.at_level(logging.INFO):
        assert drain(sessions, box, clock) == Delivered(0, 1, 0)
    assert "given up at try 1: SMTPRecipientsRefused 550" in caplog.text
    told = " ".join(one.getMessage() for one in caplog.records if one.name.startswith("diary"))
    assert "amal" not in told
    assert "example.org" not in told


def test_after_some_days_it_is_given_up(
    sessions: Sessions, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    began, tries = clock(), []
    with mailbox() as gone:
        pass
    wait(sessions, clock)
    while drain(sessions, gone, clock).waiting:
        with sessions() as session:
            due = session.scalars(select(Outgoing.due_at)).one()
        tries.append(due - clock())
        clock.time = due
    assert tries == sorted(tries)
    assert len(tries) >= 8
    assert GIVE_UP_AFTER < clock() - began < GIVE_UP_AFTER * 1.3
    assert "given up" in caplog.text
    assert "amal" not in caplog.text


def test_two_at_once_send_each_mail_once(sessions: Sessions, box: Mailbox, clock: Clock) -> None:
    wait(sessions, clock, 20)
    begin, done = threading.Barrier(2), []

    def one() -> None:
        begin.wait()
        done.append(drain(sessions, box, clock))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.sent for each in done) == 20
    assert min(each.sent for each in done) > 0
    assert sorted(mail["To"] for mail in box.mails) == sorted(
        f"amal{number}@example.org" for number in range(20)
    )


def test_while_a_mail_is_sent_others_may_write(sessions: Sessions, clock: Clock) -> None:
    wait(sessions, clock)

    def send(_mail: Mail) -> None:
        wait(sessions, clock)  # would wait ten seconds and fail within a transaction

    done = deliver(sessions, send, clock, iter([False, False, True]).__next__)
    assert done.sent == 2


def test_one_that_ends_between_sending_and_noting_sends_it_under_the_same_name(
    sessions: Sessions, box: Mailbox, clock: Clock
) -> None:
    wait(sessions, clock)
    really = sender(box.server, "localhost")

    def killed(mail: Mail) -> None:
        really(mail)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(sessions, killed, clock)
    assert drain(sessions, box, clock) == Delivered(0, 0, 1)
    clock.pass_by(minutes=5)
    assert drain(sessions, box, clock) == Delivered(1, 0, 0, twice=1)
    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"]
