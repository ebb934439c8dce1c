"""Whatever is sent as a picture: taken or refused with a kind sentence, and the others go on."""

import functools
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Picture
from tests.builders import a_photo
from tests.conftest import Browser
from tests.media.builders import HEIC, PHOTOS, encoded, photo
from tests.media.test_images_refused import FILMS, SVG, a_huge_jpeg, a_huge_png

HTML = b"<!doctype html><script>alert(document.cookie)</script>"
ZIP = b"PK\x03\x04\x14\0\0\0" + bytes(18) + b"evil.html" + HTML
NOISE = functools.cache(lambda: encoded(Image.effect_noise((60, 40), 90), "JPEG"))

REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "0 bytes": (lambda: b"", "tom.jpg", "no picture we can read"),
    "truncated": (lambda: NOISE()[:900], "halv.jpg", "damaged or not complete"),
    "an SVG": (lambda: SVG, "karta.svg", "no picture we can read"),
    "an SVG called JPEG": (lambda: SVG, "karta.jpg", "no picture we can read"),
    "HTML called PNG": (lambda: HTML, "bild.png", "no picture we can read"),
    "a zip before a photo": (lambda: ZIP + a_photo(), "bild.jpg", "no picture we can read"),
    "a bomb": (a_huge_png, "bomb.png", "at most 64 megapixels"),
    "200 megapixels": (lambda: a_huge_jpeg(20_000, 10_000), "stor.jpg", "at most 64 megapixels"),
    "a GIF head alone": (lambda: b"GIF89a", "rör.gif", "damaged or not complete"),
    "a film": (lambda: FILMS["MP4"], "VID_0001.mp4", "is a film"),
    "a film called JPEG": (lambda: FILMS["QuickTime"], "IMG_0001.jpg", "is a film"),
}
TAKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "HTML behind a photo": (lambda: a_photo() + HTML, "bild.jpg"),
    "a zip behind a photo": (lambda: a_photo() + ZIP, "bild.jpg.html"),
    "a PNG called JPEG": (lambda: a_photo(kind="PNG"), "bild.jpg"),
    "a JPEG called text": (a_photo, "bild.txt"),
    "slashes": (a_photo, "../../etc/passwd"),
    "backslashes": (a_photo, "C:\\DCIM\\..\\bild.jpg"),
    "right-to-left marks": (a_photo, "\u202egpj.exe\u200f.jpg"),
    "control characters": (a_photo, "bi\x07ld\x7f.jpg"),
    "500 characters": (a_photo, "å" * 500 + ".jpg"),
    "a name of spaces": (a_photo, "   "),
    "a name in Arabic": (a_photo, "صورة.jpg"),
}


def send(browser: Browser, *photos: tuple[bytes, str]) -> tuple[int, str]:
    files = [(BytesIO(data), name) for data, name in photos]
    data = {"dated": "2020-02-07", "lang": "sv", "body": "Tre bilder", "photos": files}
    answer = browser.post(
        "/write", data=data | {"action": "save"}, headers={"Accept-Language": "en"}
    )
    answer.request.environ["wsgi.input"].close()  # a file, if much was sent
    return answer.status_code, unescape(answer.text)


def kept(db: Session) -> list[Picture]:
    db.rollback()
    return list(db.scalars(select(Picture).order_by(Picture.id)))


@pytest.mark.parametrize("kind", REFUSED)
def test_a_bad_file_is_refused_in_words_and_the_others_are_kept(
    kind: str, as_author: Browser, db: Session
) -> None:
    make, name, words = REFUSED[kind]
    good = [(a_photo("#112233"), "ett.jpg"), (a_photo("#445566"), "två.jpg")]
    status, text = send(as_author, good[0], (make(), name), good[1])
    assert status == 422
    assert f"{name} " in text
    assert words in text
    assert "Tre bilder" in text
    assert [picture.filename for picture in kept(db)] == ["ett.jpg", "två.jpg"]


@pytest.mark.parametrize("kind", TAKEN)
def test_sound_pixels_are_taken_whatever_the_name_or_the_tail(
    kind: str, as_author: Browser, db: Session, app
) -> None:
    make, name = TAKEN[kind]
    status, _ = send(as_author, (make(), name))
    assert status == 303
    (picture,) = kept(db)
    assert len(picture.filename) <= 200
    assert not set("\x07\x7f\u202e") & set(picture.filename)
    stored = app.extensions["diary"].store.get(picture.original_key)
    assert b"<script" not in stored
    assert b"PK\x03\x04" not in stored


@pytest.mark.skipif(not PHOTOS.exists(), reason="the test photos are not laid beside")
def test_half_an_iphone_photo_is_refused_and_a_whole_one_taken(
    as_author: Browser, db: Session
) -> None:
    status, text = send(as_author, (photo(HEIC)[:400_000], "a.heic"), (photo(HEIC), "b.heic"))
    assert status == 422
    assert "a.heic is damaged or not complete" in text
    assert [picture.filename for picture in kept(db)] == ["b.heic"]
