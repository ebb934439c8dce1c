"""A diary that is really served keeps no visitor's address or browser: in files, rows or logs."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.media.storage import Storage
from diary.models import Account, Picture
from tests.builders import a_post
from tests.cli.test_commands import environment, first_answer, free_port

ADDRESS, BROWSER = "203.0.113.77", "Zyxquu-Browser/7.77"
LOOKED_FOR = "qvyxkommun"


@contextmanager
def served(folder: Path, port: int, log: Path) -> Iterator[None]:
    """A diary behind a proxy, whose log is kept."""
    own = environment(folder, PORT=str(port), DIARY_PROXIES="1")
    command = [sys.executable, "-m", "diary", "serve", "--workers", "1"]
    with (
        log.open("wb") as file,
        subprocess.Popen(command, env=own, cwd=folder, stdout=file, stderr=file) as server,
    ):
        try:
            yield
        finally:
            server.terminate()


def ask(port: int, path: str, form: dict[str, str] | None = None) -> int:
    """The status of an answer to a visitor somewhere in the world."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=urlencode(form).encode() if form else None,
        headers={
            "X-Forwarded-For": ADDRESS,
            "User-Agent": BROWSER,
            "Sec-Fetch-Site": "same-origin",
            "Referer": f"http://127.0.0.1:{port}/",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.sqlite_only("it reads every byte of the file")
def test_nothing_is_left_of_a_visitor(
    db: Session, store: Storage, settings: Settings, alice: Account
) -> None:
    short = a_post(db, alice, store=store, pictures=1, title="Ute").short
    token = db.scalars(select(Picture.token)).one()
    db.commit()
    folder, port = settings.instance, free_port()
    log = folder / "log.txt"
    with served(folder, port, log):
        first_answer(port)
        assert ask(port, "/posts/ute") == 200
        assert ask(port, "/nowhere") == 404
        assert ask(port, f"/search?q={LOOKED_FOR}") == 200
        assert ask(port, f"/search/feed.atom?q={LOOKED_FOR}") == 200
        assert ask(port, "/login", {"name": "alice", "password": "wrong"}) == 422
        assert ask(port, "/accessibility/report", {"words": "Hej"}) == 200
        assert ask(port, f"/report/{short}", {"what": token}) == 200
        db.execute(text("DROP TABLE pages"))
        db.execute(text("DROP TABLE search_fts"))
        db.commit()
        assert ask(port, "/about") == 500
        assert ask(port, f"/search?q={LOOKED_FOR}") == 500
        db.execute(text("DROP TABLE invitations"))
        db.commit()
        assert ask(port, f"/join/{LOOKED_FOR}") == 500
    assert "GET /about failed" in log.read_text()
    assert "GET /join/<code> failed" in log.read_text()
    assert "GET /search failed" in log.read_text()
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "diary.db" in kept
    for path in kept:
        data = path.read_bytes()
        assert ADDRESS.encode() not in data, path
        assert BROWSER.encode() not in data, path
        assert LOOKED_FOR.encode() not in data, path
