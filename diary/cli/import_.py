"""`diary import`: bring posts in from elsewhere; every way in shares this frame."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from sqlalchemy import inspect
from sqlalchemy.orm import Session, sessionmaker

from diary.config import load
from diary.domain.importing import Incoming, Outcome, bring_in
from diary.domain.reconstruction import Trace, from_json
from diary.models import begin_writing, make_engine, make_sessions
from diary.portability import folder, pages, saved
from diary.portability.pages import Found
from diary.portability.saved import LeftOut
from diary.queries import imports
from diary.queries.site import site

Reading = Callable[[Path, sessionmaker[Session]], Found]


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--from", "source", required=True, type=click.Choice(["folder", "pages"]))
@click.option("--publish", is_flag=True, help="Publish them; else they wait in the queue.")
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the report to this file too.",
)
def import_(path: Path, source: str, *, publish: bool, dry_run: bool, report: Path | None) -> None:
    """Bring in posts from PATH: saved pages (a folder or a WARC file), or Markdown files.

    Nothing is fetched from the network. Broken off it goes on where it stopped, and done again it
    changes nothing. The status is 1 if some file could not be read.
    """
    engine, now = make_engine(load().database_url), datetime.now(UTC)
    if not inspect(engine).has_table("provenances"):
        raise click.UsageError("There is no diary here yet. Run `diary upgrade` first.")
    sessions = make_sessions(engine)
    found = READERS[source](path, sessions)
    outcomes = _bring_in(sessions, found.incoming, now, publish=publish, dry_run=dry_run)
    lines = [*_lines(outcomes, found, dry_run=dry_run)]
    engine.dispose()
    for line in lines:
        click.echo(line)
    if report:
        report.write_text("\n".join(lines) + "\n", "utf-8")
    if any(kind == LEFT_OUT and texts for kind, texts in found.notes):
        raise SystemExit(1)


def _bring_in(
    sessions: sessionmaker[Session],
    incoming: Iterable[Incoming],
    now: datetime,
    *,
    publish: bool,
    dry_run: bool,
) -> list[tuple[Incoming, Outcome]]:
    """Each is a transaction of its own; in a dry run each is taken back."""
    outcomes = []
    for item in track(list(incoming), "Bringing in …", console=BAR, transient=True):
        with sessions() as session:
            begin_writing(session)
            outcomes.append((item, bring_in(session, item, now, publish=publish)))
            if not dry_run:
                session.commit()
    return outcomes


def _lines(
    outcomes: list[tuple[Incoming, Outcome]], found: Found, *, dry_run: bool
) -> Iterator[str]:
    counts = Counter(outcome for _, outcome in outcomes)
    said = ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome)
    yield f"{'Would come in' if dry_run else 'Posts'}: {said}."
    for item, outcome in outcomes:
        yield (
            f"  {item.content.dated} {item.content.title or item.slug} "
            f"[{item.origin.value}, {outcome.value}]"
        )
    for kind, texts in found.notes:
        if texts:
            yield f"\n{kind}:"
            yield from (f"  {text}" for text in texts)


# ---------------------------------------------------------------- the ways in


def _each(path: Path) -> Iterator[tuple[Path, str]]:
    """All files with their names below the path, with a bar."""
    for file in track(saved.files(path), "Reading …", console=BAR, transient=True):
        yield file, file.name if file == path else file.relative_to(path).as_posix()


def _from_pages(path: Path, sessions: sessionmaker[Session]) -> Found:
    with sessions() as session:
        kept = {post: [*from_json(rows)] for post, rows in imports.evidence(session).items()}
        lang = site(session).main_language
    new: list[Trace] = []
    left_out: list[LeftOut] = []
    for file, name in _each(path):
        for one in pages.read(file, name):
            (left_out if isinstance(one, LeftOut) else new).append(one)  # type: ignore[arg-type]
    return pages.plan(kept, new, left_out, lang=lang)


def _from_folder(path: Path, sessions: sessionmaker[Session]) -> Found:
    with sessions() as session:
        labs, methods = imports.known_places(session)
    read = [one for file, name in _each(path) for one in folder.read(file, name)]
    posts, left_out = [], []
    for one in read:
        if isinstance(one, LeftOut):
            left_out.append(f"{one.name}: {one.why}")
        elif unknown := {one.content.lab, *one.content.methods} - {"", *labs, *methods}:
            left_out.append(
                f"{one.key}: no such place or method here: {', '.join(sorted(unknown))}"
            )
        else:
            posts.append(one)
    posts.sort(key=lambda item: (item.content.dated, item.key))
    return Found(tuple(posts), ((LEFT_OUT, tuple(left_out)),))


BAR = Console(stderr=True)
LEFT_OUT = pages.LEFT_OUT
READERS: dict[str, Reading] = {"pages": _from_pages, "folder": _from_folder}
