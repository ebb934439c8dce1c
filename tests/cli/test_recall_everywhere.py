"""A picture that was recalled is nowhere: on two servers with warm caches, and after a restore."""

import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.media.storage import Storage
from diary.models import Account, Lab, Picture, Rendition
from tests.builders import a_method, a_post
from tests.cli.test_commands import environment, first_answer, free_port

FEEDS = [f"{place}/feed.{kind}" for place in ("", "/labs/boden", "/methods/kor")
         for kind in ("atom", "rss", "json")]  # fmt: skip
PAGES = ["/", "/posts/ute", "/labs", "/labs/boden", "/methods", "/methods/kor", "/archive",
         "/archive/2019", "/archive/2019/05", "/archive?lab=boden", "/feeds", "/sitemap.xml",
         "/press", "/posts/ute/poster",
         *FEEDS]  # fmt: skip


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The diary on a port, by a process of its own."""
    port = free_port()
    own = environment(folder, PORT=str(port))
    command = [sys.executable, "-m", "diary", "serve", "--workers", "1"]
    with subprocess.Popen(command, env=own, cwd=folder, stdout=subprocess.DEVNULL) as server:
        try:
            first_answer(port)
            yield port
        finally:
            server.terminate()


def ask(port: int, path: str, tag: str = "") -> tuple[int, bytes, str]:
    """The status, the body and the ETag of an answer."""
    headers = {"If-None-Match": tag} if tag else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return int(answer.status), answer.read(), answer.headers.get("ETag", "")
    except urllib.error.HTTPError as error:
        return error.code, error.read(), ""


@pytest.fixture
def picture(db: Session, store: Storage, settings: Settings, alice: Account, lab: Lab) -> Picture:
    """A picture of a post that is out, in a place and a way of working."""
    a_method(db, "kor")
    a_post(db, alice, store=store, pictures=1, title="Ute", lab="boden", methods=("kor",))
    picture = db.scalars(select(Picture)).one()
    db.commit()
    return picture


def files_of(db: Session, picture: Picture) -> set[str]:
    """The keys of its original and of all that was made of it."""
    sizes = select(Rendition.key).where(Rendition.picture_id == picture.id)
    return {picture.original_key, *db.scalars(sizes)}


@pytest.mark.sqlite_only("its backup is a copy of the file")
def test_it_is_nowhere(db: Session, settings: Settings, picture: Picture) -> None:
    token, folder, backup = picture.token, settings.instance, settings.instance / "backup"
    keys = files_of(db, picture)
    db.close()
    shutil.copytree(folder, backup, ignore=shutil.ignore_patterns("backup"))
    addresses: set[str] = set()
    tags: dict[tuple[int, str], str] = {}
    with ExitStack() as stack:
        ports = [stack.enter_context(served(folder)) for _ in range(2)]
        for port in ports * 2:
            for path in PAGES:
                status, body, tags[port, path] = ask(port, path)
                assert status == 200, path
                addresses |= set(re.findall(rf"/pictures/{token}/[^\"'\s<&)\\,]+", body.decode()))
        assert len(addresses) >= 2
        for port in ports:
            assert {ask(port, address)[0] for address in addresses} == {200}
        command = [sys.executable, "-m", "diary", "recall", token]
        subprocess.run(command, env=environment(folder), cwd=folder, check=True)
        for port in ports:
            gone(port, token, addresses)
            for path in PAGES[:2]:
                assert ask(port, path, tags[port, path])[0] == 200, f"{path} was kept"
    assert not any((folder / "uploads" / key).exists() for key in keys)
    # The backup is older than the recall; only the list of what was erased is not put back.
    for more in ("", "-wal", "-shm"):
        (folder / f"diary.db{more}").unlink(missing_ok=True)
    for file in backup.glob("diary.db*"):
        shutil.copy(file, folder)
    for key in keys:
        shutil.copy(backup / "uploads" / key, folder / "uploads" / key)
    with served(folder) as port:
        gone(port, token, addresses)
    assert not any((folder / "uploads" / key).exists() for key in keys)


def gone(port: int, token: str, addresses: set[str]) -> None:
    """No public page, feed or address has it any more."""
    for path in PAGES:
        status, body, _tag = ask(port, path)
        assert status == 200, path
        assert token.encode() not in body, path
    assert {ask(port, address)[0] for address in addresses} <= {404, 410}
