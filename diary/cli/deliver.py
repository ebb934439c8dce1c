"""`diary deliver`: send mails, letters and pings that wait, and let go what was kept long enough.

`diary serve` does the first every half minute and the second once a day.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import click
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.aside import Enough, beside
from diary.cli.desk import desk, is_due
from diary.cli.engines import open_engine
from diary.cli.minding import has_stores, tell_of_stores
from diary.cli.upgrade import hold_key
from diary.config import MailServer, Settings, SettingsError, load
from diary.domain import errands, outbox, pings, retention
from diary.domain.outbox import Delivered, Ready
from diary.domain.upgrade import upgrade
from diary.hub import Tell, teller
from diary.mail import Send, sender
from diary.media.storage import Storage, open_storage
from diary.models import Outgoing, Task, begin_writing, make_sessions

PAUSE_SECONDS = 30


@click.command()
def deliver() -> None:
    """Send the mails that wait and the letters that are due to those who follow the diary.

    A post whose time has come goes out first, and what was kept for as long as the lead has set is
    let go. What a server does not take is tried again for five days; an address that it refuses
    for good is sent no more letters.

    A hub, if one is set, is told of the feeds that have changed, and what waits for a bucket is
    done there. Ends with 1 if a mail could not be sent, or something still waits for a bucket.
    """
    settings = load()
    engine = open_engine(settings)
    upgrade(engine, datetime.now(UTC))
    hold_key(settings, engine)  # letters carry links that are signed with it
    sessions = make_sessions(engine)
    let_go(sessions, open_storage(settings.storage_url))
    if settings.mail is None and settings.hub_url is None and not has_stores(settings):
        raise SettingsError(
            "DIARY_MAIL_URL is not set; set it to the server that sends the diary's mail, "
            "such as smtp://user:password@mail.example.org (or DIARY_HUB_URL to a WebSub hub)."
        )
    left = tell_of_stores(settings) if has_stores(settings) else 0
    if tell := _teller(settings):
        told = pings.deliver(sessions, tell, _clock)
        click.echo(f"{told} {'feed' if told == 1 else 'feeds'} told to the hub.")
    if settings.mail:
        done = Office(settings, sessions, _sender(settings, settings.mail)).deliver()
        click.echo(in_words(done))
        left += done.failed
    sys.exit(1 if left else 0)


def in_words(done: Delivered) -> str:
    """What was done, in one line."""
    said = [f"{done.sent} sent, {done.waiting} waiting."]
    if done.twice:
        said.append(f"{done.twice} may have come twice.")
    if done.stopped:
        said.append(f"{done.stopped} refused for good: no more letters go there.")
    return " ".join(said)


class Office:
    """Where mails and letters leave the diary."""

    def __init__(self, settings: Settings, sessions: sessionmaker[Session], send: Send) -> None:
        self._settings, self._sessions, self._send = settings, sessions, send

    @cached_property
    def _desk(self) -> Any:
        """Made when it is first needed: to start the whole diary takes its time."""
        return desk(self._settings)

    def deliver(self, enough: Callable[[], bool] = lambda: False) -> Delivered:
        """Let out what is due, then send all that waits."""
        if is_due(self._sessions):
            self._desk.release()
        return outbox.deliver(self._sessions, self._send, _clock, enough, self._compose)

    def _compose(self, mail: Outgoing) -> Ready | None:
        composed: Ready | None = self._desk.compose(mail)
        return composed


@contextmanager
def delivering(settings: Settings) -> Iterator[None]:
    """Send what waits again and again, where to is set; each day let go what is over."""
    with beside(_keep_delivering, settings):
        yield


def _keep_delivering(settings: Settings, enough: Enough) -> None:
    sessions = make_sessions(open_engine(settings))
    office = None
    if settings.mail:
        office = Office(settings, sessions, _sender(settings, settings.mail))
    tell = _teller(settings)
    let_go_on = None
    while not enough():
        if let_go_on != (today := _clock().date()):
            let_go_on = today
            _let_go(sessions, open_storage(settings.storage_url))
        if office is not None:
            _deliver(office, enough)
        if tell is not None:
            _tell(sessions, tell, enough)
        enough.wait(PAUSE_SECONDS)


def _deliver(office: Office, enough: Callable[[], bool]) -> None:
    try:
        office.deliver(enough)
    except Exception:  # the next round may do better, and nobody would start it again
        logging.getLogger(__name__).exception("The mails that wait could not be sent.")


def _tell(sessions: sessionmaker[Session], tell: Tell, enough: Callable[[], bool]) -> None:
    try:
        pings.deliver(sessions, tell, _clock, enough)
    except Exception:  # as above
        logging.getLogger(__name__).exception("The hub could not be told of what waits.")


def let_go(sessions: sessionmaker[Session], store: Storage) -> None:
    """Remove what was kept long enough, then its files and all else that waits for the store."""
    now = _clock()
    with sessions() as session:
        begin_writing(session)
        files = retention.tidy(session, now)
        errands.note(session, Task.FILE, files, now)
        session.commit()
        errands.run(session, store)  # and what a full disk has left waiting


def _let_go(sessions: sessionmaker[Session], store: Storage) -> None:
    try:
        let_go(sessions, store)
    except Exception:  # tomorrow may do better
        logging.getLogger(__name__).exception("What was kept long enough could not be removed.")


def _sender(settings: Settings, server: MailServer) -> Send:
    return sender(server, urlsplit(settings.base_url or "").hostname or "localhost")


def _teller(settings: Settings) -> Tell | None:
    return teller(settings.hub_url, settings.base_url or "") if settings.hub_url else None


def _clock() -> datetime:
    return datetime.now(UTC)
