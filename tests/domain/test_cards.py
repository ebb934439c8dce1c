"""Personal cards: one holds at a time, and only who may hands them out."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import cards, codes
from diary.domain.accounts import actor_of
from diary.domain.errors import NotAllowed, NotFound, TooManyTries
from diary.models import Account, Card, Event, Lab, Role
from tests.builders import NOW, a_lab, an_account

SECRET = "a key for tests only"


def a_card(db: Session, account: Account) -> tuple[Card, str]:
    """A card and its code."""
    card = cards.issue(db, account, NOW, SECRET, by_id=account.id)
    return card, cards.code(card.uid, SECRET)


def test_a_code_finds_its_holder_however_it_is_typed(db: Session) -> None:
    alice = an_account(db)
    card, code = a_card(db, alice)
    assert code not in card.code_hash.upper()
    for typed in (code, code.lower(), codes.in_groups(code), f"{code[:5]}-{code[5:]}"):
        assert cards.holder(db, typed, SECRET) is alice
    for typed in ("", code[:-1], code[::-1], codes.code_of(SECRET, "invitation", card.uid)):
        assert cards.holder(db, typed, SECRET) is None
    assert cards.holder(db, code, "another key") is None


def test_a_new_card_makes_the_old_one_worthless(db: Session) -> None:
    alice = an_account(db)
    old, code = a_card(db, alice)
    new, other = a_card(db, alice)
    assert cards.holder(db, code, SECRET) is None
    assert cards.holder(db, other, SECRET) is alice
    assert cards.of(db, alice.id) is new
    db.refresh(old)
    assert old.revoked_at == NOW


def test_a_closed_account_has_no_way_in(db: Session) -> None:
    alice = an_account(db)
    _card, code = a_card(db, alice)
    alice.closed_at = NOW
    db.flush()
    assert cards.holder(db, code, SECRET) is None


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEAD])
def test_who_needs_a_password_has_no_card(db: Session, role: Role) -> None:
    alice = an_account(db)
    _card, code = a_card(db, alice)
    alice.role = role
    assert cards.holder(db, code, SECRET) is None
    with pytest.raises(NotAllowed):
        a_card(db, alice)


def test_digits_of_any_keyboard_are_the_same(db: Session) -> None:
    alice = an_account(db)
    card, code = a_card(db, alice)
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    assert cards.holder(db, code.translate(arabic), SECRET) is alice
    assert cards.fits(card, codes.pin_of(SECRET, card.uid).translate(arabic), SECRET)


def test_four_digits_are_the_cards_own(db: Session) -> None:
    card, _code = a_card(db, an_account(db))
    digits = codes.pin_of(SECRET, card.uid)
    assert len(digits) == 4
    assert cards.fits(card, f" {digits} ", SECRET)
    assert not cards.fits(card, f"{(int(digits) + 1) % 10_000:04}", SECRET)


@pytest.mark.parametrize(
    ("role", "holder", "same_lab", "allowed"),
    [
        (Role.LEAD, Role.AUTHOR, False, True),
        (Role.LEAD, Role.COORDINATOR, False, False),
        (Role.LEAD, Role.LEAD, False, False),
        (Role.COORDINATOR, Role.AUTHOR, True, True),
        (Role.COORDINATOR, Role.AUTHOR, False, False),
        (Role.COORDINATOR, Role.COORDINATOR, True, False),
        (Role.COORDINATOR, Role.LEAD, True, False),
        (Role.AUTHOR, Role.AUTHOR, True, False),
    ],
)
def test_who_may_hand_out_whose_card(
    db: Session, lab: Lab, role: Role, holder: Role, same_lab: bool, allowed: bool
) -> None:
    portalen = a_lab(db, "portalen")
    actor = actor_of(an_account(db, "cora", role, labs=(lab,)))
    alice = an_account(db, "alice", holder)
    alice.person.lab_id = (lab if same_lab else portalen).id
    db.flush()
    if allowed:
        assert cards.held(db, actor, alice.id) is alice
        return
    with pytest.raises(NotFound):
        cards.held(db, actor, alice.id)


def test_a_writer_of_no_place_is_the_leads_alone(db: Session, lab: Lab) -> None:
    alice = an_account(db)
    cora = actor_of(an_account(db, "cora", Role.COORDINATOR, labs=(lab,)))
    with pytest.raises(NotFound):
        cards.held(db, cora, alice.id)


def test_no_card_of_a_closed_account_is_handed_out(db: Session) -> None:
    lea, alice = an_account(db, "lea", Role.LEAD), an_account(db)
    alice.closed_at = NOW
    for account_id in (alice.id, 9_999):
        with pytest.raises(NotFound):
            cards.held(db, actor_of(lea), account_id)


def test_each_new_card_stands_in_the_journal_by_ids(db: Session) -> None:
    lea, alice = an_account(db, "lea", Role.LEAD), an_account(db)
    cards.issue(db, alice, NOW, SECRET, by_id=lea.id)
    db.flush()
    event = db.scalars(select(Event)).one()
    assert (event.action, event.actor_id, event.account_id) == ("issue_card", lea.id, alice.id)


def test_one_card_opens_the_door_so_often_and_then_waits(db: Session) -> None:
    for _ in range(cards.USES):
        cards.use(db, 1, NOW, SECRET)
    with pytest.raises(TooManyTries):
        cards.use(db, 1, NOW + timedelta(minutes=9), SECRET)
    cards.use(db, 2, NOW, SECRET)
    cards.use(db, 1, NOW + cards.USES_WITHIN, SECRET)
