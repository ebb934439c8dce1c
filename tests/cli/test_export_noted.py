"""Every export is noted: when, what form, to whom, how much, and which pictures it holds."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Event, Handout, HandoutPicture, Lab, Picture
from tests.builders import a_post
from tests.cli.test_commands import diary


@pytest.fixture
def pictures(db: Session, store: Storage, alice: Account, lab: Lab) -> list[int]:
    """Two posts with a picture each, the first of them about Boden."""
    a_post(db, alice, store=store, pictures=1, title="Ett", lab="boden")
    a_post(db, alice, store=store, pictures=1, title="Två")
    db.commit()
    return list(db.scalars(select(Picture.id).order_by(Picture.id)))


def held(db: Session, handout: Handout) -> list[int]:
    found = select(HandoutPicture.picture_id).where(HandoutPicture.handout_id == handout.id)
    return sorted(db.scalars(found))


def test_each_form_is_noted_with_what_it_holds(
    db: Session, pictures: list[int], tmp_path: Path
) -> None:
    for words in (
        ("one", "--as", "folder", "--to", "Boden bibliotek"),
        ("two.epub", "--as", "book", "--lab", "boden"),
        ("three", "--as", "folder", "--dry-run"),
    ):
        done = diary(tmp_path, "export", str(tmp_path / words[0]), *words[1:])
        assert done.returncode == 0, done.stderr
    db.rollback()
    folder, book = db.scalars(select(Handout).order_by(Handout.id))
    assert (folder.kind, folder.receiver, folder.posts, folder.pictures) == (
        *("folder", "Boden bibliotek"),
        *(2, 2),
    )
    assert folder.place == str((tmp_path / "one").resolve())
    assert held(db, folder) == pictures
    assert (book.kind, book.receiver, book.posts) == ("book", "", 1)
    assert held(db, book) == pictures[:1]
    deeds = db.scalars(select(Event).where(Event.action == "export").order_by(Event.id))
    assert [(one.actor_id, one.reason, one.subject_id) for one in deeds] == [
        (None, "folder", folder.id),
        (None, "book", book.id),
    ]


def test_what_was_not_written_is_not_noted(
    db: Session, pictures: list[int], tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    assert diary(tmp_path, "export", str(tmp_path / "there"), "--as", "folder").returncode == 2
    assert diary(tmp_path, "export", "x.epub", "--as", "book", "--lab", "nix").returncode == 1
    db.rollback()
    assert db.scalars(select(Handout)).all() == []
    assert db.scalars(select(Event).where(Event.action == "export")).all() == []


def test_a_site_brought_up_to_date_is_one_copy(
    db: Session, pictures: list[int], tmp_path: Path
) -> None:
    for to in (("--to", "Kommunen"), ()):
        done = diary(tmp_path, "export", str(tmp_path / "site"), "--as", "site", *to)
        assert done.returncode == 0, done.stderr
    db.rollback()
    site = db.scalars(select(Handout)).one()
    assert (site.kind, site.receiver, held(db, site)) == ("site", "Kommunen", pictures)
    assert len(db.scalars(select(Event).where(Event.action == "export")).all()) == 2
