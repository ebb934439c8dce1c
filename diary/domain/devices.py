"""Devices: the browsers somebody is signed in on, and those a place shares."""

from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from diary.domain.journal import record
from diary.models import Account, Device


def add(session: Session, account: Account, name: str, now: datetime, today: date) -> Device:
    """A browser of one's own that somebody signs in on."""
    device = Device(account_id=account.id, name=name, made_at=now, seen_on=today)
    session.add(device)
    session.flush()
    return device


def share(
    session: Session, account: Account, name: str, lab_id: int | None, now: datetime, today: date
) -> Device:
    """Mark a browser as shared: it belongs to nobody, and whoever signs in there stays briefly."""
    device = Device(lab_id=lab_id, name=name, made_at=now, seen_on=today, made_by_id=account.id)
    session.add(device)
    session.flush()
    record(session, "share_device", now, actor_id=account.id)
    return device


def shared(session: Session, device_id: int) -> Device | None:
    """A device marked shared that is still one."""
    device = session.get(Device, device_id)
    if device is None or device.account_id is not None or device.revoked_at is not None:
        return None
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


def revoke(session: Session, device_id: int, now: datetime, *, by_id: int) -> None:
    """Sign a device out for good; on a shared one nobody can sign in as there any more."""
    session.execute(
        update(Device)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    record(session, "revoke_device", now, actor_id=by_id)


def revoke_others(session: Session, account_id: int, but: int, now: datetime) -> None:
    """Sign an account out on all its own devices but one (0: on all)."""
    session.execute(
        update(Device)
        .where(Device.account_id == account_id, Device.id != but, Device.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def of(session: Session, account_id: int) -> tuple[Device, ...]:
    """The devices an account is signed in on, the one used last first."""
    statement = (
        select(Device)
        .where(Device.account_id == account_id, Device.revoked_at.is_(None))
        .order_by(Device.seen_on.desc(), Device.id.desc())
    )
    return tuple(session.scalars(statement))
