"""`diary import`: bring posts in from elsewhere; every way in shares this frame."""

from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session, sessionmaker

from diary.cli import moving
from diary.cli.engines import open_engine
from diary.cli.import_pictures import Begun, Darkroom, Making, ahead
from diary.cli.import_report import FOUNDED, Report
from diary.config import Settings, load
from diary.domain import erasures, founding, placing
from diary.domain.fitting import Help
from diary.domain.importing import Taken, bring_in, let_out, missing, settle_links
from diary.domain.incoming import Batch, Incoming, IncomingPicture, LeftOut, NotReadable
from diary.domain.placing import MAX_MAPPING, BadMapping, Place, Places
from diary.media import images, memory
from diary.media.storage import Storage, open_storage
from diary.models import Picture, begin_writing, make_sessions
from diary.portability.fetching import fetch as fetch_from
from diary.portability.pictures import Finder, NoPicture
from diary.portability.saved import decoded
from diary.queries import imports
from diary.queries.site import site
from diary.text.films import is_web

WAYS = ("feed", "folder", "ghost", "pages", "wxr")
BAR = Console(stderr=True)
AT_ONCE = 100
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class PathOrAddress(click.Path):
    """A path that is there, or the address of a feed."""

    def convert(self, value: Any, *more: Any) -> Any:
        """A Path, or an address as it is."""
        return value if is_web(str(value)) else super().convert(value, *more)


@dataclass(frozen=True, slots=True)
class Import:
    """What an import works with."""

    sessions: sessionmaker[Session]
    help: Help
    finder: Finder
    darkroom: Darkroom
    report: Report
    dry_run: bool


@click.command("import")
@click.argument("path", type=PathOrAddress(exists=True, path_type=Path))
@click.option("--from", "source", required=True, type=click.Choice(WAYS))
@click.option("--full", is_flag=True, help="All of a full folder, into an empty diary.")
@click.option(
    "--earlier", default="", metavar="TITLE", help="They are an earlier diary's, of this title."
)
@click.option("--publish", is_flag=True, help="Publish what was public there; else all waits.")
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@click.option("--map", "mapping", type=_FILE, help="What tags and authors are here (YAML).")
@click.option(
    "--pictures",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder the pictures lie in.",
)
@click.option("--fetch", is_flag=True, help="Fetch missing pictures from where they once stood.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the whole report to this file too.",
)
def import_(
    path: Path | str,
    source: str,
    *,
    full: bool,
    earlier: str,
    publish: bool,
    dry_run: bool,
    mapping: Path | None,
    pictures: Path | None,
    fetch: bool,
    report: Path | None,
) -> None:
    """Bring in posts from PATH: saved pages (a folder or a WARC file), Markdown files, the export
    of another program, or documents of a feed.

    They wait in the queue unless --publish is given; drafts and what was behind a password wait
    even then. With --earlier they are a first part whose words nobody changes. Nothing is fetched
    unless --fetch is given. Broken off it goes on where it stopped; done again it changes nothing.
    A dry run prints a file for --map to fill in. --full moves a diary into an empty one, all that
    `diary export --full` wrote, with accounts closed. The status is 1 if something could not be
    read, 2 if nothing could.
    """
    settings = load()
    if full:
        others = earlier, publish, mapping, pictures, fetch, report
        moving.move_in(settings, source, Path(path), others, dry_run=dry_run)
        return
    engine = _opened(settings)
    sessions = make_sessions(engine)
    said = Report(dry_run=dry_run)
    folder = pictures or (path if isinstance(path, Path) and path.is_dir() else None)
    try:
        batch = _read(source, path, sessions, network=fetch).from_earlier(earlier)
        finder = Finder(folder, fetch_from if fetch else None)
        with _at_work(settings, sessions, batch, mapping, finder, said) as work:
            _bring_in(work, batch, publish=publish)
    except (BadMapping, NotReadable) as error:
        raise click.UsageError(str(error)) from error
    finally:
        engine.dispose()
    said.print(report)
    if said.left_out:
        raise SystemExit(1)


@contextmanager
def _at_work(
    settings: Settings,
    sessions: sessionmaker[Session],
    batch: Batch,
    mapping: Path | None,
    finder: Finder,
    report: Report,
) -> Iterator[Import]:
    """What the import works with while it does. Raises BadMapping."""
    store = open_storage(settings.storage_url)
    help_ = _help(sessions, store, mapping, batch, report)
    try:
        with Darkroom(settings.storage_url, _gate(settings)) as darkroom:
            yield Import(sessions, help_, finder, darkroom, report, report.dry_run)
    except BrokenProcessPool as error:
        raise click.ClickException(
            "A process that prepares pictures was ended, perhaps for want of memory. "
            "Run the import again: it goes on where it stopped."
        ) from error


def _gate(settings: Settings) -> Path:
    return settings.instance / "pictures.lock"


def _opened(settings: Settings) -> Engine:
    memory.wait_at(_gate(settings))
    engine = open_engine(settings)
    if not inspect(engine).has_table("provenances"):
        raise click.UsageError("There is no diary here yet. Run `diary upgrade` first.")
    return engine


