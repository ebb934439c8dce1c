"""Recall: a picture that was taken away is nowhere, and stays away when a backup comes back."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.config import Settings
from diary.domain import erasures, recall, writing
from diary.domain.accounts import actor_of
from diary.domain.errors import NotFound
from diary.domain.forgetting import drop_files
from diary.media.storage import NotStored, Storage
from diary.models import (
    Account,
    Event,
    Lab,
    Picture,
    Post,
    Rendition,
    Role,
    ShownPicture,
    State,
    make_engine,
    make_sessions,
)
from diary.queries import cards, pictures, posts
from diary.queries.pictures import Sight
from tests.builders import NOW, a_lab, a_lead, a_post, an_account

LATER = datetime.now(UTC) + timedelta(hours=1)
"""After the tests' files were written, by the clock of this machine."""


@pytest.fixture
def post(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A post that is out, with two pictures."""
    return a_post(db, alice, store=store, pictures=2, lab="boden")


@pytest.fixture
def picture(db: Session, post: Post) -> Picture:
    """The first of its pictures."""
    return db.scalars(select(Picture).order_by(Picture.id).limit(1)).one()


def keys(db: Session, picture: Picture) -> list[str]:
    renditions = db.scalars(select(Rendition.key).where(Rendition.picture_id == picture.id))
    return [picture.original_key, *renditions]


def test_it_is_gone_from_pages_rows_and_the_store(
    db: Session, store: Storage, post: Post, picture: Picture
) -> None:
    files, other = keys(db, picture), post.live_id
    version = db.scalars(select(State.version)).one()
    gone = recall.recall(db, store, a_lead(db), post.id, picture.token, NOW)
    drop_files(db, store, gone, LATER)
    assert sorted(gone) == sorted(files)
    for key in files:
        with pytest.raises(NotStored):
            store.get(key)
    assert pictures.sight(db, picture.token, posts.Scope(everything=True)) is Sight.GONE
    assert len(cards.stream(db, posts.published()).posts[0].pictures) == 1
    said = db.scalars(select(ShownPicture).where(ShownPicture.picture_id == picture.id)).one()
    assert (said.alt, said.caption, said.credit, said.revision_id) == ("", "", "", other)
    assert post.updated_at == NOW
    assert db.scalars(select(State.version)).one() == version + 1
    deed = db.scalars(select(Event).where(Event.action == "recall")).one()
    assert (deed.picture_id, deed.post_id) == (picture.id, post.id)
    assert erasures.uids(store, "picture") == (picture.uid,)


def test_twice_is_once(db: Session, store: Storage, post: Post, picture: Picture) -> None:
    recall.recall(db, store, a_lead(db), post.id, picture.token, NOW)
    assert recall.recall(db, store, a_lead(db), post.id, picture.token, NOW) == ()
    count = select(func.count()).select_from(Event).where(Event.action == "recall")
    assert db.scalar(count) == 1


def test_the_other_picture_stays(db: Session, store: Storage, post: Post, picture: Picture) -> None:
    other = db.scalars(select(Picture).where(Picture.id != picture.id)).one()
    gone = recall.recall(db, store, a_lead(db), post.id, picture.token, NOW)
    drop_files(db, store, gone, LATER)
    assert all(store.get(key) for key in keys(db, other))
    assert pictures.sight(db, other.token, posts.NOBODY) is Sight.PUBLIC


def test_a_file_that_another_post_shows_stays(
    db: Session, store: Storage, alice: Account, post: Post, picture: Picture
) -> None:
    a_post(db, alice, store=store, pictures=1)  # the same photograph
    gone = recall.recall(db, store, a_lead(db), post.id, picture.token, NOW)
    drop_files(db, store, gone, LATER)
    assert all(store.get(key) for key in gone)


def test_what_is_being_written_forgets_it_too(
    db: Session, store: Storage, alice: Account, post: Post, picture: Picture
) -> None:
    copy = writing.working_copy(db, actor_of(alice), post)
    db.add(copy)
    db.flush()
    recall.recall(db, store, a_lead(db), post.id, picture.token, NOW)
    assert picture.token not in str(copy.content)
    assert len(copy.content["pictures"]) == 1


def test_only_who_reads_the_post_takes_it_away(
    db: Session, store: Storage, alice: Account, post: Post, picture: Picture
) -> None:
    other = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    for account in (alice, other):
        with pytest.raises(NotFound):
            recall.recall(db, store, actor_of(account), post.id, picture.token, NOW)


def test_hidden_it_is_out_of_sight_and_comes_back(
    db: Session, store: Storage, post: Post, picture: Picture
) -> None:
    recall.hide(db, (picture,), NOW, actor_id=None)
    db.flush()
    assert pictures.sight(db, picture.token, posts.NOBODY) is Sight.NONE
    assert all(store.get(key) for key in keys(db, picture))
    recall.show_again(db, picture, NOW, actor_id=a_lead(db).account_id)
    db.flush()
    assert pictures.sight(db, picture.token, posts.NOBODY) is Sight.PUBLIC


@pytest.mark.sqlite_only("its backup is a copy of the file")
def test_a_backup_that_comes_back_is_made_to_forget(
    db: Session, store: Storage, settings: Settings, post: Post, picture: Picture, tmp_path: Path
) -> None:
    db.commit()
    token, files = picture.token, keys(db, picture)
    kept = {key: store.get(key) for key in files}
    db.connection().exec_driver_sql("COMMIT")
    db.connection().exec_driver_sql(f"VACUUM INTO '{tmp_path / 'backup.db'}'")
    db.connection().exec_driver_sql("BEGIN IMMEDIATE")
    gone = recall.recall(db, store, a_lead(db), post.id, token, NOW)
    db.commit()
    drop_files(db, store, gone, LATER)

    for key, data in kept.items():
        store.put(key, data, "image/webp")
    shutil.copy(tmp_path / "backup.db", tmp_path / "again.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'again.db'}")
    with make_sessions(engine)() as back:
        assert pictures.sight(back, token, posts.NOBODY) is Sight.PUBLIC
        back.rollback()
        drop_files(back, store, recall.again(back, store, NOW), LATER)
        assert pictures.sight(back, token, posts.NOBODY) is Sight.GONE
        assert recall.again(back, store, NOW) == ()
    engine.dispose()
    for key in files:
        with pytest.raises(NotStored):
            store.get(key)
