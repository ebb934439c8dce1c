"""`diary export`: what is public, taken along in one of several forms; they share this frame."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType

import click
from sqlalchemy import Select, inspect
from sqlalchemy.orm import Session, sessionmaker

from diary.build import BUILD
from diary.cli.desk import release_due
from diary.cli.downloads import clock, source
from diary.cli.export_wish import ensure_fits, read_wish, settled, wishes
from diary.config import Settings, load
from diary.domain import downloads, handouts
from diary.domain.errors import Overtaken
from diary.domain.handouts import Copy
from diary.models import Post, Revision, begin_writing
from diary.portability import site_folder
from diary.portability.source import Done, Source
from diary.queries import site, whole

UNFINISHED = ".unfinished-"
Note = Callable[[Done], None]
"""Notes in the diary what was written: at worst something that is not there after all."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written where; `goes_on` is called after each post, or with how many of them,
    and may raise Overtaken."""

    settings: Settings
    diary: Source
    path: Path
    """Where to write: beside the goal, which it is renamed to at the end. Not there yet, but for a
    frozen site that is brought up to date where it is."""
    goal: Path
    full: bool
    goes_on: Callable[..., object]
    wished: Mapping[str, str]
    """What a book or sheet is asked for beside its form."""


WAYS = {
    "folder": "export_folder:write",
    "book": "export_book:write_book",
    "sheet": "export_book:write_sheet",
    "site": "export_site:write",
    "bag": "export_bag:write",
}
"""What writes each form, in the file that is loaded for it."""


def write_as(kind: str, order: Order) -> Done:
    """Write one of the forms; raises what it raises."""
    done: Done = resolve_name(f"diary.cli.{WAYS[kind]}")(order)
    return done


def _moving() -> ModuleType:
    """What moving house alone needs, which takes longer to load than a frozen site to look at."""
    return import_module("diary.cli.moving")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--as", "kind", required=True, type=click.Choice(list(WAYS)))
@click.option("--to", "receiver", default="", metavar="WORDS", help="For whom it is; noted.")
@click.option("--full", is_flag=True, help="Folder: what is not public, too. For moving house.")
@click.option("--lead", default="", metavar="USERNAME", help="With --full: whose word it is.")
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@wishes
def export(
    path: Path, kind: str, receiver: str, lead: str, *, full: bool, dry_run: bool, **wished: str
) -> None:
    """Write what everybody can read to PATH, which must not be there yet.

    As folder: one Markdown file per post with its pictures, the posts as a table, the places and
    ways of working; docs/format.md describes it, and `diary import --from folder` reads it. A PATH
    that ends with .zip becomes a zip file. With --full what is not public lies in it, too, for an
    empty diary elsewhere: a lead's password is asked for, and PATH must have "full" in its name.

    As site: pages to be read in a browser without a server, search included; open START.html. One
    that is there already is brought up to date, where only what has changed is written.

    As book: an .epub or a .pdf; a PATH without either becomes a folder of both. As sheet: a month
    for the wall, a .pdf; a PATH without becomes a folder of A3 and A4.

    As bag: a BagIt bag for an archive, with the folder, the site as a web archive (WACZ) under the
    addresses of DIARY_BASE_URL, the book as EPUB, and a readme for the archivist.

    When what was written where, and for whom, is noted in the diary (/moderation/copies), with the
    pictures it holds. Broken off, nothing stands there. The status is 1 if a picture's file is
    missing, or if a post was changed meanwhile: then nothing is written.
    """
    if path.exists() and not (kind == "site" and site_folder.head(path)):
        raise click.UsageError(f"{path} is there already. Name a place where nothing is.")
    if full:
        _moving().ensure_said(kind, path, lead)
    ensure_fits(kind, path, wished)
    read_wish(wished)
    settings = load()
    diary = source(settings)
    if not inspect(diary.sessions.kw["bind"]).has_table("editions"):
        raise click.UsageError("There is no diary here yet. Run `diary upgrade` first.")
    wished = settled(diary, kind, wished)
    if dry_run:
        _tell(diary, read_wish(wished).chosen, full=full)
        return
    asked = Asked(receiver, wished, _moving().given_word(diary, lead) if full else None)
    _say(path, _export(settings, diary, kind, path, asked))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: to whom it goes, what a book is to be, which lead has given their word
    that it holds what is not public."""

    receiver: str
    wished: Mapping[str, str]
    lead_id: int | None


