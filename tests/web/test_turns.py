"""Turns on a shared device: how they end, and that nothing of them is lost or seen."""

import re
from html import unescape

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import invitations
from diary.domain.accounts import actor_of
from diary.domain.invitations import Offer
from diary.models import Account, Device, Post, Role, WorkingCopy
from diary.web.guards import SHARED_COOKIE
from tests.builders import NOW, PASSWORD, an_account
from tests.conftest import Browser, Clock, browser_of
from tests.web.at_the_tablet import (
    SECRET,
    WORDS,
    come_in,
    form,
    hidden,
    is_in,
)
from tests.web.looking_after import ENGLISH


def test_the_session_is_short_and_the_mark_is_renewed(
    db: Session, tablet: Browser, amal: Account
) -> None:
    answer = come_in(tablet, db, amal)
    cookies = answer.headers.getlist("Set-Cookie")
    (own,) = [cookie for cookie in cookies if cookie.startswith("diary=")]
    assert "Expires" not in own
    assert "Max-Age" not in own
    assert any(cookie.startswith(f"{SHARED_COOKIE}=") for cookie in cookies)


def test_ten_idle_minutes_end_the_turn_and_each_request_begins_them_anew(
    db: Session, tablet: Browser, amal: Account, clock: Clock
) -> None:
    come_in(tablet, db, amal)
    for _ in range(3):
        clock.pass_by(minutes=9)
        assert is_in(tablet)
    clock.pass_by(minutes=10)
    assert tablet.get("/write").location == "/who"
    answer = tablet.get("/who")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert tablet.get_cookie("diary") is None


def test_asking_how_long_it_holds_is_no_use_but_saying_yes_is(
    db: Session, tablet: Browser, amal: Account, clock: Clock
) -> None:
    assert tablet.get("/sitting").json == {"seconds": 0}
    come_in(tablet, db, amal)
    clock.pass_by(minutes=9)
    assert tablet.get("/sitting").json == {"seconds": 60, "account": amal.id}
    assert tablet.post("/sitting").json == {"seconds": 600, "account": amal.id}
    clock.pass_by(minutes=9, seconds=59)
    assert tablet.get("/sitting").json == {"seconds": 1, "account": amal.id}
    assert is_in(tablet)


def test_style_sheets_carry_no_session_there_either(
    db: Session, tablet: Browser, amal: Account
) -> None:
    come_in(tablet, db, amal)
    with tablet.get("/static/css/base.css") as answer:
        assert "Set-Cookie" not in answer.headers


def test_im_done_ends_the_turn_for_good(
    db: Session, app: Flask, tablet: Browser, amal: Account
) -> None:
    come_in(tablet, db, amal)
    copied = {name: tablet.get_cookie(name) for name in ("diary", SHARED_COOKIE)}
    answer = tablet.post("/done")
    assert (answer.status_code, answer.location) == (303, "/who")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(tablet)
    # An answer still on its way may bring the session's cookie back: it holds no more.
    thief = browser_of(app)
    for name, cookie in copied.items():
        assert cookie
        thief.set_cookie(name, cookie.value)
    assert not is_in(thief)


def test_the_next_person_ends_the_turn_of_the_one_before(
    db: Session, app: Flask, tablet: Browser, amal: Account, sara: Account
) -> None:
    come_in(tablet, db, amal)
    copy = tablet.get_cookie("diary")
    assert copy
    assert come_in(tablet, db, sara).status_code == 303
    assert "Sara" in tablet.get("/write").text
    tablet.set_cookie("diary", copy.value)
    assert not is_in(tablet)


def test_logging_out_there_is_being_done(db: Session, tablet: Browser, amal: Account) -> None:
    come_in(tablet, db, amal)
    assert tablet.post("/logout").location == "/who"
    assert come_in(tablet, db, amal).status_code == 303


def test_the_bar_stands_on_every_page_of_the_turn_only(
    db: Session, tablet: Browser, amal: Account, as_author: Browser
) -> None:
    come_in(tablet, db, amal)
    for address in ("/", "/write", "/mine", "/me", "/archive"):
        page = tablet.get(address, headers=ENGLISH)
        assert "You write as" in page.text, address
        assert 'content="600;url=/who"' in page.text
        assert page.headers["Cache-Control"] == "private, no-store"
    tablet.post("/done")
    assert "You write as" not in tablet.get("/", headers=ENGLISH).text
    assert "You write as" not in as_author.get("/", headers=ENGLISH).text


