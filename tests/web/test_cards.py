"""Coming in by a card, and who hands cards out."""

from io import BytesIO

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from diary.domain import cards, codes
from diary.models import Account, Event, Lab
from tests.builders import NOW, PASSWORD, a_lab, an_account
from tests.conftest import SAME_ORIGIN, Browser, browser_of
from tests.web.coming_in import SECRET, WRONG, a_card, in_as
from tests.web.looking_after import ENGLISH

# ---------------------------------------------------------------- coming in by a card


def test_looking_at_a_card_signs_nobody_in(db: Session, alice: Account, client: Browser) -> None:
    code = a_card(db, alice)
    answer = client.get(f"/card/{code}")
    assert answer.status_code == 200
    assert "Alice?" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert in_as(client) is None


def test_a_card_signs_in_a_second_device_by_scanning_or_typing(
    db: Session, alice: Account, app: Flask
) -> None:
    code = a_card(db, alice)
    scanned, typed = browser_of(app), browser_of(app)
    answer = scanned.post(f"/card/{code}")
    assert (answer.status_code, answer.location) == (303, "/write")
    assert "Expires=" in answer.headers["Set-Cookie"]
    answer = typed.post("/card", data={"code": codes.in_groups(code).lower()})
    assert (answer.status_code, answer.location) == (303, "/write")
    assert in_as(scanned) == in_as(typed) == "Alice"


def test_a_new_card_makes_the_old_one_worthless_but_signs_nobody_out(
    db: Session, alice: Account, app: Flask, as_author: Browser
) -> None:
    code = a_card(db, alice)
    answer = as_author.post("/me/card")
    assert (answer.status_code, answer.location) == (303, "/me/card")
    stranger = browser_of(app)
    assert stranger.post(f"/card/{code}").status_code == 404
    assert stranger.post("/card", data={"code": code}).status_code == 404
    assert in_as(as_author) == "Alice"
    db.rollback()
    card = cards.of(db, alice.id)
    assert card is not None
    assert stranger.post(f"/card/{cards.code(card.uid, SECRET)}").status_code == 303


def test_a_closed_account_stays_out(db: Session, alice: Account, client: Browser) -> None:
    code = a_card(db, alice)
    alice.closed_at = NOW
    db.commit()
    assert client.get(f"/card/{code}").status_code == 404
    assert client.post(f"/card/{code}").status_code == 404


def test_a_card_from_elsewhere_is_refused(db: Session, alice: Account, app: Flask) -> None:
    code = a_card(db, alice)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
        answer = app.test_client().post(f"/card/{code}", headers=headers)
        assert answer.status_code == 403


def test_somebody_else_s_card_asks_to_log_out_first(
    db: Session, bob: Account, as_author: Browser
) -> None:
    code = a_card(db, bob)
    for answer in (
        as_author.get(f"/card/{code}", headers=ENGLISH),
        as_author.post(f"/card/{code}", headers=ENGLISH),
        as_author.post("/card", data={"code": code}, headers=ENGLISH),
    ):
        assert answer.status_code == 200
        assert "You are logged in as Alice" in answer.text
    assert in_as(as_author) == "Alice"


def test_ones_own_card_leads_on(db: Session, alice: Account, as_author: Browser) -> None:
    code = a_card(db, alice)
    assert as_author.get(f"/card/{code}").location == "/write"


def test_what_was_typed_before_the_session_ended_comes_along(
    db: Session, alice: Account, client: Browser
) -> None:
    code = a_card(db, alice)
    door = client.post("/write", data={"body": "Grytan kom i dag."}, headers=ENGLISH).text
    form = door.split('aria-labelledby="card-head"')[1]
    assert 'name="kept-body" value="Grytan kom i dag."' in form
    waiting = {"kept-body": "Grytan kom i dag.", "next": "/write"}
    answer = client.post("/card", data={**waiting, "code": WRONG})
    assert answer.status_code == 404
    assert 'name="kept-body" value="Grytan kom i dag."' in answer.text
    answer = client.post("/card", data={**waiting, "code": code}, headers=ENGLISH)
    assert answer.status_code == 200
    assert "Grytan kom i dag." in answer.text
    assert in_as(client) == "Alice"


def test_one_card_cannot_be_hammered(db: Session, alice: Account, app: Flask) -> None:
    code = a_card(db, alice)
    statuses = [browser_of(app).post(f"/card/{code}").status_code for _ in range(cards.USES + 1)]
    assert statuses == [303] * cards.USES + [429]


# ---------------------------------------------------------------- one's own card


def test_who_has_no_card_can_make_one(as_author: Browser) -> None:
    assert as_author.get("/me/card").status_code == 200
    assert as_author.get("/me/card.png").status_code == 404
    as_author.post("/me/card")
    assert as_author.get("/me/card.png").status_code == 200


