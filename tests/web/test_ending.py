"""Before a yes ends those who read for its lab are told: one mail, and a line above the queue."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import consents
from diary.domain.consents import Ruling
from diary.media.storage import Storage
from diary.models import (
    Account,
    Consent,
    Decision,
    Lab,
    Outgoing,
    Picture,
    Post,
    Role,
    StandingConsent,
    State,
)
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_post, an_account
from tests.conftest import Browser, Clock
from tests.domain.test_due import ZONE

ENGLISH = {"Accept-Language": "en"}
LAST = NOW.date() + timedelta(days=90)
YES = {"name": "Fatima", "lab": "boden", "given": "paper", "until": LAST.isoformat()}


@pytest.fixture
def moderators(db: Session, lab: Lab, cora: Account, lea: Account) -> None:
    """The lead and two coordinators, all with an address."""
    olle = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    for account in (cora, lea, olle):
        account.email = f"{account.username}@example.org"
    db.commit()


@pytest.fixture
def picture(db: Session, store: Storage, alice: Account, lab: Lab, moderators: None) -> Picture:
    """A public picture whose yes ends in ninety days."""
    post = a_post(db, alice, store=store, pictures=1, lab="boden")
    picture = db.scalars(select(Picture).where(Picture.post_id == post.id)).one()
    yes = Ruling(Decision.YES, "Hanan", until=LAST)
    consents.rule(db, a_lead(db), post.id, picture.token, yes, NOW, HOUSE, ZONE)
    db.commit()
    return picture


def told(db: Session) -> list[str]:
    db.rollback()
    return sorted(db.scalars(select(Outgoing.recipient)))


def test_a_month_before_they_are_told_once(
    db: Session, client: Browser, clock: Clock, as_lead: Browser, picture: Picture
) -> None:
    version = db.scalars(select(State.version)).one()
    clock.pass_by(days=59)
    client.get("/")
    assert told(db) == []
    clock.pass_by(days=1)
    for _twice in range(2):
        client.get("/")
        clock.pass_by(days=1)
    assert told(db) == ["cora@example.org", "lea@example.org"]
    mail = db.scalars(select(Outgoing).limit(1)).one()
    assert "http://localhost/moderation" in mail.body
    assert "Hanan" not in mail.subject + mail.body
    assert db.scalars(select(State.version)).one() == version
    page = as_lead.get("/moderation", headers=ENGLISH).text
    assert "1 yes ends soon" in page
    assert f"/moderation/{picture.post_id}#{picture.token}" in page
    clock.pass_by(days=29)
    assert picture.token not in client.get("/").text
    assert len(told(db)) == 2
    assert "ends soon" not in as_lead.get("/moderation", headers=ENGLISH).text


def test_renewed_it_is_told_of_again(
    db: Session, client: Browser, clock: Clock, as_lead: Browser, picture: Picture
) -> None:
    clock.pass_by(days=61)
    client.get("/")
    assert len(told(db)) == 2
    until = (LAST + timedelta(days=365)).isoformat()
    renewed = {"decision": "yes", "from_whom": "Hanan", "until": until}
    address = f"/moderation/{picture.post_id}/pictures/{picture.token}"
    assert as_lead.post(address, data=renewed).status_code == 303
    client.get("/")
    assert len(told(db)) == 2
    assert "ends soon" not in as_lead.get("/moderation", headers=ENGLISH).text
    clock.pass_by(days=365)
    client.get("/")
    assert len(told(db)) == 4


def test_a_standing_yes_is_told_of_once_for_all_its_pictures(
    db: Session, client: Browser, clock: Clock, as_lead: Browser, picture: Picture
) -> None:
    as_lead.post("/moderation/consents", data=YES)
    db.rollback()
    standing_id = db.scalars(select(StandingConsent.id)).one()
    address = f"/moderation/{picture.post_id}/pictures/{picture.token}"
    as_lead.post(address, data={"standing": standing_id})
    clock.pass_by(days=61)
    client.get("/")
    assert told(db) == ["cora@example.org", "lea@example.org"]
    consent = db.get_one(Consent, picture.id)
    assert (consent.standing_id, consent.reminded_at) == (standing_id, None)
    page = as_lead.get("/moderation", headers=ENGLISH).text
    assert "1 yes ends soon" in page
    assert "Fatima, until" in page.replace("\u2068", "").replace("\u2069", "")


def test_what_ended_while_nobody_looked_holds_nobody_up(
    db: Session, client: Browser, clock: Clock, as_lead: Browser, moderators: None, lab: Lab
) -> None:
    as_lead.post("/moderation/consents", data=YES)
    clock.pass_by(days=400)
    client.get("/")
    assert told(db) == []
    assert db.scalars(select(State.due)).one() is None
    assert db.scalars(select(Post)).all() == []
