"""Shared devices: who is writing, whose turn it is, what stays; and the lists of devices."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import cards, codes
from diary.models import Account, Card, Device, Event, Lab, Post, Role, WorkingCopy
from diary.web.guards import SHARED_COOKIE
from tests.builders import NOW, PASSWORD, a_lab, an_account
from tests.conftest import Browser, Clock, browser_of
from tests.web.filling_in import TODAY
from tests.web.looking_after import ENGLISH, deeds

SECRET = "a key for tests only"
WORDS = "Vi bakade bröd, och ingen annan får läsa det än."


def digits_of(db: Session, account: Account) -> str:
    """The four digits on somebody's card, which is made if there is none."""
    return codes.pin_of(SECRET, card_of(db, account).uid)


def card_of(db: Session, account: Account) -> Card:
    found = cards.of(db, account.id) or cards.issue(db, account, NOW, SECRET, by_id=None)
    db.commit()
    return found


def at(lab: Lab, account: Account) -> Account:
    """Somebody who belongs to a place."""
    account.person.lab_id = lab.id
    return account


def settled(db: Session, account: Account) -> Account:
    db.commit()
    return account


@pytest.fixture
def tablet(lab: Lab, as_coordinator: Browser) -> Browser:
    """A browser that the coordinator of Boden has marked as shared."""
    answer = as_coordinator.post("/devices", data={"lab": "boden", "name": "Köket"})
    assert (answer.status_code, answer.location) == (303, "/who")
    return as_coordinator


@pytest.fixture
def amal(db: Session, lab: Lab) -> Account:
    return settled(db, at(lab, an_account(db, "amal")))


@pytest.fixture
def sara(db: Session, lab: Lab) -> Account:
    return settled(db, at(lab, an_account(db, "sara")))


def come_in(tablet: Browser, db: Session, account: Account, **more: str):
    form = {"name": account.username, "digits": digits_of(db, account), **more}
    return tablet.post("/who", data=form, headers=ENGLISH)


def is_in(browser: Browser) -> bool:
    return browser.get("/mine").status_code == 200


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


# ---------------------------------------------------------------- marking


