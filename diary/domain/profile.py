"""What others see of a person: a page about them, and that somebody is under 18."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.accounts import name_shown
from diary.domain.errors import Invalid, Problem
from diary.domain.journal import locked_state, record, show_change
from diary.models import Account, Person
from diary.text.plain import slug


def open_page(session: Session, account: Account, now: datetime, *, grown_up: bool) -> None:
    """Give somebody who asks for it a page with what they have written.

    Raises Invalid for somebody under 18, and without their word that they are not.
    """
    locked_state(session)  # one after another, so that no address is given away twice
    person = account.person
    if person.minor or not grown_up:
        raise Invalid((Problem("grown_up", "grown_up"),))
    if person.slug is None:
        person.slug = _free_slug(session, person)
        _note(session, "open_page", account, now)


def _free_slug(session: Session, person: Person) -> str:
    wanted = slug(person.name) or "author"
    taken = set(session.scalars(select(Person.slug).where(Person.slug.startswith(wanted))))
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def close_page(session: Session, account: Account, now: datetime) -> None:
    """Take the page away at once; nothing remembers its address."""
    if account.person.slug is not None:
        account.person.slug = None
        _note(session, "close_page", account, now)


def mark_minor(
    session: Session, account: Account, now: datetime, *, minor: bool, by_id: int
) -> None:
    """Say that somebody is under 18 (the first name alone, no page), or is not any more."""
    if account.person.minor == minor:
        return
    account.person.minor = minor
    account.person.name = name_shown(account.person.name, minor=minor)
    if minor:
        account.person.slug = None
    _note(session, "mark_minor" if minor else "lift_minor", account, now, by_id)


def _note(
    session: Session, action: str, account: Account, now: datetime, by_id: int | None = None
) -> None:
    record(session, action, now, actor_id=by_id or account.id, account_id=account.id)
    show_change(session, now)
