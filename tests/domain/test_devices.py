"""Devices: whose they are, who may end them, turns on shared ones, coarse names."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import cards, devices
from diary.domain.accounts import actor_of
from diary.domain.errors import NotAllowed, NotFound
from diary.models import Account, Device, Event, Lab, Role
from tests.builders import NOW, a_lab, an_account

TODAY = date(2020, 2, 7)
SECRET = "a key for tests only"


def a_shared_one(db: Session, lab: Lab | None) -> Device:
    lead = an_account(db, f"lead{db.query(Account).count()}", Role.LEAD)
    return devices.share(db, actor_of(lead), "Köket", lab.id if lab else None, NOW, TODAY)


def with_card(db: Session, username: str, name: str, lab: Lab | None, role=Role.AUTHOR) -> Account:
    account = an_account(db, username)
    account.person.name, account.person.lab_id = name, lab.id if lab else None
    cards.issue(db, account, NOW, SECRET, by_id=None)
    account.role = role
    return account


def names(found) -> list[str]:
    return [account.username for account, _card in found]


def test_a_place_is_shared_by_who_looks_after_it(db: Session) -> None:
    boden, elsewhere = a_lab(db), a_lab(db, "goteborg")
    cora = actor_of(an_account(db, "cora", Role.COORDINATOR, labs=(boden,)))
    alice = actor_of(an_account(db))
    device = devices.share(db, cora, "Köket", boden.id, NOW, TODAY)
    assert (device.account_id, device.lab_id) == (None, boden.id)
    for actor, lab_id in ((cora, elsewhere.id), (cora, None), (alice, boden.id), (alice, None)):
        with pytest.raises(NotAllowed):
            devices.share(db, actor, "", lab_id, NOW, TODAY)
    assert [event.action for event in db.scalars(select(Event))] == ["share_device"]


def test_each_sees_the_shared_devices_of_their_places(db: Session) -> None:
    boden, elsewhere = a_lab(db), a_lab(db, "goteborg")
    here, there, nowhere = (a_shared_one(db, lab) for lab in (boden, elsewhere, None))
    cora = actor_of(an_account(db, "cora", Role.COORDINATOR, labs=(boden,)))
    lea = actor_of(an_account(db, "lea", Role.LEAD))
    assert devices.shared_ones(db, cora) == (here,)
    assert set(devices.shared_ones(db, lea)) == {here, there, nowhere}
    devices.revoke(db, cora, here.id, NOW)
    assert devices.shared_ones(db, cora) == ()
    assert devices.shared(db, here.id) is None


def test_a_device_of_ones_own_is_no_shared_one(db: Session) -> None:
    own = devices.add(db, an_account(db), "", NOW, TODAY)
    assert devices.shared(db, own.id) is None
    assert devices.shared(db, 99) is None


def test_a_turn_begins_and_ends_with_the_next_number(db: Session) -> None:
    device = a_shared_one(db, None)
    assert [devices.next_turn(db, device) for _ in range(3)] == [1, 2, 3]


def test_only_those_of_the_place_with_a_card_come_in_by_digits(db: Session) -> None:
    boden, elsewhere = a_lab(db), a_lab(db, "goteborg")
    with_card(db, "amal", "Amal Haddad", boden)
    with_card(db, "amal2", "Amal", elsewhere)
    with_card(db, "cora", "Amal", boden, Role.COORDINATOR)
    with_card(db, "gone", "Amal", boden).closed_at = NOW
    an_account(db, "cardless").person.name = "Amal"
    there, anywhere = a_shared_one(db, elsewhere), a_shared_one(db, None)
    here = a_shared_one(db, boden)
    assert names(devices.called(db, "AMAL", here)) == ["amal"]
    assert names(devices.called(db, " amal  haddad", here)) == ["amal"]
    assert names(devices.called(db, "Amal", there)) == ["amal2"]
    assert names(devices.called(db, "Amal", anywhere)) == ["amal", "amal2"]
    assert names(devices.called(db, "", anywhere)) == []


def test_a_new_card_takes_the_old_ones_place(db: Session) -> None:
    amal = with_card(db, "amal", "Amal", None)
    new = cards.issue(db, amal, NOW, SECRET, by_id=None)
    assert devices.called(db, "amal", a_shared_one(db, None)) == ((amal, new),)


@pytest.mark.parametrize(
    ("who", "may"), [("oneself", True), ("own", True), ("lead", True), ("other", False),
                     ("author", False)],
)  # fmt: skip
def test_who_may_sign_an_authors_phone_out(db: Session, who: str, may: bool) -> None:
    boden, elsewhere = a_lab(db), a_lab(db, "goteborg")
    amal = with_card(db, "amal", "Amal", boden)
    phone = devices.add(db, amal, "", NOW, TODAY)
    actor = actor_of(
        {
            "oneself": lambda: amal,
            "own": lambda: an_account(db, "cora", Role.COORDINATOR, labs=(boden,)),
            "lead": lambda: an_account(db, "lea", Role.LEAD),
            "other": lambda: an_account(db, "petra", Role.COORDINATOR, labs=(elsewhere,)),
            "author": lambda: an_account(db),
        }[who]()
    )
    if may:
        assert devices.revoke(db, actor, phone.id, NOW).revoked_at == NOW
    with pytest.raises(NotFound):
        devices.revoke(db, actor, phone.id, NOW)
    assert (devices.signed_in(db, amal.id, amal.epoch, phone.id) is None) == may


def test_a_coordinator_signs_no_lead_out(db: Session) -> None:
    boden = a_lab(db)
    cora = actor_of(an_account(db, "cora", Role.COORDINATOR, labs=(boden,)))
    lea = an_account(db, "lea", Role.LEAD)
    lea.person.lab_id = boden.id
    device = devices.add(db, lea, "", NOW, TODAY)
    with pytest.raises(NotFound):
        devices.revoke(db, cora, device.id, NOW)


def test_the_day_of_last_use_orders_the_list(db: Session) -> None:
    alice = an_account(db)
    old, new = (devices.add(db, alice, "", NOW, TODAY) for _ in range(2))
    devices.see(db, old.id, date(2020, 2, 8))
    db.refresh(old)
    assert old.seen_on == date(2020, 2, 8)
    assert devices.of(db, alice.id) == (old, new)
    devices.revoke_others(db, alice.id, new.id, NOW)
    assert devices.of(db, alice.id) == (new,)
