"""Merging places, ways of working and people: nothing is lost, and old addresses lead on."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import diary
from diary.addresses import new_uid
from diary.domain.content import BylineContent
from diary.models import (
    Account,
    Byline,
    Event,
    Kind,
    Lab,
    Method,
    Person,
    Post,
    Report,
    Revision,
    Role,
    WorkingCopy,
    begin_writing,
)
from diary.queries.merging import pointing_to, what_follows
from tests.builders import NOW, a_lab, a_method, a_post, an_account
from tests.conftest import Browser
from tests.web.filling_in import send
from tests.web.looking_after import ENGLISH, deeds


@pytest.fixture
def norr(db: Session) -> Lab:
    """Another place."""
    made = a_lab(db, "norr", "Norr")
    db.commit()
    return made


def a_person(db: Session, name: str, **facts: Any) -> Person:
    """Somebody without an account."""
    person = Person(uid=new_uid(), name=name, kind=Kind.RESIDENT, created_at=NOW, **facts)
    db.add(person)
    db.flush()
    return person


def entries(browser: Browser, feed: str) -> list[str]:
    """The ids of a feed's entries."""
    return [item["id"] for item in json.loads(browser.get(feed).text)["items"]]


def merge(browser: Browser, kind: str, gone: int, kept: int) -> Any:
    """The form that the page before has made."""
    return browser.post(f"/merge/{kind}", data={"gone": gone, "into": kept}, headers=ENGLISH)


def test_all_that_belongs_to_a_place_follows_it(
    db: Session, lab: Lab, norr: Lab, cora: Account, alice: Account, as_lead: Browser,
    as_author: Browser, client: Browser,
) -> None:  # fmt: skip
    begin_writing(db)
    both = an_account(db, "both", Role.COORDINATOR, labs=(lab, norr))
    method = a_method(db, "kor")
    method.first_lab_id = alice.person.lab_id = lab.id
    post = a_post(db, alice, lab="boden", methods=("kor",))
    db.commit()
    as_lead.post("/places/boden/address", data={"address": "older"})
    as_lead.post("/places/older/address", data={"address": "boden"})
    as_lead.post("/invitations", data={"role": "author", "labs": ["boden"], "kind": "resident",
                 "uses": "1", "days": "7"})  # fmt: skip
    send(as_author, lab="boden")
    gone = lab.id
    entry = entries(client, "/labs/boden/feed.json")

    shown = as_lead.get(f"/places/boden/merge?into={norr.id}", headers=ENGLISH).text
    for words in ("2 posts", "1 person who belongs", "2 people who look after", "1 way of working"):
        assert words in shown
    assert merge(as_lead, "lab", lab.id, norr.id).location == "/places/norr"

    db.rollback()
    db.expire_all()
    assert db.scalars(select(Lab.slug)).all() == ["norr"]
    assert {post.lab_id for post in db.scalars(select(Post))} == {norr.id}
    assert [place.slug for place in db.get_one(Account, both.id).labs] == ["norr"]
    assert [place.slug for place in db.get_one(Account, cora.id).labs] == ["norr"]
    assert db.get_one(Method, method.id).first_lab_id == norr.id
    assert db.scalars(select(WorkingCopy)).one().content["lab"] == "norr"
    for old in ("boden", "older"):
        assert client.get(f"/labs/{old}/feed.json").location == "/labs/norr/feed.json"
    assert entries(client, "/labs/norr/feed.json") == entry == [f"urn:uuid:{post.uid}"]
    assert client.get("/archive?lab=older").location == "/archive?lab=norr"
    event = db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.action, event.subject_id, event.other_id, event.reason) == (
        "merge", gone, norr.id, "lab",
    )  # fmt: skip


