"""The queue on a phone and by keys: forty posts, decided with at most two actions each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import PictureContent
from diary.media.storage import Storage
from diary.models import Account, Claim, Consent, Decision, Lab, Post, Status
from tests.browser.conftest import log_in
from tests.browser.on_a_phone import PHONE
from tests.builders import HOUSE, NOW, a_content, a_picture, a_post

pytestmark = pytest.mark.browser
POSTS, PICTURES = 40, 100
CLAIMS = (Claim.YES, Claim.NOBODY, Claim.YES, Claim.NOT_YET, Claim.UNKNOWN)


@pytest.fixture
def forty(neighbourhood: Lab, db: Session, store: Storage) -> list[Post]:
    """Forty waiting posts with a hundred pictures, each with its writer's answer."""
    actor = actor_of(db.scalars(select(Account).where(Account.username == "amal")).one())
    answers = cycle(CLAIMS)
    posts = []
    for number in range(POSTS):
        content = a_content(title=f"Dag {number + 1}", lab="boden")
        post = writing.start(db, actor, content, NOW)
        pictures = [
            PictureContent(
                a_picture(db, store, post, f"#{number:02x}{n:02x}7b").token, claim=next(answers)
            )
            for n in range(PICTURES // POSTS + number % 2)
        ]
        writing.save(db, actor, post, content.with_pictures(pictures), NOW)
        writing.submit(db, actor, post, NOW, HOUSE)
        posts.append(post)
    db.commit()
    return posts


@contextmanager
def as_lead(chromium: Browser, base: str, **device: Any) -> Iterator[Page]:
    """The lead's browser."""
    context = chromium.new_context(locale="sv-SE", base_url=base, **device)
    page = context.new_page()
    page.set_default_timeout(60_000)
    log_in(page, base, "lea")
    yield page
    context.close()


def test_forty_posts_are_decided_with_at_most_two_actions_each(
    chromium: Browser, served, forty: list[Post], sessions: sessionmaker[Session]
) -> None:
    pictures = (PICTURES // POSTS) * POSTS + POSTS // 2
    assert pictures == PICTURES
    actions = 0
    with as_lead(chromium, served[0], viewport=PHONE, is_mobile=True, has_touch=True) as lead:
        lead.goto("/moderation?lab=boden")
        for number in range(POSTS):
            expect(
                lead.get_by_role("heading", level=2, name=f"Dag {number + 1}", exact=True)
            ).to_be_visible()
            if number % 10 == 9:
                lead.get_by_text("Tillbaka med fråga", exact=True).click()
                lead.locator("[name=reason]").first.check()
                lead.get_by_role("button", name="Skicka tillbaka", exact=True).click()
                actions += 2
            else:
                lead.get_by_role("button", name="Publicera", exact=True).click()
                actions += 1
        expect(lead.get_by_role("heading", name=re.compile(r"^Dag \d"))).to_have_count(0)
    assert actions <= 2 * POSTS
    with sessions() as db:
        stands = db.execute(
            select(Post.status, func.count())
            .where(Post.id.in_([post.id for post in forty]))
            .group_by(Post.status)
        )
        decided = db.execute(select(Consent.claim, Consent.decision).distinct())
        assert {row[0]: row[1] for row in stands} == {
            Status.PUBLISHED: 36,
            Status.RETURNED: 4,
        }
        shown = {claim for claim, is_in in decided if is_in in {Decision.YES, Decision.NOBODY}}
    assert shown == {Claim.YES, Claim.NOBODY}


def press_key(page: Page, key: str) -> None:
    """Alt and a key, as a keyboard sends it: Playwright's own press has no text with Alt."""
    code = {"key": key, "text": key, "unmodifiedText": key, "code": f"Key{key.upper()}"}
    page.context.new_cdp_session(page).send(
        "Input.dispatchKeyEvent",
        {"type": "keyDown", "modifiers": 1, "windowsVirtualKeyCode": ord(key.upper()), **code},
    )


def test_a_queue_is_read_by_keys_alone(
    chromium: Browser, served, forty: list[Post], sessions: sessionmaker[Session]
) -> None:
    first, second = (re.compile(rf"/moderation/{post.id}\b") for post in forty[:2])
    with as_lead(chromium, served[0]) as lead:
        lead.goto(f"/moderation/{forty[0].id}?lab=boden")
        lead.wait_for_url(first)
        press_key(lead, "n")
        lead.wait_for_url(second)
        press_key(lead, "p")
        lead.wait_for_url("**done=*")
        press_key(lead, "u")
        lead.wait_for_url(second)
        press_key(lead, "w")
        lead.wait_for_url("**done=*")
    with sessions() as db:
        assert db.get_one(Post, forty[1].id).status is Status.HELD


def test_what_is_wrong_with_taking_down_is_not_covered(
    chromium: Browser, served, neighbourhood: Lab, db: Session
) -> None:
    amal = db.scalars(select(Account).where(Account.username == "amal")).one()
    post = a_post(db, amal, lab="boden")
    db.commit()
    with as_lead(chromium, served[0], viewport={"width": 1280, "height": 900}) as lead:
        lead.goto(f"/moderation/{post.id}")
        lead.locator("summary", has_text="Ta bort").click()
        lead.get_by_role("button", name="Ta bort", exact=True).click()
        for seen in (lead.locator("#why-wrong"), lead.locator("label[for=why]")):
            expect(seen).to_be_in_viewport(ratio=1)
            assert seen.evaluate(
                """it => { const box = it.getBoundingClientRect();
                return it.contains(document.elementFromPoint(
                    box.x + 5, box.y + box.height / 2)); }"""
            )
