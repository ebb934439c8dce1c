"""`diary render`: texts and sizes of an older recipe, and missing 4:3 pieces, made again."""

from collections.abc import Iterable
from datetime import UTC, datetime

import click
from rich.progress import track
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.downloads import clock, source
from diary.cli.engines import open_engine
from diary.config import load
from diary.domain import indexing, revisions
from diary.domain.crops import (
    Outdated,
    Wanted,
    add_crops,
    all_missing,
    outdated,
    replace_renditions,
)
from diary.domain.pictures import store_renditions
from diary.media import images, memory
from diary.media.sizes import Rendition
from diary.media.storage import Storage, StorageError, open_storage
from diary.models import begin_writing, make_sessions
from diary.portability import downloads


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be made.")
def render(*, dry_run: bool) -> None:
    """Make texts and pictures' sizes again where the program makes them otherwise by now.

    Missing 4:3 pieces are cut too, and what anybody may take along is made if it is not as the
    diary is now (a server does that by itself). Originals are only read. The diary may be open
    meanwhile, and broken off it goes on where it stopped. The status is 1 if a picture could not
    be made.
    """
    settings = load()
    memory.wait_at(settings.instance / "pictures.lock")
    sessions = make_sessions(open_engine(settings))
    with sessions() as session:
        work: list[Outdated | Wanted] = [*outdated(session), *all_missing(session)]
        texts = revisions.outdated(session)
    if dry_run:
        click.echo(f"{texts} texts and {len(work)} pictures to make.")
        return
    while _index(sessions) or _make_texts(sessions):
        pass
    store = open_storage(settings.storage_url)
    tasks = track(work, "Making pictures …") if work else ()
    failed = [task for task in tasks if not make_one(sessions, store, task)]
    for task in failed:
        click.echo(f"{task.original_key} is missing or damaged.", err=True)
    click.echo(f"{texts} texts and {len(work) - len(failed)} pictures made.")
    if downloads.make(source(settings), clock, at_once=True):
        click.echo("What anybody may take along was made.")
    if failed:
        raise SystemExit(1)


def _make_texts(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        begin_writing(session)
        made = revisions.remake(session, datetime.now(UTC))
        session.commit()
    return made


def _index(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        begin_writing(session)
        made = indexing.index_missing(session)
        session.commit()
    return made


def make_one(sessions: sessionmaker[Session], store: Storage, task: Outdated | Wanted) -> bool:
    """Make one; False if its original cannot be read. Each is a transaction of its own."""
    try:
        original = store.get(task.original_key)
        made: Iterable[Rendition]
        if isinstance(task, Outdated):
            made, put = images.renditions(original, task.crops), replace_renditions
        else:
            made, put = images.cropped(original, task.focus), add_crops
    except (images.ImageRefused, StorageError):
        return False
    store_renditions(store, made)
    with sessions() as session:
        begin_writing(session)
        put(session, task.picture_id, made, datetime.now(UTC))
        session.commit()
    return True
