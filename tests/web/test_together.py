"""Letting out what trusted authors have waiting, together."""

from sqlalchemy.orm import Session

from diary.domain.settings import put
from diary.models import Account, Lab, Post, Status
from tests.builders import a_post, an_account
from tests.conftest import Browser


def mark(post: Post) -> str:
    return f"{post.id}:{post.waiting_id}"


def status(db: Session, post: Post) -> Status:
    db.rollback()
    db.refresh(post)
    return post.status


def two_of(db: Session, author: Account) -> list[Post]:
    posts = [a_post(db, author, Status.SUBMITTED, lab="boden", title=f"Nr {n}") for n in (1, 2)]
    author.trusted = True
    db.commit()
    return posts


def test_they_go_out_and_are_read_afterwards(
    db: Session, lab: Lab, alice: Account, as_coordinator: Browser
) -> None:
    posts = two_of(db, alice)
    page = as_coordinator.get("/moderation").text
    assert all(f'value="{mark(post)}"' in page for post in posts)
    answer = as_coordinator.post("/moderation/together", data={"post": [*map(mark, posts)]})
    assert answer.status_code == 303
    assert {status(db, post) for post in posts} == {Status.PUBLISHED}
    page = as_coordinator.get("/moderation").text
    assert "2 inlägg är ute" in page
    assert "Ute, att läsa i efterhand" in page
    assert "Nr 1" in page


def test_who_is_not_trusted_is_read_first(
    db: Session, lab: Lab, alice: Account, as_lead: Browser
) -> None:
    trusted = two_of(db, alice)
    other = a_post(db, an_account(db, "sara"), Status.SUBMITTED)
    db.commit()
    chosen = [mark(trusted[0]), mark(other)]
    assert as_lead.post("/moderation/together", data={"post": chosen}).status_code == 403
    assert {status(db, trusted[0]), status(db, other)} == {Status.SUBMITTED}


def test_what_was_changed_meanwhile_waits_on(
    db: Session, lab: Lab, alice: Account, as_lead: Browser
) -> None:
    one, other = two_of(db, alice)
    chosen = [mark(one), f"{other.id}:{one.waiting_id}", "x:y"]
    assert as_lead.post("/moderation/together", data={"post": chosen[:2]}).status_code == 303
    assert (status(db, one), status(db, other)) == (Status.PUBLISHED, Status.SUBMITTED)
    assert "1 väntar kvar" in as_lead.get("/moderation").text
    assert as_lead.post("/moderation/together", data={"post": chosen[2:]}).status_code == 403


def test_a_coordinator_who_may_not_publish_is_offered_nothing(
    db: Session, lab: Lab, alice: Account, as_coordinator: Browser
) -> None:
    put(db, {"coordinators_publish": False})
    posts = two_of(db, alice)
    assert mark(posts[0]) not in as_coordinator.get("/moderation").text
    answer = as_coordinator.post("/moderation/together", data={"post": mark(posts[0])})
    assert answer.status_code == 403


def test_what_names_somebody_never_to_be_shown_is_read_like_any_other(
    db: Session, lab: Lab, alice: Account, as_lead: Browser
) -> None:
    one, other = two_of(db, alice)
    third = a_post(db, alice, Status.SUBMITTED, lab="boden", body="Nour var med.")
    db.commit()
    as_lead.post("/moderation/never-shown", data={"name": "Nour"})
    page = as_lead.get("/moderation").text
    assert mark(one) in page
    assert mark(other) in page
    assert mark(third) not in page
