"""Following by mail: what is an address, whose mailbox it is, and each thing followed once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import merging
from diary.domain.subscriptions import Wish, address_problems, confirm, mailbox_of
from diary.models import Lab, Pace, Subscriber
from tests.builders import a_lab, a_lead
from tests.conftest import Clock

SAM = "sam@example.org"


@pytest.mark.parametrize(
    "email",
    [SAM, f" {SAM} ", "sam+diary@b.example", "sam@åre.example", "s'am@b.example"],
)
def test_usual_and_unusual_addresses_are_addresses(email: str) -> None:
    assert list(address_problems(email)) == []


@pytest.mark.parametrize(
    "email",
    ["sam(1)@example.org", "sam@example.org(1)", "a<sam@example.org>", "a@b.org,sam@example.org",
     '"sam"@example.org', "s..am@example.org", "a@sam@example.org", f"sam@{'a' * 70}.org"],
)  # fmt: skip
def test_what_a_mail_server_reads_as_another_address_is_none(email: str) -> None:
    assert [problem.key for problem in address_problems(email)] == ["not_an_address"]


@pytest.mark.parametrize(
    "email", [SAM, "SAM@Example.org", "sam+1@example.org", "sam+2+3@example.org"]
)
def test_a_mailbox_has_one_name(email: str) -> None:
    assert mailbox_of(email) == SAM


def test_what_begins_with_a_plus_is_a_mailbox_of_its_own() -> None:
    assert mailbox_of("+sam@example.org") == "+sam@example.org"


def test_who_followed_both_of_two_that_merge_follows_one(
    db: Session, lab: Lab, clock: Clock
) -> None:
    other, lead = a_lab(db, "nord", "Nord"), a_lead(db)
    for part in (lab, other, None):
        confirm(db, Wish(SAM, part, Pace.DAILY, "sv"), clock())
    merging.merge(db, lead, Lab, other.id, lab.id, clock())
    sam = db.scalars(select(Subscriber)).one()
    db.refresh(sam)
    assert [one.lab_id for one in sam.subscriptions] == [lab.id, None]
