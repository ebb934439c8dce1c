"""Joining by a poster: a name is enough, a class gets in, a guesser is slowed."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import accounts, cards, codes
from diary.models import Account, Card, Device, Invitation, Lab, Person, Role, Throttle
from tests.conftest import Browser, Clock, browser_of
from tests.web.coming_in import SECRET, WRONG, a_card, an_invitation, count, in_as
from tests.web.looking_after import ENGLISH

AMAL = {"name": "Amal"}


@pytest.fixture(autouse=True)
def _light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real argon2id with light parameters."""
    light = type(accounts.hasher)(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "hasher", light)


def form_key(browser: Browser, code: str) -> str:
    """The hidden key of a form to join by."""
    found = re.search(r'name="form" value="([^"]+)"', browser.get(f"/join/{code}").text)
    assert found
    return found[1]


# ---------------------------------------------------------------- joining


def test_looking_at_an_invitation_does_not_use_it_up(
    db: Session, lab: Lab, client: Browser
) -> None:
    code = an_invitation(db, labs=("boden",))
    for typed in (code, code.lower(), f"{code[:5]}-{code[5:]}"):
        answer = client.get(f"/join/{typed}")
        assert answer.status_code == 200
        assert "Boden" in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Set-Cookie" not in answer.headers
    assert client.head(f"/join/{code}").status_code == 200
    assert db.scalars(select(Invitation)).one().uses_left == 1
    assert count(db, Person) == 0


def test_a_name_is_enough_and_the_card_is_handed_over_at_once(
    db: Session, lab: Lab, client: Browser
) -> None:
    code = an_invitation(db, labs=("boden",))
    answer = client.post(f"/join/{code}", data=AMAL, headers={"Accept-Language": "ar"})
    assert (answer.status_code, answer.location) == (303, "/me/card")
    account = accounts.candidate(db, "amal")
    assert account is not None
    assert (account.password_hash, account.language, account.person.lab_id) == (None, "ar", lab.id)
    card = cards.of(db, account.id)
    assert card is not None
    text = client.get("/me/card").text
    assert codes.in_groups(cards.code(card.uid, SECRET)) in text
    assert codes.pin_of(SECRET, card.uid) in text
    assert 'href="/write"' in text.split("<main")[1]
    assert client.get("/write").status_code == 200


def test_all_the_rest_can_be_given_too(db: Session, lab: Lab, client: Browser) -> None:
    code = an_invitation(db, labs=("boden",))
    sent = {**AMAL, "byline_role": "ny i Boden", "username": "Amal.H", "password": "tre goda ord",
            "email": "Amal@Example.org"}  # fmt: skip
    assert client.post(f"/join/{code}", data=sent).status_code == 303
    account = accounts.candidate(db, "amal@example.org")
    assert account is not None
    assert (account.username, account.person.role) == ("amal.h", "ny i Boden")
    assert accounts.verify(account.password_hash, "tre goda ord")


def test_under_18_only_the_first_name_is_kept_for_good(db: Session, client: Browser) -> None:
    client.post(f"/join/{an_invitation(db)}", data={"name": "Noor Haddad", "minor": "1"})
    assert db.scalars(select(Person.name)).all() == ["Noor"]
    client.post("/me", data={"name": "Noor Haddad"})
    db.rollback()
    assert db.scalars(select(Person.name)).all() == ["Noor"]


def test_an_invitation_for_one_is_over_after_one(db: Session, app: Flask, client: Browser) -> None:
    code = an_invitation(db)
    client.post(f"/join/{code}", data=AMAL)
    stranger = browser_of(app)
    for answer in (stranger.get(f"/join/{code}"), stranger.post(f"/join/{code}", data=AMAL)):
        assert answer.status_code == 410


