"""Real servers for WebSub: hub and subscriber of flask-websub, and one that answers one thing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage
from flask_websub.subscriber import (
    SQLite3SubscriberStorage,
    SQLite3TempSubscriberStorage,
    Subscriber,
    discover,
)
from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """An app behind HTTP on this machine; gives its address."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class AtOnce:
    """All that flask-websub asks of Celery: each task is done before the hub answers."""

    def task(self, *, bind: bool = False, max_retries: int = 0) -> Callable:
        """Give a function the `delay` by which the hub calls it."""

        def made(function: Callable) -> Callable:
            function.delay = partial(function, self) if bind else function  # type: ignore[attr-defined]
            return function

        return made


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    """flask-websub's hub with its SQLite storage; gives its address."""
    app = Flask("hub")
    app.config["PUBLISH_SUPPORTED"] = True
    made = Hub(SQLite3HubStorage(str(folder / "hub.db")), AtOnce())
    app.register_blueprint(made.build_blueprint(url_prefix="/hub"))
    with serving(app) as base:
        yield f"{base}/hub"


@dataclass
class Reader:
    """A subscriber of flask-websub: what it was handed, by topic."""

    app: Flask
    subscriber: Subscriber
    handed: list[tuple[str, bytes]] = field(default_factory=list)

    def follow(self, address: str) -> None:
        """Find the hub of a feed, as its answer names it, and subscribe there."""
        with self.app.test_request_context(base_url=self.app.config["BASE"]):
            self.subscriber.subscribe(**discover(address))


@contextmanager
def reader(folder: Path) -> Iterator[Reader]:
    """A program that follows feeds by WebSub."""
    app = Flask("reader")
    path = str(folder / "reader.db")
    subscriber = Subscriber(SQLite3SubscriberStorage(path), SQLite3TempSubscriberStorage(path))
    app.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))
    made = Reader(app, subscriber)
    subscriber.add_listener(lambda topic, _callback, body: made.handed.append((topic, body)))
    with serving(app) as base:
        app.config["BASE"] = base
        yield made


@dataclass
class Answering:
    """A hub that answers every request alike, and what it was sent."""

    url: str = ""
    status: int = 202
    then: Callable[[], None] = lambda: None
    posts: list[dict[str, list[str]]] = field(default_factory=list)


@contextmanager
def answering(status: int = 202, location: str = "") -> Iterator[Answering]:
    """A server that gives one status to all; `then` is called before each answer."""
    made = Answering(status=status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.posts.append(parse_qs(body, strict_parsing=True))
            made.then()
            self.send_response(made.status)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
