"""What anybody may take along, made ahead by `diary serve`, `diary demo` and `diary render`."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pkgutil import resolve_name

from diary.cli.aside import Enough, beside
from diary.cli.engines import open_engine
from diary.config import Settings
from diary.media.storage import StorageAway, open_storage
from diary.models import make_sessions
from diary.portability.source import Source

PAUSE_SECONDS = 15

log = logging.getLogger(__name__)


def clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def source(settings: Settings) -> Source:
    """The diary of these settings, to be taken along."""
    sessions = make_sessions(open_engine(settings))
    return Source(sessions, open_storage(settings.storage_url), settings.home)


@contextmanager
def making_downloads(settings: Settings) -> Iterator[None]:
    """Look again and again whether something is to be made, in a process of its own:
    it would keep mails waiting.
    """
    with beside(_keep_making, settings):
        yield


def _keep_making(settings: Settings, enough: Enough) -> None:
    diary = source(settings)

    folder = resolve_name("diary.cli.handing_over:Ahead")(settings, diary, enough)
    while not enough():
        _make(diary, enough, folder)
        enough.wait(PAUSE_SECONDS)


def _make(diary: Source, enough: Callable[[], bool], folder: Callable[[], None]) -> None:
    try:
        resolve_name("diary.portability.downloads:make")(diary, clock, enough)
        folder()
    except InterruptedError:
        pass
    except StorageAway as error:
        log.warning("The store is away; what anybody may take along is made later: %s", error)
    except Exception:  # the next round may do better, and nobody would start it again
        log.exception("What anybody may take along could not be made.")
