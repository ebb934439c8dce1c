"""Who is writing? Coming in on a shared device by name or card and four digits."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import cards, codes
from diary.models import Account, Lab, Role
from diary.web.guards import SHARED_COOKIE
from tests.builders import NOW, PASSWORD, a_lab, an_account
from tests.conftest import Browser, Clock, browser_of
from tests.web.at_the_tablet import (
    SECRET,
    at,
    card_of,
    come_in,
    digits_of,
    hidden,
    is_in,
)
from tests.web.coming_in import an_invitation
from tests.web.looking_after import ENGLISH


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


def test_wrong_digits_do_not_show_a_cards_code(db: Session, tablet: Browser, amal: Account) -> None:
    code = cards.code(card_of(db, amal).uid, SECRET)
    answer = come_in(tablet, db, amal, name=code, digits="nej")
    assert answer.status_code == 422
    assert hidden(answer.text, "name") == code
    assert answer.text.count(code) == 1


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
    boss = at(lab, an_account(db, "boss"))
    code, digits = cards.code(card_of(db, boss).uid, SECRET), digits_of(db, boss)
    boss.role, boss.labs = role, [lab]
    db.commit()
    for name in ("boss", code):
        answer = tablet.post("/who", data={"name": name, "digits": digits})
        assert answer.status_code == 422
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


ONLY_ON_ONES_OWN = (
    ("POST", "/me/card"), ("GET", "/me/card"), ("GET", "/me/card.png"), ("POST", "/me/take-out"),
    ("GET", "/me/forget"), ("POST", "/me/forget"), ("GET", "/me/passkeys"),
    ("GET", "/me/devices"), ("POST", "/me/devices/sign-out-elsewhere"),
    ("POST", "/me/devices/1/sign-out"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ONLY_ON_ONES_OWN)
def test_four_digits_open_no_more_than_writing(
    db: Session, tablet: Browser, amal: Account, method: str, path: str
) -> None:
    come_in(tablet, db, amal)
    answer = tablet.open(path, method=method, headers=ENGLISH)
    assert answer.status_code == 403
    assert "Do that on a phone or computer of your own." in answer.text
    assert path not in tablet.get("/me").text


def test_on_a_shared_device_nobody_changes_password_or_address(
    db: Session, tablet: Browser, amal: Account
) -> None:
    amal.password_hash, amal.email = None, "amal@example.org"
    come_in(tablet, db, amal)
    for form in ({"password": "tre goda ord"}, {"name": "Amal", "email": "bo@example.org"}):
        assert tablet.post("/me", data=form).status_code == 403
    assert tablet.post("/me", data={"name": "Amal B"}).status_code == 303
    page = tablet.get("/me").text
    assert "amal@example.org" not in page
    assert 'type="password"' not in page
    db.rollback()
    db.refresh(amal)
    assert (amal.password_hash, amal.email) == (None, "amal@example.org")
    assert amal.person.name == "Amal B"


def test_whoever_joins_on_a_shared_device_sees_their_card_in_that_turn_alone(
    db: Session, tablet: Browser
) -> None:
    code = an_invitation(db, labs=("boden",))
    assert tablet.post(f"/join/{code}", data={"name": "Bo"}).location == "/me/card"
    assert tablet.get("/me/card").status_code == 200
    assert tablet.post("/me/card").status_code == 403
    tablet.post("/done")
    bo = db.scalars(select(Account).where(Account.username == "bo")).one()
    come_in(tablet, db, bo)
    assert tablet.get("/me/card").status_code == 403


def test_two_people_who_fit_count_as_a_try(
    db: Session, tablet: Browser, amal: Account, sara: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    amal.person.name = sara.person.name = "Kim"
    digits_of(db, amal)
    digits_of(db, sara)
    monkeypatch.setattr(cards, "fits", lambda *_: True)
    form = {"name": "Kim", "digits": "1234"}
    tries = [tablet.post("/who", data=form).status_code for _ in range(7)]
    assert tries[0] == 422
    assert tries[-1] == 429
