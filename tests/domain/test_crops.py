"""Pieces of pictures: two who cut the same one at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain import crops
from diary.media import images
from diary.media.storage import Storage
from diary.models import Rendition, Status, begin_writing
from tests.builders import NOW, a_photo, a_picture, a_post, an_account


@pytest.mark.postgresql_only("in SQLite the second waits before it begins")
def test_two_who_save_at_once_both_get_through(
    sessions: sessionmaker[Session], store: Storage
) -> None:
    gate = Barrier(2, timeout=20)
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
