"""`diary serve`: the diary on a WSGI server."""

import gc
from pkgutil import resolve_name

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.aside import aside
from diary.cli.deliver import delivering
from diary.cli.downloads import making_downloads
from diary.cli.engines import open_engine
from diary.cli.metrics import showing_metrics
from diary.cli.minding import minding_stores
from diary.cli.ports import see_that_it_is_free
from diary.cli.recall import take_away_again
from diary.cli.upgrade import bring_up
from diary.cli.workers import cores
from diary.config import Settings, SettingsError, load
from diary.models import Account, make_sessions

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
APP = "diary.app:create_app"
HEAD_MILLISECONDS = 10_000
"""How long the head of a request may take; what it may weigh is granian's own bound, 400 kB."""
GARBAGE = 10_000
"""Objects made until the young are looked through: a page is some thousand of them, and looking
after 700, as Python does, took a tenth of its time."""
THREADS = 64
"""Per process. Who waits for a picture to be made, or for a phone to send the rest of one, keeps a
thread and nothing else; who works is bounded by the database's connections (models/engine)."""


@click.command()
@click.option(
    "--workers", type=click.IntRange(1), default=cores(), show_default=True, help="Processes."
)
def serve(workers: int) -> None:
    """Serve the diary on HOST and PORT; a proxy in front gives it HTTPS."""
    settings = load()
    if settings.base_url is None and settings.host not in LOOPBACK:
        raise SettingsError(
            "DIARY_BASE_URL is not set; set it to the diary's public address, "
            "such as https://dagbok.example.org, before serving others."
        )
    see_that_it_is_free(settings.host, settings.port, "PORT")
    _load(APP)
    aside(_prepare, settings)
    engine = open_engine(settings)
    if not has_accounts(make_sessions(engine)):
        click.echo("Nobody has joined yet: `diary invite` prints a link for the first lead.")
    engine.dispose()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"The diary is open on http://{host}:{settings.port} (stop: Ctrl+C)")
    with (
        showing_metrics(settings),
        delivering(settings),
        making_downloads(settings),
        minding_stores(settings),
    ):
        run(APP, settings, workers)


def _load(factory: str) -> None:
    """Load the program before any process is forked: so it is loaded once, and they share it."""
    gc.disable()  # nothing of a module is garbage
    resolve_name(factory)
    gc.enable()
    gc.freeze()


def _prepare(settings: Settings) -> None:
    engine = open_engine(settings)
    bring_up(settings, engine)
    engine.dispose()
    take_away_again(settings)


def has_accounts(sessions: sessionmaker[Session]) -> bool:
    """Whether anybody has joined."""
    with sessions() as session:
        return session.scalar(select(Account.id).limit(1)) is not None


def run(factory: str, settings: Settings, workers: int) -> None:
    """Run a WSGI server until it is told to stop.

    Raises SettingsError if the port is taken: the server itself would share it in silence.
    """
    see_that_it_is_free(settings.host, settings.port, "PORT")
    _load(factory)
    gc.set_threshold(GARBAGE)
    Granian(
        factory,
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=workers,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MILLISECONDS),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()