def test_going_back_to_a_form_one_joined_by_lets_nobody_in(
    db: Session, tablet: Browser, cora: Account
) -> None:
    offer = Offer(Role.AUTHOR, labs=("boden",), uses=5)
    invitation = invitations.invite(db, actor_of(cora), offer, NOW, SECRET)
    db.commit()
    assert invitation.uid
    code = invitations.code(invitation.uid, SECRET)
    page = tablet.get(f"/join/{code}").text
    typed = {"name": "Åsa", "form": hidden(page, "form")}
    assert tablet.post(f"/join/{code}", data=typed).status_code == 303
    assert is_in(tablet)
    tablet.post("/done")
    assert tablet.post(f"/join/{code}", data=typed).location == "/who"
    assert not is_in(tablet)


def test_a_language_belongs_to_the_turn(db: Session, tablet: Browser, amal: Account, sara) -> None:
    amal.language = "en"
    answer = come_in(tablet, db, amal)
    assert any("language=en" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert '<html lang="en"' in tablet.get("/mine").text
    tablet.post("/done")
    assert tablet.get_cookie("language") is None
    tablet.post("/language", data={"lang": "en"})
    come_in(tablet, db, sara)
    assert '<html lang="en"' in tablet.get("/mine").text


# ---------------------------------------------------------------- sending, and nothing lost


def test_sending_ends_the_turn_and_thanks_once(db: Session, tablet: Browser, amal: Account) -> None:
    come_in(tablet, db, amal)
    answer = tablet.post("/write", data=form(tablet.get("/write").text, action="send"))
    assert (answer.status_code, answer.location) == (303, "/who")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(tablet)
    thanks = tablet.get("/who", headers=ENGLISH)
    assert "Thank you, <bdi>Amal</bdi>!" in thanks.text
    assert tablet.get_cookie("diary") is None
    assert "Amal" not in tablet.get("/who").text


def test_thanks_do_not_wait_for_the_next_person(
    db: Session, tablet: Browser, amal: Account, clock: Clock
) -> None:
    come_in(tablet, db, amal)
    tablet.post("/write", data=form(tablet.get("/write").text, action="send"))
    clock.pass_by(minutes=1)
    assert "Amal" not in tablet.get("/who").text


def test_what_cannot_be_sent_ends_no_turn(db: Session, tablet: Browser, amal: Account) -> None:
    come_in(tablet, db, amal)
    sent = form(tablet.get("/write").text, action="send", dated="i går")
    assert tablet.post("/write", data=sent).status_code == 422
    assert is_in(tablet)


def test_being_done_while_writing_keeps_the_words(
    db: Session, tablet: Browser, amal: Account
) -> None:
    come_in(tablet, db, amal)
    page = tablet.get("/write").text
    assert re.search(r'form="writing" name="action" value="done"', page)
    assert tablet.post("/write", data=form(page, action="done")).location == "/who"
    assert not is_in(tablet)
    assert db.scalars(select(WorkingCopy)).one().content["body"] == WORDS
    assert come_in(tablet, db, amal).location == "/mine"
    assert WORDS[:20] in tablet.get("/mine").text


def test_being_done_with_nothing_leaves_no_empty_post(
    db: Session, tablet: Browser, amal: Account
) -> None:
    come_in(tablet, db, amal)
    sent = form(tablet.get("/write").text, action="done", body=" ")
    assert tablet.post("/write", data=sent).location == "/who"
    assert db.scalar(select(Post.id)) is None


def late(tablet: Browser, db: Session, amal: Account, clock: Clock) -> str:
    """Amal sends after her idle minutes; gives the page she sees."""
    come_in(tablet, db, amal)
    page = tablet.get("/write").text
    clock.pass_by(minutes=11)
    answer = tablet.post("/write", data=form(page), headers=ENGLISH)
    assert answer.status_code == 403
    return answer.text


def test_words_sent_too_late_come_back_to_their_writer(
    db: Session, tablet: Browser, amal: Account, clock: Clock
) -> None:
    page = late(tablet, db, amal, clock)
    assert "bakade" not in page
    failed = tablet.post(
        "/who", data={"name": "amal", "digits": "-", "carried": hidden(page, "carried")}
    )
    assert failed.status_code == 422
    shown = come_in(tablet, db, amal, carried=hidden(failed.text, "carried"))
    assert "Vi bakade bröd" in shown.text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown.text)
    sent = {name: unescape(value) for name, value in fields if name not in {"csrf_token", "next"}}
    assert tablet.post("/write", data=sent).status_code == 303
    assert db.scalars(select(WorkingCopy)).one().content["body"] == WORDS


