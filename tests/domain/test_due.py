"""What changes by itself: a scheduled post goes out, a consent ends with its last day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.due import note_due, release_due
from diary.media.storage import Storage
from diary.models import Account, Consent, Decision, Event, Picture, Post, State, Status
from diary.queries import cards, pictures, posts
from diary.queries.pictures import Sight
from tests.builders import NOW, a_post
from tests.conftest import Browser, Clock

ZONE = ZoneInfo("Europe/Stockholm")
LAST_DAY = NOW.date() + timedelta(days=9)


@pytest.fixture
def scheduled(db: Session, alice: Account) -> Post:
    """A post that goes out tomorrow."""
    post = a_post(db, alice, Status.SUBMITTED, title="I morgon")
    post.status, post.publish_at = Status.SCHEDULED, NOW + timedelta(days=1)
    note_due(db, NOW, ZONE)
    db.commit()
    return post


@pytest.fixture
def picture(db: Session, store: Storage, alice: Account) -> Picture:
    """A public picture whose consent ends in nine days."""
    post = a_post(db, alice, store=store, pictures=1)
    picture = db.scalars(select(Picture).where(Picture.post_id == post.id)).one()
    consent = db.get_one(Consent, picture.id)
    consent.decision, consent.until = Decision.YES, LAST_DAY
    consent.reminded_at = NOW
    note_due(db, NOW, ZONE)
    db.commit()
    return picture


def test_a_scheduled_post_goes_out_by_itself_once(
    db: Session, scheduled: Post, client: Browser, clock: Clock
) -> None:
    before = db.scalars(select(State)).one().version
    assert "I morgon" not in client.get("/").text
    clock.pass_by(days=1)
    assert "I morgon" in client.get("/").text
    db.rollback()
    assert scheduled.status is Status.PUBLISHED
    assert scheduled.published_at == NOW + timedelta(days=1)
    assert scheduled.read_id == scheduled.live_id
    client.get("/")
    state = db.scalars(select(State)).one()
    assert (state.version, state.due) == (before + 1, None)
    assert db.scalars(select(Event.action).where(Event.action == "release")).all() == ["release"]


def test_a_consent_holds_through_its_last_day_and_no_longer(
    db: Session, picture: Picture, client: Browser, clock: Clock
) -> None:
    size = cards.stream(db, posts.published()).posts[0].pictures[0].webp[0]
    address = f"/pictures/{picture.token}/{size.width}-{size.stamp}.webp"
    ends = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time(), ZONE)
    clock.time = ends.astimezone(UTC) - timedelta(seconds=1)
    assert client.get(address).status_code == 200
    clock.pass_by(seconds=1)
    assert client.get(address).status_code == 404
    assert picture.token not in client.get("/").text
    db.rollback()
    assert db.get_one(Consent, picture.id).withdrawn_at == clock()
    assert pictures.sight(db, picture.token, posts.NOBODY) is Sight.NONE


@pytest.mark.parametrize("decision", Decision)
def test_only_a_yes_or_nobody_is_shown(db: Session, picture: Picture, decision: Decision) -> None:
    db.get_one(Consent, picture.id).decision = decision
    db.flush()
    (card,) = cards.stream(db, posts.published()).posts
    assert bool(card.pictures) is (decision is not Decision.NO)


def test_nothing_is_due_before_its_time(db: Session, scheduled: Post) -> None:
    release_due(db, NOW + timedelta(hours=23), ZONE)
    assert scheduled.status is Status.SCHEDULED
    assert db.scalars(select(State)).one().due == NOW + timedelta(days=1)


def test_due_is_the_earliest(db: Session, scheduled: Post, picture: Picture) -> None:
    assert db.scalars(select(State)).one().due == NOW + timedelta(days=1)
    release_due(db, NOW + timedelta(days=1), ZONE)
    midnight = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time(), ZONE)
    assert db.scalars(select(State)).one().due == midnight


def test_what_feeds_tell_of_for_a_while_ends_by_itself(
    db: Session, alice: Account, client: Browser, clock: Clock
) -> None:
    a_post(db, alice, Status.WITHDRAWN)
    note_due(db, NOW, ZONE)
    db.commit()
    state = db.scalars(select(State)).one()
    version = state.version
    assert state.due == NOW + timedelta(days=30)
    for days, moved in ((29, 0), (1, 1), (100, 1), (235, 2)):
        clock.pass_by(days=days)
        client.get("/feed.atom")
        db.rollback()
        db.refresh(state)
        assert state.version == version + moved, days
    assert state.due is None
