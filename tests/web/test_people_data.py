"""What is known of somebody: found by name, with an account or without; out as a zip."""

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import objections, outbox
from diary.domain.content import BylineContent
from diary.media.storage import Storage
from diary.models import (
    Account,
    Consent,
    Event,
    Given,
    HandoutPicture,
    NeverShow,
    Person,
    Picture,
    Post,
    StandingConsent,
    Status,
)
from diary.queries import traces
from tests.builders import NOW, a_post
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH

NAME = "Zsófiaqua"


@pytest.fixture
def everywhere(db: Session, store: Storage, alice: Account) -> Post:
    """A post about somebody without an account, whose name stands wherever one can."""
    post = a_post(
        db, alice, store=store, pictures=2, title="Ute", scribe=NAME,
        bylines=(BylineContent(NAME, "granne"),), body=f"Det här är {NAME}, sa hon.",
    )  # fmt: skip
    consent = db.scalars(select(Consent).order_by(Consent.picture_id)).first()
    assert consent is not None
    consent.from_whom = f"{NAME} och hennes mor"
    store.put("scan.pdf", b"%PDF", "application/pdf")
    db.add(
        StandingConsent(
            uid=new_uid(), name="Noor", guardian=NAME, given=Given.PAPER, made_at=NOW,
            scan_key="scan.pdf", scan_type="application/pdf",
        )
    )  # fmt: skip
    db.add(NeverShow(name=NAME, note="skyddad", made_at=NOW))
    objections.report_barrier(db, "Jag ser inget.", f"{NAME}, 070-123 45", "sv", NOW, 30)
    outbox.queue(db, "lea@example.org", f"{NAME} frågar", "…", "sv", NOW)
    db.commit()
    return post


def kinds(db: Session, name: str) -> list[str]:
    return [one.kind for one in traces.find(db, name)]


def test_a_name_is_found_wherever_it_stands(db: Session, everywhere: Post) -> None:
    expected = ["person", "consent", "standing", "never", "request", "mail", "post"]
    assert kinds(db, NAME) == expected
    assert kinds(db, f"  {NAME.upper()} ") == expected
    assert kinds(db, "070-123 45") == ["request"]
    assert kinds(db, "Zsófi") == kinds(db, "") == []


def test_two_of_one_name_are_two(db: Session, alice: Account, bob: Account) -> None:
    for account in (alice, bob):
        account.person.name = "Fatima"
    alice.email = "fatima@example.org"
    db.flush()
    assert [one.account_id for one in traces.find(db, "Fatima")] == [alice.id, bob.id]
    assert [one.account_id for one in traces.find(db, "fatima@example.org")] == [alice.id]


def test_what_was_not_sent_is_its_writer_s_alone(db: Session, alice: Account) -> None:
    a_post(db, alice, Status.DRAFT, body=f"Om {NAME}")
    assert kinds(db, NAME) == []


def chosen(db: Session) -> dict[str, object]:
    """A form with everything ticked."""
    form: dict[str, object] = {"name": NAME, "trace": [str(one) for one in traces.find(db, NAME)]}
    db.rollback()
    return form


def test_the_page_lists_it_and_the_address_does_not_name_anybody(
    db: Session, everywhere: Post, as_lead: Browser
) -> None:
    assert "/people/data" in as_lead.get("/people").text
    text = as_lead.post("/people/data", data={"name": NAME}, headers=ENGLISH).text
    for said in ("A yes to a picture", "A yes on file", "Asked without an account", "1 post"):
        assert said in text
    assert text.count('name="trace"') == 7
    nobody = as_lead.post("/people/data", data={"name": "Ingen"}, headers=ENGLISH).text
    assert "stands nowhere here" in nobody


def test_all_of_it_comes_out_as_a_zip(db: Session, everywhere: Post, as_lead: Browser) -> None:
    person = db.scalars(select(Person.id).where(Person.name == NAME)).one()
    with as_lead.post("/people/data/take-out", data=chosen(db), headers=ENGLISH) as answer:
        assert answer.mimetype == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
    names = archive.namelist()
    assert {f"person-{person}/account.json", f"named/post-{everywhere.id}.md"} <= set(names)
    assert [n for n in names if n.startswith("named/picture-")]
    assert [archive.read(n) for n in names if n.startswith("named/form-")] == [b"%PDF"]
    posts = [n for n in names if n.endswith("/post.md")]
    assert len(posts) == 1
    assert NAME in archive.read(posts[0]).decode()
    said = json.loads(archive.read("named.json"))
    assert set(said) == {"consent", "standing", "never", "request", "mail"}
    assert said["request"][0]["contact"] == f"{NAME}, 070-123 45"
    assert "token" not in archive.read("named.json").decode()
    account = json.loads(archive.read(f"person-{person}/account.json"))
    assert account["name"] == NAME
    assert "user_name" not in account
    db.rollback()
    deeds = db.scalars(select(Event.reason).where(Event.action == "take_out_data")).all()
    assert len(deeds) == 7
    assert set(db.scalars(select(HandoutPicture.picture_id))) == set(db.scalars(select(Picture.id)))


def test_only_what_carries_the_name_can_be_asked_for(
    db: Session, alice: Account, as_lead: Browser
) -> None:
    other = a_post(db, alice, Status.DRAFT, title="Hemligt")
    db.commit()
    for trace in (f"post-{other.id}", f"person-{alice.person_id}", "x", "post-x"):
        form = {"name": NAME, "trace": [trace]}
        answer = as_lead.post("/people/data/take-out", data=form, headers=ENGLISH)
        assert answer.status_code == 422


def test_it_is_the_lead_s_alone(as_author: Browser, as_coordinator: Browser) -> None:
    for browser in (as_author, as_coordinator):
        assert browser.post("/people/data", data={"name": NAME}).status_code == 403
        assert browser.post("/people/data/take-out").status_code == 403


def test_the_lead_forgets_and_saves_the_report(
    db: Session, everywhere: Post, as_lead: Browser, client: Browser
) -> None:
    answer = as_lead.post("/people/data/forget", data=chosen(db), headers=ENGLISH)
    assert answer.status_code == 200
    assert "Pictures that are gone: 1" in answer.text
    assert f'href="/moderation/{everywhere.id}"' in answer.text
    assert NAME not in answer.text
    sealed = re.search(r'name="report" value="([^"]+)"', answer.text)
    assert sealed
    saved = as_lead.post("/people/data/report", data={"report": sealed[1]})
    assert saved.mimetype == "text/csv"
    assert saved.text.startswith("what,id\r\n")
    assert f"look_at,{everywhere.id}\r\n" in saved.text
    assert as_lead.post("/people/data/report", data={"report": "x"}).status_code == 404
    events = as_lead.get("/moderation/events", headers=ENGLISH).text
    assert "let somebody be forgotten" in events
    assert "None" not in events
    assert NAME not in as_lead.get("/people").text


def test_nothing_ticked_forgets_nothing(db: Session, everywhere: Post, as_lead: Browser) -> None:
    answer = as_lead.post("/people/data/forget", data={"name": NAME}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Tick what is about this person first." in answer.text
    db.rollback()
    assert len(kinds(db, NAME)) == 7