def test_a_form_that_comes_back_has_everything_but_the_password(
    db: Session, alice: Account, client: Browser
) -> None:
    typed = {"name": "Åsa", "byline_role": "vaktmästare", "username": "Alice",
             "email": "ingen adress", "password": "kort"}  # fmt: skip
    answer = client.post(f"/join/{an_invitation(db)}", data=typed, headers=ENGLISH)
    assert answer.status_code == 422
    assert all(f'value="{typed[field]}"' in answer.text for field in typed if field != "password")
    assert 'value="kort"' not in answer.text
    for field in ("username", "email", "password"):
        assert f'id="{field}-wrong"' in answer.text
    assert "<details" in answer.text
    assert re.search(r'<details class="more-fields" open', answer.text)
    assert "Set-Cookie" not in answer.headers
    assert db.scalars(select(Invitation)).one().uses_left == 1


def test_a_double_tap_makes_one_account(db: Session, app: Flask) -> None:
    code = an_invitation(db, uses=5)
    first, second = browser_of(app), browser_of(app)
    sent = {**AMAL, "form": form_key(first, code)}
    for browser in (first, second):  # neither has the other's cookie yet
        assert browser.post(f"/join/{code}", data=sent).location == "/me/card"
    assert count(db, Account) == 1
    assert in_as(second) == "Amal"
    open_devices = select(func.count()).where(Device.revoked_at.is_(None))
    assert db.scalar(open_devices) == 1


def test_the_next_person_at_the_same_phone_gets_an_account_of_their_own(
    db: Session, app: Flask, clock: Clock
) -> None:
    code = an_invitation(db, uses=5)
    browser = browser_of(app)
    key = form_key(browser, code)
    browser.post(f"/join/{code}", data={**AMAL, "form": key})
    browser.post("/logout")
    clock.pass_by(minutes=3)
    browser.post(f"/join/{code}", data={"name": "Bo", "form": key})
    assert in_as(browser) == "Bo"
    assert count(db, Account) == 2


def test_another_name_in_the_same_form_is_another_person(db: Session, app: Flask) -> None:
    code = an_invitation(db, uses=5)
    browser = browser_of(app)
    key = form_key(browser, code)
    browser.post(f"/join/{code}", data={**AMAL, "form": key})
    browser.post("/logout")
    browser.post(f"/join/{code}", data={"name": "Bo", "form": key})
    assert in_as(browser) == "Bo"
    assert count(db, Account) == 2


def test_a_lead_s_form_sent_again_opens_nothing_without_the_password(
    db: Session, app: Flask
) -> None:
    code = an_invitation(db, role=Role.LEAD, uses=5)
    first, second, third = browser_of(app), browser_of(app), browser_of(app)
    sent = {**AMAL, "form": form_key(first, code), "password": "tre goda ord"}
    first.post(f"/join/{code}", data=sent)
    second.post(f"/join/{code}", data={**sent, "password": "tre andra ord"})
    assert count(db, Account) == 2
    third.post(f"/join/{code}", data=sent)
    assert count(db, Account) == 2


def test_nobody_comes_in_with_a_key_they_have_made_up(
    db: Session, alice: Account, client: Browser
) -> None:
    code = an_invitation(db)
    client.post(f"/join/{code}", data={**AMAL, "form": str(alice.person.uid)})
    assert in_as(client) == "Amal"


def test_going_back_and_joining_again_shows_who_one_is(db: Session, client: Browser) -> None:
    code = an_invitation(db)
    client.post(f"/join/{code}", data=AMAL, headers=ENGLISH)
    for answer in (
        client.get(f"/join/{code}", headers=ENGLISH),
        client.post(f"/join/{code}", data={**AMAL, "csrf_token": ""}, headers=ENGLISH),
    ):
        assert answer.status_code == 200
        assert "You are logged in as Amal" in answer.text
        assert "Log out first" in answer.text
    assert count(db, Account) == 1


@pytest.mark.parametrize(("role", "address"), [(Role.COORDINATOR, "/moderation"), (Role.LEAD, "/")])
def test_whoever_looks_after_the_diary_chooses_a_password(
    db: Session, lab: Lab, client: Browser, role: Role, address: str
) -> None:
    code = an_invitation(db, role=role, labs=("boden",))
    answer = client.post(f"/join/{code}", data=AMAL)
    assert answer.status_code == 422
    assert 'id="password-wrong"' in answer.text
    answer = client.post(f"/join/{code}", data={**AMAL, "password": "tre goda ord"})
    assert (answer.status_code, answer.location) == (303, address)
    assert client.get(address).status_code == 200
    assert count(db, Card) == 0


