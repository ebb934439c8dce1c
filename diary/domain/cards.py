"""Personal cards: what somebody without an e-mail address signs in with."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import codes, policy, throttle
from diary.domain.errors import NotAllowed, NotFound
from diary.domain.journal import record
from diary.domain.policy import Actor
from diary.models import Account, Card

USES = 20
USES_WITHIN = timedelta(minutes=10)
"""So often one card opens the door at once."""


def issue(
    session: Session, account: Account, now: datetime, secret: str, *, by_id: int | None
) -> Card:
    """Give an account a new card; any earlier one is worth nothing from now on.

    Raises NotAllowed for an account that needs a password.
    """
    if policy.needs_password(account.role):
        raise NotAllowed
    # One after another, so that two taps leave one card.
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    revoke(session, account.id, now)
    uid = new_uid()
    card = Card(
        uid=uid,
        account_id=account.id,
        code_hash=codes.code_hash(secret, code(uid, secret)),
        issued_at=now,
        issued_by_id=by_id,
    )
    session.add(card)
    session.flush()
    record(session, "issue_card", now, actor_id=by_id, account_id=account.id)
    return card


def revoke(session: Session, account_id: int, now: datetime) -> None:
    """Make an account's card useless."""
    session.execute(
        update(Card)
        .where(Card.account_id == account_id, Card.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def code(uid: UUID, secret: str) -> str:
    """What stands on a card to be scanned or typed."""
    return codes.code_of(secret, "card", uid)


def of(session: Session, account_id: int) -> Card | None:
    """The card an account has now."""
    statement = select(Card).where(Card.account_id == account_id, Card.revoked_at.is_(None))
    return session.scalars(statement.order_by(Card.id.desc()).limit(1)).first()


def holder(session: Session, typed: str, secret: str) -> Account | None:
    """The open account whose card has this code; none that needs a password."""
    found = session.scalar(
        select(Account)
        .join(Card, Card.account_id == Account.id)
        .where(Card.code_hash == codes.code_hash(secret, typed))
        .where(Card.revoked_at.is_(None), Account.closed_at.is_(None))
    )
    return None if found is None or policy.needs_password(found.role) else found


def use(session: Session, account_id: int, now: datetime, secret: str) -> None:
    """Somebody comes in by a card; raises TooManyTries if too many do, wherever they are."""
    key = throttle.key_of(secret, "card", str(account_id), now)
    throttle.spend(session, key, USES, USES_WITHIN, now)


def held(session: Session, actor: Actor, account_id: int) -> Account:
    """An open account whose card this person may see and renew; raises NotFound for others."""
    account = session.get(Account, account_id)
    if account is None or account.closed_at is not None:
        raise NotFound
    if not hands(actor, account):
        raise NotFound
    return account


def hands(actor: Actor, account: Account) -> bool:
    """Whether this person may hand out an account's card: none is for who needs a password."""
    looks_after = policy.hands_cards(actor, account.role, account.person.lab_id)
    return looks_after and not policy.needs_password(account.role)


def held_by(session: Session, account_ids: Collection[int]) -> dict[int, Card]:
    """The cards that some accounts have now, by the account's id."""
    statement = select(Card).where(Card.account_id.in_(account_ids), Card.revoked_at.is_(None))
    return {card.account_id: card for card in session.scalars(statement.order_by(Card.id))}


def fits(card: Card, pin: str, secret: str) -> bool:
    """Whether four digits are those of a card."""
    typed = codes.digits(pin.strip())
    return hmac.compare_digest(codes.pin_of(secret, card.uid).encode(), typed.encode())
