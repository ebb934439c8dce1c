"""`diary serve`: the diary on a WSGI server."""

import os
from datetime import UTC, datetime

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from diary.config import Settings, SettingsError, load
from diary.domain.upgrade import is_current
from diary.domain.upgrade import upgrade as bring_up
from diary.models import make_engine

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
THREADS = 8


@click.command()
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, help="Processes.")
def serve(workers: int) -> None:
    """Serve the diary on HOST and PORT; a proxy in front gives it HTTPS."""
    settings = load()
    if settings.base_url is None and settings.host not in LOOPBACK:
        raise SettingsError(
            "DIARY_BASE_URL is not set; set it to the diary's public address, "
            "such as https://dagbok.example.org, before serving others."
        )
    engine = make_engine(settings.database_url)
    if not is_current(engine):
        bring_up(engine, datetime.now(UTC))
    engine.dispose()
    run("diary.app:create_app", settings, workers)


def run(factory: str, settings: Settings, workers: int) -> None:
    """Run a WSGI server until it is told to stop."""
    Granian(
        factory,
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=workers,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.warning,
        process_name="diary",
    ).serve()