@pytest.mark.parametrize("name", ["Amal", "أمل الخطيب", "Оксана", "ትዕግስት", "X" * 80, "👩‍👧 " * 20])
def test_the_saved_picture_holds_the_card_s_address(
    db: Session, alice: Account, as_author: Browser, name: str
) -> None:
    alice.person.name = name
    code = a_card(db, alice)
    answer = as_author.get("/me/card.png")
    assert answer.mimetype == "image/png"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.data)))
    assert read.text == f"http://localhost/card/{code}"


def test_the_card_can_be_sent_to_oneself(db: Session, alice: Account, as_author: Browser) -> None:
    code = a_card(db, alice)
    text = as_author.get("/me/card").text
    for start in ("sms:?&amp;body=", "mailto:?subject="):
        assert start in text
    assert text.count(f"%2Fcard%2F{code}") == 2


# ---------------------------------------------------------------- handing cards out


@pytest.fixture
def amal(db: Session, lab: Lab) -> Account:
    """An author from Boden."""
    account = an_account(db, "amal")
    account.person.lab_id = lab.id
    db.commit()
    return account


def test_a_coordinator_hands_out_cards_to_authors_of_their_own_place(
    db: Session, amal: Account, alice: Account, lea: Account, as_coordinator: Browser
) -> None:
    bo = an_account(db, "bo")
    bo.person.lab_id = a_lab(db, "portalen").id
    db.commit()
    text = as_coordinator.get("/cards").text
    assert "Amal" in text
    for name in ("Alice", "Bo<", "Lea"):
        assert name not in text.split("<main")[1]
    answer = as_coordinator.post(f"/cards/{amal.id}")
    assert (answer.status_code, answer.location) == (303, f"/cards/{amal.id}")
    assert as_coordinator.get(f"/cards/{amal.id}").status_code == 200
    for other in (alice, bo, lea):
        assert as_coordinator.get(f"/cards/{other.id}").status_code == 404
        assert as_coordinator.post(f"/cards/{other.id}").status_code == 404
    assert as_coordinator.get("/cards/9999").status_code == 404
    issued = db.scalars(select(Event).where(Event.action == "issue_card")).all()
    assert [event.account_id for event in issued] == [amal.id]


def test_the_lead_hands_out_anybodys_and_an_author_nobodys(
    amal: Account, cora: Account, as_lead: Browser, as_author: Browser
) -> None:
    assert as_lead.post(f"/cards/{amal.id}").status_code == 303
    assert as_lead.post(f"/cards/{cora.id}").status_code == 404  # a password is needed there
    for address in ("/cards", f"/cards/{amal.id}", "/cards/sheet"):
        assert as_author.get(address).status_code == 403


def test_a_sheet_makes_the_cards_that_are_missing_and_no_others(
    db: Session, amal: Account, alice: Account, as_coordinator: Browser
) -> None:
    bo = an_account(db, "bo")
    bo.person.lab_id = amal.person.lab_id
    code = a_card(db, bo)
    query = f"who={amal.id}&who={bo.id}&who={alice.id}&who=x&who=99999999999"
    text = as_coordinator.get(f"/cards/sheet?{query}").text
    assert codes.in_groups(code) in text
    assert text.count('class="paper-card') == 1
    assert "Amal" in text.split("<main")[1]
    assert "Alice" not in text.split("<main")[1]
    answer = as_coordinator.post("/cards/sheet", data={"who": [amal.id, bo.id, alice.id]})
    assert answer.status_code == 303
    text = as_coordinator.get(answer.location).text
    assert text.count('class="paper-card') == 2
    assert codes.in_groups(code) in text
    db.rollback()
    assert cards.of(db, alice.id) is None
    assert as_coordinator.get("/cards/sheet").status_code == 200


def test_a_sheet_of_many_asks_the_database_little(
    db: Session, amal: Account, lab: Lab, app: Flask, as_coordinator: Browser
) -> None:
    def asked(who: list[int]) -> int:
        statements: list[str] = []
        engine = app.extensions["diary"].sessions.kw["bind"]
        note = lambda *about: statements.append(about[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        page = as_coordinator.get("/cards/sheet", query_string={"who": who})
        event.remove(engine, "before_cursor_execute", note)
        assert page.text.count('class="paper-card') == len(who)
        return len(statements)

    people = [an_account(db, f"amal{number}") for number in range(30)]
    for one in people:
        one.person.lab_id = lab.id
        a_card(db, one)
    few, many = asked([people[0].id]), asked([one.id for one in people])
    assert few == many


def test_who_needs_a_password_has_no_card(as_lead: Browser, as_coordinator: Browser) -> None:
    for somebody in (as_lead, as_coordinator):
        assert somebody.post("/me/card").status_code == 403
        assert "/me/card" not in somebody.get("/me").text


def test_signing_in_with_a_password_is_as_it_was(alice: Account, client: Browser) -> None:
    text = client.get("/login", headers=ENGLISH).text
    assert "I have a card" in text
    sent = {"name": "alice", "password": PASSWORD}
    assert client.post("/login", data=sent, headers=SAME_ORIGIN).status_code == 303
