"""Writing the folder of closing day: every part by the way it is exported, looked through, noted;
and the same as a zip that is made ahead for the lead."""

import logging
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from diary.cli.desk import release_due
from diary.cli.downloads import clock
from diary.cli.export import UNFINISHED, WAYS, Asked, Order, begin, note, write_as
from diary.config import Settings
from diary.domain import downloads, handouts
from diary.domain.ended import ended_at
from diary.domain.errors import Overtaken
from diary.domain.handouts import Copy
from diary.media.pieced import PieceWriter
from diary.models import begin_writing
from diary.portability.downloads import MOST_IN_BOOK, Watch, give_up
from diary.portability.handing_over import (
    PARTS,
    Found,
    Letter,
    look_through,
    write_letter,
)
from diary.portability.source import Done, Source
from diary.portability.whole import Zip
from diary.queries import downloads as queries
from diary.queries import site, whole

ALL = tuple(name for name, kind in PARTS.items() if kind in WAYS)
NO_WISHES = dict.fromkeys(("lab", "method", "start", "end", "by", "lang", "month", "paper"), "")
A_DAY = 24 * 60 * 60  # seconds
UNPACKED = ".closing-"
"""Before the names of folders that become a zip, in the instance's."""
GoesOn = Callable[..., object]


def hand_over(
    settings: Settings, diary: Source, goal: Path, receiver: str, goes_on: GoesOn
) -> tuple[Found, ...]:
    """Write the folder beside its goal, note each part in the diary, then rename it.

    `goes_on` is called with a part's name, and how many posts of it were written. Raises Overtaken
    if a post is changed meanwhile, NotWhole if a part is not as it should be.
    """
    release_due(settings, diary.sessions)
    unfinished = goal.with_name(f"{UNFINISHED}{secrets.token_hex(4)}")
    goal.parent.mkdir(parents=True, exist_ok=True)
    unfinished.mkdir()
    try:
        with _watched(diary) as watch:
            written, found = _write(settings, diary, unfinished, goal, receiver, watch, goes_on)
            watch.keep_on()
            for name, done in written.items():
                asked = Asked(receiver, NO_WISHES, None)
                note(diary, PARTS[name], (goal / name).resolve(), done, asked)
            unfinished.rename(goal)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return found


@contextmanager
def _watched(diary: Source) -> Iterator[Watch]:
    """Looks all along whether what is written has been changed: raises Overtaken then."""
    edition_id = begin(diary.sessions)
    try:
        yield Watch(diary, edition_id, clock)
    finally:
        give_up(diary, edition_id)


def _write(
    settings: Settings,
    diary: Source,
    folder: Path,
    goal: Path,
    receiver: str,
    watch: Callable[[], object],
    goes_on: GoesOn,
    parts: tuple[str, ...] = ALL,
) -> tuple[dict[str, Done], tuple[Found, ...]]:
    """Write the parts and the letter into a folder."""
    written = {}
    for name in parts:

        def told(posts: int = 1, name: str = name) -> None:
            goes_on(name, posts)
            watch()

        order = Order(settings, diary, folder / name, goal / name, False, told, NO_WISHES)
        written[name] = write_as(PARTS[name], order)
    found = look_through(folder, written)
    with diary.sessions() as session:
        about, ended = site.site(session), ended_at(session)
    today = clock().astimezone(settings.zone).date()
    day = ended.astimezone(settings.zone).date() if ended else today
    write_letter(folder, Letter(about, diary.home, day, today, receiver, found))
    return written, found


# ---------------------------------------------------------------- made ahead


def make_ahead(settings: Settings, diary: Source, enough: Callable[[], bool]) -> bool:
    """Once the journey has ended, add the folder as a zip to what was made ahead of all that is
    public now: whether that was done.

    With the edition it is taken back as soon as a post changes, and made anew with the next. A
    long journey's book is left out, as it is there. Raises Overtaken, NotWhole, InterruptedError,
    StorageFull.
    """
    with diary.sessions() as session:
        edition, version = queries.newest(session), site.present(session).version
        wanted = ended_at(session) and edition is not None and edition.version == version
        posts = whole.count(session)
        if not (wanted and edition and posts) or downloads.CLOSING_ZIP in edition.files:
            return False
        edition_id = edition.id
    watch = Watch(diary, edition_id, clock, enough)
    parts = tuple(one for one in ALL if PARTS[one] != "book" or posts <= MOST_IN_BOOK)
    with TemporaryDirectory(dir=settings.instance, prefix=UNPACKED) as root:
        folder = Path(root) / "folder"
        folder.mkdir()
        written, _found = _write(settings, diary, folder, folder, "", watch, lambda *_: None, parts)
        # Two servers may be at it, and no byte of one's may get into the other's.
        key = f"{downloads.PREFIX}{edition_id}.{secrets.token_hex(4)}.{downloads.CLOSING_ZIP}"
        writer = PieceWriter(diary.store, key, "application/zip")
        _pack(folder, writer, watch)
        pieces = writer.finish()
    copy = Copy("closing", "", posts, max(done.pictures for done in written.values()))
    with diary.sessions() as session:
        begin_writing(session)
        downloads.add(session, edition_id, downloads.CLOSING_ZIP, asdict(pieces), clock())
        handouts.export(session, copy, None, whole.picture_ids(session), clock())
        session.commit()
    return True


def _pack(folder: Path, writer: PieceWriter, watch: Callable[[], object]) -> None:
    archive = Zip(cast("IO[bytes]", writer), clock())
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            archive.put(file.relative_to(folder).as_posix(), file.read_bytes())
            watch()
    archive.close()


class Ahead:
    """Makes it ahead; what has failed is not tried again before something has changed."""

    def __init__(self, settings: Settings, diary: Source, enough: Callable[[], bool]) -> None:
        self._settings, self._diary, self._enough = settings, diary, enough
        self._failed = 0
        for left in settings.instance.glob(f"{UNPACKED}*"):  # of a process that was killed
            if left.stat().st_mtime < time.time() - A_DAY:  # or that is at it
                shutil.rmtree(left, ignore_errors=True)

    def __call__(self) -> None:
        """Raises InterruptedError."""
        with self._diary.sessions() as session:
            version = site.present(session).version
        if version == self._failed:
            return
        try:
            make_ahead(self._settings, self._diary, self._enough)
        except (InterruptedError, Overtaken) as error:
            if isinstance(error, InterruptedError):
                raise
        except Exception:
            self._failed = version
            logging.getLogger(__name__).exception("The folder to hand over could not be made.")
