"""When moderators are called to read: each morning, and when nobody has read for a week."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import calls, moderation, profile
from diary.domain.accounts import actor_of
from diary.domain.calls import A_WEEK, Call
from diary.domain.due import release_due
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Account, Lab, State, Status, Told
from tests.builders import HOUSE, NOW, a_lab, a_post

ZONE = ZoneInfo("Europe/Stockholm")
MORNING = datetime(2020, 2, 8, 6, 0, tzinfo=UTC)
"""Seven o'clock after NOW, in Stockholm."""


@pytest.fixture
def daily(db: Session, lea: Account) -> Account:
    """Lea, who wants to be told daily."""
    lea.email, lea.told = "lea@example.org", Told.DAILY
    return lea


def test_at_once_those_whose_queue_it_is_are_told(
    db: Session, alice: Account, lea: Account, cora: Account, lab: Lab
) -> None:
    a_lab(db, "portalen")
    for account in (alice, lea, cora):
        account.email = f"{account.username}@example.org"
    here = a_post(db, alice, Status.SUBMITTED, lab="boden")
    there = a_post(db, alice, Status.SUBMITTED, lab="portalen")
    own = a_post(db, lea, Status.SUBMITTED, lab="boden")

    def told(post) -> set[str]:
        return {account.username for account in calls.called_at_once(db, post, NOW.date())}

    assert (told(here), told(there), told(own)) == ({"lea", "cora"}, {"lea"}, {"cora"})
    lea.deputy_id, lea.deputy_until = cora.id, NOW.date()
    db.flush()
    assert told(there) == {"lea", "cora"}
    lea.told, cora.email = Told.DAILY, None
    assert told(here) == set()


def test_each_morning_while_something_waits(db: Session, alice: Account, daily: Account) -> None:
    assert calls.due(db, ZONE) == {}
    post = a_post(db, alice, Status.SUBMITTED)
    assert calls.due(db, ZONE)[Call.DAILY] == MORNING
    assert Call.DAILY not in release_due(db, MORNING - timedelta(seconds=1), ZONE)
    assert db.scalars(select(State.due)).one() == MORNING
    assert release_due(db, MORNING, ZONE) == {Call.DAILY}
    assert release_due(db, MORNING, ZONE) == frozenset()
    assert db.scalars(select(State.due)).one() == MORNING + timedelta(days=1)
    late = MORNING + timedelta(days=2, hours=5)  # nobody came by, so it goes when somebody does
    assert release_due(db, late, ZONE) == {Call.DAILY}
    assert calls.due(db, ZONE)[Call.DAILY] == MORNING + timedelta(days=3)
    decide(db, daily, post.id, post.waiting_id, Step.RETURN, late)
    assert calls.due(db, ZONE) == {}


def decide(db, who, post_id, revision_id, step, now) -> None:
    verdict = Verdict(step, revision_id, words="Vem?")
    moderation.decide(db, actor_of(who), post_id, verdict, now, HOUSE)


def test_after_a_week_without_anybody_reading_all_are_told(
    db: Session, alice: Account, lea: Account, cora: Account
) -> None:
    lea.email, lea.told = "lea@example.org", Told.NEVER
    a_post(db, alice, Status.SUBMITTED)
    other = a_post(db, alice, Status.SUBMITTED)
    assert db.scalars(select(State.due)).one() == NOW + A_WEEK
    decided = NOW + timedelta(days=3)
    decide(db, lea, other.id, other.waiting_id, Step.RETURN, decided)
    assert release_due(db, NOW + A_WEEK, ZONE) == frozenset()
    assert release_due(db, decided + A_WEEK, ZONE) == {Call.NOBODY_READS}
    assert calls.called(db, Call.NOBODY_READS) == [lea]
    assert calls.due(db, ZONE)[Call.NOBODY_READS] == decided + 2 * A_WEEK


def test_what_was_put_off_is_read(db: Session, alice: Account) -> None:
    a_post(db, alice, Status.HELD)
    assert calls.due(db, ZONE) == {}


def test_whoever_asks_for_it_daily_is_told_of_what_waits_already(
    db: Session, alice: Account, lea: Account
) -> None:
    a_post(db, alice, Status.SUBMITTED)
    lea.email = "lea@example.org"
    profile.set_reading(db, lea, ["sv"], Told.DAILY, NOW)
    assert release_due(db, NOW, ZONE) == frozenset()
    assert db.scalars(select(State.due)).one() == MORNING
