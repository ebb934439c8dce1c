"""`diary close`: the end of the journey, and the folder that is handed over."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import inspect

from diary.cli.downloads import clock, source
from diary.cli.handing_over import hand_over
from diary.config import Settings, load
from diary.domain import closing
from diary.domain.ended import ended_at
from diary.domain.errors import NotPossible, Overtaken, PostsWait
from diary.models import begin_writing
from diary.portability.handing_over import NotWhole
from diary.portability.source import Source
from diary.queries import closing as queries
from diary.queries import whole


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--to", "receiver", default="", metavar="WORDS", help="For whom it is; noted.")
@click.option("--anyway", is_flag=True, help="Although posts wait: they do not go out.")
@click.option("--dry-run", is_flag=True, help="Only say what waits and what would be written.")
@click.option("--reopen", is_flag=True, help="Let the journey go on. No PATH.")
def close(path: Path | None, receiver: str, *, anyway: bool, dry_run: bool, reopen: bool) -> None:
    """End the journey and write all of it to PATH, which must not be there yet.

    From then on nobody writes, sends in, joins or begins to follow; what is out stays to be read,
    and whoever wants to be taken down or forgotten still can. It does not end while posts wait to
    be read, unless --anyway is given. The lead can do the same at /overview/closing.

    PATH becomes a folder with the frozen site, the book (EPUB and PDF), the bag for an archive, and
    a letter in plain words that says what they are. Each is looked through first; if anything is
    not whole, or not all hold the same posts and pictures, nothing stands there and the status
    is 1. Once the journey has ended, it can be run again for another folder. --reopen undoes it.
    """
    if (path is None) != reopen:
        raise click.UsageError("Name the folder to write, or say --reopen alone.")
    if path is not None and path.exists():
        raise click.UsageError(f"{path} is there already. Name a place where nothing is.")
    settings = load()
    diary = source(settings)
    if not inspect(diary.sessions.kw["bind"]).has_table("editions"):
        raise click.UsageError("There is no diary here yet. Run `diary upgrade` first.")
    if path is None:
        _reopen(settings, diary, dry_run=dry_run)
        return
    _end(settings, diary, anyway=anyway, dry_run=dry_run)
    if dry_run:
        _tell(diary)
        return
    _hand_over(settings, diary, path, receiver)


def _reopen(settings: Settings, diary: Source, *, dry_run: bool) -> None:
    """Raises ClickException if it has not ended."""
    with diary.sessions() as session:
        begin_writing(session)
        try:
            closing.reopen(session, None, clock(), settings.zone)
        except NotPossible:
            raise click.ClickException("The journey has not ended.") from None
        if not dry_run:
            session.commit()
    click.echo("The journey would go on." if dry_run else "The journey goes on.")


def _end(settings: Settings, diary: Source, *, anyway: bool, dry_run: bool) -> None:
    """End it, unless it has ended already; raises ClickException while posts wait."""
    with diary.sessions() as session:
        begin_writing(session)
        if ended_at(session) is not None:
            click.echo("The journey has ended already.")
            return
        try:
            closing.end(session, None, clock(), settings.zone, anyway=anyway)
        except PostsWait as error:
            named = "\n".join(
                f"  {settings.home}/moderation/{one.post_id}  {one.heading}"
                for one in queries.waiting(session)
            )
            raise click.ClickException(
                f"{error.number} posts wait to be read. Publish them or send them back first, "
                f"or end it --anyway: they do not go out.\n{named}"
            ) from None
        if not dry_run:
            session.commit()
    click.echo("The journey would end." if dry_run else "The journey has ended.")


def _tell(diary: Source) -> None:
    with diary.sessions() as session:
        posts, pictures = whole.count(session), whole.pictures(session)
        left = queries.checklist(session)
    click.echo(f"To hand over: {posts} posts, {pictures} pictures.")
    click.echo(
        f"Left where they are: {left.drafts} drafts, {left.returned} sent back, {left.waiting} "
        f"that wait, {left.undecided} pictures not decided, {left.requests} open requests."
    )


def _hand_over(settings: Settings, diary: Source, path: Path, receiver: str) -> None:
    """Raises ClickException; the journey stays ended then, and it can be run again."""
    with diary.sessions() as session:
        total = whole.count(session)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Writing …", total=None)

        def goes_on(part: str, posts: int = 1) -> None:
            bar.update(task, description=f"Writing {part} …", total=total)
            bar.advance(task, posts)

        try:
            found = hand_over(settings, diary, path, receiver, goes_on)
        except (Overtaken, NotWhole) as error:
            reason = str(error) or "A post was changed meanwhile."
            raise click.ClickException(
                f"{reason} Nothing was written; the journey has ended all the same. Run it once "
                "more."
            ) from None
    for one in found:
        click.echo(f"{one.name}: {one.posts} posts, {one.pictures} pictures, {one.files} files.")
    click.echo(f"All of it lies in {path}. Begin with READ-FIRST.html.")