def test_marking_signs_the_coordinator_out_and_asks_who_is_writing(
    db: Session, as_coordinator: Browser
) -> None:
    assert "This is a shared device" in as_coordinator.get("/devices", headers=ENGLISH).text
    answer = as_coordinator.post("/devices", data={"lab": "boden", "name": " Köket "})
    assert answer.location == "/who"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(SHARED_COOKIE))
    for part in ("Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert not is_in(as_coordinator)
    device = db.scalars(select(Device).where(Device.account_id.is_(None))).one()
    assert device.name == "Köket"
    own = db.scalars(select(Device).where(Device.account_id.is_not(None))).one()
    assert own.revoked_at is not None
    assert deeds(db) == ["revoke_device", "share_device"]
    assert "Who is writing?" in as_coordinator.get("/who", headers=ENGLISH).text


@pytest.mark.parametrize("slug", ["goteborg", ""])
def test_a_coordinator_shares_devices_of_their_own_places_only(
    db: Session, as_coordinator: Browser, slug: str
) -> None:
    a_lab(db, "goteborg")
    db.commit()
    assert as_coordinator.post("/devices", data={"lab": slug}).status_code == 403
    assert is_in(as_coordinator)
    assert db.scalars(select(Device).where(Device.account_id.is_(None))).all() == []


def test_the_lead_shares_a_device_of_no_place(
    db: Session, as_lead: Browser, alice: Account
) -> None:
    assert as_lead.post("/devices", data={"lab": ""}).location == "/who"
    assert come_in(as_lead, db, alice).location == "/write"


def test_a_forged_cookie_makes_no_shared_device(client: Browser, tablet: Browser) -> None:
    cookie = tablet.get_cookie(SHARED_COOKIE)
    assert cookie
    client.set_cookie(SHARED_COOKIE, cookie.value[:-2] + "xx")
    answer = client.get("/who")
    assert answer.location == "/login"
    assert f"{SHARED_COOKIE}=;" in answer.headers["Set-Cookie"]


def test_who_is_only_asked_on_a_shared_device(client: Browser) -> None:
    assert client.get("/who").location == "/login"
    assert client.get("/write").location == "/login?next=/write"
    assert "/who" not in client.get("/login").text


def test_a_shared_device_leads_to_who_and_offers_it_at_the_login(tablet: Browser) -> None:
    assert tablet.get("/write").location == "/who"
    assert tablet.get("/mine").location == "/who"
    assert 'href="/who"' in tablet.get("/login").text


# ---------------------------------------------------------------- coming in


@pytest.mark.parametrize("name", ["amal", " AMAL ", "Åsa Ek", "åsa ek"])
def test_a_name_and_four_digits_let_somebody_in(
    db: Session, tablet: Browser, amal: Account, name: str
) -> None:
    amal.person.name = "Åsa Ek"
    answer = come_in(tablet, db, amal, name=name)
    assert (answer.status_code, answer.location) == (303, "/write")
    assert "You write as" in tablet.get("/write", headers=ENGLISH).text


def test_the_code_of_a_card_says_who_it_is(db: Session, tablet: Browser, amal: Account) -> None:
    code = codes.in_groups(cards.code(card_of(db, amal).uid, SECRET))
    assert come_in(tablet, db, amal, name=code.lower()).location == "/write"


def test_a_scanned_card_asks_for_the_digits(db: Session, tablet: Browser, amal: Account) -> None:
    code = cards.code(card_of(db, amal).uid, SECRET)
    page = tablet.get(f"/card/{code}", headers=ENGLISH)
    assert hidden(page.text, "name") == code
    assert "Amal" not in page.text
    assert tablet.post(f"/card/{code}").status_code == 200
    assert not is_in(tablet)
    assert come_in(tablet, db, amal, name=code).location == "/write"


def test_who_shows_no_names(db: Session, tablet: Browser, amal: Account) -> None:
    card_of(db, amal)
    assert "Amal" not in tablet.get("/who").text


@pytest.mark.parametrize("case", ["digits", "name", "no card", "elsewhere", "closed", "empty"])
def test_what_does_not_fit_is_refused_alike(
    db: Session, tablet: Browser, amal: Account, case: str
) -> None:
    digits = digits_of(db, amal)
    form = {"name": "amal", "digits": digits}
    if case == "digits":
        form["digits"] = f"{(int(digits) + 1) % 10_000:04}"
    elif case == "name":
        form["name"] = "ingen"
    elif case == "empty":
        form = {"name": "", "digits": ""}
    elif case == "no card":
        cards.revoke(db, amal.id, NOW)
    elif case == "elsewhere":
        at(a_lab(db, "goteborg"), amal)
    else:
        amal.closed_at = NOW
    db.commit()
    answer = tablet.post("/who", data=form, headers=ENGLISH)
    assert answer.status_code == 422
    assert "do not fit together" in answer.text
    assert not is_in(tablet)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEAD])
def test_who_decides_comes_in_with_a_password(
    db: Session, tablet: Browser, lab: Lab, role: Role
) -> None:
    boss = at(lab, an_account(db, "boss", role, labs=(lab,)))
    code = cards.code(card_of(db, boss).uid, SECRET)
    assert come_in(tablet, db, boss).status_code == 422
    assert come_in(tablet, db, boss, name=code).status_code == 422
    tablet.post("/login", data={"name": "boss", "password": PASSWORD})
    assert "You write as" in tablet.get("/", headers=ENGLISH).text


def namesakes(db: Session, lab: Lab, same_digits: bool) -> tuple[Account, Account]:
    """Two people called Amal, with the same four digits or with others."""
    one, other = at(lab, an_account(db, "amal1")), at(lab, an_account(db, "amal2"))
    one.person.name = other.person.name = "Amal"
    while (digits_of(db, one) == digits_of(db, other)) != same_digits:
        if not same_digits:
            cards.issue(db, other, NOW, SECRET, by_id=None)
            continue
        card = card_of(db, other)
        digits = digits_of(db, one)
        card.uid = next(uid for uid in uids() if codes.pin_of(SECRET, uid) == digits)
        db.commit()
    return one, other


