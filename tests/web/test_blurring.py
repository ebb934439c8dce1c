"""The page on which boxes are drawn: with and without a script, and what is left afterwards."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import picture_path
from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import PictureContent
from diary.domain.pictures import add_picture, store_files
from diary.media.images import prepare
from diary.media.storage import Storage
from diary.models import Account, Claim, Lab, Picture, Post, Rendition, Status
from tests.builders import NOW, _bring_to, a_content, a_post
from tests.conftest import Browser
from tests.media.builders import encoded
from tests.media.test_blurring import difference, inside, outside

ENGLISH = {"Accept-Language": "en"}
MIDDLE = "25 25 50 50"


@pytest.fixture
def post(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A post that is out, with an upright noisy picture."""
    post = a_post(db, alice, Status.DRAFT)
    made = prepare(encoded(Image.effect_noise((300, 400), 90).convert("RGB"), "JPEG", quality=90))
    store_files(store, made)
    picture = add_picture(db, post, made, NOW, account_id=alice.id)
    shown = (PictureContent(picture.token, alt="Alla", claim=Claim.YES),)
    writing.save(db, actor_of(alice), post, a_content(pictures=shown, lab="boden"), NOW)
    _bring_to(db, actor_of(alice), post, Status.PUBLISHED, NOW)
    db.commit()
    return post


def newest(db: Session) -> Picture:
    db.rollback()
    return db.scalars(select(Picture).order_by(Picture.id.desc()).limit(1)).one()


def addresses(db: Session, picture: Picture) -> list[str]:
    sizes = db.scalars(select(Rendition).where(Rendition.picture_id == picture.id))
    return [picture_path(picture.token, r.width, r.stamp, r.extension, r.crop) for r in sizes]


def board(post: Post, picture: Picture) -> str:
    return f"/moderation/{post.id}/pictures/{picture.token}/blur"


def rects(page: str) -> int:
    return len(re.findall("<rect", page))


def test_blurred_it_is_shown_in_the_stead_of_the_old_one(
    db: Session, store: Storage, as_coordinator: Browser, client: Browser, post: Post
) -> None:
    old = newest(db)
    before, seen = addresses(db, old), Image.open(BytesIO(store.get(old.original_key)))
    assert any("/50-50/" in address for address in before)
    page = f"/posts/{post.slug}"
    for address in (page, *before):
        assert client.get(address).status_code == 200
    answer = as_coordinator.post(board(post, old), data={"box": MIDDLE, "blur": "1"})
    new = newest(db)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/moderation/{post.id}#{new.token}")
    assert old.token not in client.get(page).text
    assert new.token in client.get(page).text
    for address in before:
        assert client.get(address).status_code == 410
        assert as_coordinator.get(address).status_code == 410
    after = addresses(db, new)
    assert [re.sub("-[0-9a-f]{12}", "", a.split(new.token)[1]) for a in after] == [
        re.sub("-[0-9a-f]{12}", "", a.split(old.token)[1]) for a in before
    ]
    for address in after:
        assert client.get(address).status_code == 200
    blurred = Image.open(BytesIO(store.get(new.original_key)))
    assert difference(inside(seen), inside(blurred)) > 8
    assert difference(outside(seen), outside(blurred)) < 2.5


def test_without_a_script_boxes_are_typed_and_taken_away(
    db: Session, as_lead: Browser, post: Post
) -> None:
    picture = newest(db)
    address = board(post, picture)
    assert rects(as_lead.get(address).text) == 0
    typed = {"left": "10", "top": "20,5", "width": "30", "height": "40"}
    page = as_lead.post(address, data=typed, headers=ENGLISH).text
    assert 'x="10.0" y="20.5" width="30.0" height="40.0"' in page
    two = as_lead.post(address, data={**typed, "box": [MIDDLE]}, headers=ENGLISH).text
    assert rects(two) == 2
    left = as_lead.post(address, data={"box": [MIDDLE, "1 1 5 5"], "away": "0"}).text
    assert rects(left) == 1
    assert 'x="1.0"' in left
    assert newest(db).id == picture.id
    assert as_lead.post(address, data={**typed, "blur": "1"}).status_code == 303
    assert newest(db).id != picture.id


def test_what_was_typed_wrong_comes_back(db: Session, as_lead: Browser, post: Post) -> None:
    address = board(post, newest(db))
    typed = {"left": "10", "top": "oben", "width": "30", "height": "400", "box": MIDDLE}
    answer = as_lead.post(address, data=typed, headers=ENGLISH)
    assert answer.status_code == 422
    assert answer.text.count("Write a number from 0 to 100.") == 2
    assert 'value="oben"' in answer.text
    assert rects(answer.text) == 1
    for nothing in ({}, {"box": "nan nan 1 1"}, {"box": "5 5 0 5"}, {"width": "0", "left": "3"}):
        answer = as_lead.post(address, data={**nothing, "blur": "1"}, headers=ENGLISH)
        assert answer.status_code == 422


def test_who_comes_second_is_told(
    db: Session, as_lead: Browser, as_coordinator: Browser, as_author: Browser, post: Post
) -> None:
    address = board(post, newest(db))
    assert as_author.get(address).status_code == 403
    assert as_lead.post(address, data={"box": MIDDLE, "blur": "1"}).status_code == 303
    answer = as_coordinator.post(address, data={"box": MIDDLE, "blur": "1"}, headers=ENGLISH)
    assert answer.status_code == 409
    assert as_coordinator.get(address).status_code == 409
