"""The writing form on somebody else's post, and the writer's answer on their own pages."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Post, Revision, Status
from tests.builders import a_post
from tests.conftest import Browser, Clock

ENGLISH = {"Accept-Language": "en"}
LogIn = Callable[[Account], Browser]


@pytest.fixture
def waiting(db: Session, alice: Account, lab: Lab) -> Post:
    """A post about Boden that Alice has sent."""
    post = a_post(db, alice, Status.SUBMITTED, lab="boden", title="Solen")
    db.commit()
    return post


def fields(page: str) -> dict[str, str]:
    """What a writing form is filled with, as far as these tests need it."""
    edition = re.findall(r'name="edition" value="([^"]+)"', page)[0]
    named = {"title", "dated", "byline-name", "byline-role", "byline-person"}
    found = re.findall(r'name="([\w-]+)"[^>]*? value="([^"]*)"', page)
    kept = {name: value for name, value in reversed(found) if name in named}
    return {**kept, "edition": edition, "lab": "boden", "body": "Vi satt ute till elva."}


def change(browser: Browser, post: Post, **values: str):
    """Open the form and save other words."""
    page = browser.get(f"/write/{post.id}", headers=ENGLISH).text
    form = {**fields(page), "action": "send", **values}
    return browser.post(f"/write/{post.id}", data=form, headers=ENGLISH)


def now_waiting(db: Session, post: Post) -> Revision | None:
    db.rollback()
    db.refresh(post)
    return db.get(Revision, post.waiting_id or 0)


def test_a_moderator_changes_words_by_the_same_form(
    db: Session, as_coordinator: Browser, cora: Account, waiting: Post
) -> None:
    assert f'href="/write/{waiting.id}"' in as_coordinator.get(f"/moderation/{waiting.id}").text
    page = as_coordinator.get(f"/write/{waiting.id}", headers=ENGLISH).text
    assert "These are the words of Alice" in page
    assert "Save the changes" in page
    answer = change(as_coordinator, waiting, title="Månen")
    assert (answer.status_code, answer.location) == (303, f"/moderation/{waiting.id}")
    made = now_waiting(db, waiting)
    assert made
    assert (made.title, made.made_by_id, made.bylines[0].name) == ("Månen", cora.id, "Amal")
    desk = as_coordinator.get(f"/moderation/{waiting.id}", headers=ENGLISH).text
    assert "Changed since last time" in desk


def test_of_two_moderators_neither_overwrites_the_other_unseen(
    db: Session, as_coordinator: Browser, as_lead: Browser, waiting: Post
) -> None:
    page = as_lead.get(f"/write/{waiting.id}").text
    change(as_coordinator, waiting, title="Månen")
    form = {**fields(page), "action": "send", "title": "Jorden"}
    answer = as_lead.post(f"/write/{waiting.id}", data=form)
    assert answer.status_code == 409
    assert "Månen" in answer.text
    assert "Jorden" in answer.text
    made = now_waiting(db, waiting)
    assert made
    assert made.title == "Månen"


def test_what_was_decided_meanwhile_is_left_alone(
    db: Session, as_coordinator: Browser, as_lead: Browser, waiting: Post
) -> None:
    page = as_lead.get(f"/write/{waiting.id}").text
    verdict = {"step": "return", "revision_id": waiting.waiting_id, "reason": "say_more"}
    as_coordinator.post(f"/moderation/{waiting.id}/decide", data=verdict)
    form = {**fields(page), "action": "send", "title": "Jorden"}
    answer = as_lead.post(f"/write/{waiting.id}", data=form)
    assert (answer.status_code, answer.location) == (303, f"/moderation/{waiting.id}")
    assert now_waiting(db, waiting) is None


def test_others_find_no_form(
    db: Session, bob: Account, log_in: LogIn, as_lead: Browser, alice: Account, waiting: Post
) -> None:
    other = log_in(bob)
    assert other.get(f"/write/{waiting.id}").status_code == 404
    assert other.post(f"/write/{waiting.id}", data={"body": "x"}).status_code == 404
    draft = a_post(db, alice, Status.DRAFT)
    db.commit()
    assert as_lead.get(f"/write/{draft.id}").status_code == 404


def test_what_the_writer_had_begun_stands_beside_what_was_made_of_it(
    db: Session, as_author: Browser, as_lead: Browser, alice: Account, clock: Clock, lab: Lab
) -> None:
    post = a_post(db, alice, title="Solen", lab="boden")
    db.commit()
    change(as_author, post, title="Stjärnan", action="save")
    clock.pass_by(minutes=1)
    change(as_lead, post, title="Månen")
    now_waiting(db, post)
    verdict = {"step": "publish", "revision_id": post.waiting_id}
    as_lead.post(f"/moderation/{post.id}/decide", data=verdict)
    page = as_author.get(f"/write/{post.id}", headers=ENGLISH).text
    assert "What somebody else has made of the post meanwhile is here" in page
    assert "Stjärnan" in page
    assert "Månen" in page


def asked(browser: Browser, post: Post) -> str:
    """What the writer is asked."""
    assert f'href="/write/{post.id}/changed"' in browser.get("/mine").text
    return browser.get(f"/write/{post.id}/changed", headers=ENGLISH).text


@pytest.mark.parametrize(("answer", "title"), [("accept", "Månen"), ("refuse", "Solen")])
def test_the_writer_answers(
    db: Session,
    as_author: Browser,
    as_coordinator: Browser,
    waiting: Post,
    answer: str,
    title: str,
) -> None:
    change(as_coordinator, waiting, title="Månen")
    page = asked(as_author, waiting)
    assert "Cora" in page
    assert "Solen</bdi></del>" in page
    revision = re.findall(r'name="revision_id" value="(\d+)"', page)[0]
    form = {"revision_id": revision, "action": answer}
    assert as_author.post(f"/write/{waiting.id}/changed", data=form).location == "/mine"
    made = now_waiting(db, waiting)
    assert made
    assert made.title == title
    assert "/changed" not in as_author.get("/mine").text
    assert as_author.get(f"/write/{waiting.id}/changed").location == "/mine"


def test_an_answer_to_something_else_is_no_answer(
    db: Session, as_author: Browser, as_coordinator: Browser, waiting: Post
) -> None:
    change(as_coordinator, waiting, title="Månen")
    form = {"revision_id": waiting.waiting_id, "action": "refuse"}
    answer = as_author.post(f"/write/{waiting.id}/changed", data=form)
    assert answer.location == f"/write/{waiting.id}/changed"
    made = now_waiting(db, waiting)
    assert made
    assert made.title == "Månen"


def test_what_is_refused_is_out_of_sight(
    db: Session, client: Browser, as_author: Browser, as_lead: Browser, alice: Account, lab: Lab
) -> None:
    post = a_post(db, alice, title="Solen", lab="boden")
    db.commit()
    change(as_lead, post, title="Månen")
    assert "Solen" in client.get(f"/posts/{post.slug}").text
    made = now_waiting(db, post)
    assert made
    verdict = {"step": "publish", "revision_id": made.id}
    as_lead.post(f"/moderation/{post.id}/decide", data=verdict)
    assert "Månen" in client.get(f"/posts/{post.slug}").text
    as_author.post(f"/write/{post.id}/changed", data={"revision_id": made.id, "action": "refuse"})
    assert client.get(f"/posts/{post.slug}").status_code == 404
    assert "Månen" not in client.get("/feed.atom").text
