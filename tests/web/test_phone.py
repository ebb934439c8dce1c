"""The diary on a phone: its manifest, its worker, and what other apps share into it."""

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from diary.build import BUILD
from diary.models import Account, Status
from diary.web.guards import FROM_OUTSIDE
from diary.web.phone import SCRIPTS, STYLES, WRITING
from tests.builders import PASSWORD
from tests.conftest import Browser
from tests.web.filling_in import content, photo, posts

FROM_THE_MENU = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
FROM_ANOTHER_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "null"}


def script(client: Browser, name: str, build: str = BUILD) -> str:
    answer = client.get(f"/js/{build}/{name}.js")
    assert answer.status_code == 200, name
    assert answer.mimetype == "text/javascript"
    return answer.text


# ---------------------------------------------------------------- scripts


def test_the_writing_page_has_little_script(client: Browser) -> None:
    """Uncompressed; what a phone has to read before it can write offline."""
    found = {name: script(client, name) for name in WRITING}
    assert sum(map(len, found.values())) < 46_000
    asked = {name for code in found.values() for name in re.findall(r'from "\./(\w+)\.js"', code)}
    assert asked | {"write"} == set(WRITING)


def test_the_page_for_no_network_has_all_its_modules(client: Browser) -> None:
    for name in SCRIPTS:
        asked = re.findall(r'(?:from |import\()"\./(\w+)\.js"', script(client, name))
        assert set(asked) <= set(SCRIPTS), name


def test_a_script_stays_for_its_build_only(client: Browser) -> None:
    now = client.get(f"/js/{BUILD}/write.js")
    assert "max-age=31536000" in now.headers["Cache-Control"]
    again = client.get(f"/js/{BUILD}/write.js", headers={"If-None-Match": now.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/js/old/write.js").headers["Cache-Control"] == "no-cache"
    for name in ("nothing", "..%2Fcss%2Fbase", "write.js%00"):
        assert client.get(f"/js/{BUILD}/{name}.js").status_code == 404


def test_members_get_scripts_compressed_too(as_author: Browser) -> None:
    answer = as_author.get(f"/js/{BUILD}/photos.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_the_worker_keeps_what_exists_and_nothing_of_anybody(client: Browser) -> None:
    worker = client.get("/worker.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    files = json.loads(re.search(r"const FILES = (\[.*?\]);", worker.text)[1])  # type: ignore[index]
    assert files[0] == "/write/offline"
    assert BUILD in worker.text
    for address in files:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert "Set-Cookie" not in answer.headers
    assert {name.split("/")[1] for name in STYLES} <= {re.split(r"[/?]", f)[-2] for f in files}
    assert all(not file.startswith(("/pictures", "/mine", "/write/live")) for file in files)


def test_another_language_is_another_worker(client: Browser) -> None:
    codes = {
        client.get("/worker.js", headers={"Accept-Language": lang}).text
        for lang in ("sv", "en", "ar")
    }
    assert len(codes) == 3


def test_the_page_for_no_network_names_nobody(client: Browser) -> None:
    page = client.get("/write/offline")
    assert page.status_code == 200
    assert 'id="words"' in page.text
    assert "csrf_token" not in page.text
    assert "noindex" in page.text


def test_pages_may_show_chosen_photos_and_have_a_worker(client: Browser) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' blob:" in policy
    assert "media-src blob:" in policy
    assert "worker-src 'self'" in policy
    assert "script-src 'self';" in policy


# ---------------------------------------------------------------- as an app


def test_the_manifest_makes_an_app_of_it(client: Browser) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "ar"})
    assert answer.mimetype == "application/manifest+json"
    said = answer.json
    assert said is not None
    assert (said["lang"], said["dir"], said["start_url"]) == ("ar", "rtl", "/write")
    assert said["share_target"]["method"] == "POST"
    assert said["share_target"]["params"]["files"][0]["accept"] == ["image/*"]
    for icon in said["icons"]:
        with client.get(icon["src"]) as file:
            image = Image.open(BytesIO(file.data))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}


# ---------------------------------------------------------------- shared into the diary


def test_the_list_of_what_comes_from_outside() -> None:
    assert {"phone.share"} == FROM_OUTSIDE


def test_sharing_opens_a_draft_and_no_more(db: Session, as_author: Browser) -> None:
    form = {"title": "Fest", "body": "Titta!", "link": "https://example.org/x", "csrf_token": ""}
    answer = as_author.post(
        "/write/share", data={**form, "photos": [photo(), photo("#993322")]}, headers=FROM_THE_MENU
    )
    (post,) = posts(db)
    assert answer.location == f"/write/{post.id}"
    assert post.status is Status.DRAFT
    written = content(db, post)
    assert written.body == "Fest\nTitta!\nhttps://example.org/x"
    assert len(written.pictures) == 2
    assert written.bylines[0].name == "Alice"


def test_shared_twice_it_is_one_draft(db: Session, as_author: Browser) -> None:
    answers = [
        as_author.post(
            "/write/share", data={"body": "Titta!", "photos": photo()}, headers=FROM_THE_MENU
        )
        for _ in range(2)
    ]
    assert len({answer.location for answer in answers}) == 1
    (post,) = posts(db)
    assert len(content(db, post).pictures) == 1


def test_what_cannot_be_read_is_said_and_the_rest_is_there(db: Session, as_author: Browser) -> None:
    files = [photo(), (BytesIO(b"no picture"), "film.mp4")]
    answer = as_author.post(
        "/write/share", data={"body": "Hej", "photos": files}, headers=FROM_THE_MENU
    )
    (post,) = posts(db)
    assert len(content(db, post).pictures) == 1
    assert "film.mp4" in as_author.get(answer.location).text


def test_nothing_shared_opens_an_empty_page(db: Session, as_author: Browser) -> None:
    assert as_author.post("/write/share", headers=FROM_THE_MENU).location == "/write"
    assert posts(db) == []


def test_nobody_signed_in_logs_in_first_and_the_words_come_along(
    db: Session, alice: Account, client: Browser
) -> None:
    late = client.post(
        "/write/share", data={"body": "Titta!", "photos": photo()}, headers=FROM_THE_MENU
    )
    assert late.status_code == 403
    assert 'name="kept-body" value="Titta!"' in late.text
    assert posts(db) == []
    back = client.post(
        "/login",
        data={"name": "alice", "password": PASSWORD, "next": "/write/share", "kept-body": "Titta!"},
    )
    assert "Titta!" in back.text
    client.post("/write/share", data={"body": "Titta!"})
    (post,) = posts(db)
    assert content(db, post).body == "Titta!"


@pytest.mark.parametrize("address", ["/write", "/write/live", "/write/1/photos", "/logout"])
def test_no_other_write_comes_from_outside(
    app: Flask, db: Session, as_author: Browser, address: str
) -> None:
    for headers in (FROM_THE_MENU, FROM_ANOTHER_SITE):
        assert as_author.post(address, data={"body": "Nej"}, headers=headers).status_code == 403
    assert posts(db) == []


def test_another_site_shares_nothing_into_the_diary(db: Session, as_author: Browser) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site, "Origin": "null"}
        answer = as_author.post("/write/share", data={"body": "Titta!"}, headers=headers)
        assert answer.status_code == 403
    assert posts(db) == []
