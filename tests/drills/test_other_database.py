"""The whole demonstration moves from SQLite to PostgreSQL: nothing differs, and all log in."""

import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.cli.bench_server import postgres_server
from diary.demo.loader import PASSWORD
from diary.models import Account, make_engine
from diary.portability.archive import Archive, Reader
from tests.cli.test_commands import diary, first_answer, free_port, served

pytestmark = pytest.mark.drill


def rows(backup: Path) -> dict[str, list[dict[str, Any]]]:
    """All that a backup holds, but for what a restore changes on purpose."""
    reader = Reader(backup)
    names = [name for name in reader.manifest.members if name.endswith(".jsonl")]
    found = {name: list(reader.rows(name)) for name in names}
    for key in ("version", "changed_at", "backed_up_at"):
        del found["tables/state.jsonl"][0][key]
    return found


def logs_in(port: int, name: str, password: str) -> bool:
    """Whether somebody comes in by their password."""
    phone = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    phone.addheaders = [("Sec-Fetch-Site", "same-origin")]
    address = f"http://127.0.0.1:{port}"
    form = urlencode({"name": name, "password": password}).encode()
    try:
        phone.open(f"{address}/login", form, timeout=60).close()
        with phone.open(f"{address}/write", timeout=60) as page:
            return 'name="title"' in page.read().decode()
    except HTTPError:
        return False


def test_the_demonstration_moves_and_all_log_in(demonstration: Path, tmp_path: Path) -> None:
    one, two, other = Archive(tmp_path / "one"), Archive(tmp_path / "two"), tmp_path / "other"
    other.mkdir()
    with postgres_server() as url:
        there = {"DIARY_DATABASE_URL": url.replace("+psycopg", "")}
        for done in (
            diary(demonstration, "backup", str(one.root)),
            diary(other, "restore", str(one.root), **there),
            diary(other, "check", **there),
            diary(other, "backup", str(two.root), **there),
        ):
            assert done.returncode == 0, done.stdout + done.stderr
        before, after = rows(one.newest()), rows(two.newest())
        assert before.keys() == after.keys()
        assert [name for name in before if before[name] != after[name]] == []
        assert len(before["tables/posts.jsonl"]) >= 176
        engine = make_engine(url)
        with Session(engine) as session:
            names = session.scalars(
                select(Account.username).where(Account.password_hash.is_not(None))
            ).all()
        engine.dispose()
        assert len(names) >= 4
        port = free_port()
        with served(other, port, 1, **there):
            first_answer(port)
            assert [name for name in names if not logs_in(port, name or "", PASSWORD)] == []
            assert not logs_in(port, names[0] or "", "wrong")
