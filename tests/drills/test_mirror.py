"""The demonstration and its twin, on SQLite and PostgreSQL: killed again and again it ends with
every post and picture, and what changes at the source changes in it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.cli.bench_server import postgres_server
from diary.domain.workflow import Step
from diary.media.storage import LocalStorage
from diary.models import (
    Picture,
    Post,
    Rendition,
    Revision,
    Role,
    ShownPicture,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from tests.builders import a_lead, an_account
from tests.cli.test_commands import diary, environment, first_answer, free_port, served
from tests.mirrors import Source

pytestmark = pytest.mark.drill

ENOUGH = (1, 30, 90, 160)
"""How many posts have come when it is killed."""
OUT = select(Post, Revision).join(Revision, Post.live_id == Revision.id)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demonstration")
    assert diary(folder, "demo", "--only-build").returncode == 0
    return folder / "instance/demo"


@contextmanager
def opened(url: str) -> Iterator[sessionmaker[Session]]:
    engine = make_engine(url)
    yield make_sessions(engine)
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_twin_of_the_demonstration(demonstration: Path, tmp_path: Path, kind: str) -> None:
    if kind == "sqlite":
        follow(demonstration, tmp_path, f"sqlite:///{tmp_path / 'twin/diary.db'}")
    else:
        with postgres_server() as url:
            follow(demonstration, tmp_path, url)


def follow(demonstration: Path, folder: Path, url: str) -> None:
    there, twin, port = folder / "source", folder / "twin", free_port()
    copytree(demonstration, there)
    twin.mkdir()
    environ = {"DIARY_DATABASE_URL": url.replace("+psycopg", "")}
    assert diary(twin, "upgrade", **environ).returncode == 0
    with (
        opened(f"sqlite:///{there / 'diary.db'}") as old,
        opened(url) as new,
        served(there, port),
        old() as db,
    ):
        assert first_answer(port)
        source = a_source(db, there, f"http://127.0.0.1:{port}")
        for enough in ENOUGH:
            mirror_until(enough, twin, new, source.url, environ)
        said = diary(twin, "mirror", source.url, **environ)
        assert said.returncode == 0, said.stderr
        before = seen(old, there)
        assert (len(before), sum(len(one["pictures"]) for one in before)) == (176, 242)
        assert seen(new, twin) == before
        change(source)
        said = diary(twin, "mirror", **environ)
        assert said.stdout.rstrip().endswith(
            ": 3 new, 2 changed, 1 taken down, 1 with a picture taken away."
        )
        assert seen(new, twin) == seen(old, there) != before
        with new() as session:
            recalled = select(func.count(Picture.id)).where(Picture.recalled_at.is_not(None))
            assert session.scalar(recalled) == 1
        assert diary(twin, "mirror", **environ).stdout.rstrip().endswith(": nothing new.")
        checked = diary(twin, "check", **environ)
        assert checked.returncode == 0, checked.stdout


def a_source(db: Session, folder: Path, url: str) -> Source:
    """The demonstration with somebody who writes in it, and its reader as a lead."""
    begin_writing(db)
    lead = a_lead(db).account_id
    alice = an_account(db)
    db.get_one(type(alice), lead).role = Role.LEAD
    db.commit()
    return Source(db, LocalStorage(folder / "uploads"), alice, url)


def mirror_until(
    enough: int, twin: Path, sessions: sessionmaker[Session], url: str, environ: dict[str, str]
) -> None:
    """Kill it in the middle, once so many posts are out."""
    started = subprocess.Popen(
        [sys.executable, "-m", "diary", "mirror", url],
        env=environment(twin, **environ),
        cwd=twin,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    while started.poll() is None:
        with sessions() as session:
            if (session.scalar(select(func.count()).select_from(OUT.subquery())) or 0) >= enough:
                break
        time.sleep(0.05)
    assert started.returncode is None
    os.kill(started.pid, signal.SIGKILL)
    started.wait()


def change(source: Source) -> None:
    """Three new, one corrected, one withdrawn and one picture recalled, while it is served."""
    begin_writing(source.db)
    with_pictures = select(ShownPicture.revision_id)
    rows = OUT.where(Post.status == Status.PUBLISHED).order_by(Post.sequence)
    posts = [post for post, _ in source.db.execute(rows)]
    shown = [p for p, _ in source.db.execute(rows.where(Revision.id.in_(with_pictures)))]
    source.write("Ny ett", "Ny två", "Ny tre", methods=())
    begin_writing(source.db)
    posts[40].owner_id = source.writer.id  # as if she had written it
    source.correct(posts[40], "Det var på tisdagen.", title="Rättat")
    begin_writing(source.db)
    source.decide(posts[41], Step.WITHDRAW, reason="wrong_facts")
    gone = next(post for post in shown if post.id not in {posts[40].id, posts[41].id})
    begin_writing(source.db)
    source.recall(gone)


def seen(sessions: sessionmaker[Session], folder: Path) -> list[dict[str, Any]]:
    """What a reader sees of each post, in the order it came out; every file stands in the store."""
    store = LocalStorage(folder / "uploads")
    with sessions() as session:
        for key in session.scalars(select(Rendition.key)):
            assert store.exists(key)
        rows = OUT.where(Post.status == Status.PUBLISHED).order_by(Post.sequence)
        return [
            {
                "uid": post.uid,
                "slug": post.slug,
                "dated": (post.dated, post.precision),
                "published": post.published_at,
                "heading": live.heading,
                "html": live.html,
                "second": live.second_html,
                "lang": live.lang,
                "gist": live.gist,
                "lab": live.lab.name if live.lab else "",
                "methods": sorted(one.name for one in live.methods),
                "names": [(one.name, one.role) for one in live.bylines],
                "pictures": [
                    (one.alt, one.caption, one.credit, one.link)
                    for one in live.pictures
                    if one.picture.recalled_at is None
                ],
            }
            for post, live in session.execute(rows)
        ]
