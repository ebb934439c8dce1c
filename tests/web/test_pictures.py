"""Pictures as they are served, and to whom."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from diary.addresses import picture_path
from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import PictureContent
from diary.domain.pictures import add_picture, already_sent, store_files
from diary.media.images import prepare
from diary.media.storage import Storage
from diary.models import Account, Claim, Lab, Picture, Post, Rendition, Role, ShownPicture, Status
from tests.builders import NOW, _bring_to, a_content, a_photo, a_post, an_account
from tests.conftest import Browser
from tests.media.builders import ALL_PHOTOS, TURNED, distance, photo, piece_of

MARKS = (b"Exif\0", b"EXIF", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop")
"""What metadata begins with, in JPEG and in WebP."""
NOT_PUBLIC = [s for s in Status if s not in {Status.PUBLISHED, Status.SCHEDULED}]


People = tuple[Account, Account, Account]


def addresses(db: Session, post: Post) -> list[str]:
    """The addresses of every rendition of a post's pictures."""
    statement = select(Picture.token, Rendition).join(Rendition).where(Picture.post_id == post.id)
    return [
        picture_path(token, size.width, size.stamp, size.extension, size.crop)
        for token, size in db.execute(statement)
    ]


def test_a_published_picture_is_for_everybody(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    found = addresses(db, a_post(db, alice, store=store, pictures=1))
    db.commit()
    assert len(found) >= 2
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert Image.open(BytesIO(answer.data)).format in {"WEBP", "JPEG"}


def test_an_old_stamp_gets_the_current_file(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    address = addresses(db, a_post(db, alice, store=store, pictures=1))[0]
    db.commit()
    stamp = address.split("-")[-1].split(".")[0]
    assert client.get(address.replace(stamp, "0123456789ab")).status_code == 200
    assert client.get(address.replace(".webp", ".gif").replace(".jpg", ".gif")).status_code == 404


def test_a_picture_whose_file_is_lost_is_not_found(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    address = addresses(db, a_post(db, alice, store=store, pictures=1))[0]
    db.commit()
    for one in list(store.keys()):
        store.delete(one.key)
    assert client.get(address).status_code == 404


@pytest.fixture
def people(alice: Account, bob: Account, lea: Account, lab: Lab) -> People:
    """The writer, another author, the lead; in Boden."""
    return alice, bob, lea


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_what_is_not_public_is_for_those_who_may_see_it(
    db: Session, store: Storage, client: Browser, log_in, people: People, status: Status
) -> None:
    alice, bob, lea = people
    post = a_post(db, alice, status, store=store, pictures=1, lab="boden")
    address = addresses(db, post)[0]
    elsewhere = an_account(db, "dora", Role.COORDINATOR)
    db.commit()
    assert client.get(address).status_code == 404
    assert log_in(bob).get(address).status_code == 404
    assert log_in(elsewhere).get(address).status_code == 404
    own = log_in(alice).get(address)
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "private, no-store"
    assert "Cross-Origin-Resource-Policy" not in own.headers
    # A draft is its writer's alone.
    expected = 404 if status is Status.DRAFT else 200
    assert log_in(lea).get(address).status_code == expected


def test_a_picture_that_the_live_text_no_longer_shows_is_not_public(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    post = a_post(db, alice, store=store, pictures=1)
    address = addresses(db, post)[0]
    db.query(ShownPicture).filter_by(revision_id=post.live_id).delete()
    db.commit()
    assert client.get(address).status_code == 404


def test_hidden_and_recalled_pictures_are_gone(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    post = a_post(db, alice, store=store, pictures=2)
    first, second = db.scalars(select(Picture).where(Picture.post_id == post.id)).all()
    by_token = {token: a for a in addresses(db, post) for token in [a.split("/")[2]]}
    first.hidden_at = NOW
    second.recalled_at = NOW
    db.commit()
    assert client.get(by_token[first.token]).status_code == 404
    assert client.get(by_token[second.token]).status_code == 410
    assert "/pictures/" not in client.get(f"/posts/{post.slug}").text


@pytest.mark.parametrize("name", ALL_PHOTOS)
def test_phone_photos_are_served_upright_and_without_a_position(
    name: str, db: Session, alice: Account, store: Storage, log_in
) -> None:
    prepared = prepare(photo(name))
    post = a_post(db, alice, Status.DRAFT)
    store_files(store, prepared)
    picture = add_picture(db, post, prepared, NOW, account_id=alice.id)
    db.commit()
    browser = log_in(alice)
    for address in addresses(db, post):
        served = browser.get(address).data
        assert not any(mark in served for mark in MARKS)
        with Image.open(BytesIO(served)) as image:
            assert not image.getexif()
            assert_like_the_upright_one(image, name, crop_in(address))
    original = store.get(picture.original_key)
    assert not any(mark in original for mark in MARKS)


def crop_in(address: str) -> str:
    """The name of the piece in an address, `/pictures/<token>/<crop>/…`."""
    parts = address.split("/")
    return parts[3] if len(parts) == 5 else ""


def assert_like_the_upright_one(image: Image.Image, name: str, crop: str) -> None:
    """Photos stored in all orientations look like the one stored upright."""
    if name not in TURNED:
        return
    with Image.open(BytesIO(photo(f"{name.partition('_')[0]}_1.jpg"))) as upright:
        like = piece_of(upright, crop)
        assert (image.width > image.height) == (like.width > like.height)
        assert distance(image, like) < 12


UPRIGHT = (600, 800)
MIDDLE, HIGH = "50-50", "50-30"


def an_upright_post(db: Session, alice: Account, store: Storage, status: Status) -> Post:
    """A post with one upright picture, put in by its writer."""
    post = a_post(db, alice, Status.DRAFT)
    prepared = prepare(a_photo(size=UPRIGHT))
    store_files(store, prepared)
    picture = add_picture(db, post, prepared, NOW, account_id=alice.id, sent_sha256="ab" * 32)
    content = a_content(
        pictures=(PictureContent(picture.token, alt="Trappan", claim=Claim.NOBODY),)
    )
    writing.save(db, actor_of(alice), post, content, NOW)
    _bring_to(db, actor_of(alice), post, status, NOW)
    db.commit()
    return post


def pieces_of(db: Session, post: Post) -> set[str]:
    db.rollback()
    return {address.split("/")[3] for address in addresses(db, post) if crop_in(address)}


def test_lists_show_the_piece_cut_around_the_focus(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    post = an_upright_post(db, alice, store, Status.PUBLISHED)
    home, own = client.get("/").text, client.get(f"/posts/{post.slug}").text
    assert f"/{MIDDLE}/480-" in home
    assert 'width="600" height="450"' in home
    assert f"/{MIDDLE}/" not in own.partition("</article>")[0]
    for address in addresses(db, post):
        assert client.get(address).status_code == 200
    piece = next(address for address in addresses(db, post) if crop_in(address))
    assert client.get(piece.replace(MIDDLE, "10-10")).status_code == 404
    assert client.get(piece.rpartition("-")[0] + "-0123456789ab.webp").status_code == 200


def test_a_missing_piece_is_cut_by_the_style_sheet(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    post = an_upright_post(db, alice, store, Status.PUBLISHED)
    db.execute(delete(Rendition).where(Rendition.crop != ""))
    db.commit()
    home = client.get("/").text
    assert f"/{MIDDLE}/" not in home
    assert 'class="picture crop"' in home
    assert pieces_of(db, post) == set()


def test_a_focus_that_was_chosen_is_cut_when_it_is_saved(
    db: Session, alice: Account, store: Storage, log_in
) -> None:
    post = an_upright_post(db, alice, store, Status.DRAFT)
    (picture,) = db.scalars(select(Picture).where(Picture.post_id == post.id))
    token = picture.token
    focused = PictureContent(token, alt="Trappan", focus_x=0.9, focus_y=0.31)
    writing.save(db, actor_of(alice), post, a_content(pictures=(focused,)), NOW)
    db.commit()
    edition = writing.edition(db, writing.working_copy(db, actor_of(alice), post))
    form = {"dated": "2019-05-17", "lang": "sv", "picture": token, "edition": edition}
    assert pieces_of(db, post) == {MIDDLE}
    answer = log_in(alice).post(f"/write/{post.id}", data={**form, "action": "save"})
    assert answer.status_code == 303
    assert pieces_of(db, post) == {MIDDLE, HIGH}


def test_the_pieces_of_all_pictures_are_kept(
    db: Session, alice: Account, store: Storage, log_in
) -> None:
    post = a_post(db, alice, Status.DRAFT)
    shown = []
    for colour in ("#101010", "#505050", "#909090"):
        prepared = prepare(a_photo(colour, UPRIGHT))
        store_files(store, prepared)
        picture = add_picture(db, post, prepared, NOW, account_id=alice.id)
        shown.append(PictureContent(picture.token, focus_x=0.5, focus_y=0.31))
    writing.save(db, actor_of(alice), post, a_content(pictures=tuple(shown)), NOW)
    db.commit()
    edition = writing.edition(db, writing.working_copy(db, actor_of(alice), post))
    form = {"dated": "2019-05-17", "lang": "sv", "edition": edition, "action": "save"}
    tokens = [one.token for one in shown]
    assert log_in(alice).post(f"/write/{post.id}", data={**form, "picture": tokens}).location
    db.rollback()
    high = select(Rendition.picture_id).where(Rendition.crop == HIGH).distinct()
    assert len(db.scalars(high).all()) == 3


def test_a_file_sent_again_is_known_by_its_checksum(
    db: Session, alice: Account, store: Storage
) -> None:
    post = an_upright_post(db, alice, store, Status.DRAFT)
    found = already_sent(db, post, "ab" * 32)
    assert found is not None
    assert found.post_id == post.id
    assert already_sent(db, post, "cd" * 32) is None
    assert already_sent(db, a_post(db, alice, Status.DRAFT), "ab" * 32) is None
