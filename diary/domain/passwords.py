"""A forgotten password: a link to one's own address, for an hour and once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from diary.domain import accounts, devices, outbox, throttle
from diary.domain.errors import TooManyTries
from diary.models import Account

LASTS = timedelta(hours=1)
MAILS = 3
"""To one address while a link lasts."""
QUESTIONS = 60
"""From one network within the same time: it may be a whole meeting place's."""


def mail_link(
    session: Session,
    account: Account | None,
    letter: tuple[str, str],
    lang: str,
    now: datetime,
    key: str,
) -> None:
    """Queue a letter (subject, body) to an account's address, unless it got enough of them.

    Nothing tells: whoever asks hears the same for every name, and it is counted by its `key`.
    """
    try:
        throttle.spend(session, key, MAILS, LASTS, now)
    except TooManyTries:
        return
    if account is not None and account.email is not None:
        outbox.queue(session, account.email, *letter, lang, now)


def choose(session: Session, account: Account, password_hash: str, now: datetime) -> None:
    """Give an account a new password; it is logged out everywhere, and no earlier link holds."""
    accounts.set_password(session, account, password_hash, now)
    devices.revoke_others(session, account.id, 0, now)