def uids():
    from uuid import UUID

    number = 0
    while True:
        number += 1
        yield UUID(int=number)


def test_two_of_one_name_are_told_apart_by_their_digits(
    db: Session, tablet: Browser, lab: Lab
) -> None:
    _one, other = namesakes(db, lab, same_digits=False)
    assert come_in(tablet, db, other, name="Amal").status_code == 303
    with tablet.session_transaction() as session:
        assert session["_user_id"].startswith(f"{other.id}.")


def test_two_of_one_name_and_digits_are_asked_for_their_card(
    db: Session, tablet: Browser, lab: Lab
) -> None:
    one, _other = namesakes(db, lab, same_digits=True)
    answer = come_in(tablet, db, one, name="Amal")
    assert answer.status_code == 422
    assert "code of your card" in answer.text
    assert come_in(tablet, db, one, name="amal1").status_code == 303


def wrong(tablet: Browser, name: str) -> int:
    return tablet.post("/who", data={"name": name, "digits": "-"}).status_code


def test_guessing_somebodys_digits_waits_wherever_it_is_done(
    db: Session, app: Flask, tablet: Browser, amal: Account, sara: Account, clock: Clock
) -> None:
    card_of(db, amal)
    assert [wrong(tablet, "amal") for _ in range(5)] == [422] * 5
    answer = come_in(tablet, db, amal)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "Wait 1 second" in answer.text
    other = browser_of(app)
    cookie = tablet.get_cookie(SHARED_COOKIE)
    assert cookie
    other.set_cookie(SHARED_COOKIE, cookie.value)
    assert come_in(other, db, amal).status_code == 429
    assert come_in(other, db, sara).status_code == 303
    clock.pass_by(seconds=1)
    assert come_in(tablet, db, amal).status_code == 303


def test_guessing_many_names_on_one_device_waits(
    db: Session, app: Flask, tablet: Browser, lab: Lab, lea: Account, amal: Account
) -> None:
    assert [wrong(tablet, f"name{number}") for number in range(31)] == [422] * 30 + [429]
    # Another device on the same network is not held up by that.
    other = browser_of(app)
    other.post("/login", data={"name": "lea", "password": PASSWORD})
    other.post("/devices", data={"lab": "boden"})
    assert come_in(other, db, amal).status_code == 303


# ---------------------------------------------------------------- the turn


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


def form(page: str, **fields: str) -> dict[str, str]:
    """The writing form of a page, as somebody fills it in."""
    key = re.search(r'name="(form_key|edition)" value="([^"]*)"', page)
    kept = {key[1]: unescape(key[2])} if key else {}
    return {"dated": TODAY, "lang": "sv", "action": "save", "body": WORDS,
            "writer": hidden(page, "writer"), **kept, **fields}  # fmt: skip


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


# ---------------------------------------------------------------- lists


def test_shared_devices_are_listed_and_ended(
    db: Session, app: Flask, tablet: Browser, cora: Account, amal: Account, log_in
) -> None:
    come_in(tablet, db, amal)
    desk = log_in(cora)
    page = desk.get("/devices", headers=ENGLISH).text
    assert "Köket" in page
    assert "7 February 2020" in page
    (number,) = re.findall(r"/devices/(\d+)/revoke", page)
    assert desk.post(f"/devices/{number}/revoke").location == "/devices"
    assert not is_in(tablet)
    assert tablet.get("/who").location == "/login"
    assert tablet.get_cookie(SHARED_COOKIE) is None
    assert deeds(db)[-1] == "revoke_device"
    assert desk.post(f"/devices/{number}/revoke").status_code == 404


def test_a_coordinator_who_takes_this_devices_mark_away_frees_it(
    db: Session, tablet: Browser, cora: Account
) -> None:
    tablet.post("/login", data={"name": "cora", "password": PASSWORD})
    page = tablet.get("/devices", headers=ENGLISH).text
    assert "The device in front of you is shared." in page
    assert tablet.post("/devices", data={"lab": "boden"}).location == "/devices"
    (number,) = re.findall(r"/devices/(\d+)/revoke", page)
    tablet.post(f"/devices/{number}/revoke")
    assert tablet.get_cookie(SHARED_COOKIE) is None