def _read(
    source: str, path: Path | str, sessions: sessionmaker[Session], *, network: bool
) -> Batch:
    """What a way in finds; its module is loaded only now. Raises NotReadable, UsageError."""
    if isinstance(path, str) and not (source == "feed" and network):
        raise click.UsageError("An address is read with --from feed --fetch alone.")
    with sessions() as session:
        about = site(session)
    if about.ended_at:
        raise click.UsageError("The journey has ended. `diary close --reopen` lets it go on.")
    more: dict[str, Any] = {"pages": _kept(sessions), "feed": fetch_from if network else None}
    read: Callable[..., Batch] = import_module(f"diary.portability.{source}").read
    lang = about.main_language
    return read(path, lang, more[source]) if source in more else read(path, lang)


def _kept(sessions: sessionmaker[Session]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """What earlier imports of pages have found."""
    with sessions() as session:
        yield from imports.evidence(session)


def _help(
    sessions: sessionmaker[Session],
    store: Storage,
    mapping: Path | None,
    batch: Batch,
    report: Report,
) -> Help:
    """What the import goes by, once the places that come along are made. Raises BadMapping."""
    listed = erasures.lines(store)
    gone = {uid for kind in ("person", "picture") for uid in erasures.uids(listed, kind)}
    with sessions() as session:
        begin_writing(session)
        if batch.house:
            report.note(FOUNDED, founding.found(session, batch.house, datetime.now(UTC)))
        known = [Place(*place) for place in imports.places(session)]
        persons = imports.persons(session) if mapping else {}
        if not report.dry_run:
            session.commit()
    if mapping is None:
        return Help(places=Places(placing.by_name(known)), erased=gone)
    with mapping.open("rb") as file:
        text = decoded(file.read(4 * MAX_MAPPING + 1))  # a character has four bytes at most
    return Help(places=placing.read(text, known, persons), erased=gone)


def _bring_in(work: Import, batch: Batch, *, publish: bool) -> None:
    """Each post is a transaction of its own; in a dry run each is taken back."""
    ready: list[tuple[Taken, str]] = []
    for item, begun in ahead(_with_bar(batch), lambda item: _begin(work, item)):
        if isinstance(item, LeftOut):
            work.report.left(item)
            continue
        taken = _take(work, item, begun)
        work.report.took(item, taken, work.help.places)
        if taken.waiting:
            ready.append((taken, item.key))
    for what, lines in batch.notes():
        work.report.note(what, lines)
    if publish and not work.dry_run:
        _publish(work, ready)


def _with_bar(batch: Batch) -> Iterator[Incoming | LeftOut]:
    for _ in track(batch.reading, "Reading …", total=batch.files, console=BAR, transient=True):
        pass
    yield from track(batch.found, "Bringing in …", total=batch.total, console=BAR, transient=True)


def _begin(work: Import, item: Incoming | LeftOut) -> Begun:
    """Have those of its pictures made that have not come in yet."""
    if isinstance(item, LeftOut):
        return {}
    with work.sessions() as session:
        wanted = missing(session, item, work.help)
    return {one: _making(work, one) for one in wanted}


def _making(work: Import, picture: IncomingPicture) -> Making:
    try:
        data = picture.read() if picture.read else work.finder.find(picture.source)
    except NoPicture as why:
        return partial(_raise, why)
    return (lambda: None) if work.dry_run else work.darkroom.make(picture, data)


def _raise(why: NoPicture) -> Picture:
    raise why


def _take(work: Import, item: Incoming, begun: Begun) -> Taken:
    with work.sessions() as session:  # a post before this one may have been the same
        wanted = missing(session, item, work.help)
    pictures = {one: begun[one] for one in wanted if one in begun}
    made = {one: row for one in pictures if (row := _made(work, item, one, pictures[one]))}
    with work.sessions() as session:
        begin_writing(session)
        taken = bring_in(session, item, datetime.now(UTC), work.help, made)
        if not work.dry_run:
            session.commit()
    return taken


def _made(work: Import, item: Incoming, picture: IncomingPicture, making: Making) -> Picture | None:
    """The rows of a picture whose files are stored now; None if it is not to be had."""
    try:
        return making()
    except NoPicture as why:
        work.report.no_picture(item, picture, str(why))
    except images.ImageRefused as why:
        work.report.no_picture(item, picture, (type(why).__doc__ or "").partition("\n")[0])
    return None


def _publish(work: Import, ready: list[tuple[Taken, str]]) -> None:
    """Let out what has come in, in order of day, so that the sequences are."""
    ready.sort(key=lambda one: (one[0].dated, one[1]))
    for taken, _ in track(ready, "Publishing …", console=BAR, transient=True):
        with work.sessions() as session:
            begin_writing(session)
            now = datetime.now(UTC)
            work.report.published += let_out(session, taken.post_id, now, taken.inspired_by)
            session.commit()
    for start in range(0, len(ready), AT_ONCE):
        with work.sessions() as session:
            begin_writing(session)
            settle_links(session, [taken.post_id for taken, _ in ready[start : start + AT_ONCE]])
            session.commit()
