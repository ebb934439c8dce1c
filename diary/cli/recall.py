"""`diary recall`: take pictures away for good, or once more after a backup was put back."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.engines import open_engine
from diary.cli.minding import tell_of_stores
from diary.config import Settings, load
from diary.domain import downloads, erasures, errands, handouts, traces
from diary.domain.recall import take_away
from diary.media.storage import Storage, StorageAway, open_storage
from diary.models import Picture, State, Task, begin_writing, make_sessions
from diary.models.engine import file_of
from diary.portability import kept
from diary.queries.handouts import places

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

    With --in it is taken out of that copy, too, and the copy written anew with its checksums; the
    diary notes it at /moderation/copies. It may be gone by then: a site and a book know a picture
    by its token, a folder by the uid that stands in the post's file; name both. The status is 1 if
    a picture or a copy was not found, or if something in a copy must be made anew, as a PDF.

    A backup holds what was recalled after it was made until it is removed (`diary backup --keep`)
    or named with --in; putting it back does not bring that back.
    """
    if not pictures and not once_more:
        raise click.UsageError("Name a picture by its address, or say --again.")
    tokens, settings = [_token(text) for text in pictures], load()
    if copies:
        if not _in_copies(settings, set(tokens), copies, once_more=once_more, dry_run=dry_run):
            raise SystemExit(1)
        return
    sessions = make_sessions(open_engine(settings), hub=bool(settings.hub_url))
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
        tell_of_stores(settings)
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


def _token(text: str) -> str:
    """What a picture is called in its address; raises UsageError."""
    if match := TOKEN.fullmatch(text):
        return match[1]
    raise click.UsageError(f"{text} is no picture's address.")


def _in_copies(
    settings: Settings,
    words: set[str],
    copies: tuple[Path, ...],
    *,
    once_more: bool,
    dry_run: bool,
) -> bool:
    """Out of the diary, if it is still here, and out of copies; whether all of it is done."""
    engine = open_engine(settings)
    sessions = make_sessions(engine, hub=bool(settings.hub_url))
    store = open_storage(settings.storage_url) if _is_here(engine) else None
    erased = set[str]()
    if store is None:
        click.echo("There is no diary here: name pictures by token and by uid.", err=True)
    elif once_more:
        erased = {str(uid) for uid in erasures.uids(erasures.lines(store), "picture")}
    found = {} if store is None else _known(sessions, words | erased)
    missing = set() if store is None else words.difference(*found.values())
    for word in sorted(missing):
        click.echo(f"{word} is no picture here.", err=True)
    if dry_run:
        click.echo(f"To take away: {len(found)}; to look for in {len(copies)} copies.")
        return not missing
    if store is not None:
        _take_away(sessions, store, list(found))
    gone = frozenset(words | erased).union(*found.values())
    done = [_in_copy(copy, gone) for copy in copies]  # each, whatever one says
    if store is not None:
        _note(sessions, done, list(found))
    return not missing and all(one.copies and not one.unsure for one in done)


def _is_here(engine: Engine) -> bool:
    """Whether there is a diary; a file would be made by looking."""
    if (file := file_of(engine)) and not file.is_file():
        return False
    try:
        return inspect(engine).has_table("pictures")
    except OperationalError:  # the server is gone, too
        return False


def _known(sessions: sessionmaker[Session], words: set[str]) -> dict[int, set[str]]:
    """The pictures that are called so, and all they are called."""
    with sessions() as session:
        known = session.execute(select(Picture.id, Picture.token, Picture.uid))
        called = {picture_id: {token, str(uid)} for picture_id, token, uid in known}
    return {picture_id: names for picture_id, names in called.items() if names & words}


def _in_copy(copy: Path, words: frozenset[str]) -> kept.Done:
    done = kept.take_out(copy, kept.Named(tokens=words, uids=words), datetime.now(UTC))
    if done.copies:
        click.echo(f"{copy}: {done.changed} files changed or removed.")
    elif not done.unsure:
        click.echo(f"There is no copy of a diary in {copy}.", err=True)
    for path in done.unsure:
        click.echo(
            f"{path} cannot be changed. Make it anew or delete it; if it is whole, see that it can "
            "be written to, and say this again.",
            err=True,
        )
    return done


def _note(sessions: sessionmaker[Session], done: list[kept.Done], ids: list[int]) -> None:
    """Have the page of copies tell out of which of them the pictures are."""
    now = datetime.now(UTC)
    with sessions() as session:
        begin_writing(session)
        for place in places(session):
            if any(one.is_rid(Path(place)) for one in done):
                handouts.take_out(session, place, ids, now)
        session.commit()


def take_away_again(settings: Settings) -> None:
    """Take away and forget what a backup that was put back has brought along."""
    engine, now = open_engine(settings), datetime.now(UTC)
    store = open_storage(settings.storage_url)
    with make_sessions(engine, hub=bool(settings.hub_url))() as session:
        try:
            traces.heed(session, store, now)
        except StorageAway as error:
            click.echo(f"The list of erasures is heeded when the store answers: {error}", err=True)
            begin_writing(session)
            errands.note(session, Task.AGAIN, [""], now)
            session.commit()
        else:
            errands.run(session, store)
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
            files = take_away(session, picture, now, actor_id=None)
            errands.commit(session, store, files, now)
    with suppress(StorageAway), sessions() as session:  # else `diary serve` does so
        downloads.sweep(session, store, downloads.pieces(store))  # what was made ahead
