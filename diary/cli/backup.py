"""`diary backup`: everything into an archive, while the diary is in use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress as Bar
from sqlalchemy import Engine, inspect, update
from sqlalchemy.exc import OperationalError

from diary.cli.engines import open_engine
from diary.config import Settings, load
from diary.media.storage import LocalStorage, StorageError, open_storage
from diary.models import State
from diary.portability.archive import Archive, Damaged
from diary.portability.backup import Done, Living, Progress, count, make

FOLDER = "backups"
"""In the instance folder, where nothing else is said."""


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--keep", type=click.IntRange(1), help="Remove all backups but so many of the newest."
)
@click.option("--dry-run", is_flag=True, help="Only say how much is to be copied.")
def backup(folder: Path | None, keep: int | None, *, dry_run: bool) -> None:
    """Save everything to FOLDER, while the diary is in use.

    Every table, accounts and the journal too, and every picture; each picture once, however many
    backups lie there. It is read again before it is called a backup; broken off, there is none.
    FOLDER is made if it is not there; without it, `backups` in the instance folder is meant. It
    holds personal data and the secret key: keep it on another machine, and let nobody read it. The
    status is 1 if a file was missing or damaged in the diary; the rest is saved.
    """
    settings = load()
    archive = Archive(folder or settings.instance / FOLDER)
    with connected(settings) as engine:
        if not is_there(engine):
            raise click.UsageError("There is no diary here yet. Run `diary upgrade` first.")
        if dry_run:
            living = Living(engine, open_storage(settings.storage_url), settings)
            files, new = count(living, archive)
            click.echo(f"{files} files, {new} of them to copy.")
            return
        done = save(settings, engine, archive)
        note(engine, done.at)
    if keep:
        with explained():
            gone = archive.drop(keep)
        click.echo(f"{gone} older backups were removed.")
    if done.missing or done.damaged:
        raise SystemExit(1)


def save(settings: Settings, engine: Engine, archive: Archive) -> Done:
    """Make a backup and say so. Raises ClickException if it cannot be made."""
    living = Living(engine, open_storage(settings.storage_url), settings)
    if isinstance(living.store, LocalStorage) and is_within(archive.root, living.store.root):
        raise click.ClickException(
            f"{archive.root} lies among the diary's files, where `diary check --mend` would remove "
            "it. Name another folder."
        )
    with private(), told() as progress, explained():
        done = make(living, archive, datetime.now(UTC), progress)
    click.echo(f"{done.rows} rows and {done.files - len(done.missing)} files saved to {done.path}.")
    for key in done.missing:
        click.echo(f"{key} is missing.", err=True)
    for key in done.damaged:
        click.echo(f"{key} is damaged; it was saved as it is.", err=True)
    return done


def note(engine: Engine, at: datetime) -> None:
    """Have the lead's overview tell when the last backup was made."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(update(State).values(backed_up_at=at))


@contextmanager
def connected(settings: Settings) -> Iterator[Engine]:
    """The database, until the command has done its work."""
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def is_there(engine: Engine) -> bool:
    """Whether the database is a diary's."""
    return inspect(engine).has_table("state")


def is_within(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder, links followed."""
    return path.resolve().is_relative_to(folder.resolve())


@contextmanager
def explained() -> Iterator[None]:
    """What keeps a backup from being made or put back, as a sentence."""
    try:
        yield
    except (Damaged, StorageError, OSError) as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        raise click.ClickException(f"The database: {error.orig}") from error


@contextmanager
def private() -> Iterator[None]:
    """New files are for their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def told() -> Iterator[Progress]:
    """A bar that shows what is being done."""
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield progress
