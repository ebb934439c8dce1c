"""A backup back into an empty place, whichever database that has.

All is checked before anything is written. Files come first, the database last and at once: in one
transaction, or as a file that is renamed. Broken off at any moment it can be done again.
"""

import mimetypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, delete, inspect, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from diary.config import KEY_FILE, Settings, keep_secret
from diary.domain import erasures, errands, indexing, recall, traces
from diary.domain.journal import show_change
from diary.domain.upgrade import alembic_config, knows
from diary.media.storage import NotStored, Storage, digest, flush_folder, open_storage
from diary.models import (
    HAS_HUB,
    Account,
    Base,
    Letter,
    Outgoing,
    Ping,
    Setting,
    begin_writing,
    make_engine,
)
from diary.models.engine import beside, file_of, give_on, has_others, loosened, point_nowhere
from diary.portability import archive as archives
from diary.portability import rows
from diary.portability.archive import KEY, Archive, Damaged, Manifest, Reader, verify
from diary.portability.backup import Progress
from diary.queries.files import named

FAR = 1_000_000
"""By how much the version is raised: past every one that a browser has seen (RFC 9110, 8.8.3)."""


class Occupied(Exception):
    """There is a diary already, or it is in use; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be done beyond putting everything back."""

    over: bool = False
    """A diary that is there goes."""
    drop_mail: bool = False
    """Mail and letters that waited are not sent."""
    sign_out: bool = False
    """Everybody has to log in anew."""
    asleep: bool = False
    """All accounts are closed, until the lead opens them: of a diary that has moved here."""
    erased: tuple[bytes, ...] = ()
    """Further lines of a list of erasures."""


@dataclass(slots=True)
class Restored:
    """What was put back."""

    manifest: Manifest
    files: int = 0
    missing: tuple[str, ...] = ()
    """Keys of files that were missing in the diary already."""
    other_key: bool = False
    """The secret key is not the one that cards and posters were printed with."""


def restore(
    settings: Settings, backup: Path, wishes: Wishes, now: datetime, progress: Progress
) -> Restored:
    """Put a backup back in the place that the settings name.

    Raises Damaged before anything is written if it is not whole or the program is older than it;
    Occupied; StorageFull, OSError.
    """
    engine = make_engine(settings.database_url)
    try:
        return _restore(settings, engine, backup, wishes, now, progress)
    finally:
        engine.dispose()


