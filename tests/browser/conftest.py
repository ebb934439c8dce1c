"""A real Chromium on a real server, for what only a browser can tell."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wsgi import ClosingIterator

from diary.app import create_app
from diary.config import Settings
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Lab, Role
from tests.builders import PASSWORD, a_lab, a_method, a_post, an_account
from tests.conftest import Clock

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox",  # tests may run as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
    "--accept-lang=en-GB",  # a worker asks in the browser's language, not in its page's
]


@pytest.fixture
def database() -> str:
    """SQLite alone: what a browser shows does not hang on it (test_main_job.py runs on both)."""
    return "sqlite"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, if possible without its windows: that starts and draws faster."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("No Chromium is installed (Debian: apt-get install chromium-headless-shell).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def a_server(app: Flask, port: int = 0) -> BaseWSGIServer:
    """A server of an app. Where a browser hangs up, Werkzeug's leaves open what it was sending."""

    def read_whole(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as answer:
            return [b"".join(answer)]

    return make_server("127.0.0.1", port, read_whole, threaded=True)


@pytest.fixture
def served(settings: Settings, clock: Clock) -> Iterator[tuple[str, Flask]]:
    """The fresh diary on a port of this machine: its address and its app."""
    app = create_app(settings, clock)
    server = a_server(app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["diary"].sessions.kw["bind"].dispose()


class Line:
    """The diary behind a line that can be cut: the worker's own requests fail, too."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._app = create_app(settings, clock)
        self._port = 0
        self.mend()
        self.base = f"http://127.0.0.1:{self._port}"

    def mend(self) -> None:
        self._server = a_server(self._app, self._port)
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def cut(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def end(self) -> None:
        self.cut()
        self._app.extensions["diary"].sessions.kw["bind"].dispose()


@pytest.fixture
def line(settings: Settings, clock: Clock) -> Iterator[Line]:
    """A line to the fresh diary."""
    made = Line(settings, clock)
    yield made
    made.end()


@pytest.fixture
def neighbourhood(db: Session, store: Storage) -> Lab:
    """A place with a coordinator, a resident, a lead and a handful of posts."""
    lab = a_lab(db, "boden", "BIS i Boden")
    a_method(db, "kor", "Integrationskör")
    amal = an_account(db, "amal")
    an_account(db, "cora", Role.COORDINATOR, labs=(lab,))
    an_account(db, "lea", Role.LEAD)
    put(
        db,
        {
            "title": "Dagboken",
            "sentence": {"sv": "Vi skriver."},
            "contact_name": "Petra",
            "journey_posts": 9,
        },
    )
    _some_posts(db, store, amal)
    db.commit()
    return lab


def _some_posts(db: Session, store: Storage, amal: Account) -> None:
    a_post(db, amal, store=store, pictures=3, lab="boden", methods=("kor",))
    a_post(db, amal, title="", body="Utan rubrik men med många ord. " * 5)
    a_post(
        db, amal, title="باب مفتوح", body="الباب مفتوح اليوم.", lang="ar", gist="Dörren är öppen."
    )
    a_post(db, amal, title="Bara rubrik", body="")


def log_in(page: Page, base: str, name: str) -> None:
    """Log in through the form, as people do."""
    page.goto(f"{base}/login")
    page.fill("input[name=name], input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], main form button")
    page.wait_for_url(lambda address: "/login" not in address)
