"""Inviting: links that can be shown again, codes and posters."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.models import Account, Invitation, Lab, Role
from tests.builders import NOW, a_lab
from tests.conftest import Browser
from tests.web.looking_after import wrong_fields

AN_AUTHOR = {"role": "author", "kind": "resident", "uses": "1", "note": "Amal, sygruppen"}


def links(text: str) -> list[str]:
    """The links to join by on a page."""
    return re.findall(r"http://localhost(/join/[\w-]+)", text)


def invited(browser: Browser, **sent: object) -> str:
    """Make an invitation; gives its page's address."""
    answer = browser.post("/invitations", data={**AN_AUTHOR, **sent})
    assert answer.status_code == 303
    return str(answer.location)


def test_the_link_can_be_shown_again_and_is_kept_nowhere(
    db: Session, lab: Lab, as_lead: Browser, client: Browser
) -> None:
    address = invited(as_lead, labs=["boden"], uses="30")
    first, second = (as_lead.get(address).text for _ in range(2))
    (link,) = links(first)
    assert links(second) == [link]
    assert client.get(link).status_code == 200
    (kept,) = db.scalars(select(Invitation))
    code = link.rpartition("/")[2]
    assert re.fullmatch("[2-9A-HJ-NP-Z]{10}", code)
    assert f"{code[:5]} {code[5:]}" in first
    assert code not in kept.token_hash.upper()
    assert (kept.role, kept.uses_left, [place.slug for place in kept.labs]) == (
        Role.AUTHOR,
        30,
        ["boden"],
    )


def test_the_list_says_how_many_have_joined(as_lead: Browser, client: Browser) -> None:
    (link,) = links(as_lead.get(invited(as_lead, uses="10")).text)
    client.post(link, data={"name": "Amal"})
    english = {"Accept-Language": "en"}
    text = as_lead.get("/invitations", headers=english).text
    assert "1 has joined" in text
    assert "for 9 more people" in text
    assert links(text) == []
    for words in ("Show link", "Poster", "Take it back"):
        assert words in text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"uses": "1000"}, "uses"),
        ({"uses": "½"}, "uses"),
        ({"uses": "٣"}, "uses"),
        ({"role": "king"}, "role"),
        ({"kind": "alien"}, "kind"),
        ({"role": "coordinator"}, "labs"),
        ({"labs": ["nowhere"]}, "labs"),
        ({"note": "A\x02"}, "note"),
        ({"lasts": "3"}, "lasts"),
        ({"role": "lead", "lasts": "365"}, "lasts"),
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
        ({"labs": ["boden"], "lasts": "365"}, 303),
        ({"labs": ["portalen"]}, 403),
        ({"labs": ["boden"], "role": "lead"}, 403),
        ({}, 403),
    ):
        answer = as_coordinator.post("/invitations", data={**AN_AUTHOR, **sent})
        assert answer.status_code == status


def test_a_coordinator_sees_only_their_own_invitations(
    db: Session, as_coordinator: Browser, as_lead: Browser
) -> None:
    leas = invited(as_lead, note="från Lea")
    coras = invited(as_coordinator, labs=["boden"], note="från Cora")
    assert "från Lea" not in as_coordinator.get("/invitations").text
    text = as_lead.get("/invitations").text
    assert "från Lea" in text
    assert "från Cora" in text
    for address in (leas, f"{leas}/poster"):
        assert as_coordinator.get(address).status_code == 404
    assert as_coordinator.post(f"{leas}/revoke").status_code == 404
    for browser in (as_coordinator, as_lead):
        assert browser.get(f"{coras}/poster").status_code == 200


def test_an_invitation_taken_back_is_over(as_lead: Browser, client: Browser) -> None:
    address = invited(as_lead)
    (link,) = links(as_lead.get(address).text)
    assert as_lead.post(f"{address}/revoke").status_code == 303
    assert client.get(link).status_code == 410
    assert "Amal, sygruppen" not in as_lead.get("/invitations").text
    text = as_lead.get(address).text
    assert links(text) == []
    assert as_lead.get(f"{address}/poster").location == address


def test_a_link_from_before_there_were_codes_is_listed_but_cannot_be_shown(
    db: Session, lea: Account, as_lead: Browser
) -> None:
    old = Invitation(
        token_hash="0" * 64,
        role=Role.AUTHOR,
        kind="resident",
        note="gammal",
        uses_left=1,
        created_at=NOW,
        expires_at=NOW.replace(year=2021),
    )
    db.add(old)
    db.commit()
    text = as_lead.get("/invitations").text
    assert "gammal" in text
    assert f"/invitations/{old.id}/poster" not in text
    assert as_lead.get(f"/invitations/{old.id}").status_code == 200
    assert as_lead.get(f"/invitations/{old.id}/poster").status_code == 303


# ---------------------------------------------------------------- the poster


def test_the_poster_speaks_the_languages_that_are_ticked(lab: Lab, as_lead: Browser) -> None:
    address = invited(as_lead, labs=["boden"], uses="30")

    def spoken(query: str) -> list[str]:
        text = as_lead.get(f"{address}/poster{query}").text
        steps = text.split('class="poster-steps"')[1].split("</div>")[0]
        return re.findall(r'lang="(\w+)"', steps)

    assert spoken("") == ["sv", "en", "ar"]
    assert spoken("?lang=ar&lang=en") == ["en", "ar"]
    assert spoken("?lang=sv") == ["sv"]
    assert spoken("?lang=xx") == ["sv", "en", "ar"]


def test_the_poster_says_the_last_day_that_it_holds_to_its_end(lab: Lab, as_lead: Browser) -> None:
    address = invited(as_lead, labs=["boden"])
    text = as_lead.get(f"{address}/poster?lang=en").text
    assert "20 February 2020" in text  # made at noon on the 7th, for 14 days
    assert "localhost/join" in text


def test_a_poster_without_a_place_is_the_whole_projects(as_lead: Browser) -> None:
    text = as_lead.get(f"{invited(as_lead)}/poster").text
    assert 'class="poster lab-none"' in text
    assert "poster-place" not in text


def test_a_member_who_is_no_moderator_makes_no_poster(as_lead: Browser, as_author: Browser) -> None:
    assert as_author.get(f"{invited(as_lead)}/poster").status_code == 403


@pytest.mark.parametrize("field", ["uses", "lasts"])
@pytest.mark.parametrize("number", ["9" * 5_000, "2147483647", "²", "-1"])
def test_an_odd_number_is_no_choice(as_lead: Browser, field: str, number: str) -> None:
    answer = as_lead.post("/invitations", data={**AN_AUTHOR, field: number})
    assert answer.status_code == 422
