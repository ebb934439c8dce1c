"""Making what anybody may take along, ahead and in pieces."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from diary.domain import downloads
from diary.domain.errors import Overtaken
from diary.media.pieced import Pieces, PieceWriter
from diary.models import begin_writing
from diary.portability.source import Source
from diary.portability.whole import Zip, write

DIARY = "diary.zip"
MEDIA_TYPES = {
    DIARY: "application/zip",
    "posts.csv": "text/csv",
    "posts.json": "application/json",
    "withdrawn.csv": "text/csv",
    "datapackage.json": "application/json",
    "book.epub": "application/epub+zip",
    "book.pdf": "application/pdf",
}
MOST_IN_BOOK = 400
"""Of how many posts a book is made ahead: setting one takes memory for all of them at once."""
PART = 1 << 20


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
    with source.sessions() as session:
        offered = downloads.offered(session)
    stored = downloads.pieces(source.store)
    with source.sessions() as session:
        begin_writing(session)
        downloads.drop_incomplete(session, offered, stored)
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
    watch = Watch(source, edition_id, clock, enough)
    done = write(source, archive, watch)
    archive.close()
    files = {DIARY: asdict(whole.finish())}
    for name in MEDIA_TYPES.keys() & done.files.keys():
        writer = PieceWriter(source.store, _key(edition_id, name), MEDIA_TYPES[name])
        writer.write(done.files[name])
        files[name] = asdict(writer.finish())
    if 0 < done.posts <= MOST_IN_BOOK:
        files |= _books(source, edition_id, clock(), watch)
    return files


def _books(source: Source, edition_id: int, now: datetime, watch: Watch) -> dict[str, Any]:
    """The book in each form; none where it cannot be made, as all else is worth having."""
    try:
        with TemporaryDirectory() as folder:
            return {
                path.name: asdict(_stored(source, edition_id, path))
                for path in _bound(source, Path(folder), now, watch)
            }
    except (InterruptedError, Overtaken):
        raise
    except Exception:
        logging.getLogger(__name__).exception("The book could not be made.")
        return {}


def _bound(source: Source, folder: Path, now: datetime, watch: Watch) -> Iterator[Path]:
    # Here, as the web's processes need only the names above.
    from diary.portability import book_epub, book_pdf
    from diary.portability.book import gather
    from diary.portability.book_wish import Wish

    book = gather(source, Wish(), now.date())
    for name, bind in {"book.epub": book_epub.write, "book.pdf": book_pdf.write}.items():
        bind(book, source.store, folder / name, now, watch)
        yield folder / name


def _stored(source: Source, edition_id: int, path: Path) -> Pieces:
    writer = PieceWriter(source.store, _key(edition_id, path.name), MEDIA_TYPES[path.name])
    with path.open("rb") as file:
        while part := file.read(PART):
            writer.write(part)
    return writer.finish()


def _key(edition_id: int, name: str) -> str:
    return f"{downloads.PREFIX}{edition_id}.{name}"


def give_up(source: Source, edition_id: int) -> None:
    """Leave nothing of an edition that is not offered."""
    with source.sessions() as session:
        begin_writing(session)
        downloads.drop(session, edition_id)
        session.commit()
        downloads.sweep(session, source.store, downloads.pieces(source.store))