def _restore(
    settings: Settings, engine: Engine, backup: Path, wishes: Wishes, now: datetime,
    progress: Progress,
) -> Restored:  # fmt: skip
    archive, reader = Archive(backup.parent), Reader(backup)
    done = Restored(
        verify(archive, backup, lambda n, total: progress("Checking the backup …", n, total))
    )
    check_place(engine, done.manifest, over=wishes.over)
    store = open_storage(settings.storage_url)
    try:
        erasures.merge(store, (*archives.erasures(archive), *wishes.erased))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("A list of erasures cannot be read.") from error
    done.other_key = not _put_key_back(settings, reader)
    gone: list[str] = []

    def load(connection: Connection) -> None:
        _load(connection, reader, progress)
        give_on(connection, done.manifest.last_ids)

    def revive(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            session.info[HAS_HUB] = bool(settings.hub_url)
            gone[:] = _revive(session, store, done.manifest, wishes, now)
            _put_files(session, store, archive, reader, done, progress)

    if goal := file_of(engine):
        _fill_file(engine, goal, load, revive)
    else:
        _fill_server(engine, load, revive)
    with Session(engine) as session:  # the diary that was here may have had them
        begin_writing(session)
        errands.commit(session, store, gone, now)
    return done


# ---------------------------------------------------------------- the place


def check_place(engine: Engine, manifest: Manifest, *, over: bool) -> None:
    """Raises Damaged if this program is older than the backup, Occupied."""
    if not knows(engine, manifest.revision):
        raise Damaged("It was made by a newer version of the program. Upgrade this one.")
    if (file := file_of(engine)) and not file.exists():
        return
    if not over and not _is_empty(engine):
        raise Occupied("There is a diary here already. Say --over to put the backup in its stead.")
    if has_others(engine):
        raise Occupied("The diary here is in use: stop it, and all that has its database open.")


def _is_empty(engine: Engine) -> bool:
    """Whether nobody has joined or written here yet."""
    with engine.connect() as connection:
        found = inspect(connection).get_table_names()
        asked = (f"SELECT 1 FROM {name} LIMIT 1" for name in ("persons", "posts") if name in found)  # noqa: S608
        return not any(connection.scalar(text(one)) for one in asked)


def _put_key_back(settings: Settings, reader: Reader) -> bool:
    """The diary's own key into the instance folder: whether the diary has the backup's now."""
    kept, used = reader.read(KEY), settings.secret_key
    own = settings.instance / KEY_FILE
    if kept is not None:
        if own.exists() and own.read_text() == used:  # the environment names none
            used = kept.decode()
        keep_secret(settings.instance, kept.decode())
    return digest(used.encode()) == reader.manifest.key_sha256


# ---------------------------------------------------------------- the database

Work = Callable[[Connection], None]


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


def _fill_file(engine: Engine, goal: Path, load: Work, revive: Work) -> None:
    """Into a file beside the database, which is renamed when it is whole."""
    work = goal.with_name(f".unfinished-{goal.name}")
    for path in (work, *beside(work)):
        path.unlink(missing_ok=True)
    url = engine.url.set(database=str(work)).render_as_string(hide_password=False)
    for deed in (load, revive):
        bench = make_engine(url, loose=deed is load)  # posts and revisions name each other
        with _writing(bench) as connection:
            deed(connection)
        bench.dispose()
    engine.dispose()
    for path in beside(goal):
        path.unlink(missing_ok=True)
    work.replace(goal)
    flush_folder(goal.parent)


def _fill_server(engine: Engine, load: Work, revive: Work) -> None:
    """In one transaction, what was there before goes in it, too."""
    with _writing(engine) as connection:
        _clear(connection)
        load(connection)
        revive(connection)
    engine.dispose()


def _clear(connection: Connection) -> None:
    if MigrationContext.configure(connection).get_current_revision() is None:
        return
    there = set(inspect(connection).get_table_names()) & set(Base.metadata.tables)
    connection.execute(text(f"TRUNCATE {', '.join(sorted(there))} CASCADE"))
    command.downgrade(alembic_config(connection), "base")


def _load(connection: Connection, reader: Reader, progress: Progress) -> None:
    """All rows into tables as they were when the backup was made; then these as they are now."""
    manifest = reader.manifest
    command.upgrade(alembic_config(connection), manifest.revision)
    if foreign := manifest.tables.keys() - set(inspect(connection).get_table_names()):
        raise Damaged(f"It has tables that no diary has: {', '.join(sorted(foreign))}.")
    try:
        with loosened(connection):
            _fill_tables(connection, reader, progress)
    except IntegrityError as error:
        raise Damaged("It has rows that point nowhere.") from error
    if point_nowhere(connection):
        raise Damaged("It has rows that point nowhere.")
    command.upgrade(alembic_config(connection), "head")


def _fill_tables(connection: Connection, reader: Reader, progress: Progress) -> None:
    tables = reader.manifest.tables
    for number, (name, columns) in enumerate(tables.items()):
        progress("Filling the database …", number, len(tables))
        try:
            rows.insert(connection, name, columns, reader.rows(f"tables/{name}.jsonl"))
        except OperationalError:  # no room, no server: nothing the backup could help
            raise
        except (KeyError, TypeError, ValueError, DatabaseError) as error:
            raise Damaged(f"The rows of {name} do not fit.") from error


def _revive(
    session: Session, store: Storage, manifest: Manifest, wishes: Wishes, now: datetime
) -> tuple[str, ...]:
    """Make what is derived, and take away and forget what was taken away and forgotten.

    Returns the keys of the files that go with it.
    """
    while indexing.index_missing(session):
        pass
    state = show_change(session, now)
    state.version += FAR
    state.cards_since = state.version
    state.backed_up_at = manifest.made_at
    session.execute(delete(Setting).where(Setting.key == "key_mark"))  # this place may have another
    listed = erasures.lines(store)
    gone = (*recall.again(session, listed, now), *traces.again(session, listed, now))
    if wishes.drop_mail:
        session.execute(delete(Letter).where(Letter.sent_at.is_(None)))
        session.execute(delete(Outgoing))
        session.execute(delete(Ping))
    if wishes.asleep:
        state.backed_up_at = None
        session.execute(update(Account).values(email=None, password_hash=None))
        closed = update(Account).where(Account.closed_at.is_(None))
        session.execute(closed.values(closed_at=now))
    if wishes.sign_out:
        session.execute(update(Account).values(epoch=Account.epoch + 1))
    session.commit()
    return gone


# ---------------------------------------------------------------- the files


def _put_files(
    session: Session, store: Storage, archive: Archive, reader: Reader, done: Restored,
    progress: Progress,
) -> None:  # fmt: skip
    """Those that a row still names, before the rows are there for anybody."""
    files, total = reader.files(), reader.manifest.members[archives.FILES].rows
    seen = 0
    while some := list(islice(files, rows.AT_ONCE)):
        wanted = named(session, [file.key for file in some])
        for file in some:
            seen += 1
            progress("Putting files back …", seen, total)
            if file.key not in wanted:
                continue
            if file.sha256 is None:
                done.missing += (file.key,)
                continue
            _put(store, file.key, archive.content(file.sha256), file.sha256)
            done.files += 1


def _put(store: Storage, key: str, data: bytes, sha256: str) -> None:
    """A file that is there already, after one that was broken off, is left."""
    try:
        if digest(store.get(key)) == sha256:
            return
    except NotStored:
        pass
    store.put(key, data, mimetypes.guess_type(key, strict=False)[0] or "application/octet-stream")
