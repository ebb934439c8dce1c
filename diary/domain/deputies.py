"""Deputies: who reads in a moderator's place while they are away."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.accounts import actor_of
from diary.domain.errors import Invalid, NotAllowed, Problem
from diary.domain.journal import record
from diary.domain.policy import Actor
from diary.models import Account, Role

LONGEST = timedelta(days=365)


def could_be(session: Session, actor: Actor) -> list[Account]:
    """Who can read in the actor's place: the other moderators, who log in as carefully."""
    return [
        account
        for account in session.scalars(
            select(Account)
            .where(Account.closed_at.is_(None), Account.role != Role.AUTHOR)
            .order_by(Account.id)
        )
        if account.id != actor.account_id
    ]


def name(
    session: Session,
    actor: Actor,
    deputy_id: int | None,
    until: date | None,
    now: datetime,
    today: date,
) -> None:
    """Let somebody read in the actor's place up to and including a day; None for nobody any more.

    Raises NotAllowed for somebody without a queue, Invalid per field `deputy` or `until`.
    """
    if not policy.moderates(actor):
        raise NotAllowed
    account = session.get_one(Account, actor.account_id, with_for_update=True)
    if deputy_id is None:
        until = None
    elif deputy_id not in {one.id for one in could_be(session, actor)}:
        raise Invalid((Problem("deputy", "unknown_choice"),))
    elif until is None or not today <= until <= today + LONGEST:
        raise Invalid((Problem("until", "not_within_a_year"),))
    if (account.deputy_id, account.deputy_until) == (deputy_id, until):
        return
    account.deputy_id, account.deputy_until = deputy_id, until
    record(session, "deputise", now, actor_id=actor.account_id, account_id=deputy_id)


def reader(session: Session, account: Account, today: date) -> Actor:
    """The account as the rules see it today, with those in whose place it reads."""
    return actor_of(account, absent(session, account, today))


def absent(session: Session, account: Account, today: date) -> list[Account]:
    """In whose place an account reads today."""
    if account.role is Role.AUTHOR:
        return []
    return list(
        session.scalars(
            select(Account).where(
                Account.deputy_id == account.id,
                Account.deputy_until >= today,
                Account.closed_at.is_(None),
                Account.role != Role.AUTHOR,
            )
        )
    )