# ---------------------------------------------------------------- a class, and a guesser


def test_a_class_of_thirty_joins_from_one_address_in_ten_minutes(
    db: Session, lab: Lab, app: Flask, clock: Clock
) -> None:
    code = an_invitation(db, labs=("boden",), uses=30)
    for number in range(30):
        pupil = browser_of(app)
        if number % 5 == 0:
            assert pupil.post("/join", data={"code": WRONG}).status_code == 404
        onward = pupil.post("/join", data={"code": f"{code[:5]} {code[5:].lower()}"})
        assert (onward.status_code, onward.location) == (303, f"/join/{code}")
        assert pupil.get(f"/join/{code}").status_code == 200
        answer = pupil.post(f"/join/{code}", data={"name": "Ali" if number % 3 else f"N{number}"})
        assert (answer.status_code, answer.location) == (303, "/me/card")
        assert pupil.get("/me/card").status_code == 200
        clock.pass_by(seconds=19)
    assert count(db, Account) == 30
    assert count(db, Card) == 30
    assert len(set(db.scalars(select(Account.username)))) == 30


def test_sixty_at_once_and_the_next_waits_whatever_its_address(db: Session, app: Flask) -> None:
    code = an_invitation(db, uses=200)
    answers = [
        browser_of(app).post(
            f"/join/{code}", data=AMAL, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}
        )
        for number in range(61)
    ]
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    assert answers[-1].headers["Retry-After"] == "600"
    assert count(db, Account) == 60


@pytest.mark.parametrize("door", ["/join", "/card"])
def test_a_guesser_is_slowed_and_shuts_nobody_out(
    db: Session, app: Flask, clock: Clock, door: str
) -> None:
    code = an_invitation(db)
    guesser = browser_of(app)
    answers = [
        guesser.get(f"{door}/{WRONG[:-2]}{a}{b}").status_code
        for a in "23456789"
        for b in "23456789"
    ]
    assert answers == [404] * codes.FREE_GUESSES + [429] * (64 - codes.FREE_GUESSES)
    assert int(guesser.get(f"{door}/{WRONG}").headers["Retry-After"]) >= 1
    neighbour = browser_of(app)
    assert neighbour.post("/join", data={"code": code}).status_code == 303
    assert neighbour.get(f"/join/{code}").status_code == 200
    assert neighbour.post(f"/join/{code}", data=AMAL).status_code == 303
    clock.pass_by(seconds=40)
    assert guesser.get(f"{door}/{WRONG}").status_code == 404


def test_guesses_are_counted_by_no_address(db: Session, client: Browser) -> None:
    db.commit()
    client.get(f"/join/{WRONG}")
    (key,) = db.scalars(select(Throttle.key))
    assert re.fullmatch("[0-9a-f]{64}", key)


# ---------------------------------------------------------------- typing a code


@pytest.mark.parametrize("door", ["/join", "/card"])
def test_a_wrong_code_comes_back_with_a_kind_sentence(client: Browser, door: str) -> None:
    assert client.get(door).status_code == 200
    for typed in ("ABCDE FGHJK", "", "<b>", "\x00", "x" * 3_000):
        answer = client.post(door, data={"code": typed}, headers=ENGLISH)
        assert answer.status_code == 404
        assert "There is no such code." in answer.text
        assert "Set-Cookie" not in answer.headers
    assert 'value="ABCDE FGHJK"' in client.post(door, data={"code": "ABCDE FGHJK"}).text


def test_a_code_in_the_wrong_field_finds_its_way(
    db: Session, alice: Account, app: Flask, client: Browser
) -> None:
    code, card = an_invitation(db), a_card(db, alice)
    assert client.post("/card", data={"code": code}).location == f"/join/{code}"
    assert client.post("/join", data={"code": card}).location == f"/card/{card}"
