"""What the operator can ask to know: routes and times, never who asked for what."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from diary.app import create_app
from diary.config import Settings
from diary.models import Account
from diary.web import watching
from diary.web.guards import Access, access
from tests.builders import NOW, a_post
from tests.conftest import browser_of


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[[str], Flask]]:
    """Gives an app that logs in a certain way; the log is afterwards as it was."""
    root = logging.getLogger()
    before, level = list(root.handlers), watching.lines.level
    yield lambda kind: create_app(replace(settings, log=kind), lambda: NOW)
    root.handlers[:] = before
    watching.lines.setLevel(level)


def test_a_request_is_a_line_of_json_without_addresses(
    start: Callable[[str], Flask],
    db: Session,
    alice: Account,
    capsys: pytest.CaptureFixture[str],
) -> None:
    post = a_post(db, alice, title="Första dagen")
    db.commit()
    visitor = browser_of(start("json"))
    for path in (f"/posts/{post.slug}", f"/posts/{post.slug}", "/join/a-key", "/no/where"):
        visitor.get(path, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    said = capsys.readouterr().err
    told = [json.loads(line) for line in said.splitlines()]
    assert [(one["route"], one["status"], one["kept"]) for one in told] == [
        ("/posts/<slug>", 200, False),
        ("/posts/<slug>", 200, True),
        ("/join/<code>", 404, False),
        ("elsewhere", 404, False),
    ]
    assert all(one["ms"] >= 0 and one["method"] == "GET" for one in told)
    for secret in ("192.0.2.7", "a-key", post.slug or "", "no/where"):
        assert secret not in said


def test_plain_lines_are_for_people(
    start: Callable[[str], Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    browser_of(start("requests")).get("/healthz")
    assert "INFO diary.requests: GET /healthz 200 " in capsys.readouterr().err


def test_an_error_is_json_too(
    start: Callable[[str], Flask],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = start("json")

    @access(Access.FORM)
    def fail() -> str:
        raise RuntimeError("broken")

    monkeypatch.setitem(app.view_functions, "pages.healthz", fail)
    assert browser_of(app).get("/healthz").status_code == 500
    error, request = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (error["level"], error["message"]) == ("error", "GET /healthz failed")
    assert "RuntimeError: broken" in error["error"]
    assert request["status"] == 500


def test_nothing_watches_unless_it_is_asked_for(app: Flask) -> None:
    assert not isinstance(app.wsgi_app, watching.Watch)
