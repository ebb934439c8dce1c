"""Numbers for Prometheus (`DIARY_METRICS_PORT`): all processes of `diary serve` added up."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.aside import Enough, beside
from diary.cli.engines import open_engine
from diary.cli.ports import see_that_it_is_free
from diary.config import Settings
from diary.models import make_sessions
from diary.queries.overview import overview

LOCAL = "127.0.0.1"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where each process keeps its counts; the library reads it from the environment when it is loaded,
so that nothing here loads it earlier."""


class Waiting:
    """What waits, asked for when somebody looks."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def collect(self) -> Iterable[Any]:
        """The lengths of the queues; nothing while the database does not answer."""
        from prometheus_client.core import GaugeMetricFamily

        try:
            with self._sessions() as session:
                found = overview(session)
        except OperationalError:
            return
        told = {"posts": found.waiting, "requests": found.requests, "letters": found.letters}
        gauge = GaugeMetricFamily("diary_waiting", "What waits, by its kind", labels=["kind"])
        for kind, count in {**told, "letters_tried_in_vain": found.failed}.items():
            gauge.add_metric([kind], count)
        yield gauge


@contextmanager
def showing_metrics(settings: Settings) -> Iterator[None]:
    """Show the numbers on this machine alone, if a port is set, in a process of its own.

    Raises SettingsError if the port is taken. Begins before the server: its workers are to find
    the folder in their environment.
    """
    if not settings.metrics_port:
        yield
        return
    see_that_it_is_free(LOCAL, settings.metrics_port, "DIARY_METRICS_PORT")
    with TemporaryDirectory(prefix="diary-metrics-") as folder:
        os.environ[FOLDER] = folder
        with beside(_show, settings, folder):
            yield


def _show(settings: Settings, folder: str, enough: Enough) -> None:
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)
    registry.register(Waiting(make_sessions(open_engine(settings))))
    server, thread = start_http_server(settings.metrics_port, LOCAL, registry)
    while not enough():
        enough.wait(1)
    server.shutdown()
    thread.join()
