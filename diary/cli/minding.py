"""The stores beyond this machine: what waits for them, and the copies that readers fetch there."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from diary.cli.aside import Enough, beside
from diary.cli.engines import open_engine
from diary.config import Settings
from diary.domain import errands
from diary.domain.public_files import Public
from diary.media.storage import StorageAway, open_storage
from diary.models import make_sessions
from diary.queries import public_files

PAUSE_SECONDS = 1
LATER_SECONDS = 10
"""Until the next try of what could not be done."""

log = logging.getLogger(__name__)


class Minding:
    """One look after another; what fails is tried again with the next."""

    def __init__(self, settings: Settings) -> None:
        self._sessions = make_sessions(open_engine(settings))
        self._store = open_storage(settings.storage_url)
        self._public = None
        if settings.pictures_storage_url:
            place = open_storage(settings.pictures_storage_url)
            self._public = Public(self._sessions, self._store, place)
        self._held = False

    def look(self) -> bool:
        """Whether all is done. Raises StorageAway."""
        if self._public:
            if not self._held:
                self._public.hold_against()
                self._held = True
            self._public.keep(datetime.now(UTC))
        with self._sessions() as session:
            return not errands.run(session, self._store)


def has_stores(settings: Settings) -> bool:
    """Whether any lies beyond this machine."""
    return not settings.storage_url.startswith("file:") or bool(settings.pictures_storage_url)


@contextmanager
def minding_stores(settings: Settings) -> Iterator[None]:
    """Look again and again, in a process of its own; a diary of one folder needs none."""
    if not has_stores(settings):
        yield
        return
    with beside(_keep_minding, settings):
        yield


def _keep_minding(settings: Settings, enough: Enough) -> None:
    minding = Minding(settings)
    while not enough():
        enough.wait(PAUSE_SECONDS if _looked(minding) else LATER_SECONDS)


def _looked(minding: Minding) -> bool:
    try:
        return minding.look()
    except StorageAway as error:
        log.warning("A store is away; what waits for it is tried again: %s", error)
    except Exception:  # the next round may do better, and nobody would start it again
        log.exception("What waits for a store could not be done.")
    return False


def tell_of_stores(settings: Settings) -> int:
    """Do once what waits for the stores, and say what they still hold; how much that is."""
    try:
        Minding(settings).look()
    except StorageAway as error:
        click.echo(f"A store is away: {error}", err=True)
    sessions = make_sessions(open_engine(settings))
    with sessions() as session:
        waiting, public = errands.waiting(session), 0
        if settings.pictures_storage_url:
            public = public_files.too_many(session)
    if waiting:
        click.echo(f"{waiting} tasks wait for the store; they are tried again until it answers.")
    if public:
        click.echo(f"{public} files that are not public any more still lie in the public store.")
    return waiting + public
