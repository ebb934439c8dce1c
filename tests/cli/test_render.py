"""`diary render`: sizes of an older recipe and missing pieces, made again."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from diary.domain.pictures import add_picture, store_files
from diary.media.images import prepare
from diary.media.sizes import RECIPE
from diary.media.storage import Storage
from diary.models import Account, Picture, Rendition, Revision, ShownPicture, State
from tests.builders import NOW, a_photo, a_post
from tests.cli.test_commands import diary

UPRIGHT = (600, 800)


@pytest.fixture
def picture(db: Session, alice: Account, store: Storage) -> Picture:
    """An upright picture that a published post shows, its upper part in focus."""
    post = a_post(db, alice)
    prepared = prepare(a_photo(size=UPRIGHT))
    store_files(store, prepared)
    picture = add_picture(db, post, prepared, NOW, account_id=alice.id)
    shown = ShownPicture(
        revision_id=post.live_id, picture_id=picture.id, position=0, focus_x=0.5, focus_y=0.3
    )
    db.add(shown)
    db.commit()
    return picture


def crops(db: Session) -> set[tuple[str, int]]:
    db.rollback()
    db.expire_all()
    return {(r.crop, r.recipe) for r in db.scalars(select(Rendition))}


def test_a_missing_piece_is_cut_and_pages_are_told(
    picture: Picture, db: Session, tmp_path: Path, store: Storage
) -> None:
    version = db.scalars(select(State.version)).one()
    assert diary(tmp_path, "render", "--dry-run").stdout == "0 texts and 1 pictures to make.\n"
    assert crops(db) == {("", RECIPE), ("50-50", RECIPE)}
    done = diary(tmp_path, "render")
    assert done.returncode == 0, done.stderr
    assert "0 texts and 1 pictures made." in done.stdout
    assert crops(db) == {("", RECIPE), ("50-50", RECIPE), ("50-30", RECIPE)}
    assert all(store.exists(key) for key in db.scalars(select(Rendition.key)))
    assert db.scalars(select(State.version)).one() == version + 1
    assert diary(tmp_path, "render").stdout == "0 texts and 0 pictures made.\n"


def test_sizes_of_an_older_recipe_are_made_again(
    picture: Picture, db: Session, tmp_path: Path
) -> None:
    before = db.scalars(select(Rendition.width).order_by(Rendition.width)).all()
    db.execute(delete(ShownPicture))
    db.execute(update(Rendition).values(recipe=RECIPE - 1))
    db.commit()
    assert diary(tmp_path, "render").returncode == 0
    assert crops(db) == {("", RECIPE), ("50-50", RECIPE)}
    assert db.scalars(select(Rendition.width).order_by(Rendition.width)).all() == before


def test_a_lost_original_is_named_and_the_others_are_made(
    picture: Picture, db: Session, tmp_path: Path, store: Storage
) -> None:
    store.delete(picture.original_key)
    done = diary(tmp_path, "render")
    assert done.returncode == 1
    assert f"{picture.original_key} is missing or damaged." in done.stderr
    assert "Traceback" not in done.stderr
    assert crops(db) == {("", RECIPE), ("50-50", RECIPE)}


def test_texts_of_an_older_recipe_are_made_again(
    db: Session, alice: Account, tmp_path: Path
) -> None:
    post = a_post(db, alice, body="https://youtu.be/abc")
    db.execute(update(Revision).values(html="<p>gammalt</p>", recipe=0))
    db.commit()
    assert "1 texts and 0 pictures made." in diary(tmp_path, "render").stdout
    db.rollback()
    db.expire_all()
    assert 'class="film"' in db.get_one(Revision, post.live_id).html
