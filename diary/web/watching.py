"""What the operator asks to know of requests: a line for each, and numbers for Prometheus.

Neither names a visitor's address or what stood in one's address bar, which can be a key
(`/join/<token>`): a request is told by its route.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from flask import Flask, Response, request

from diary.config import Settings
from diary.web.page_cache import KEPT, ROUTE, Environ, Start, Wsgi

ELSEWHERE = "elsewhere"
"""The route of whatever leads nowhere: made-up addresses make no new numbers."""
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

lines = logging.getLogger("diary.requests")
Tell = Callable[[str, str, str, bool, float], None]
"""Is told method, route, status, whether the answer was kept, and seconds until it began."""


class Watch:
    """The WSGI application around all others that tells of each request."""

    def __init__(self, answer: Wsgi, *tell: Tell) -> None:
        self._answer, self._tell = answer, tell

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer, then tell."""
        begun, said = perf_counter(), ["500"]

        def starting(status: str, headers: Any, *rest: Any) -> Any:
            said[0] = status[:3]
            return start(status, headers, *rest)

        try:
            return self._answer(environ, starting)
        finally:
            kept = environ.get(KEPT)
            route = kept or environ.get(ROUTE, ELSEWHERE)
            method = environ["REQUEST_METHOD"]
            method = method if method in METHODS else "other"
            for tell in self._tell:
                tell(method, route, said[0], kept is not None, perf_counter() - begun)


def tell_log(method: str, route: str, status: str, kept: bool, seconds: float) -> None:
    """A line in the log."""
    told = {"method": method, "route": route, "status": int(status)}
    fields = {**told, "kept": kept, "ms": round(seconds * 1000, 2)}
    words = f"{method} {route} {status} {fields['ms']} ms{' (kept)' if kept else ''}"
    lines.info(words, extra={"fields": fields})


def numbers() -> Tell:
    """Counts, which all processes add up (`cli/metrics`)."""
    # Loaded here, as it looks into the environment (cli/metrics).
    from prometheus_client import Counter, Histogram

    labels = ("method", "route", "status", "kept")
    requests = Counter("diary_requests", "Answered requests", labels)
    durations = Histogram(
        "diary_request_seconds", "Seconds until an answer began", ("kept",), buckets=SECONDS
    )

    def tell(method: str, route: str, status: str, kept: bool, seconds: float) -> None:
        requests.labels(method, route, status, str(kept).lower()).inc()
        durations.labels(str(kept).lower()).observe(seconds)

    return tell


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and message, a request's fields, an error's trace."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        said |= {"message": record.getMessage(), **getattr(record, "fields", {})}
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def write_logs(kind: str) -> None:
    """Have all of the program write its log to the standard error as JSON, or as plain lines."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if kind == "json" else plain)
    logging.getLogger().handlers[:] = [handler]
    lines.setLevel(logging.INFO)


def init_app(app: Flask, settings: Settings) -> None:
    """Watch, if that was asked for."""
    tell: list[Tell] = []
    if settings.log != "errors":
        write_logs(settings.log)
        tell.append(tell_log)
    if settings.metrics_port:
        tell.append(numbers())
    if not tell:
        return

    @app.after_request
    def name_route(response: Response) -> Response:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule
        return response

    app.wsgi_app = Watch(app.wsgi_app, *tell)  # type: ignore[assignment,method-assign]