def test_two_ways_of_working_on_one_post_become_one(
    db: Session, alice: Account, as_lead: Browser, client: Browser
) -> None:
    begin_writing(db)
    kor, sang = a_method(db, "kor"), a_method(db, "sang")
    a_post(db, alice, methods=("kor", "sang"))
    a_post(db, alice, methods=("kor",))
    db.commit()
    assert "2 posts" in as_lead.get(f"/ways/kor/merge?into={sang.id}", headers=ENGLISH).text
    assert merge(as_lead, "method", kor.id, sang.id).status_code == 303
    db.rollback()
    db.expire_all()
    for revision in db.scalars(select(Revision)):
        assert [way.slug for way in revision.methods] == ["sang"]
    assert client.get("/methods/kor").location == "/methods/sang"


def test_a_name_typed_becomes_the_person_with_the_account(
    db: Session, alice: Account, bob: Account, as_lead: Browser, client: Browser
) -> None:
    begin_writing(db)
    a_post(db, bob, bylines=(BylineContent("Alice L.", "granne"),))
    typed = db.scalars(select(Byline)).one()
    gone, kept = typed.person_id, alice.person_id
    alice.person.slug = "alice"
    db.commit()
    assert "Alice L." in as_lead.get(f"/names/{kept}/merge").text
    assert merge(as_lead, "person", gone, kept).location == f"/names/{kept}"
    db.rollback()
    db.expire_all()
    byline = db.scalars(select(Byline)).one()
    assert (byline.person_id, byline.name, byline.role) == (kept, "Alice L.", "granne")
    person = db.get_one(Person, gone)
    assert (person.name, person.merged_into_id) == ("", kept)
    assert "Solen vill inte" in client.get("/authors/alice").text
    assert as_lead.get(f"/names/{gone}").status_code == 404
    assert as_lead.get("/names").text.count("Alice") == 1


def test_an_account_and_a_page_follow_somebody_who_has_none(
    db: Session, alice: Account, as_lead: Browser, as_author: Browser, client: Browser
) -> None:
    begin_writing(db)
    kept, gone = a_person(db, "Alice Lind"), alice.person_id
    alice.person.slug = "alice"
    a_post(db, alice, bylines=(BylineContent("Alice", person_id=gone),))
    db.commit()
    send(as_author)
    assert merge(as_lead, "person", gone, kept.id).status_code == 303
    assert "Alice Lind" in client.get("/authors/alice").text
    assert as_author.get("/mine").status_code == 200
    db.rollback()
    content = db.scalars(select(WorkingCopy.content)).one()
    assert all(one["person_id"] != gone for one in content["bylines"])


def test_two_pages_become_one(db: Session, as_lead: Browser, client: Browser) -> None:
    begin_writing(db)
    first, second, third = (a_person(db, "Amal", slug=f"amal-{n}") for n in (1, 2, 3))
    db.commit()
    merge(as_lead, "person", first.id, second.id)
    merge(as_lead, "person", second.id, third.id)
    assert client.get("/authors/amal-1").location == "/authors/amal-3"
    assert client.get("/authors/amal-2/feed.rss").location == "/authors/amal-3/feed.rss"
    db.rollback()
    db.expire_all()
    assert db.get_one(Person, first.id).merged_into_id == third.id


def test_two_accounts_are_not_merged(
    db: Session, alice: Account, bob: Account, as_lead: Browser
) -> None:
    shown = as_lead.get(
        f"/names/{alice.person_id}/merge?into={bob.person_id}", headers=ENGLISH
    ).text
    assert "two accounts cannot become one" in shown
    assert 'action="/merge/' not in shown
    answer = merge(as_lead, "person", alice.person_id, bob.person_id)
    assert answer.status_code == 422
    assert "two accounts cannot become one" in answer.text
    assert "merge" not in deeds(db)


def test_whoever_is_under_18_stays_so(
    db: Session, alice: Account, bob: Account, as_lead: Browser, client: Browser
) -> None:
    begin_writing(db)
    alice.person.minor = True
    post = a_post(db, bob, bylines=(BylineContent("Alice Lind Åberg"),))
    gone = db.scalars(select(Byline)).one().person_id
    db.get_one(Person, gone).slug = "alice-lind"
    db.commit()
    merge(as_lead, "person", gone, alice.person_id)
    assert "Åberg" not in client.get(f"/posts/{post.slug}").text
    assert client.get("/authors/alice-lind").status_code == 404
    assert client.get("/authors/alice").status_code == 404


