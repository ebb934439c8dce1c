"""What caches are told: which answers differ, and by what."""

import gzip
import re
import sys
from datetime import date

import brotli
import pytest
from sqlalchemy.orm import Session

from diary.models import Account
from tests.builders import a_post
from tests.conftest import Browser, Clock

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = {"Accept-Encoding": "gzip"}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "zstd": zstd.decompress}


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


@pytest.mark.parametrize(
    ("taken", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("zstd;q=0, br;q=0, *", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0", None),
        ("deflate", None),
        ("", None),
    ],
)
def test_an_answer_comes_in_the_coding_that_is_liked_best(
    client: Browser, taken: str, coding: str | None
) -> None:
    plain = client.get("/privacy", headers={"Accept-Encoding": "identity"})
    packed = client.get("/privacy", headers={"Accept-Encoding": taken})
    assert packed.headers.get("Content-Encoding") == coding
    assert UNPACK.get(coding or "", bytes)(packed.data) == plain.data
    assert (len(packed.data) < len(plain.data) / 2) == (coding is not None)


def test_each_coding_has_a_tag_of_its_own(client: Browser) -> None:
    tags = {
        client.get("/privacy", headers={"Accept-Encoding": taken}).headers["ETag"]
        for taken in ("zstd", "br", "gzip", "identity")
    }
    assert len(tags) == 4
    seen = {"If-None-Match": client.get("/privacy", headers=GZIP).headers["ETag"]}
    assert client.get("/privacy", headers={**GZIP, **seen}).status_code == 304
    assert client.get("/privacy", headers={"Accept-Encoding": "br", **seen}).status_code == 200


def test_a_page_of_somebody_signed_in_is_not_compressed(as_author: Browser) -> None:
    answer = as_author.get("/privacy", headers={"Accept-Encoding": "gzip, br, zstd"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("coding", UNPACK)
def test_static_files_come_compressed_and_unchanged(client: Browser, coding: str) -> None:
    taken = {"Accept-Encoding": coding}
    plain = client.get("/static/css/base.css", buffered=True)
    packed = client.get("/static/css/base.css", headers=taken, buffered=True)
    assert packed.headers["Content-Encoding"] == coding
    assert len(packed.data) < len(plain.data) / 2
    assert UNPACK[coding](packed.data) == plain.data
    seen = {"If-None-Match": packed.headers["ETag"]}
    again = client.get("/static/css/base.css", headers={**taken, **seen}, buffered=True)
    assert again.status_code == 304
    font = client.get("/static/fonts/naskh.woff2", headers=taken, buffered=True)
    assert "Content-Encoding" not in font.headers


def test_a_file_asked_for_by_its_hash_lasts(client: Browser) -> None:
    css = re.search(r'href="(/static/css/base\.css\?v=\w+)"', client.get("/").text)
    assert css
    fonts = re.findall(r'url\("\.\.(/fonts/[^"]+)"\)', client.get(css[1], buffered=True).text)
    assert len(fonts) == 5
    for path in (css[1], *(f"/static{font}" for font in fonts)):
        answer = client.get(path, buffered=True)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", path
        seen = {"If-None-Match": answer.headers["ETag"]}
        again = client.get(path, headers=seen, buffered=True)
        assert again.headers["Cache-Control"].endswith("immutable")
    for path in ("/static/css/base.css", "/static/css/base.css?v=000000000000"):
        answer = client.get(path, buffered=True)
        assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_static_files_come_as_small_as_the_browser_takes_them(client: Browser) -> None:
    taken = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    assert client.get("/static/css/base.css", headers=taken, buffered=True).content_encoding == "br"


def test_the_archive_is_another_page_each_day_and_nothing_else_is(
    db: Session, alice: Account, client: Browser, clock: Clock
) -> None:
    a_post(db, alice, title="För ett år sedan", dated=date(2019, 2, 8))
    db.commit()
    tags = {path: client.get(path).headers["ETag"] for path in ("/", "/archive")}
    clock.pass_by(hours=10, minutes=59)  # it is noon in UTC, one hour later in Stockholm

    def asked(path: str) -> int:
        return client.get(path, headers={"If-None-Match": tags[path]}).status_code

    assert (asked("/"), asked("/archive")) == (304, 304)
    clock.pass_by(minutes=1)
    assert (asked("/"), asked("/archive")) == (304, 200)
    english = {"Accept-Language": "en"}
    assert "On this day" in client.get("/archive", headers=english).text


def test_of_what_an_asker_accepts_the_beginning_is_read(client: Browser) -> None:
    """It is kept once read, so nobody makes it long."""
    long = ", ".join(f"x{n}" for n in range(1_000))
    answer = client.get("/", headers={"Accept-Encoding": f"gzip, {long}", "Accept-Language": long})
    assert (answer.status_code, answer.content_encoding) == (200, "gzip")
    late = client.get("/", headers={"Accept-Encoding": f"{long}, gzip"})
    assert late.status_code == 200
    assert not late.content_encoding
