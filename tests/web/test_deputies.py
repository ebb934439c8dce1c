"""Reading in somebody's place for a time."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Account, Event, Lab, Post, Role, Status
from tests.builders import NOW, a_lab, a_post, an_account
from tests.conftest import Browser, Clock

LogIn = Callable[[Account], Browser]
LAST = "2020-02-20"


@pytest.fixture
def waiting(db: Session, alice: Account, lab: Lab) -> Post:
    """A post of the whole project: the lead's to read."""
    post = a_post(db, alice, Status.SUBMITTED)
    db.commit()
    return post


def account_of(db: Session, name: str) -> Account:
    db.rollback()
    return db.scalars(select(Account).where(Account.username == name)).one()


def test_a_deputy_reads_all_until_the_last_day_and_administers_nothing(
    db: Session,
    as_lead: Browser,
    as_coordinator: Browser,
    waiting: Post,
    clock: Clock,
) -> None:
    page = f"/moderation/{waiting.id}"
    assert as_coordinator.get(page).status_code == 404
    cora = account_of(db, "cora")
    answer = as_lead.post("/deputy", data={"deputy": cora.id, "until": LAST})
    assert answer.status_code == 303
    assert as_coordinator.get(page).status_code == 200
    assert "Lea" in as_coordinator.get("/moderation").text
    assert as_coordinator.get("/admin").status_code in {403, 404}
    clock.pass_by(days=13)
    assert as_coordinator.get(page).status_code == 200
    clock.pass_by(days=1)
    assert as_coordinator.get(page).status_code == 404
    lea = account_of(db, "lea")
    deeds = db.scalars(select(Event).where(Event.action == "deputise")).all()
    assert [(deed.actor_id, deed.account_id) for deed in deeds] == [(lea.id, cora.id)]


def test_who_is_back_reads_alone_again(
    db: Session, as_lead: Browser, as_coordinator: Browser, waiting: Post
) -> None:
    as_lead.post("/deputy", data={"deputy": account_of(db, "cora").id, "until": LAST})
    assert "Jag är tillbaka" in as_lead.get("/deputy").text
    as_lead.post("/deputy")
    assert as_coordinator.get(f"/moderation/{waiting.id}").status_code == 404
    assert "Jag är tillbaka" not in as_lead.get("/deputy").text


def test_a_deputy_of_a_coordinator_reads_their_places_alone(
    db: Session, as_coordinator: Browser, log_in: LogIn, alice: Account, lab: Lab
) -> None:
    other = a_lab(db, "rinkeby")
    colleague = an_account(db, "karin", Role.COORDINATOR, labs=(other,))
    here, there = (a_post(db, alice, Status.SUBMITTED, lab=slug) for slug in ("boden", "rinkeby"))
    db.commit()
    browser = log_in(colleague)
    assert browser.get(f"/moderation/{here.id}").status_code == 404
    as_coordinator.post("/deputy", data={"deputy": colleague.id, "until": LAST})
    assert browser.get(f"/moderation/{here.id}").status_code == 200
    assert browser.get(f"/moderation/{there.id}").status_code == 200
    assert as_coordinator.get(f"/moderation/{there.id}").status_code == 404


@pytest.mark.parametrize(
    ("who", "until"),
    [
        ("alice", LAST),  # reads for nobody
        ("lea", LAST),  # oneself
        ("nobody", LAST),
        ("cora", "2020-02-06"),  # yesterday
        ("cora", "2021-02-08"),
        ("cora", ""),
        ("cora", "soon"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    db: Session, as_lead: Browser, as_coordinator: Browser, alice: Account, who: str, until: str
) -> None:
    db.commit()
    found = db.scalar(select(Account.id).where(Account.username == who))
    answer = as_lead.post("/deputy", data={"deputy": found or 99, "until": until})
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.text
    assert account_of(db, "lea").deputy_id is None


def test_whoever_leaves_leaves_nobody_in_their_place(
    db: Session, as_lead: Browser, as_coordinator: Browser, waiting: Post
) -> None:
    as_lead.post("/deputy", data={"deputy": account_of(db, "cora").id, "until": LAST})
    account_of(db, "lea").closed_at = NOW
    db.commit()
    assert as_coordinator.get(f"/moderation/{waiting.id}").status_code == 404