def _tell(diary: Source, chosen: Select[Post, Revision], *, full: bool) -> None:
    with diary.sessions() as session:
        posts, pictures = whole.count(session, chosen), whole.pictures(session, chosen)
    more = ", and all that is not public" if full else ""
    click.echo(f"To write: {posts} posts, {pictures} pictures{more}.")


def _export(settings: Settings, diary: Source, kind: str, path: Path, asked: Asked) -> Done:
    """Raises ClickException."""
    release_due(settings, diary.sessions)

    def noted(done: Done) -> None:
        note(diary, kind, path.resolve(), done, asked)

    try:
        if kind == "site":
            return _freeze(settings, diary, path, noted)
        return _write(settings, diary, kind, path, asked, noted)
    except Overtaken:
        raise click.ClickException("A post was changed meanwhile. Run it once more.") from None


def note(diary: Source, kind: str, place: Path, done: Done, asked: Asked) -> None:
    """Note what was written, with the pictures in it."""
    if asked.lead_id is not None:
        copy, held = _moving().held(diary, place, asked.receiver)
    else:
        copy = Copy(kind, str(place), done.posts, done.pictures, asked.receiver)
        with diary.sessions() as session:
            held = whole.picture_ids(session, read_wish(asked.wished).chosen)
    with diary.sessions() as session:
        begin_writing(session)
        handouts.export(session, copy, asked.lead_id, held, clock())
        session.commit()


def _say(path: Path, done: Done) -> None:
    click.echo(f"{done.posts} posts and {done.pictures} pictures written to {path}.")
    for key in done.missing:
        click.echo(f"{key} is missing.", err=True)
    if done.missing:
        raise SystemExit(1)


def _write(
    settings: Settings, diary: Source, kind: str, path: Path, asked: Asked, noted: Note
) -> Done:
    """Write beside the goal, note it, then rename. Raises Overtaken."""
    from diary.portability.downloads import Watch, give_up  # a site to look at needs none of it

    unfinished = path.with_name(f"{UNFINISHED}{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    edition_id = begin(diary.sessions)
    watch = Watch(diary, edition_id, clock)
    try:
        with _progress(diary) as tell:

            def goes_on(posts: int = 1) -> None:
                tell(posts)
                watch()

            full = asked.lead_id is not None
            order = Order(settings, diary, unfinished, path, full, goes_on, asked.wished)
            done = write_as(kind, order)
        watch.keep_on()
        noted(done)
        unfinished.rename(path)
    finally:
        give_up(diary, edition_id)
        shutil.rmtree(unfinished) if unfinished.is_dir() else unfinished.unlink(missing_ok=True)
    return done


def _freeze(settings: Settings, diary: Source, path: Path, noted: Note) -> Done:
    """The frozen site looks itself whether the diary is changed meanwhile. Raises Overtaken."""
    if done := _unchanged(diary, path):
        noted(done)
        return done
    new = not path.exists()
    target = path.with_name(f"{UNFINISHED}{secrets.token_hex(4)}") if new else path
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _progress(diary) as goes_on:
            done = write_as("site", Order(settings, diary, target, path, False, goes_on, {}))
        noted(done)
        if new:
            target.rename(path)
    finally:
        if new:
            shutil.rmtree(target, ignore_errors=True)
    return done


def _unchanged(diary: Source, path: Path) -> Done | None:
    """What lies there, if it is whole and nothing has changed since."""
    before = site_folder.head(path)
    if before and before.state == state_of(diary) and before.stands(path):
        return Done({}, before.posts, before.pictures, before.missing)
    return None


def state_of(diary: Source) -> str:
    """What changes as soon as any page may: with the diary, the program, or the address."""
    with diary.sessions() as session:
        present = site.present(session)
    overdue = " due" if present.due and present.due <= clock() else ""
    return f"{present.version} {BUILD} {diary.home}{overdue}"


@contextmanager
def _progress(diary: Source) -> Iterator[Callable[..., None]]:
    """Shows how far it is; to be called with how many posts more are written, or for each."""
    from rich.console import Console
    from rich.progress import Progress

    with diary.sessions() as session:
        total = whole.count(session)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Writing …", total=total)

        def goes_on(posts: int = 1) -> None:
            bar.advance(task, posts)

        yield goes_on


def begin(sessions: sessionmaker[Session]) -> int:
    """An edition that is never offered: it goes as soon as a post it may hold changes."""
    with sessions() as session:
        begin_writing(session)
        edition_id = downloads.begun(session, site.present(session).version, clock())
        session.commit()
    return edition_id
