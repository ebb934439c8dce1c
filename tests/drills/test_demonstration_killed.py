"""Killed at any moment of its building and started again, the demonstration is the same."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.demo.content import journey
from diary.media.storage import LocalStorage
from diary.models import Picture, Post, Rendition, Status, make_engine

pytestmark = pytest.mark.drill
ROOT = Path(__file__).parents[2]
KILLS = 6


def build(folder: Path) -> "subprocess.Popen[bytes]":
    """A build of the demonstration in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "diary", "demo", "--only-build"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_killed_half_way_it_ends_in_the_same_176_posts(tmp_path: Path) -> None:
    for _ in range(KILLS):
        process = build(tmp_path)
        time.sleep(random.uniform(0.5, 6))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert build(tmp_path).wait() == 0
    instance = tmp_path / "instance/demo"
    engine = make_engine(f"sqlite:///{instance / 'diary.db'}")
    store = LocalStorage(instance / "uploads")
    with Session(engine) as session:
        statement = select(Post).where(Post.status == Status.PUBLISHED).order_by(Post.sequence)
        posts = list(session.scalars(statement))
        assert [post.sequence for post in posts] == list(range(1, 177))
        assert [post.dated for post in posts] == [source.dated for source in journey()]
        for key in [*session.scalars(select(Picture.original_key).union(select(Rendition.key)))]:
            assert store.exists(key)
    engine.dispose()
