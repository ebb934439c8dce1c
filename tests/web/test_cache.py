"""What caches are told: which answers differ, and by what."""

import gzip

from sqlalchemy.orm import Session

from diary.models import Account
from tests.builders import a_post
from tests.conftest import Browser

GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_in_another_language_is_another_page(
    db: Session, alice: Account, client: Browser
) -> None:
    a_post(db, alice)
    db.commit()
    tag = client.get("/", headers={"Accept-Language": "sv"}).headers["ETag"]
    swedish = client.get("/", headers={"Accept-Language": "sv", "If-None-Match": tag})
    english = client.get("/", headers={"Accept-Language": "en", "If-None-Match": tag})
    assert (swedish.status_code, english.status_code) == (304, 200)


def test_caches_tell_apart_by_language_coding_and_cookie(client: Browser) -> None:
    vary = client.get("/").vary
    assert {"accept-language", "accept-encoding", "cookie"} <= vary.as_set()


def test_static_files_come_compressed_and_unchanged(client: Browser) -> None:
    plain = client.get("/static/css/base.css", buffered=True)
    packed = client.get("/static/css/base.css", headers=GZIP, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data) == plain.data
    again = client.get(
        "/static/css/base.css",
        headers={**GZIP, "If-None-Match": packed.headers["ETag"]},
        buffered=True,
    )
    assert again.status_code == 304
    font = client.get("/static/fonts/naskh.woff2", headers=GZIP, buffered=True)
    assert "Content-Encoding" not in font.headers
