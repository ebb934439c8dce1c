"""`diary check`: the settings with their sources, and all the diary has held against itself."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.backup import connected, is_there
from diary.cli.minding import tell_of_stores
from diary.cli.render import make_one
from diary.config import Settings, load, tell
from diary.domain import crops, errands
from diary.domain.mending import A_DAY, CHECKS, Check, Files, look
from diary.domain.upgrade import is_current, is_newer
from diary.media import memory
from diary.media.storage import Storage, StorageAway, open_storage
from diary.models import Rendition, State, begin_writing, make_sessions


@click.command()
@click.option("--mend", is_flag=True, help="Put right what can be.")
def check(*, mend: bool) -> None:
    """Look whether the settings are as they should be, and whether the diary is whole.

    Rows against files, every file against its checksum; sizes of pictures, the words and the index
    of the search, the counts of the archive. The diary may be open meanwhile. With --mend files
    that belong to nothing are removed once they are a day old, and what is derived is made again;
    an original that is missing or damaged only a backup has. The status is 1 if anything is wrong
    and was not mended.
    """
    settings = load()
    for one in tell(settings, os.environ, Path.cwd()):
        click.echo(f"{one.name:<28}{one.value}  ({one.source})")
    with connected(settings) as engine:
        if is_newer(engine):
            raise click.ClickException("A newer program has left the database. Run that one.")
        if not is_there(engine) or not is_current(engine):
            raise click.ClickException(
                "The database is not at this program's version: `diary upgrade`."
            )
        try:
            left = _check(settings, engine, mend=mend)
        except StorageAway as error:
            raise click.ClickException(f"The store does not answer: {error}") from error
    if not left:
        click.echo("All is well.")
        return
    if not mend:
        click.echo("`diary check --mend` puts right what can be.")
    raise SystemExit(1)


def _check(settings: Settings, engine: Engine, *, mend: bool) -> int:
    """Say what is wrong; how much of it is left."""
    sessions, store = make_sessions(engine), open_storage(settings.storage_url)
    memory.wait_at(settings.instance / "pictures.lock")
    with sessions() as session:
        at = session.scalars(select(State.backed_up_at)).one()
    click.echo(f"Last backup: {at:%F %R} UTC" if at else "No backup was ever made.")
    found = _looked(sessions, store)
    left = sum(_rows(sessions, one, mend=mend) for one in CHECKS)
    left += tell_of_stores(settings)
    return left + _sizes(sessions, store, found, mend=mend) + _files(sessions, store, found, mend)


def _looked(sessions: sessionmaker[Session], store: Storage) -> Files:
    with Progress(console=Console(stderr=True), transient=True) as bar, sessions() as session:
        task = bar.add_task("Reading files …", total=None)
        return look(session, store, datetime.now(UTC), lambda: bar.advance(task))


def _rows(sessions: sessionmaker[Session], one: Check, *, mend: bool) -> int:
    """Each is looked at and mended by itself."""
    with sessions() as session:
        if not (wrong := one.wrong(session)):
            return 0
        if mend and one.mend:
            begin_writing(session)
            one.mend(session, wrong)
            session.commit()
            return _say(len(wrong), one.name, mended=len(wrong))
    return _say(len(wrong), one.name)


def _sizes(sessions: sessionmaker[Session], store: Storage, found: Files, *, mend: bool) -> int:
    """Sizes of pictures that are missing, damaged or of an older recipe."""
    with sessions() as session:
        lacking = crops.lacking(session, {*found.missing, *found.damaged})
        whole = {one.picture_id: one for one in (*crops.outdated(session), *lacking)}
        pieces = (one for one in crops.all_missing(session) if one.picture_id not in whole)
        work: list[crops.Outdated | crops.Wanted] = [*whole.values(), *pieces]
    if not work:
        return 0
    made = sum(make_one(sessions, store, one) for one in work) if mend else 0
    return _say(len(work), "pictures or pieces lack sizes", mended=made)


def _files(sessions: sessionmaker[Session], store: Storage, found: Files, mend: bool) -> int:
    """What no program can make again, and what belongs to nothing."""
    with sessions() as session:
        derived = set(session.scalars(select(Rendition.key)))
    lost = [
        (key, words)
        for keys, words in ((found.missing, "is missing"), (found.damaged, "is damaged"))
        for key in keys
        if key not in derived
    ]
    for key, words in lost:
        click.echo(f"{key} {words}; a backup may have it.")
    if not found.orphans:
        return len(lost)
    if mend:
        old = datetime.now(UTC) - A_DAY
        with sessions() as session:
            begin_writing(session)
            errands.commit(session, store, found.orphans, old)
        store.sweep(old)
    number = len(found.orphans)
    return len(lost) + _say(number, "files belong to nothing", mended=number if mend else 0)


def _say(number: int, what: str, *, mended: int = 0) -> int:
    """One line; how many are left."""
    click.echo(f"{number} {what}{f': {mended} mended' if mended else ''}.")
    return number - mended
