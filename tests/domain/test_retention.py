"""What is kept for so many months, and no longer: each kind just before and just after."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import devices, errands, objections, outbox, throttle, writing
from diary.domain.accounts import actor_of
from diary.domain.errors import NotPossible
from diary.domain.moderation import Verdict, decide
from diary.domain.retention import MONTH, tidy
from diary.domain.settings import RANGES, put
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Byline,
    Consent,
    Correction,
    Device,
    Event,
    Given,
    Message,
    Objection,
    Outgoing,
    Picture,
    Post,
    Reading,
    Revision,
    StandingConsent,
    Status,
    Throttle,
)
from diary.models.engine import Base
from diary.queries import posts
from diary.queries.site import Site
from tests.builders import HOUSE, NOW, a_content, a_lead, a_post
from tests.conftest import Browser

INSTANT = timedelta(seconds=1)


def after(months: int) -> datetime:
    """The last moment that many months last."""
    return NOW + months * MONTH


def left(db: Session, table: type[Base]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def test_every_time_has_a_first_value_within_its_bounds() -> None:
    first = Site()
    for name, (least, most) in RANGES.items():
        assert least <= getattr(first, name) <= most


def test_a_draft_nobody_writes_on_goes_with_its_pictures(
    db: Session, store: Storage, alice: Account
) -> None:
    put(db, {"keep_drafts": 6})
    post = a_post(db, alice, Status.DRAFT, store=store, pictures=1)
    for status in (Status.SUBMITTED, Status.RETURNED, Status.PUBLISHED):
        a_post(db, alice, status)
    assert tidy(db, after(6)) == ()
    files = tidy(db, after(6) + INSTANT)
    db.flush()
    assert db.scalars(select(Post.id).where(Post.id == post.id)).all() == []
    assert left(db, Post) == 3
    errands.commit(db, store, files, datetime.now(UTC) + timedelta(minutes=1))
    assert list(store.keys("")) == []
    last = db.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (last.action, last.reason, last.post_id) == ("expire", "draft", post.id)


def test_a_draft_somebody_writes_on_stays(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.DRAFT)
    writing.save(db, actor_of(alice), post, a_content(body="Mer."), after(20))
    assert tidy(db, after(40)) == ()
    assert left(db, Post) == 1


def test_what_was_taken_down_is_emptied_and_stays_gone(
    db: Session, store: Storage, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, Status.WITHDRAWN, store=store, pictures=1)
    both = {"post_id": post.id, "revision_id": post.live_id}
    db.add(Correction(**both, at=NOW, words="Det var Noor."))
    db.add(Reading(**both, reader_id=alice.id, asked_at=NOW, gist="En rad", note="Bra"))
    db.flush()
    tidy(db, after(24))
    assert db.get_one(Revision, post.live_id).body
    files = tidy(db, after(24) + INSTANT)
    assert len(files) > 1
    live = db.get_one(Revision, post.live_id)
    db.refresh(live)
    assert (live.title, live.body, live.html, live.pictures) == ("", "", "", [])
    assert left(db, Picture) == 0
    assert set(db.scalars(select(Byline.name))) == {""}
    assert set(db.scalars(select(Message.words))) == {""}
    assert left(db, Correction) == 0
    assert set(db.execute(select(Reading.gist, Reading.note)).all()) == {("", "")}
    with pytest.raises(NotPossible):
        decide(db, a_lead(db), post.id, Verdict(Step.RESTORE, live.id), NOW, HOUSE)
    assert tidy(db, after(30)) == ()
    assert db.scalars(select(Event.reason).where(Event.action == "expire")).all() == ["taken_down"]
    assert posts.was_public(db, slug=post.slug)
    db.commit()
    assert client.get(f"/posts/{post.slug}").status_code == 410


def test_an_answered_request_goes_an_open_one_stays(
    db: Session, store: Storage, alice: Account
) -> None:
    a_post(db, alice)
    first, _open = (
        objections.report_barrier(db, words, "070-1", "sv", NOW, 30) for words in ("Ett", "Två")
    )
    objections.answer(db, a_lead(db), first.id, NOW, away=False, words="Klart.")
    tidy(db, after(12))
    assert left(db, Objection) == 2
    tidy(db, after(12) + INSTANT)
    assert db.scalars(select(Objection.words)).all() == ["Två"]


def test_who_said_yes_is_forgotten_once_that_has_ended(
    db: Session, store: Storage, alice: Account
) -> None:
    a_post(db, alice, store=store, pictures=2)
    ended, holds = db.scalars(select(Consent).order_by(Consent.picture_id))
    ended.from_whom, ended.withdrawn_at = "Fatima", NOW
    holds.from_whom = "Samira"
    standing = StandingConsent(
        uid=alice.person.uid, name="Fatima", given=Given.PAPER, made_at=NOW,
        withdrawn_at=NOW, scan_key="scan", scan_type="image/jpeg",
    )  # fmt: skip
    db.add(standing)
    db.flush()
    ended.standing_id = standing.id
    db.flush()
    assert tidy(db, after(12)) == ()
    assert tidy(db, after(12) + INSTANT) == ("scan",)
    consents = select(Consent.from_whom, Consent.standing_id).order_by(Consent.picture_id)
    assert db.execute(consents).all() == [("", None), ("Samira", None)]
    assert left(db, StandingConsent) == 0


def test_a_device_nobody_uses_goes(db: Session, alice: Account) -> None:
    devices.add(db, alice, "Gammal", NOW, NOW.date())
    devices.add(db, alice, "Ny", NOW, after(10).date())
    devices.add(db, alice, "Utloggad", NOW, after(10).date()).revoked_at = NOW
    db.flush()
    tidy(db, after(13))
    assert left(db, Device) == 3
    tidy(db, after(13) + timedelta(days=1))
    assert db.scalars(select(Device.name)).all() == ["Ny"]


def test_mail_that_could_not_be_sent_goes(db: Session) -> None:
    outbox.queue(db, "amal@example.org", "Hej", "…", "sv", NOW)
    db.flush()
    tidy(db, after(1))
    assert left(db, Outgoing) == 1
    tidy(db, after(1) + INSTANT)
    assert left(db, Outgoing) == 0


def test_tries_are_forgotten_within_hours(db: Session) -> None:
    throttle.spend(db, "key", 20, timedelta(hours=1), NOW)
    db.flush()
    tidy(db, NOW + timedelta(hours=2))
    assert left(db, Throttle) == 1
    tidy(db, NOW + timedelta(hours=2) + INSTANT)
    assert left(db, Throttle) == 0


def test_privacy_tells_the_months_that_are_set(db: Session, client: Browser) -> None:
    put(db, {"keep_drafts": 77, "keep_requests": 41, "answer_days": 19})
    db.commit()
    for lang in ("sv", "en", "ar"):
        text = client.get("/privacy", headers={"Accept-Language": lang}).text
        assert all(number in text for number in ("77", "41", "19"))
