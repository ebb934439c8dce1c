"""`diary recall`: take pictures away for good, or once more after a backup was put back."""

import re
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.backup import explained, private
from diary.config import Settings, load
from diary.domain import erasures, traces
from diary.domain.forgetting import drop_files
from diary.domain.recall import again, take_away
from diary.media.storage import Storage, open_storage
from diary.models import Picture, State, begin_writing, make_engine, make_sessions
from diary.portability import kept

TOKEN = re.compile(r"(?:.*/pictures/)?([\w-]+)(?:/.*)?")


# A token may begin with a hyphen.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("pictures", nargs=-1, metavar="ADDRESS…")
@click.option("--again", "once_more", is_flag=True, help="All on the list of erasures.")
@click.option(
    "--in", "copies", multiple=True, type=click.Path(exists=True, path_type=Path),
    help="A kept folder, frozen site, EPUB, bag or backups, or a folder of them: out of it, too.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be taken away.")
def recall(
    pictures: tuple[str, ...], copies: tuple[Path, ...], *, once_more: bool, dry_run: bool
) -> None:
    """Take pictures away for good: from pages, feeds and the store.

    ADDRESS is that of any size of a picture, or its token alone. With --again all that was ever
    recalled is taken away, and whoever was ever forgotten is forgotten, once more: `diary serve`
    does so at its start, as a backup that was put back may hold some of it.

    With --in it is taken out of that copy, too, and the copy written anew with its checksums. The
    diary may be gone by then: a site and a book know a picture by its token, a folder by the uid
    that stands in the post's file; name both. The status is 1 if a picture was not found, or if
    something in a copy must be made anew, as a PDF.

    A backup holds what was recalled after it was made until it is removed (`diary backup --keep`)
    or named with --in; putting it back does not bring that back.
    """
    if not pictures and not once_more:
        raise click.UsageError("Name a picture by its address, or say --again.")
    settings = load()
    if copies:
        if not _in_copies(settings, pictures, copies, once_more=once_more, dry_run=dry_run):
            raise SystemExit(1)
        return
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
        if found:
            _tell_of_backups(sessions)
        if once_more:
            take_away_again(settings)
    if missing:
        raise SystemExit(1)


def _tell_of_backups(sessions: sessionmaker[Session]) -> None:
    """Where what was taken away still lies."""
    with sessions() as session:
        if session.scalars(select(State.backed_up_at)).one() is not None:
            click.echo(
                "Backups made before hold it until they are removed, or until you say "
                "`diary recall … --in FOLDER`; putting one back does not bring it back."
            )


def _in_copies(
    settings: Settings,
    pictures: tuple[str, ...],
    copies: tuple[Path, ...],
    *,
    once_more: bool,
    dry_run: bool,
) -> bool:
    """Out of the diary, if it is still here, and out of copies; whether all of it is done."""
    words = {match[1] for text in pictures if (match := TOKEN.fullmatch(text))}
    engine = make_engine(settings.database_url)
    sessions, store = make_sessions(engine, hub=bool(settings.hub_url)), None
    ids: list[int] = []
    if _is_here(engine):
        store = open_storage(settings.storage_url)
        erased = {str(uid) for uid in erasures.uids(store, "picture")} if once_more else set()
        with sessions() as session:
            known = session.execute(select(Picture.id, Picture.token, Picture.uid))
            for picture_id, token, uid in known:
                if {token, str(uid)} & (words | erased):
                    words |= {token, str(uid)}
                    ids.append(picture_id)
        words |= erased
    if dry_run:
        click.echo(f"To take away: {len(ids)}; to look for in {len(copies)} copies.")
        return True
    if store is not None:
        _take_away(sessions, store, ids)
    finished = [_in_copy(copy, frozenset(words)) for copy in copies]  # each, whatever one says
    return all(finished)


def _is_here(engine: Engine) -> bool:
    """Whether there is a diary; a database in SQLite would be made by looking."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        return False
    return inspect(engine).has_table("pictures")


def _in_copy(copy: Path, words: frozenset[str]) -> bool:
    with private(), explained():
        done = kept.take_out(copy, kept.Named(tokens=words, uids=words), datetime.now(UTC))
    click.echo(f"{copy}: {done.changed} files changed or removed.")
    for path in done.unsure:
        click.echo(f"{path} cannot be changed. Make it anew, or delete it.", err=True)
    return not done.unsure


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
