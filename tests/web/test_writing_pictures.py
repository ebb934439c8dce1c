"""Pictures in the writing form: kept, refused by name, moved; and full disks lose no words."""

import re
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from diary.media.storage import LocalStorage, Storage, StorageFull
from diary.models import Account, Claim, Consent, Picture, Status
from tests.builders import a_photo, a_post
from tests.conftest import Browser
from tests.web.filling_in import content, hidden, photo, posts, send


def test_pictures_come_with_their_own_fields(as_author: Browser, db: Session) -> None:
    answer = send(as_author, action="upload", photos=[photo(), photo("#802020", "två.jpg")])
    assert answer.status_code == 303
    page = as_author.get(answer.location).text
    tokens = db.scalars(select(Picture.token).order_by(Picture.id)).all()
    assert len(tokens) == 2
    assert all(f'name="claim-{token}"' in page for token in tokens)


def test_words_on_a_picture_are_kept(as_author: Browser, db: Session) -> None:
    answer = send(as_author, photos=[photo()])
    (post,), token = posts(db), db.scalars(select(Picture.token)).one()
    edition = hidden(as_author.get(answer.location), "edition")
    said = {f"alt-{token}": "En sal", f"caption-{token}": "Salen", f"credit-{token}": "Ali"}
    claim = {f"claim-{token}": "not_yet", "picture": token, "edition": edition}
    assert send(as_author, f"/write/{post.id}", **said, **claim).status_code == 303
    db.rollback()
    (picture,) = content(db, post).pictures
    assert (picture.alt, picture.caption, picture.credit) == ("En sal", "Salen", "Ali")
    assert db.scalars(select(Consent.claim)).one() is Claim.NOT_YET


def test_pictures_move_and_go(as_author: Browser, db: Session) -> None:
    send(as_author, photos=[photo(), photo("#802020")])
    (post,), (one, two) = posts(db), db.scalars(select(Picture.token).order_by(Picture.id))

    def press(order: str) -> list[str]:
        edition = hidden(as_author.get(f"/write/{post.id}"), "edition")
        tokens = [picture.token for picture in content(db, post).pictures]
        send(as_author, f"/write/{post.id}", picture=tokens, move=order, edition=edition)
        db.rollback()
        db.expire_all()
        return [picture.token for picture in content(db, post).pictures]

    assert press(f"{two}:up") == [two, one]
    assert press(f"{two}:up") == [two, one]
    assert press(f"{two}:down") == [one, two]
    assert press(f"{one}:away") == [two]
    assert press("nothing:up") == [two]


def test_the_same_photo_twice_is_one_picture(as_author: Browser, db: Session) -> None:
    send(as_author, photos=[photo(), photo()])
    assert db.scalar(select(func.count()).select_from(Picture)) == 1


def test_pictures_of_other_posts_cannot_be_shown(
    as_author: Browser, db: Session, store: Storage, bob: Account
) -> None:
    a_post(db, bob, Status.DRAFT, store=store, pictures=1)
    db.commit()
    send(as_author, picture=db.scalars(select(Picture.token)).one())
    assert content(db, posts(db)[1]).pictures == ()


REFUSED = {
    "not_an_image": (b"%PDF-1.7 a paper", "ingen bild"),
    "broken_image": (a_photo()[:200], "skadad"),
}


@pytest.mark.parametrize("key", REFUSED)
def test_good_pictures_are_kept_beside_refused_ones(
    as_author: Browser, db: Session, key: str
) -> None:
    bad = (BytesIO(REFUSED[key][0]), "papper.jpg")
    answer = send(as_author, title="Behåll mig", photos=[photo(), bad])
    assert answer.status_code == 422
    assert "papper.jpg" in answer.text
    assert 'value="Behåll mig"' in answer.text
    kept = content(db, posts(db)[0])
    assert (kept.title, len(kept.pictures)) == ("Behåll mig", 1)


def test_the_thirteenth_picture_is_one_too_many(as_author: Browser, db: Session) -> None:
    photos = [photo(f"#{n * 19:02x}5d7b", f"bild {n + 1}.jpg") for n in range(13)]
    answer = send(as_author, photos=photos)
    assert answer.status_code == 422
    assert "12" in answer.text
    assert "bild 13.jpg" in answer.text
    assert len(content(db, posts(db)[0]).pictures) == 12


def test_twelve_in_all_however_they_come(as_author: Browser, db: Session) -> None:
    answer = send(as_author, photos=[photo(f"#{n * 19:02x}5d7b") for n in range(11)])
    page = as_author.get(answer.location)
    tokens = re.findall(r'name="picture" value="([^"]+)"', page.text)
    more = [photo("#010203", "tolv.jpg"), photo("#302010", "tretton.jpg")]
    form = {"picture": tokens, "edition": hidden(page, "edition"), "photos": more}
    answer = send(as_author, f"/write/{posts(db)[0].id}", **form)
    assert answer.status_code == 422
    assert ("tolv.jpg" in answer.text, "tretton.jpg" in answer.text) == (False, True)
    assert len(content(db, posts(db)[0]).pictures) == 12


class FullStore(LocalStorage):
    """A store whose disk is full."""

    def put(self, key: str, data: bytes, media_type: str) -> None:
        raise StorageFull("No space left on device")


def test_a_full_store_is_said_and_words_are_kept(
    app: Flask, as_author: Browser, db: Session, store: LocalStorage
) -> None:
    services = app.extensions["diary"]
    app.extensions["diary"] = SimpleNamespace(
        settings=services.settings,
        sessions=services.sessions,
        clock=services.clock,
        store=FullStore(store.root),
    )
    answer = send(as_author, title="Behåll mig", photos=[photo()])
    app.extensions["diary"] = services
    assert answer.status_code == 507
    assert 'value="Behåll mig"' in answer.text
    assert content(db, posts(db)[0]).title == "Behåll mig"
    assert list(Path(store.root).rglob("*.jpg")) == []


@pytest.mark.sqlite_only("only SQLite can be given a small disk")
def test_a_full_database_is_said_and_words_come_back(
    app: Flask, as_author: Browser, db: Session
) -> None:
    engine = app.extensions["diary"].sessions.kw["bind"]
    with engine.connect() as connection:
        size = connection.scalar(text("PRAGMA page_count"))
        connection.exec_driver_sql(f"PRAGMA max_page_count={size}")
        connection.rollback()
    answer = send(as_author, title="Behåll mig", body="Många ord. " * 8000)
    assert answer.status_code == 507
    assert 'value="Behåll mig"' in answer.text
    assert "Många ord. Många ord." in answer.text
    assert posts(db) == []
