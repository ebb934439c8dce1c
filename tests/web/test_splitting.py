"""Splitting a person: whose post is whose is put right, and no word changes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, from_json
from diary.models import (
    Account,
    Byline,
    Event,
    Person,
    Post,
    Status,
    WorkingCopy,
    begin_writing,
)
from tests.builders import NOW, a_post
from tests.conftest import Browser
from tests.web.looking_after import deeds, wrong_fields


@pytest.fixture
def posts(db: Session, alice: Account) -> list[Post]:
    """Three posts by "Alice", who is two people."""
    alice.person.slug = "alice"
    made = [
        a_post(db, alice, title=f"Nummer {n}", bylines=(signed_by(alice, f"Alice {n}"),))
        for n in range(3)
    ]
    db.commit()
    return made


def signed_by(account: Account, name: str) -> BylineContent:
    return BylineContent(name, "granne", person_id=account.person_id)


def test_the_ticked_posts_are_somebody_else_s(
    db: Session, alice: Account, posts: list[Post], as_lead: Browser, client: Browser
) -> None:
    begin_writing(db)
    actor = actor_of(alice)
    begun = from_json(writing.working_copy(db, actor, posts[1]).content)
    writing.save(db, actor, posts[1], begun, NOW)
    db.commit()
    address = f"/names/{alice.person_id}/split"
    assert "Nummer 2" in as_lead.get(address).text
    sent = {"name": "Alice Berg", "post": [posts[0].id, posts[1].id]}
    answer = as_lead.post(address, data=sent)
    db.rollback()
    new = db.scalars(select(Person).where(Person.name == "Alice Berg")).one()
    assert answer.location == f"/names/{new.id}"
    assert (new.slug, new.role, new.kind) == (None, "granne", "resident")
    page = client.get("/authors/alice").text
    assert "Nummer 2" in page
    assert "Nummer 0" not in page
    assert "Alice 0" in client.get(f"/posts/{posts[0].slug}").text
    copy = db.scalars(select(WorkingCopy)).one()
    assert [one["person_id"] for one in copy.content["bylines"]] == [new.id]
    event = db.scalars(select(Event).where(Event.action == "split")).one()
    assert (event.subject_id, event.other_id) == (alice.person_id, new.id)


def test_done_twice_or_without_a_post_it_makes_nobody(
    db: Session, alice: Account, bob: Account, posts: list[Post], as_lead: Browser
) -> None:
    address = f"/names/{alice.person_id}/split"
    theirs = a_post(db, bob)
    draft = a_post(db, alice, Status.DRAFT, bylines=(signed_by(alice, "Alice"),))
    db.commit()
    sent = {"name": "Alice", "post": [posts[0].id]}
    assert as_lead.post(address, data=sent).status_code == 303
    for chosen in (posts[0].id, theirs.id, draft.id, "x", 9**12):
        answer = as_lead.post(address, data={"name": "Alice", "post": [chosen]})
        assert (answer.status_code, wrong_fields(answer.text)) == (422, {"posts"})
    db.rollback()
    assert deeds(db).count("split") == 1
    assert len(db.scalars(select(Person).where(Person.name == "Alice")).all()) == 2


def test_what_was_ticked_stays_when_the_name_is_missing(
    alice: Account, posts: list[Post], as_lead: Browser
) -> None:
    sent = {"name": " ", "post": [posts[1].id]}
    answer = as_lead.post(f"/names/{alice.person_id}/split", data=sent)
    assert (answer.status_code, wrong_fields(answer.text)) == (422, {"name"})
    assert f'value="{posts[1].id}" checked' in answer.text


def test_split_and_merged_again_all_is_as_before(
    db: Session, alice: Account, posts: list[Post], as_lead: Browser
) -> None:
    sent = {"name": "Alice", "post": [post.id for post in posts]}
    as_lead.post(f"/names/{alice.person_id}/split", data=sent)
    db.rollback()
    new = db.scalars(select(Byline.person_id).distinct()).one()
    as_lead.post("/merge/person", data={"gone": new, "into": alice.person_id})
    db.rollback()
    assert db.scalars(select(Byline.person_id).distinct()).one() == alice.person_id


def test_many_posts_come_page_by_page(alice: Account, posts: list[Post], as_lead: Browser) -> None:
    address = f"/names/{alice.person_id}/split"
    older = as_lead.get(f"{address}?before={posts[2].id}").text
    assert "Nummer 1" in older
    assert "Nummer 2" not in older
