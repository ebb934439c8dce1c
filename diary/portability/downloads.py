"""Making what anybody may take along, ahead and in pieces."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any, cast

from diary.domain import downloads
from diary.domain.errors import Overtaken
from diary.media.pieced import PieceWriter
from diary.models import begin_writing
from diary.portability.whole import Source, Zip, write

DIARY = "diary.zip"
MEDIA_TYPES = {
    DIARY: "application/zip",
    "posts.csv": "text/csv",
    "posts.json": "application/json",
    "withdrawn.csv": "text/csv",
    "datapackage.json": "application/json",
}


class Watch:
    """Called again and again while an edition is made, it says so to others.

    Raises Overtaken once a post that the edition may hold has changed, InterruptedError once it is
    enough.
    """

    def __init__(
        self,
        source: Source,
        edition_id: int,
        clock: Callable[[], datetime],
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self._source, self._edition_id = source, edition_id
        self._clock, self._enough = clock, enough
        self._last = clock()

    def __call__(self) -> None:
        if self._enough():
            raise InterruptedError
        if (now := self._clock()) - self._last > downloads.LEASE / 10:
            self._last = now
            self.keep_on()

    def keep_on(self) -> None:
        """Say so now."""
        with self._source.sessions() as session:
            begin_writing(session)
            downloads.keep_on(session, self._edition_id, self._clock())
            session.commit()


def make(
    source: Source,
    clock: Callable[[], datetime],
    enough: Callable[[], bool] = lambda: False,
    *,
    at_once: bool = False,
) -> bool:
    """Make an edition if one is due, and remove what is left of others: whether one was made.

    Broken off, or overtaken by a change, it leaves nothing that is offered.
    """
    stored = downloads.pieces(source.store)
    with source.sessions() as session:
        begin_writing(session)
        downloads.drop_incomplete(session, stored)
        edition_id = downloads.begin(session, clock(), at_once=at_once)
        session.commit()
        downloads.sweep(session, source.store, stored)
    if edition_id is None:
        return False
    try:
        files = _written(source, edition_id, clock, enough)
        with source.sessions() as session:
            begin_writing(session)
            downloads.finish(session, edition_id, files, clock())
            session.commit()
    except BaseException as error:
        give_up(source, edition_id)
        if isinstance(error, Overtaken):
            return False
        raise
    return True


def _written(
    source: Source, edition_id: int, clock: Callable[[], datetime], enough: Callable[[], bool]
) -> dict[str, Any]:
    """All files of an edition, in the store."""
    whole = PieceWriter(source.store, _key(edition_id, DIARY), MEDIA_TYPES[DIARY])
    archive = Zip(cast("IO[bytes]", whole), clock())
    done = write(source, archive, Watch(source, edition_id, clock, enough))
    archive.close()
    files = {DIARY: asdict(whole.finish())}
    for name in MEDIA_TYPES.keys() & done.files.keys():
        writer = PieceWriter(source.store, _key(edition_id, name), MEDIA_TYPES[name])
        writer.write(done.files[name])
        files[name] = asdict(writer.finish())
    return files


def _key(edition_id: int, name: str) -> str:
    return f"{downloads.PREFIX}{edition_id}.{name}"


def give_up(source: Source, edition_id: int) -> None:
    """Leave nothing of an edition that is not offered."""
    with source.sessions() as session:
        begin_writing(session)
        downloads.drop(session, edition_id)
        session.commit()
        downloads.sweep(session, source.store, downloads.pieces(source.store))
