"""Other addresses for places, ways of working and people: old ones lead on, for good."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.models import (
    Account,
    Alias,
    Event,
    Kind,
    Lab,
    Person,
    Revision,
    WorkingCopy,
    begin_writing,
)
from tests.builders import NOW, a_lab, a_method, a_post
from tests.conftest import Browser
from tests.web.filling_in import send
from tests.web.looking_after import ENGLISH, deeds, version, wrong_fields


@pytest.fixture
def diary(db: Session, lab: Lab, alice: Account) -> None:
    """A post in Boden by Alice, who has a page."""
    a_method(db, "kor")
    alice.person.slug = "alice"
    a_post(db, alice, lab="boden", methods=("kor",))
    db.commit()


FORMS = (
    ("/places/boden/address", "/labs/boden", "/labs/norr"),
    ("/ways/kor/address", "/methods/kor", "/methods/norr"),
    ("/names/1/address", "/authors/alice", "/authors/norr"),
)


@pytest.mark.parametrize(("form", "old", "new"), FORMS)
def test_an_old_address_leads_on_and_its_feeds_too(
    diary: None, db: Session, as_lead: Browser, client: Browser, form: str, old: str, new: str
) -> None:
    before = version(db)
    db.commit()
    answer = as_lead.post(form, data={"address": " Norr! "})
    assert answer.status_code == 303
    assert (answer := client.get(f"{old}?before=9")).status_code == 301
    assert answer.location == f"{new}?before=9"
    assert "max-age" not in answer.headers["Cache-Control"]
    for kind in ("atom", "rss", "json"):
        answer = client.get(f"{old}/feed.{kind}")
        assert (answer.status_code, answer.location) == (301, f"{new}/feed.{kind}")
        assert client.get(answer.location).status_code == 200
    assert client.get(new).status_code == 200
    db.rollback()
    assert version(db) == before + 1
    assert deeds(db)[-1] == "rename"


def test_the_archive_s_filters_lead_on(diary: None, as_lead: Browser, client: Browser) -> None:
    as_lead.post("/places/boden/address", data={"address": "norr"})
    as_lead.post("/ways/kor/address", data={"address": "sang"})
    answer = client.get("/archive?lab=boden&method=kor&kind=guest&after=2019-05-17.1")
    assert answer.status_code == 301
    assert answer.location == "/archive?lab=norr&method=sang&kind=guest&after=2019-05-17.1"
    assert "Solen vill inte" in client.get("/archive?lab=norr&method=sang").text


def test_chains_lead_to_the_newest_and_going_back_frees_the_old_one(
    diary: None, db: Session, as_lead: Browser, client: Browser
) -> None:
    as_lead.post("/places/boden/address", data={"address": "norr"})
    as_lead.post("/places/norr/address", data={"address": "lulea"})
    assert client.get("/labs/boden").location == client.get("/labs/norr").location == "/labs/lulea"
    as_lead.post("/places/lulea/address", data={"address": "boden"})
    assert client.get("/labs/boden").status_code == 200
    assert client.get("/labs/norr").location == client.get("/labs/lulea").location == "/labs/boden"
    db.rollback()
    assert set(db.scalars(select(Alias.slug))) == {"norr", "lulea"}


def test_the_same_address_again_changes_nothing(diary: None, db: Session, as_lead: Browser) -> None:
    assert as_lead.post("/places/boden/address", data={"address": "boden"}).status_code == 303
    db.rollback()
    assert "rename" not in deeds(db)
    assert db.scalars(select(Alias)).all() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("--", "An address needs letters or digits"),
        ("", "An address needs letters or digits"),
        ("lina", "Lina Hage has this address"),
        ("old", "This address still leads to Lina Hage"),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused_and_what_was_typed_stays(
    diary: None, db: Session, as_lead: Browser, typed: str, sentence: str
) -> None:
    begin_writing(db)
    other = a_lab(db, "lina", "Lina Hage")
    db.add(Alias(kind="lab", slug="old", target_id=other.id))
    db.commit()
    data = {"address": typed}
    answer = as_lead.post("/places/boden/address", data=data, headers=ENGLISH)
    assert answer.status_code == 422
    assert wrong_fields(answer.text) == {"address"}
    assert sentence in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_new_place_takes_no_old_address_and_the_lead_is_told(
    diary: None, as_lead: Browser, client: Browser
) -> None:
    as_lead.post("/places/boden/address", data={"address": "norr"})
    as_lead.post("/places", data={"name": "Boden"}, headers=ENGLISH)
    told = as_lead.get("/places", headers=ENGLISH).text
    assert "“boden” still leads to Boden, so the address is “boden-2”." in told
    assert client.get("/labs/boden").location == "/labs/norr"
    assert client.get("/labs/boden-2").status_code == 200


def test_a_form_opened_before_keeps_its_method_on_the_way(diary: None, as_lead: Browser) -> None:
    as_lead.post("/places/boden/address", data={"address": "norr"})
    for address in ("/places/boden", "/places/boden/address"):
        answer = as_lead.post(address, data={"name": "Boden", "address": "norr"})
        assert answer.status_code == 308
        assert answer.location == address.replace("boden", "norr")
    assert as_lead.get("/places/boden").status_code == 301


def test_what_is_being_written_follows(
    diary: None, db: Session, as_author: Browser, as_lead: Browser
) -> None:
    begun: Any = {"body": "Hej", "lab": "boden", "methods": ["kor"]}
    send(as_author, **begun)
    as_lead.post("/places/boden/address", data={"address": "norr"})
    as_lead.post("/ways/kor/address", data={"address": "sang"})
    db.rollback()
    content = db.scalars(select(WorkingCopy.content)).one()
    assert (content["lab"], content["methods"]) == ("norr", ["sang"])
    # A page that was open all along still names the old ones.
    assert send(as_author, **begun, action="send").status_code == 303
    db.rollback()
    sent = db.scalars(select(Revision).order_by(Revision.id.desc())).first()
    assert sent is not None
    assert sent.lab is not None
    assert (sent.lab.slug, [way.slug for way in sent.methods]) == ("norr", ["sang"])


def test_nothing_remembers_a_page_that_was_taken_away(
    diary: None, db: Session, as_author: Browser, as_lead: Browser, client: Browser
) -> None:
    as_lead.post("/names/1/address", data={"address": "alice-lind"})
    as_author.post("/me/page", data={"action": "close"})
    assert client.get("/authors/alice").status_code == 404
    db.rollback()
    assert db.scalars(select(Alias)).all() == []


def test_the_lead_changes_what_somebody_is_called(
    diary: None, db: Session, alice: Account, as_lead: Browser, client: Browser
) -> None:
    assert "Alice" in as_lead.post("/names", data={"q": "ali"}).text
    sent = {"name": "Alice Lind", "byline_role": "granne", "kind": "staff"}
    assert as_lead.post("/names/1", data=sent).status_code == 303
    assert "Alice Lind" in client.get("/authors/alice").text
    db.rollback()
    assert db.scalars(select(Event.subject_id).where(Event.action == "save_person")).one() == 1
    answer = as_lead.post("/names/1", data={"name": "", "kind": "king"})
    assert wrong_fields(answer.text) == {"kind"}
    answer = as_lead.post("/names/1", data={**sent, "name": "x" * 81})
    assert (answer.status_code, wrong_fields(answer.text)) == (422, {"name"})


def test_names_go_on_page_by_page_and_nobody_is_missed(
    db: Session, alice: Account, as_lead: Browser
) -> None:
    begin_writing(db)
    for number in range(120):
        name = f"Amal {number // 2:03} " + "ö" * 70
        db.add(Person(uid=new_uid(), name=name, kind=Kind.RESIDENT, created_at=NOW))
    db.commit()
    address, seen = "/names", []
    while address:
        text = as_lead.get(address).text
        seen += re.findall(r'href="/names/(\d+)"', text)
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        address = onward[1] if onward else ""
    assert len(seen) == len(set(seen)) == 122
    assert as_lead.post("/names", data={"after": "x", "q": "%"}).text.count('href="/names/') == 0