def test_who_needs_a_password_gets_late_words_back_too(
    db: Session, tablet: Browser, cora: Account, amal: Account, clock: Clock
) -> None:
    door = {"name": "cora", "password": PASSWORD}
    tablet.post("/login", data=door)
    page = tablet.get("/write").text
    clock.pass_by(minutes=11)
    late = tablet.post("/write", data=form(page)).text
    login = tablet.post("/login", data={"carried": hidden(late, "carried")}, headers=ENGLISH)
    assert login.status_code == 200
    shown = tablet.post("/login", data={**door, "carried": hidden(login.text, "carried")})
    assert "Vi bakade bröd" in shown.text


def test_words_sent_too_late_are_not_shown_to_the_next_person(
    db: Session, tablet: Browser, amal: Account, sara: Account, clock: Clock
) -> None:
    page = late(tablet, db, amal, clock)
    answer = come_in(tablet, db, sara, carried=hidden(page, "carried"))
    assert answer.location == "/write"
    shown = tablet.get("/write", headers=ENGLISH).text
    assert "bakade" not in answer.text + shown
    assert "was not yours" in shown


def test_a_form_of_the_one_before_is_not_shown_either(
    db: Session, tablet: Browser, amal: Account, sara: Account
) -> None:
    come_in(tablet, db, amal)
    old = {**form(tablet.get("/write").text), "csrf_token": "of Amal's session"}
    come_in(tablet, db, sara)
    answer = tablet.post("/write", data=old)
    assert answer.location == "/write"
    assert "bakade" not in answer.text
    assert db.scalar(select(Post.id)) is None


def test_ones_own_old_form_is_shown_with_a_key_that_fits(
    db: Session, tablet: Browser, amal: Account
) -> None:
    come_in(tablet, db, amal)
    old = {**form(tablet.get("/write").text), "csrf_token": "of the session before"}
    come_in(tablet, db, amal)
    answer = tablet.post("/write", data=old)
    assert answer.status_code == 400
    assert "Vi bakade bröd" in answer.text


def test_carried_words_cannot_be_made_up(db: Session, tablet: Browser, amal: Account) -> None:
    assert come_in(tablet, db, amal, carried="made up").location == "/write"


def test_what_was_saved_before_the_turn_ended_is_there_on_the_phone(
    db: Session, app: Flask, tablet: Browser, amal: Account, sara: Account, clock: Clock
) -> None:
    come_in(tablet, db, amal)
    tablet.post("/write", data=form(tablet.get("/write").text))
    clock.pass_by(minutes=11)
    come_in(tablet, db, sara)
    number = db.scalars(select(Post.id)).one()
    assert tablet.get(f"/write/{number}").status_code == 404
    assert "bakade" not in tablet.get("/mine").text
    phone = browser_of(app)
    phone.post("/login", data={"name": "amal", "password": PASSWORD})
    assert WORDS in phone.get(f"/write/{number}").text


def test_a_script_is_told_to_ask_who_it_is(db: Session, tablet: Browser) -> None:
    answer = tablet.get("/write/token", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (401, {"login": "/who"})


def test_words_that_come_after_the_device_ceased_to_be_shared_are_not_shown(
    db: Session, tablet: Browser, amal: Account, app: Flask, as_lead: Browser
) -> None:
    come_in(tablet, db, amal)
    an_account(db, "bo")
    db.commit()
    sent = form(tablet.get("/write").text)
    device = db.scalars(select(Device).where(Device.account_id.is_(None))).one()
    number = device.id
    db.rollback()
    as_lead.post(f"/devices/{number}/revoke")
    late = tablet.post("/write", data=sent, headers=ENGLISH)
    assert late.status_code == 403
    assert WORDS not in late.text
    carried = {"carried": hidden(late.text, "carried"), "password": PASSWORD}
    for name, shown in (("bo", False), ("amal", True)):
        another = browser_of(app)
        answer = another.post("/login", data={**carried, "name": name}, follow_redirects=True)
        assert (WORDS in answer.text) == shown


def test_words_that_nobody_here_has_hidden_are_no_words(
    db: Session, tablet: Browser, amal: Account
) -> None:
    for carried in ("å", "x" * 5_000, ""):
        assert come_in(tablet, db, amal, carried=carried).location == "/write"
        tablet.post("/done")
