"""Numbers for Prometheus (`DIARY_METRICS_PORT`): all processes of `diary serve` added up."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import Event, Process
from multiprocessing.synchronize import Event as Signal
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from diary.config import Settings, SettingsError
from diary.models import make_engine, make_sessions
from diary.queries.overview import overview

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where each process keeps its counts; the library reads it from the environment when it is loaded,
so that nothing here loads it earlier."""


class Waiting:
    """What waits, asked for when somebody looks."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def collect(self) -> Iterable[Any]:
        """The lengths of the queues."""
        from prometheus_client.core import GaugeMetricFamily

        with self._sessions() as session:
            found = overview(session)
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
    with TemporaryDirectory(prefix="diary-metrics-") as folder:
        os.environ[FOLDER] = folder
        stop, open_now = Event(), Event()
        process = Process(target=_show, args=(settings, folder, stop, open_now, os.getpid()))
        process.start()
        while not open_now.wait(0.1):
            if not process.is_alive():
                raise SettingsError(
                    f"Port {settings.metrics_port} cannot be used; "
                    "stop what runs there or set DIARY_METRICS_PORT to another one."
                )
        try:
            yield
        finally:
            stop.set()
            process.join()


def _show(settings: Settings, folder: str, stop: Signal, open_now: Signal, parent: int) -> None:
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # the parent says when it is enough
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)
    registry.register(Waiting(make_sessions(make_engine(settings.database_url))))
    server, thread = start_http_server(settings.metrics_port, "127.0.0.1", registry)
    open_now.set()
    while os.getppid() == parent and not stop.wait(1):
        pass
    server.shutdown()
    thread.join()
