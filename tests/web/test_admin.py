"""Looking after the diary: people, places, ways of working."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.settings import COLOURS
from diary.models import Account, Lab, Method, Role
from tests.builders import a_method, an_account
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH, deeds, version, wrong_fields

PAGES = (
    "/overview",
    "/people",
    "/names",
    "/invitations",
    "/places",
    "/ways",
    "/settings",
    "/settings/pages/about",
)


@pytest.mark.parametrize("address", PAGES)
def test_looking_after_the_diary_is_the_lead_s(
    address: str, client: Browser, as_author: Browser, as_coordinator: Browser, as_lead: Browser
) -> None:
    assert client.get(address).location.startswith("/login")
    assert as_author.get(address).status_code == 403
    allowed = 200 if address in {"/invitations", "/places", "/ways"} else 403
    assert as_coordinator.get(address).status_code == allowed
    answer = as_lead.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", ["/people/99", "/places/x", "/ways/x", "/settings/pages/x"])
def test_what_is_not_there_is_not_found(address: str, as_lead: Browser) -> None:
    assert as_lead.get(address).status_code == 404
    assert as_lead.post(address).status_code == 404


def test_a_write_needs_the_forms_own_token(as_lead: Browser) -> None:
    answer = as_lead.post("/places", data={"name": "Boden", "csrf_token": "another"})
    assert answer.status_code == 400


# ---------------------------------------------------------------- people


def test_the_lead_makes_an_author_a_trusted_coordinator(
    db: Session, alice: Account, lab: Lab, as_lead: Browser
) -> None:
    sent = {"role": "coordinator", "labs": ["boden"], "trusted": "1", "open": "1"}
    answer = as_lead.post(f"/people/{alice.id}", data=sent)
    assert (answer.status_code, answer.location) == (303, "/people")
    db.refresh(alice)
    assert (alice.role, alice.trusted, [place.slug for place in alice.labs]) == (
        Role.COORDINATOR,
        True,
        ["boden"],
    )
    assert "grant" in deeds(db)
    assert "Alice" in as_lead.get("/people").text


def test_a_closed_account_is_out_at_once(
    alice: Account, as_author: Browser, as_lead: Browser
) -> None:
    assert as_author.get("/mine").status_code == 200
    as_lead.post(f"/people/{alice.id}", data={"role": "author"})
    assert as_author.get("/mine").status_code == 303


@pytest.mark.parametrize("sent", [{"role": "author", "open": "1"}, {"role": "lead"}])
def test_the_last_lead_is_told_kindly_that_one_must_stay(
    db: Session, lea: Account, as_lead: Browser, sent: dict[str, str]
) -> None:
    answer = as_lead.post(f"/people/{lea.id}", data=sent, headers=ENGLISH)
    assert answer.status_code == 409
    assert "Lea is the only one who leads the diary" in answer.text
    db.refresh(lea)
    assert (lea.role, lea.closed_at) == (Role.LEAD, None)
    assert as_lead.get("/people").status_code == 200


def test_with_a_second_lead_the_first_may_step_back(
    db: Session, lea: Account, as_lead: Browser
) -> None:
    an_account(db, "lars", Role.LEAD)
    db.commit()
    answer = as_lead.post(f"/people/{lea.id}", data={"role": "author", "open": "1"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"role": "king"}, "role"), ({"role": "coordinator"}, "labs"), ({"role": ""}, "role")],
)
def test_rights_that_make_no_sense_come_back(
    alice: Account, lab: Lab, as_lead: Browser, sent: dict[str, str], field: str
) -> None:
    answer = as_lead.post(f"/people/{alice.id}", data={**sent, "open": "1"})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {field}


# ---------------------------------------------------------------- places and ways of working

BODEN = {
    "name": "BIS i Boden",
    "short-sv": "Boden",
    "short-ar": "بودن",
    "place": "Boden",
    "colour": "blue",
    "summary-sv": "En väg in.",
    "description-sv": "Första stycket.\r\n\r\nAndra stycket.",
    "partners": "Bodenbo\r\n\r\nRöda korset\r\n",
}


def test_the_lead_adds_a_place_that_visitors_see(
    db: Session, as_lead: Browser, client: Browser
) -> None:
    before = version(db)
    db.commit()
    assert as_lead.post("/places", data=BODEN).status_code == 303
    lab = db.scalars(select(Lab)).one()
    assert lab.slug == "bis-i-boden"
    assert lab.short_names == {"sv": "Boden", "ar": "بودن"}
    assert lab.descriptions == {"sv": "Första stycket.\n\nAndra stycket."}
    assert lab.partners == ["Bodenbo", "Röda korset"]
    assert version(db) == before + 1
    assert "save_lab" in deeds(db)
    assert "BIS i Boden" in client.get("/labs/bis-i-boden").text
    assert ".lab-bis-i-boden" in client.get("/labs.css").text


def test_changing_a_place_keeps_its_address_and_what_the_form_does_not_ask(
    db: Session, lab: Lab, as_lead: Browser
) -> None:
    lab.descriptions = {"sv": "Gammalt", "fa": "قدیمی"}
    db.commit()
    assert "Gammalt" in as_lead.get("/places/boden").text
    assert as_lead.post("/places/boden", data={**BODEN, "name": "Nytt"}).status_code == 303
    db.refresh(lab)
    assert (lab.slug, lab.name) == ("boden", "Nytt")
    assert lab.descriptions["fa"] == "قدیمی"


@pytest.mark.parametrize("address", ["/places", "/places/boden"])
def test_a_place_with_mistakes_comes_back_as_typed(
    lab: Lab, as_lead: Browser, address: str
) -> None:
    sent = {**BODEN, "name": " ", "colour": "gold", "summary-sv": "x" * 401, "partners": "A\x01"}
    answer = as_lead.post(address, data=sent)
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"name", "colour", "summary-sv", "partners"}
    for kept in ("بودن", "Andra stycket.", "x" * 401):
        assert kept in answer.text


def test_the_next_place_is_offered_a_colour_of_its_own(
    db: Session, lab: Lab, as_lead: Browser
) -> None:
    lab.colour = COLOURS[0]
    db.commit()
    assert f'value="{COLOURS[1]}" checked' in as_lead.get("/places").text


def test_the_lead_adds_and_changes_a_way_of_working(
    db: Session, lab: Lab, as_lead: Browser
) -> None:
    sent = {"name": "Integrationskör", "short-sv": "Kör", "first_lab": "boden", "core": "1"}
    assert as_lead.post("/ways", data=sent).status_code == 303
    method = db.scalars(select(Method)).one()
    assert (method.slug, method.first_lab_id, method.core) == ("integrationskor", lab.id, True)
    assert 'value="Kör"' in as_lead.get("/ways/integrationskor").text
    again = {"name": "Integrationskör", "description-sv": "Man sjunger."}
    assert as_lead.post("/ways/integrationskor", data=again).status_code == 303
    db.rollback()
    db.refresh(method)
    assert (method.descriptions, method.first_lab_id) == ({"sv": "Man sjunger."}, None)
    assert (method.core, method.short_names) == (False, {})


@pytest.mark.parametrize("address", ["/ways", "/ways/kor"])
def test_a_way_with_mistakes_comes_back_as_typed(
    db: Session, as_lead: Browser, address: str
) -> None:
    a_method(db, "kor")
    db.commit()
    sent = {"name": "", "first_lab": "nowhere", "description-sv": "Man sjunger."}
    answer = as_lead.post(address, data=sent)
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"name", "first_lab"}
    assert "Man sjunger." in answer.text
