"""What the script of the writing page asks: every word kept, every picture once."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.models import Account, Picture, Post, Status, WorkingCopy
from tests.builders import a_photo, a_post
from tests.conftest import Browser

SCRIPT = {"Accept": "application/json"}
WORDS = {"dated": "2020-02-07", "lang": "sv", "byline-name": "Alice"}


def keep(browser: Browser, **fields: Any) -> TestResponse:
    """Autosave."""
    return browser.post("/write/live", data={**WORDS, **fields}, headers=SCRIPT)


def upload(
    browser: Browser, post: int, data: bytes, sha256: str = "", name: str = "a.jpg"
) -> TestResponse:
    """Send one picture."""
    fields = {"photo": (BytesIO(data), name), "sha256": sha256}
    return browser.post(f"/write/{post}/photos", data=fields, headers=SCRIPT)


def sent_form(browser: Browser, post: int, **fields: Any) -> TestResponse:
    """Press *Send* with the script's own form."""
    data = {**WORDS, "action": "send", **fields}
    return browser.post(f"/write/{post}", data=data, headers=SCRIPT)


def copy_of(db: Session, post: int) -> dict[str, Any]:
    """What the working copy of a post holds."""
    db.rollback()
    found = db.scalars(select(WorkingCopy).where(WorkingCopy.post_id == post)).one()
    db.refresh(found)
    return found.content


def test_the_first_words_begin_a_post_and_later_ones_go_on_with_it(
    as_author: Browser, db: Session
) -> None:
    first = keep(as_author, form_key="k", tab="t", body="Idag").get_json()
    later = keep(
        as_author, post=first["post"], edition=first["edition"], tab="t", body="Idag kom grytan"
    ).get_json()
    assert later["post"] == first["post"]
    assert later["action"] == f"/write/{first['post']}"
    assert copy_of(db, first["post"])["body"] == "Idag kom grytan"
    assert db.scalar(select(func.count()).select_from(Post)) == 1


def test_an_answer_that_got_lost_is_no_conflict(as_author: Browser, db: Session) -> None:
    first = keep(as_author, form_key="k", tab="t", body="Ett").get_json()
    for body in ("Ett två", "Ett två tre"):  # the answers never came: the page asks as at first
        assert keep(as_author, form_key="k", tab="t", body=body).status_code == 200
    kept = keep(as_author, post=first["post"], edition=first["edition"], tab="t", body="Fyra")
    assert kept.status_code == 200
    assert copy_of(db, first["post"])["body"] == "Fyra"


def test_an_older_save_that_comes_late_changes_nothing(as_author: Browser, db: Session) -> None:
    first = keep(as_author, form_key="k", tab="t.1", body="Ett").get_json()
    post, begun = first["post"], first["edition"]
    newer = keep(as_author, post=post, edition=begun, tab="t.3", body="Ett två tre").get_json()
    late = keep(as_author, post=post, edition=begun, tab="t.2", body="Ett två")
    assert late.status_code == 200
    assert late.get_json()["edition"] == newer["edition"]
    assert copy_of(db, post)["body"] == "Ett två tre"
    keep(as_author, post=post, edition=newer["edition"], tab="t.4", body="Fyra")
    assert copy_of(db, post)["body"] == "Fyra"


def test_another_tab_is_shown_both_texts(as_author: Browser, db: Session) -> None:
    first = keep(as_author, form_key="k", tab="one", body="Min text").get_json()
    keep(as_author, post=first["post"], edition=first["edition"], tab="two", body="Den andras")
    answer = keep(
        as_author, post=first["post"], edition=first["edition"], tab="one", body="Min längre text"
    )
    assert answer.status_code == 409
    assert "Den andras" in answer.get_json()["html"]
    assert copy_of(db, first["post"])["body"] == "Den andras"
    mine = keep(
        as_author,
        post=first["post"],
        edition=answer.get_json()["edition"],
        tab="one",
        body="Min längre text",
    )
    assert mine.status_code == 200


def test_what_else_stands_otherwise_is_told(as_author: Browser, db: Session) -> None:
    first = keep(as_author, form_key="k", tab="one", body="Hej").get_json()
    again = {"post": first["post"], "edition": first["edition"]}
    keep(as_author, **again, tab="two", body="Hej", dated="2026-01-02", gist="En hälsning")
    html = keep(as_author, **again, tab="one", body="Hej!").get_json()["html"]
    assert "2 januari 2026" in html
    assert "En hälsning" in html
    assert "Vilket språk" not in html


