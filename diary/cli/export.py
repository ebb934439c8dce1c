"""`diary export`: what is public, as a folder of plain files or a zip of it."""

import secrets
import shutil
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import inspect
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.downloads import clock, source
from diary.config import load
from diary.domain import downloads
from diary.domain.errors import Overtaken
from diary.models import begin_writing
from diary.portability.downloads import Watch, give_up
from diary.portability.whole import Done, Folder, Source, Target, Zip, write
from diary.queries import site, whole

UNFINISHED = ".unfinished-"


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--as", "kind", required=True, type=click.Choice(["folder"]))
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
def export(path: Path, kind: str, *, dry_run: bool) -> None:  # noqa: ARG001 (more kinds follow)
    """Write what everybody can read to PATH, which must not be there yet.

    One Markdown file per post with its pictures, the posts as a table, the places and ways of
    working; docs/format.md describes it, and `diary import --from folder` reads it. A PATH that
    ends with .zip becomes a zip file. Broken off, nothing stands there. The status is 1 if a
    picture's file is missing, or if a post was changed meanwhile: then nothing is written.
    """
    if path.exists():
        raise click.UsageError(f"{path} is there already. Name a place where nothing is.")
    diary = source(load())
    if not inspect(diary.sessions.kw["bind"]).has_table("editions"):
        raise click.UsageError("There is no diary here yet. Run `diary upgrade` first.")
    if dry_run:
        with diary.sessions() as session:
            click.echo(
                f"To write: {whole.count(session)} posts, {whole.pictures(session)} pictures."
            )
        return
    try:
        done = _write(diary, path)
    except Overtaken:
        raise click.ClickException("A post was changed meanwhile. Run it once more.") from None
    click.echo(f"{done.posts} posts and {done.pictures} pictures written to {path}.")
    for key in done.missing:
        click.echo(f"{key} is missing.", err=True)
    if done.missing:
        raise SystemExit(1)


def _write(diary: Source, path: Path) -> Done:
    """Write beside the goal, then rename. Raises Overtaken."""
    unfinished = path.with_name(f"{UNFINISHED}{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    edition_id = _begin(diary.sessions)
    watch = Watch(diary, edition_id, clock)
    try:
        if path.suffix.lower() == ".zip":
            with unfinished.open("xb") as file:
                archive = Zip(file, clock())
                done = _with_bar(diary, archive, watch)
                archive.close()
        else:
            unfinished.mkdir()
            done = _with_bar(diary, Folder(unfinished), watch)
        watch.keep_on()
        unfinished.rename(path)
    finally:
        give_up(diary, edition_id)
        shutil.rmtree(unfinished) if unfinished.is_dir() else unfinished.unlink(missing_ok=True)
    return done


def _begin(sessions: sessionmaker[Session]) -> int:
    """An edition that is never offered: it goes as soon as a post it may hold changes."""
    with sessions() as session:
        begin_writing(session)
        edition_id = downloads.begun(session, site.version(session)[0], clock())
        session.commit()
    return edition_id


def _with_bar(diary: Source, target: Target, watch: Watch) -> Done:
    with diary.sessions() as session:
        total = whole.count(session)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Writing …", total=total)

        def goes_on() -> None:
            bar.advance(task)
            watch()

        return write(diary, target, goes_on)
