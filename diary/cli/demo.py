"""`diary demo`: the demonstration, built if it is not there, and served."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from diary.cli.downloads import making_downloads
from diary.cli.engines import open_engine
from diary.cli.serve import run
from diary.config import Settings, load
from diary.demo.loader import Workshop, build
from diary.domain.upgrade import upgrade
from diary.media.storage import open_storage
from diary.models import make_sessions

STEP = 20
"""After how many posts a line is written where no bar can be drawn."""


@click.command()
@click.option("--fresh", is_flag=True, help="Start over: what people wrote in it is removed.")
@click.option("--only-build", is_flag=True, help="Build it and do not serve it.")
def demo(*, fresh: bool, only_build: bool) -> None:
    """Show a diary of 176 posts on http://127.0.0.1:8000."""
    settings = load(demo=True)
    if fresh:
        _remove(settings)
        settings = load(demo=True)
    click.echo(f"The demonstration is built in {settings.instance}; the first time takes minutes.")
    if os.environ.get("DIARY_INSTANCE"):
        click.echo("DIARY_INSTANCE is left alone: it names a real diary.")
    build_demonstration(settings)
    if not only_build:
        click.echo(f"The diary is open on http://{settings.host}:{settings.port} (stop: Ctrl+C)")
        with making_downloads(settings):
            run("diary.app:create_demo", settings, workers=2)


def _remove(settings: Settings) -> None:
    store = Path(settings.storage_url.removeprefix("file:"))
    for folder in (settings.instance, store):
        shutil.rmtree(folder, ignore_errors=True)


def build_demonstration(settings: Settings) -> None:
    """Make what is missing of the demonstration, with a progress bar."""
    engine = open_engine(settings)
    now = datetime.now(UTC)
    upgrade(engine, now)
    with Progress(transient=True) as bar:
        task = bar.add_task("Drawing and binding the diary …", total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if not bar.console.is_terminal and done % STEP == 0:
                click.echo(f"{done} of {total} posts")

        build(Workshop(make_sessions(engine), open_storage(settings.storage_url), now, tell))
    engine.dispose()
