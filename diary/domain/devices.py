"""Devices: the browsers somebody is signed in on, and those a place shares.

A shared one belongs to nobody. Whoever signs in there has a turn; the next one begins or ends it.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select, true, update
from sqlalchemy.orm import Session, selectinload

from diary.domain import policy
from diary.domain.accounts import normal
from diary.domain.errors import NotAllowed, NotFound
from diary.domain.journal import record
from diary.domain.policy import Actor
from diary.models import Account, Card, Device, Person

MAX_NAME = 80


def add(session: Session, account: Account, name: str, now: datetime, today: date) -> Device:
    """A browser of one's own that somebody signs in on."""
    device = Device(account_id=account.id, name=name, made_at=now, seen_on=today, turn=0)
    session.add(device)
    session.flush()
    return device


def signed_in(
    session: Session, account_id: int, epoch: int, device_id: int
) -> tuple[Account, Device] | None:
    """Who is signed in where, unless the account was closed or the session or device ended."""
    row = session.execute(
        select(Account, Device)
        .where(Account.id == account_id, Account.epoch == epoch, Account.closed_at.is_(None))
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .where(or_(Device.account_id == Account.id, Device.account_id.is_(None)))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def see(session: Session, device_id: int, today: date) -> None:
    """Note the day a device was used last."""
    session.execute(update(Device).where(Device.id == device_id).values(seen_on=today))


def of(session: Session, account_id: int) -> tuple[Device, ...]:
    """The devices an account is signed in on, the one used last first."""
    statement = (
        select(Device)
        .where(Device.account_id == account_id, Device.revoked_at.is_(None))
        .order_by(Device.seen_on.desc(), Device.id.desc())
    )
    return tuple(session.scalars(statement))


# ---------------------------------------------------------------- shared ones


def share(
    session: Session, actor: Actor, name: str, lab_id: int | None, now: datetime, today: date
) -> Device:
    """Mark a browser as shared; raises NotAllowed for a place that is not one's own."""
    if not policy.shares(actor, lab_id):
        raise NotAllowed
    by_id = actor.account_id
    device = Device(lab_id=lab_id, name=name, made_at=now, seen_on=today, made_by_id=by_id, turn=0)
    session.add(device)
    session.flush()
    record(session, "share_device", now, actor_id=by_id)
    return device


def shared(session: Session, device_id: int) -> Device | None:
    """A device marked shared that is still one."""
    device = session.get(Device, device_id)
    if device is None or device.account_id is not None or device.revoked_at is not None:
        return None
    return device


def shared_ones(session: Session, actor: Actor) -> tuple[Device, ...]:
    """The shared devices somebody looks after, the one used last first."""
    statement = (
        select(Device)
        .where(Device.account_id.is_(None), Device.revoked_at.is_(None))
        .order_by(Device.seen_on.desc(), Device.id.desc())
    )
    return tuple(one for one in session.scalars(statement) if policy.shares(actor, one.lab_id))


def next_turn(session: Session, device: Device) -> int:
    """Begin or end a turn on a shared device: no session of an earlier one holds any more."""
    session.execute(update(Device).where(Device.id == device.id).values(turn=Device.turn + 1))
    session.refresh(device)
    return device.turn


def called(session: Session, name: str, device: Device) -> tuple[tuple[Account, Card], ...]:
    """Who goes by a user name or a name shown, and may come in on a device by four digits.

    They have a card, and belong to the place where the device stands, if it stands in one.
    """
    wanted = normal(name)
    here: ColumnElement[bool] = Person.lab_id == device.lab_id if device.lab_id else true()
    statement = (
        select(Account, Card)
        .join(Card, Card.account_id == Account.id)
        .join(Person, Account.person_id == Person.id)
        .options(selectinload(Account.person))
        .where(here, Card.revoked_at.is_(None), Account.closed_at.is_(None))
        .order_by(Account.id)
    )
    # Compared here, as SQLite knows no capital letters but A to Z.
    return tuple(
        (account, card)
        for account, card in session.execute(statement)
        if wanted in {account.username, normal(account.person.name)}
        and not policy.needs_password(account.role)
    )


# ---------------------------------------------------------------- signing out


def revoke(session: Session, actor: Actor, device_id: int, now: datetime) -> Device:
    """Sign a device out for good, or end that it is shared.

    Raises NotFound if it is none that somebody looks after: one's own, a person's, a place's.
    """
    device = session.get(Device, device_id)
    if device is None or device.revoked_at is not None or not _tends(session, actor, device):
        raise NotFound
    device.revoked_at = now
    record(session, "revoke_device", now, actor_id=actor.account_id, account_id=device.account_id)
    return device


def _tends(session: Session, actor: Actor, device: Device) -> bool:
    if device.account_id is None:
        return policy.shares(actor, device.lab_id)
    if device.account_id == actor.account_id:
        return True
    account = session.get_one(Account, device.account_id)
    return policy.hands_cards(actor, account.role, account.person.lab_id)


def revoke_others(session: Session, account_id: int, but: int, now: datetime) -> None:
    """Sign an account out on all its own devices but one (0: on all)."""
    session.execute(
        update(Device)
        .where(Device.account_id == account_id, Device.id != but, Device.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    record(session, "revoke_device", now, actor_id=account_id, account_id=account_id)
