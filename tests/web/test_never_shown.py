"""Who is never to be shown: a warning for moderators of the place, and not a word elsewhere."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import from_json
from diary.media.storage import Storage
from diary.models import Account, Event, Lab, NeverShow, Post, Role, Status
from tests.builders import NOW, _bring_to, a_lab, a_post, an_account
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}
LIST = "/moderation/never-shown"
ZSOFIA = {"name": "Zsófia", "lab": "boden", "note": "Hotad, säger socialtjänsten"}
WARNS = "Never to be shown, but named here:"


@pytest.fixture
def post(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A post that waits; the text below its picture names somebody, without her accent."""
    post = a_post(db, alice, Status.DRAFT, store=store, pictures=1, lab="boden")
    actor = actor_of(alice)
    content = from_json(writing.working_copy(db, actor, post).content)
    named = (replace(one, caption="Amal och ZSOFIA") for one in content.pictures)
    writing.save(db, actor, post, content.with_pictures(named), NOW)
    _bring_to(db, actor, post, Status.SUBMITTED, NOW)
    db.commit()
    return post


def test_a_post_that_names_one_is_marked(
    db: Session, as_coordinator: Browser, as_lead: Browser, post: Post
) -> None:
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert WARNS not in page
    assert as_coordinator.post(LIST, data=ZSOFIA).status_code == 303
    as_lead.post(LIST, data={"name": "Yusuf"})
    for browser in (as_coordinator, as_lead):
        page = browser.get(f"/moderation/{post.id}", headers=ENGLISH).text
        assert f"{WARNS} <bdi>Zsófia</bdi>" in page
        assert page.count("Never shown: ") == 1
        assert "<bdi>Yusuf</bdi>, <bdi>Zsófia</bdi>" in page
    assert "Hotad" in as_coordinator.get(LIST).text
    one_id = db.scalars(select(NeverShow.id).where(NeverShow.name == "Zsófia")).one()
    assert as_coordinator.post(f"{LIST}/{one_id}/remove").status_code == 303
    assert WARNS not in as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    db.rollback()
    deeds = db.scalars(select(Event.action).where(Event.subject_id == one_id)).all()
    assert deeds == ["never_show", "show_after_all"]


def test_nobody_else_sees_the_list(
    db: Session,
    log_in: Callable[[Account], Browser],
    as_coordinator: Browser,
    as_lead: Browser,
    as_author: Browser,
    client: Browser,
    post: Post,
) -> None:
    olle = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    db.commit()
    other = log_in(olle)
    as_coordinator.post(LIST, data=ZSOFIA)
    form = {"step": "publish", "revision_id": post.waiting_id}
    as_lead.post(f"/moderation/{post.id}/decide", data=form)
    for browser in (client, as_author, other):
        for address in ("/", "/feed.atom", "/feed.json", "/mine", LIST):
            with browser.get(address) as answer:
                assert "Zsófia".encode() not in answer.data
                assert b"Hotad" not in answer.data
    assert b"Zs" not in as_lead.get("/moderation/events.csv").data
    one = db.scalars(select(NeverShow)).one()
    assert other.post(f"{LIST}/{one.id}/remove").status_code == 404
    assert other.post(LIST, data=ZSOFIA).status_code == 422


def test_what_was_typed_comes_back(as_lead: Browser, lab: Lab) -> None:
    answer = as_lead.post(LIST, data={**ZSOFIA, "name": "", "lab": "nix"})
    assert answer.status_code == 422
    answer = as_lead.post(LIST, data={**ZSOFIA, "name": ""})
    assert answer.status_code == 422
    assert "Hotad" in answer.text