def test_devices_of_other_places_are_not_a_coordinators(
    db: Session, tablet: Browser, lab: Lab, amal: Account, log_in
) -> None:
    elsewhere = a_lab(db, "goteborg")
    petra = an_account(db, "petra", Role.COORDINATOR, labs=(elsewhere,))
    db.commit()
    phone, desk = log_in(amal), log_in(petra)
    assert "Köket" not in desk.get("/devices").text
    assert desk.get(f"/people/{amal.id}/devices").status_code == 404
    for device in db.scalars(select(Device)):
        if device.account_id != petra.id and device.revoked_at is None:
            assert desk.post(f"/devices/{device.id}/revoke").status_code == 404
    assert is_in(phone)


def test_a_coordinator_signs_a_lost_phone_out(
    db: Session, as_coordinator: Browser, amal: Account, app: Flask
) -> None:
    db.commit()
    phone = browser_of(app)
    agent = "Mozilla/5.0 (Linux; Android 8.0; SM-G930F) AppleWebKit/537.36 Chrome/120.0 Safari/537"
    sent = {"name": "amal", "password": PASSWORD}
    phone.post("/login", data=sent, headers={"User-Agent": agent})
    page = as_coordinator.get(f"/people/{amal.id}/devices", headers=ENGLISH).text
    assert "Android · Chrome" in page
    assert "SM-G930F" not in page
    (number,) = re.findall(r"/devices/(\d+)/revoke", page)
    answer = as_coordinator.post(f"/devices/{number}/revoke")
    assert answer.location == f"/people/{amal.id}/devices"
    assert not is_in(phone)
    event = db.scalars(select(Event).where(Event.action == "revoke_device")).one()
    assert event.account_id == amal.id


def test_own_devices_are_listed_and_signed_out(
    db: Session, as_author: Browser, alice: Account, log_in
) -> None:
    others = [log_in(alice), log_in(alice)]
    page = as_author.get("/me/devices", headers=ENGLISH).text
    numbers = re.findall(r"/me/devices/(\d+)/sign-out", page)
    assert len(numbers) == 3
    assert page.count("This one") == 1
    assert as_author.post(f"/me/devices/{numbers[0]}/sign-out").location == "/me/devices"
    assert [is_in(browser) for browser in others].count(True) == 1
    as_author.post("/me/devices/sign-out-elsewhere")
    assert not any(is_in(browser) for browser in others)
    assert is_in(as_author)


def test_signing_this_device_out_is_logging_out(
    db: Session, as_author: Browser, alice: Account
) -> None:
    number = db.scalars(select(Device.id)).one()
    answer = as_author.post(f"/me/devices/{number}/sign-out")
    assert answer.location == "/"
    assert "Clear-Site-Data" in answer.headers
    assert not is_in(as_author)


def test_nobody_signs_out_a_strangers_device(
    db: Session, as_author: Browser, bob: Account, log_in
) -> None:
    other = log_in(bob)
    number = db.scalars(select(Device.id).where(Device.account_id == bob.id)).one()
    assert as_author.post(f"/me/devices/{number}/sign-out").status_code == 404
    assert as_author.post(f"/devices/{number}/revoke").status_code == 403
    assert is_in(other)


# ---------------------------------------------------------------- the day of last use


def test_the_day_of_last_use_is_noted_once_a_day(
    db: Session, app: Flask, as_author: Browser, clock: Clock
) -> None:
    from sqlalchemy import event

    writes: list[str] = []
    engine = app.extensions["diary"].sessions.kw["bind"]

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith(("UPDATE", "BEGIN IMMEDIATE")):
            writes.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    as_author.get("/mine")
    assert writes == []
    clock.pass_by(days=1)
    as_author.get("/mine")
    as_author.get("/mine")
    assert len([one for one in writes if one.startswith("UPDATE devices")]) == 1
    device = db.scalars(select(Device)).one()
    assert device.seen_on.isoformat() == "2020-02-08"
