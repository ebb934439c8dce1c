"""Everything of a diary into an archive, while it is in use."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, select, union

from diary.config import KEY_FILE, Settings
from diary.domain import erasures
from diary.domain.upgrade import is_current
from diary.media.storage import InvalidKey, NotStored, Storage, digest, digest_in, flush_folder
from diary.models.engine import snapshot
from diary.portability import rows
from diary.portability.archive import (
    ERASURES,
    FILES,
    KEY,
    README,
    Archive,
    Kept,
    Manifest,
    Writer,
    private_file,
    verify,
)
from diary.portability.rows import Columns
from diary.queries.files import NAMES

Progress = Callable[[str, int, int], object]
"""Is told what is being done, and how many of how many are done."""


@dataclass(frozen=True, slots=True)
class Living:
    """The diary that is saved: its database, its files, its settings."""

    engine: Engine
    store: Storage
    settings: Settings


@dataclass(frozen=True, slots=True)
class Part:
    """What of a diary is written: all but some tables, with something else in some columns."""

    left: frozenset[str] = frozenset()
    instead: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    readme: Path = README
    secret: bool = True

    def tables(self, connection: Connection, *, current: bool) -> dict[str, Columns]:
        """Its tables."""
        found = rows.tables(connection, current=current)
        return {name: columns for name, columns in found.items() if name not in self.left}

    def rows(self, connection: Connection, name: str, columns: Columns) -> Iterator[dict[str, Any]]:
        """The rows of one of them."""
        other = {key: value for key, value in self.instead.get(name, {}).items() if key in columns}
        return (row | other for row in rows.read(connection, name, columns))


EVERYTHING = Part()


@dataclass(slots=True)
class Done:
    """What a backup holds."""

    path: Path
    at: datetime
    rows: int = 0
    files: int = 0
    added: int = 0
    """How many contents were not in the archive yet."""
    missing: tuple[str, ...] = ()
    """Keys of files that rows name and that are nowhere."""
    damaged: tuple[str, ...] = ()
    """Keys of files that are not what they were; kept as they are."""


def make(
    living: Living, archive: Archive, now: datetime, progress: Progress, part: Part = EVERYTHING
) -> Done:
    """Make one backup and read it again; only then it is called one.

    What was committed before it begins is in it. No transaction is open while files are copied;
    what is recalled meanwhile is not in it. Raises Damaged if it cannot be read again or another
    is being made, StorageFull, OSError.
    """
    with archive.writing(now) as (unfinished, goal), TemporaryFile("w+") as keys:
        done = Done(goal, now)
        with private_file(unfinished) as file, Writer(file, now) as writer:
            writer.put("README.txt", part.readme.read_bytes())
            with snapshot(living.engine) as connection:
                manifest = _write_rows(connection, writer, living, now, done, progress, part)
                keys.writelines(f"{key}\n" for key in named(connection, manifest.tables))
            _write_files(writer, living, archive, keys, done, progress)
            _write_beside(writer, living, secret=part.secret)
            writer.finish(manifest)
        verify(archive, unfinished, lambda n, total: progress("Reading it again …", n, total))
        unfinished.rename(goal)
        flush_folder(archive.root)
    return done


def count(living: Living, archive: Archive) -> tuple[int, int]:
    """How many files a backup would name now, and how many of them are not in the archive yet."""
    with snapshot(living.engine) as connection:
        tables = rows.tables(connection, current=is_current(living.engine))
        keys = list(named(connection, tables))
    held = (said for key in keys if (said := digest_in(key)) and archive.holds(said))
    return len(keys), len(keys) - sum(1 for _ in held)


def named(connection: Connection, tables: Mapping[str, Columns]) -> Iterator[str]:
    """The keys of all files that rows name, each once, in order."""
    chosen = []
    for name in NAMES:
        table, column = name.class_.__tablename__, name.key
        if column in tables.get(table, {}):
            chosen.append(select(rows.table(table, tables[table]).c[column].label("key")))
    if chosen:
        every = union(*chosen).order_by("key")
        options = {"yield_per": rows.AT_ONCE}
        yield from (
            key for key in connection.execute(every, execution_options=options).scalars() if key
        )


def _write_rows(
    connection: Connection, writer: Writer, living: Living, now: datetime, done: Done,
    progress: Progress, part: Part,
) -> Manifest:  # fmt: skip
    tables = part.tables(connection, current=is_current(living.engine))
    for number, (name, columns) in enumerate(tables.items()):
        progress("Reading the database …", number, len(tables))
        made = writer.lines(f"tables/{name}.jsonl", part.rows(connection, name, columns))
        done.rows += made.rows
    state = rows.table("state", tables["state"])
    return Manifest(
        made_at=now,
        program=version("share-stories"),
        revision=MigrationContext.configure(connection).get_current_revision() or "",
        diary=str(connection.scalars(select(state.c.uid)).one()),
        tables={name: dict(columns) for name, columns in tables.items()},
        last_ids=rows.last_ids(connection, tables),
        key_sha256=digest(living.settings.secret_key.encode()) if part.secret else "",
    )


def _write_files(
    writer: Writer, living: Living, archive: Archive, keys: IO[str], done: Done, progress: Progress
) -> None:
    """The files' contents into the archive, as far as they are not there, and their list."""
    keys.seek(0)
    total = sum(1 for _ in keys)
    keys.seek(0)
    missing: set[str] = set()

    def kept() -> Iterator[dict[str, str | None]]:
        for number, line in enumerate(keys):
            progress("Copying files …", number, total)
            file = _copied(living.store, archive, line.rstrip(), done)
            if file.sha256 is None:
                missing.add(file.key)
            yield {"key": file.key, "sha256": file.sha256}

    done.files = writer.lines(FILES, kept()).rows
    if missing:  # some may have been recalled since
        with snapshot(living.engine) as connection:
            tables = rows.tables(connection, current=True)
            done.missing = tuple(key for key in named(connection, tables) if key in missing)


def _copied(store: Storage, archive: Archive, key: str, done: Done) -> Kept:
    """A file whose content is in the archive: the same one is copied and read once."""
    said = digest_in(key)
    if said and archive.holds(said):
        return Kept(key, said)
    try:
        data = store.get(key)
    except (NotStored, InvalidKey):
        return Kept(key, None)
    found = digest(data)
    if said and found != said:
        done.damaged += (key,)
    if found == said or not archive.holds(found):
        archive.keep(data)
        done.added += 1
    return Kept(key, found)


def _write_beside(writer: Writer, living: Living, *, secret: bool) -> None:
    """What is no row: the list of erasures, and the secret key if the diary has made it itself."""
    if lines := erasures.lines(living.store):
        writer.put(ERASURES, lines)
    kept = living.settings.instance / KEY_FILE
    key = living.settings.secret_key
    if secret and kept.exists() and kept.read_text() == key:
        writer.put(KEY, key.encode())
