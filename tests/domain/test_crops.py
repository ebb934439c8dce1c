"""Pieces of pictures: two who cut the same one at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import func, select

from diary.cli.bench_server import postgres_server
from diary.domain import crops
from diary.domain.upgrade import upgrade
from diary.media import images
from diary.media.storage import Storage
from diary.models import Rendition, Status, begin_writing, make_engine, make_sessions
from tests.builders import NOW, a_photo, a_picture, a_post, an_account


@pytest.fixture
def url() -> Iterator[str]:
    """An empty PostgreSQL."""
    with postgres_server() as address:
        yield address


def test_two_who_save_at_once_both_get_through(url: str, store: Storage) -> None:
    engine = make_engine(url)
    upgrade(engine, NOW)
    sessions, gate = make_sessions(engine), Barrier(2, timeout=20)
    with sessions() as db:
        begin_writing(db)
        post = a_post(db, an_account(db), Status.DRAFT)
        picture_id = a_picture(db, store, post).id
        db.commit()
    made = images.cropped(a_photo(size=(600, 800)), (0.5, 0.9))
    assert made

    def cut(_who: int) -> None:
        with sessions() as db:
            begin_writing(db)
            gate.wait()
            crops.add_crops(db, picture_id, made, NOW)
            sleep(0.2)  # the other one is in the middle of it
            db.commit()

    with ThreadPoolExecutor(2) as both:
        list(both.map(cut, range(2)))
    with sessions() as db:
        rows = select(func.count()).where(Rendition.crop == made[0].crop)
        assert db.scalar(rows) == len(made)
    engine.dispose()
