"""The lead's page: what waits, and whether the diary is safe."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import outbox
from diary.models import Account, Objection, Outgoing, State, Status, begin_writing
from tests.builders import NOW, a_post
from tests.conftest import Browser, Clock
from tests.web.looking_after import ENGLISH

LINKS = (
    "/people", "/names", "/invitations", "/cards", "/devices", "/places", "/ways", "/question",
    "/settings", "/moderation/posts", "/moderation/events", "/moderation/copies",
)  # fmt: skip


def words(browser: Browser) -> str:
    """The page in one line, as it is read."""
    return " ".join(browser.get("/overview", headers=ENGLISH).text.split())


def test_a_fresh_diary_has_nothing_that_waits(as_lead: Browser) -> None:
    text = words(as_lead)
    for said in ("Everything is read", "Nobody", "None", "Never yet", "GB free"):
        assert said in text
    for address in LINKS:
        assert f'href="{address}"' in text


def test_what_waits_is_told_with_its_age(
    db: Session, alice: Account, as_lead: Browser, clock: Clock
) -> None:
    begin_writing(db)
    a_post(db, alice, Status.SUBMITTED)
    out = a_post(db, alice)
    db.add(Objection(uid=new_uid(), token="t", post_id=out.id, at=NOW, lang="sv",
                     answer_by=NOW + timedelta(days=9)))  # fmt: skip
    alice.forget_asked_at = NOW
    for _ in range(3):
        outbox.queue(db, "x@example.org", "Hej", "Hej", "sv", NOW)
    db.flush()
    for tries, letter in enumerate(db.scalars(select(Outgoing))):
        letter.tries = tries
    db.get_one(State, 1).backed_up_at = NOW
    db.commit()
    clock.pass_by(days=3)
    text = words(as_lead)
    for said in ("1 post · oldest 3 days", "1 · answer by 16 February 2020",
                 "3 · <span class=\"state question\">2 did not get through",
                 "The diary has no mail server yet."):  # fmt: skip
        assert said in text
    assert "Never yet" not in text


def test_little_room_is_said_in_time(as_lead: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Soon no picture fits" not in words(as_lead)
    monkeypatch.setattr("diary.web.admin_overview.LITTLE_ROOM", 2**60)
    assert "Soon no picture fits" in words(as_lead)