def test_a_picture_comes_by_itself_and_only_once(as_author: Browser, db: Session) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    photo = a_photo("#123456", (640, 480))
    checksum = hashlib.sha256(photo).hexdigest()
    answers = [upload(as_author, post["post"], photo, checksum) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    one, two = (answer.get_json() for answer in answers)
    assert one["token"] == two["token"]
    assert one["sha256"] == checksum
    assert f'data-token="{one["token"]}"' in one["html"]
    assert db.scalar(select(func.count()).select_from(Picture)) == 1
    assert [p["token"] for p in copy_of(db, post["post"])["pictures"]] == [one["token"]]


def test_words_typed_while_a_picture_travels_are_not_overtaken(
    as_author: Browser, db: Session
) -> None:
    post = keep(as_author, form_key="k", tab="t", body="Hej").get_json()
    token = upload(as_author, post["post"], a_photo()).get_json()["token"]
    kept = keep(as_author, post=post["post"], edition=post["edition"], tab="x", body="Hej igen")
    assert kept.status_code == 200
    content = copy_of(db, post["post"])
    assert content["body"] == "Hej igen"
    assert [picture["token"] for picture in content["pictures"]] == [token]
    assert content["pictures"][0]["credit"] == "Alice"


def test_a_picture_taken_away_stays_away(as_author: Browser, db: Session) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    token = upload(as_author, post["post"], a_photo()).get_json()["token"]
    keep(as_author, post=post["post"], edition=post["edition"], body="Hej", gone=token)
    assert copy_of(db, post["post"])["pictures"] == []


def test_claim_focus_and_link_are_kept(as_author: Browser, db: Session) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    token = upload(as_author, post["post"], a_photo()).get_json()["token"]
    fields = {
        "picture": token,
        f"claim-{token}": "not_yet",
        f"focus-{token}": "0.25 1.00",
        f"link-{token}": "https://video.example/w/abc",
    }
    keep(as_author, post=post["post"], edition=post["edition"], body="Hej", **fields)
    (picture,) = copy_of(db, post["post"])["pictures"]
    assert (picture["claim"], picture["focus_x"], picture["focus_y"]) == ("not_yet", 0.25, 1.0)
    assert picture["link"] == "https://video.example/w/abc"


@pytest.mark.parametrize("focus", ["", "2.00 0.10", "left", "0.5", "nan nan", "1.5 0.5; drop"])
def test_a_focus_that_is_none_leaves_the_middle(
    as_author: Browser, db: Session, focus: str
) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    token = upload(as_author, post["post"], a_photo()).get_json()["token"]
    fields = {"picture": token, f"focus-{token}": focus}
    answer = keep(as_author, post=post["post"], edition=post["edition"], body="Hej", **fields)
    assert answer.status_code == 200
    (picture,) = copy_of(db, post["post"])["pictures"]
    assert (picture["focus_x"], picture["focus_y"]) == (0.5, 0.5)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff broken"])
def test_a_bad_picture_is_refused_in_words(as_author: Browser, data: bytes) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    answer = upload(as_author, post["post"], data)
    assert answer.status_code == 422
    assert answer.get_json()["sentence"]


def test_no_picture_at_all_is_told(as_author: Browser) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    answer = as_author.post(f"/write/{post['post']}/photos", headers=SCRIPT)
    assert answer.status_code == 422
    assert answer.get_json()["sentence"]


def test_a_picture_damaged_on_its_way_is_sent_again(as_author: Browser, db: Session) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    assert upload(as_author, post["post"], a_photo(), "0" * 64).status_code == 422
    assert db.scalar(select(func.count()).select_from(Picture)) == 0


def test_a_thirteenth_picture_is_refused(as_author: Browser, db: Session) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    for number in range(12):
        assert (
            upload(as_author, post["post"], a_photo(f"#{20 * number:02x}5d7b")).status_code == 201
        )
    assert upload(as_author, post["post"], a_photo("#ffffff")).status_code == 422
    assert db.scalar(select(func.count()).select_from(Picture)) == 12


def test_wrong_fields_are_said_and_the_rest_is_kept(as_author: Browser, db: Session) -> None:
    answer = keep(as_author, form_key="k", body="Hej", dated="2031-01-01").get_json()
    assert list(answer["problems"]) == ["dated"]
    assert copy_of(db, answer["post"])["body"] == "Hej"


def test_sending_for_a_script_says_where_to_go(as_author: Browser, db: Session) -> None:
    post = keep(as_author, form_key="k", body="Hej").get_json()
    answer = sent_form(as_author, post["post"], edition=post["edition"], body="Hej då")
    assert answer.get_json() == {"go": f"/write/{post['post']}/sent"}
    again = sent_form(as_author, post["post"], edition=post["edition"], body="Hej då")
    assert again.status_code == 410
    assert db.scalar(select(Post.status)) is Status.SUBMITTED
    late = keep(as_author, post=post["post"], edition=post["edition"], body="Hej då")
    assert late.status_code in {409, 410}
    assert upload(as_author, post["post"], a_photo()).status_code == 409


def test_nobody_writes_into_anothers_post(as_author: Browser, db: Session, bob: Account) -> None:
    post = a_post(db, bob, Status.DRAFT, body="Bobs ord")
    db.commit()
    assert keep(as_author, post=post.id, edition="0.1", body="Stulet").status_code == 404
    assert upload(as_author, post.id, a_photo()).status_code == 404
    assert copy_of(db, post.id)["body"] == "Bobs ord"


@pytest.mark.parametrize("address", ["/write/live", "/write/1/photos"])
def test_whoever_is_logged_out_is_told_so(client: Browser, address: str) -> None:
    headers = {**SCRIPT, "Referer": "http://localhost/write/7"}
    answer = client.post(address, data={"body": "Hej"}, headers=headers)
    assert answer.status_code == 401
    assert answer.get_json() == {"login": "/login?next=/write/7"}
    assert client.get("/write/token", headers=SCRIPT).status_code == 401


def test_a_stale_token_is_told_and_can_be_renewed(app: Flask, as_author: Browser) -> None:
    headers = {**SCRIPT, "Sec-Fetch-Site": "same-origin"}
    stale = as_author.post("/write/live", data={"csrf_token": "old", **WORDS}, headers=headers)
    assert stale.status_code == 400
    assert stale.get_json() == {"csrf": True}
    fresh = as_author.get("/write/token", headers=SCRIPT).get_json()
    data = {**WORDS, "csrf_token": fresh["csrf_token"], "body": "Hej", "form_key": "k"}
    assert as_author.post("/write/live", data=data, headers=headers).status_code == 200
