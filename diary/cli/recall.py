"""`diary recall`: take pictures away for good, or once more after a backup was put back."""

import re
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings, load
from diary.domain import traces
from diary.domain.forgetting import drop_files
from diary.domain.recall import again, take_away
from diary.media.storage import Storage, open_storage
from diary.models import Picture, begin_writing, make_engine, make_sessions

TOKEN = re.compile(r"(?:.*/pictures/)?([\w-]+)(?:/.*)?")


# A token may begin with a hyphen.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("pictures", nargs=-1, metavar="ADDRESS…")
@click.option("--again", "once_more", is_flag=True, help="All on the list of erasures.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken away.")
def recall(pictures: tuple[str, ...], *, once_more: bool, dry_run: bool) -> None:
    """Take pictures away for good: from pages, feeds and the store.

    ADDRESS is that of any size of a picture, or its token alone. With --again all that was ever
    recalled is taken away, and whoever was ever forgotten is forgotten, once more: `diary serve`
    does so at its start, as a backup that was put back may hold some of it. The status is 1 if a
    picture was not found.
    """
    if not pictures and not once_more:
        raise click.UsageError("Name a picture by its address, or say --again.")
    settings = load()
    sessions = make_sessions(make_engine(settings.database_url), hub=bool(settings.hub_url))
    tokens = [match[1] for text in pictures if (match := TOKEN.fullmatch(text))]
    with sessions() as session:
        found = dict(_found(session, tokens))
    missing = [text for text in tokens if text not in found]
    for token in missing:
        click.echo(f"{token} is no picture here, or was taken away before.", err=True)
    if dry_run:
        click.echo(f"To take away: {len(found)}.")
    else:
        store = open_storage(settings.storage_url)
        _take_away(sessions, store, list(found.values()))
        click.echo(f"Taken away: {len(found)}.")
        if once_more:
            take_away_again(settings)
    if missing:
        raise SystemExit(1)


def take_away_again(settings: Settings) -> None:
    """Take away and forget what a backup that was put back has brought along."""
    engine, now = make_engine(settings.database_url), datetime.now(UTC)
    store = open_storage(settings.storage_url)
    with make_sessions(engine, hub=bool(settings.hub_url))() as session:
        begin_writing(session)
        files = (*again(session, store, now), *traces.again(session, store, now))
        session.commit()
        drop_files(session, store, files, now)
    engine.dispose()


def _found(session: Session, tokens: list[str]) -> list[tuple[str, int]]:
    statement = select(Picture.token, Picture.id)
    statement = statement.where(Picture.token.in_(tokens), Picture.recalled_at.is_(None))
    return [(token, picture_id) for token, picture_id in session.execute(statement)]


def _take_away(sessions: sessionmaker[Session], store: Storage, ids: list[int]) -> None:
    """Each is a transaction of its own."""
    for picture_id in ids:
        now = datetime.now(UTC)
        with sessions() as session:
            begin_writing(session)
            picture = session.get_one(Picture, picture_id)
            files = take_away(session, store, picture, now, actor_id=None)
            session.commit()
            drop_files(session, store, files, now)
