"""What anybody may take along, made ahead by `diary serve`, `diary demo` and `diary render`."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import Event, Process
from multiprocessing.synchronize import Event as Signal

from werkzeug.utils import import_string

from diary.config import Settings
from diary.media.storage import StorageAway, open_storage
from diary.models import make_engine, make_sessions
from diary.portability import downloads
from diary.portability.whole import Source

PAUSE_SECONDS = 15

log = logging.getLogger(__name__)


def clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def source(settings: Settings) -> Source:
    """The diary of these settings, to be taken along."""
    sessions = make_sessions(make_engine(settings.database_url))
    return Source(sessions, open_storage(settings.storage_url), settings.home)


@contextmanager
def making_downloads(settings: Settings) -> Iterator[None]:
    """Look again and again whether something is to be made, in a process of its own.

    It would keep mails waiting, and a server that forks must have no thread beside it.
    """
    stop = Event()
    process = Process(target=_keep_making, args=(settings, stop, os.getpid()))
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join()


def _keep_making(settings: Settings, stop: Signal, parent: int) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # the parent says when it is enough
    os.nice(10)
    diary = source(settings)

    def enough() -> bool:
        return stop.is_set() or os.getppid() != parent

    folder = import_string("diary.cli.handing_over:Ahead")(settings, diary, enough)
    while not enough():
        _make(diary, enough, folder)
        stop.wait(PAUSE_SECONDS)


def _make(diary: Source, enough: Callable[[], bool], folder: Callable[[], None]) -> None:
    try:
        downloads.make(diary, clock, enough)
        folder()
    except InterruptedError:
        pass
    except StorageAway as error:
        log.warning("The store is away; what anybody may take along is made later: %s", error)
    except Exception:  # the next round may do better, and nobody would start it again
        log.exception("What anybody may take along could not be made.")
