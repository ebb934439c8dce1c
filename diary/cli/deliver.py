"""`diary deliver`: send the mails that wait; what `diary serve` does every half minute."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import Event, Process
from multiprocessing.synchronize import Event as Signal
from urllib.parse import urlsplit

import click
from sqlalchemy.orm import Session, sessionmaker

from diary.config import MailServer, Settings, SettingsError, load
from diary.domain import outbox
from diary.domain.upgrade import upgrade
from diary.mail import Send, sender
from diary.models import make_engine, make_sessions

PAUSE_SECONDS = 30


@click.command()
def deliver() -> None:
    """Send the mails that wait. Ends with 1 if one could not be sent."""
    settings = load()
    if settings.mail is None:
        raise SettingsError(
            "DIARY_MAIL_URL is not set; set it to the server that sends the diary's mail, "
            "such as smtp://user:password@mail.example.org."
        )
    engine = make_engine(settings.database_url)
    upgrade(engine, datetime.now(UTC))
    done = outbox.deliver(make_sessions(engine), _sender(settings, settings.mail), _clock)
    click.echo(f"{done.sent} sent, {done.waiting} waiting.")
    sys.exit(1 if done.failed else 0)


@contextmanager
def delivering(settings: Settings) -> Iterator[None]:
    """Send what waits again and again, if a mail server is set.

    In a process of its own, as the server forks its workers and must have no thread beside it.
    """
    if settings.mail is None:
        yield
        return
    stop = Event()
    process = Process(target=_keep_delivering, args=(settings, settings.mail, stop, os.getpid()))
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join()


def _keep_delivering(settings: Settings, server: MailServer, stop: Signal, parent: int) -> None:
    # The parent says when it is enough: no signal ends it between sending a mail and noting it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sessions = make_sessions(make_engine(settings.database_url))
    send = _sender(settings, server)
    while os.getppid() == parent and not stop.is_set():
        _deliver(sessions, send, stop)
        stop.wait(PAUSE_SECONDS)


def _deliver(sessions: sessionmaker[Session], send: Send, stop: Signal) -> None:
    try:
        outbox.deliver(sessions, send, _clock, stop.is_set)
    except Exception:  # the next round may do better, and nobody would start it again
        logging.getLogger(__name__).exception("The mails that wait could not be sent.")


def _sender(settings: Settings, server: MailServer) -> Send:
    return sender(server, urlsplit(settings.base_url or "").hostname or "localhost")


def _clock() -> datetime:
    return datetime.now(UTC)
