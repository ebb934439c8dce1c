"""Looking after the diary: people, invitations, places, ways of working, settings, pages."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import invitations
from diary.domain.settings import COLOURS
from diary.models import Account, Invitation, Lab, Method, Role
from tests.builders import NOW, a_lab, a_method, an_account
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH, deeds, version, wrong_fields

PAGES = ("/people", "/invitations", "/places", "/ways", "/settings", "/settings/pages/about")


@pytest.mark.parametrize("address", PAGES)
def test_looking_after_the_diary_is_the_lead_s(
    address: str, client: Browser, as_author: Browser, as_coordinator: Browser, as_lead: Browser
) -> None:
    assert client.get(address).location.startswith("/login")
    assert as_author.get(address).status_code == 403
    allowed = 200 if address == "/invitations" else 403
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


# ---------------------------------------------------------------- invitations

AN_AUTHOR = {"role": "author", "kind": "resident", "uses": "1", "note": "Amal, sygruppen"}


def links(text: str) -> list[str]:
    return re.findall(r"http://localhost/join/[\w-]+", text)


def test_the_link_is_shown_once_and_works(
    db: Session, lab: Lab, as_lead: Browser, client: Browser
) -> None:
    answer = as_lead.post("/invitations", data={**AN_AUTHOR, "labs": ["boden"]})
    assert answer.status_code == 303
    first, second = (as_lead.get("/invitations").text for _ in range(2))
    (link,) = links(first)
    assert links(second) == []
    assert "Amal, sygruppen" in second
    assert client.get(link.removeprefix("http://localhost")).status_code == 200
    (kept,) = db.scalars(select(Invitation))
    assert link.rpartition("/")[2] not in kept.token_hash
    assert (kept.role, kept.uses_left, [place.slug for place in kept.labs]) == (
        Role.AUTHOR,
        1,
        ["boden"],
    )


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"uses": "1000"}, "uses"),
        ({"uses": "½"}, "uses"),
        ({"role": "king"}, "role"),
        ({"kind": "alien"}, "kind"),
        ({"role": "coordinator"}, "labs"),
        ({"labs": ["nowhere"]}, "labs"),
        ({"note": "A\x02"}, "note"),
    ],
)
def test_an_invitation_that_makes_no_sense_comes_back(
    db: Session, lab: Lab, as_lead: Browser, sent: dict[str, str], field: str
) -> None:
    answer = as_lead.post("/invitations", data={**AN_AUTHOR, **sent})
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {field}
    assert "Amal" in answer.text or field == "note"
    assert db.scalar(select(func.count()).select_from(Invitation)) == 0


def test_a_coordinator_invites_authors_to_their_own_place(
    db: Session, as_coordinator: Browser
) -> None:
    a_lab(db, "portalen")
    db.commit()
    assert "portalen" not in as_coordinator.get("/invitations").text.split("<main")[1]
    for sent, status in (
        ({"labs": ["boden"]}, 303),
        ({"labs": ["portalen"]}, 403),
        ({"labs": ["boden"], "role": "lead"}, 403),
        ({}, 403),
    ):
        answer = as_coordinator.post("/invitations", data={**AN_AUTHOR, **sent})
        assert answer.status_code == status


def test_a_coordinator_sees_only_their_own_invitations(
    db: Session, as_coordinator: Browser, as_lead: Browser
) -> None:
    as_lead.post("/invitations", data={**AN_AUTHOR, "note": "från Lea"})
    as_coordinator.post("/invitations", data={**AN_AUTHOR, "labs": ["boden"], "note": "från Cora"})
    assert "från Lea" not in as_coordinator.get("/invitations").text
    text = as_lead.get("/invitations").text
    assert "från Lea" in text
    assert "från Cora" in text
    (leas,) = db.scalars(select(Invitation.id).where(Invitation.note == "från Lea"))
    assert as_coordinator.post(f"/invitations/{leas}/revoke").status_code == 404


def test_an_invitation_taken_back_is_over(as_lead: Browser, client: Browser, db: Session) -> None:
    as_lead.post("/invitations", data=AN_AUTHOR)
    (link,) = links(as_lead.get("/invitations").text)
    (made,) = db.scalars(select(Invitation.id))
    assert as_lead.post(f"/invitations/{made}/revoke").status_code == 303
    assert client.get(link.removeprefix("http://localhost")).status_code == 410
    assert "Amal, sygruppen" not in as_lead.get("/invitations").text


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


# ---------------------------------------------------------------- settings


def test_a_coordinator_who_joins_is_sent_to_the_queue(
    db: Session, lab: Lab, log_in: Callable[[Account], Browser], client: Browser
) -> None:
    sent = {"name": "Ny", "password": "tre goda ord"}
    for role, address in ((Role.COORDINATOR, "/moderation"), (Role.LEAD, "/")):
        token = invitations.invite(db, None, invitations.Offer(role, labs=("boden",)), NOW)
        db.commit()
        answer = client.post(f"/join/{token}", data=sent)
        assert (answer.status_code, answer.location) == (303, address)
        assert client.get(address).status_code == 200
        client.post("/logout")