def test_done_twice_it_is_done_once(db: Session, lab: Lab, norr: Lab, as_lead: Browser) -> None:
    begin_writing(db)
    amal, amals = a_person(db, "Amal"), a_person(db, "Amal")
    db.commit()
    for kind, gone, kept in (("lab", lab.id, norr.id), ("person", amal.id, amals.id)):
        places = [merge(as_lead, kind, gone, kept) for _ in range(2)]
        assert {answer.status_code for answer in places} == {303}
    db.rollback()
    assert deeds(db).count("merge") == 2


def test_the_second_of_two_leads_merges_nothing_unseen(
    db: Session, lab: Lab, norr: Lab, as_lead: Browser
) -> None:
    begin_writing(db)
    third = a_lab(db, "third")
    db.commit()
    assert merge(as_lead, "lab", lab.id, norr.id).status_code == 303
    # The other lead's page still offers to merge Boden into the third.
    assert merge(as_lead, "lab", lab.id, third.id).status_code == 409
    assert merge(as_lead, "lab", third.id, lab.id).status_code == 409
    assert merge(as_lead, "lab", norr.id, norr.id).status_code == 422
    assert as_lead.get("/places/boden/merge").location == "/places/norr/merge"


def test_ten_thousand_posts_follow_in_a_moment(
    db: Session, lab: Lab, norr: Lab, alice: Account, as_lead: Browser
) -> None:
    begin_writing(db)
    post = a_post(db, alice, lab="boden")
    facts = {"lab_id": lab.id, "dated": post.dated, "precision": post.precision}
    rows = range(10_000)
    db.bulk_insert_mappings(
        Post.__mapper__,
        [{**facts, "uid": new_uid(), "short": f"s{n}", "status": "draft", "created_at": NOW}
         for n in rows],
    )  # fmt: skip
    db.commit()
    assert "10001 posts" in as_lead.get(f"/places/boden/merge?into={norr.id}", headers=ENGLISH).text
    assert merge(as_lead, "lab", lab.id, norr.id).status_code == 303
    db.rollback()
    assert db.scalar(select(func.count()).where(Post.lab_id == norr.id)) == 10_001


def test_of_two_reports_on_one_time_the_kept_place_s_stays(
    db: Session, lab: Lab, norr: Lab, as_lead: Browser
) -> None:
    year = {"first": date(2019, 1, 1), "last": date(2019, 12, 31), "changed_at": NOW}
    begin_writing(db)
    for place, words in ((lab, "Boden"), (norr, "Norr")):
        db.add(Report(lab_id=place.id, comment=words, reasons={}, chosen=[], **year))
    later = {**year, "last": date(2020, 12, 31)}
    db.add(Report(lab_id=lab.id, comment="Två år", reasons={}, chosen=[], **later))
    db.commit()
    assert merge(as_lead, "lab", lab.id, norr.id).status_code == 303
    db.rollback()
    kept = db.execute(select(Report.lab_id, Report.comment).order_by(Report.comment)).all()
    assert kept == [(norr.id, "Norr"), (norr.id, "Två år")]


@pytest.mark.parametrize("kind", [Lab, Method, Person])
def test_the_page_has_words_for_all_that_follows(kind: Any, db: Session) -> None:
    silent = {"revisions", "lab_focus_areas"}  # the posts' own, and the goals
    told = (Path(diary.__file__).parent / "templates/admin/merge.html").read_text()
    tables = {column.table.name for column in pointing_to(kind)} - silent
    assert tables == {name for name in tables if f'"{name}"' in told}
    assert set(what_follows(db, kind, 1)) >= tables
