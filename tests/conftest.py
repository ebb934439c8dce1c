"""What tests work with: a migrated database that is rolled back or copied, an app, people."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from diary.app import create_app
from diary.config import Settings
from diary.domain import devices
from diary.media.storage import Storage, open_storage
from diary.models import Account, Lab, Role, begin_writing, make_engine, make_sessions
from diary.web.session import Services
from tests.buckets import KEY_ID, SECRET, Seaweed, running
from tests.builders import NOW, PASSWORD, a_lab, an_account
from tests.databases import Server, database, empty, leave_out_the_other, migrated, postgres

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HASTE = "PRAGMA synchronous=OFF"
"""No test cuts the power."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: datetime = NOW

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        """Move the clock on, as `timedelta` takes it."""
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """The tests' clock."""
    return Clock()


@pytest.fixture
def settings(
    tmp_path: Path, migrated: Path, database: str, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """Settings of a fresh diary in a folder of its own, in each kind of database in turn."""
    settings = settings_in(tmp_path)
    if database == "sqlite":
        shutil.copy(migrated, tmp_path / "diary.db")
        yield settings
        return
    server: Server = request.getfixturevalue("postgres")
    with server.migrated() as url:
        yield replace(settings, database_url=url)


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """A real S3 server of this process's own. Skips where there is none for this machine."""
    yield from running(tmp_path_factory.mktemp("seaweed"))


@pytest.fixture
def bucket(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> str:
    """The storage address of a place in a bucket where nothing lies yet."""
    monkeypatch.setenv("DIARY_STORAGE_KEY", KEY_ID)
    monkeypatch.setenv("DIARY_STORAGE_SECRET", SECRET)
    return seaweed.address()


def settings_in(folder: Path) -> Settings:
    """Settings of a diary whose database and files are in one folder."""
    return Settings(
        instance=folder,
        database_url=f"sqlite:///{folder / 'diary.db'}",
        storage_url=f"file:{folder / 'uploads'}",
        secret_key="a key for tests only",
    )


@pytest.fixture
def sessions(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Makes sessions on the fresh diary, all on one engine."""
    engine = make_engine(settings.database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute(HASTE))
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def store(settings: Settings) -> Storage:
    """The fresh diary's store."""
    return open_storage(settings.storage_url)


@pytest.fixture
def db(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A writing session on the fresh diary. Commit before asking the app."""
    with sessions() as session:
        begin_writing(session)
        yield session


@pytest.fixture(scope="session")
def started(migrated: Path) -> Flask:
    """An application, started once; each test lays in what it works with."""
    app = create_app(settings_in(migrated.parent))
    app.config["TESTING"] = True
    # An unknown error is shown as visitors see it; tests ask for the status.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def app(
    started: Flask,
    settings: Settings,
    sessions: sessionmaker[Session],
    store: Storage,
    clock: Clock,
) -> Flask:
    """The fresh diary's application."""
    started.extensions["diary"] = Services(settings, sessions, store, clock)
    pages: Any = started.wsgi_app
    pages._kept, pages._until = None, 0.0  # of the diary before
    return started


class Browser(FlaskClient):
    """A client that says, as browsers do, that its writes come from the diary's own pages."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, with the CSRF token in it if somebody is logged in."""
        if kwargs.get("method") == "POST":
            kwargs["headers"] = {**SAME_ORIGIN, **(kwargs.get("headers") or {})}
            token = self._csrf_token()
            if token and isinstance(kwargs.get("data", {}), dict):
                kwargs["data"] = {"csrf_token": token, **(kwargs.get("data") or {})}
        return super().open(*args, **kwargs)

    def _csrf_token(self) -> str | None:
        with self.session_transaction() as session:
            if "_user_id" not in session:
                return None
            secret = session.setdefault("csrf_token", "0" * 40)
        from itsdangerous import URLSafeTimedSerializer

        key = self.application.config["SECRET_KEY"]
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(secret))


def browser_of(app: Flask) -> Browser:
    """A fresh browser."""
    return Browser(app, app.response_class)


@pytest.fixture
def client(app: Flask) -> Browser:
    """A visitor."""
    return browser_of(app)


def a_device(app: Flask, account: Account) -> int:
    """A browser of one's own that an account is signed in on."""
    with app.extensions["diary"].sessions() as session:
        begin_writing(session)
        device = devices.add(session, account, "", NOW, NOW.date())
        session.commit()
        return device.id


@pytest.fixture
def log_in(app: Flask) -> Callable[[Account], Browser]:
    """Gives a browser in which somebody is logged in."""

    def browser(account: Account) -> Browser:
        made = browser_of(app)
        device_id = a_device(app, account)
        with made.session_transaction() as session:
            session["_user_id"] = f"{account.id}.{account.epoch}.{device_id}"
            session["_fresh"] = True
        return made

    return browser


@pytest.fixture
def lab(db: Session) -> Lab:
    """The lab Boden."""
    lab = a_lab(db)
    db.commit()
    return lab


@pytest.fixture
def alice(db: Session) -> Account:
    """An author."""
    return _committed(db, an_account(db, "alice"))


@pytest.fixture
def bob(db: Session) -> Account:
    """Another author."""
    return _committed(db, an_account(db, "bob"))


@pytest.fixture
def cora(db: Session, lab: Lab) -> Account:
    """The coordinator of Boden."""
    return _committed(db, an_account(db, "cora", Role.COORDINATOR, labs=(lab,)))


@pytest.fixture
def lea(db: Session) -> Account:
    """The lead."""
    return _committed(db, an_account(db, "lea", Role.LEAD))


def _committed(db: Session, account: Account) -> Account:
    db.commit()
    return account


@pytest.fixture
def as_author(log_in: Callable[[Account], Browser], alice: Account) -> Browser:
    """Alice's browser."""
    return log_in(alice)


@pytest.fixture
def as_coordinator(log_in: Callable[[Account], Browser], cora: Account) -> Browser:
    """Cora's browser."""
    return log_in(cora)


@pytest.fixture
def as_lead(log_in: Callable[[Account], Browser], lea: Account) -> Browser:
    """Lea's browser."""
    return log_in(lea)


__all__ = [
    "PASSWORD",
    "SAME_ORIGIN",
    "Browser",
    "Clock",
    "database",
    "empty",
    "migrated",
    "postgres",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what a test's mark says it is not for."""
    leave_out_the_other(items)


def pytest_xdist_auto_num_workers() -> int:
    """How many at once: most tests in a browser wait for it."""
    return 2 * (os.cpu_count() or 1)
