"""Slowing down those who guess. Keys are HMACs with a key of the day, never addresses."""

import hashlib
import hmac
import math
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from diary.domain.errors import TooManyTries
from diary.models import Throttle

FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)


def key_of(secret: str, kind: str, who: str, now: datetime) -> str:
    """A key for `who` that nobody can turn back and that changes every day (HMAC, RFC 2104)."""
    day_key = hmac.digest(secret.encode(), f"{now:%Y-%m-%d}".encode(), "sha256")
    return hmac.new(day_key, f"{kind}:{who}".encode(), hashlib.sha256).hexdigest()


def check(session: Session, keys: dict[str, int], now: datetime) -> None:
    """Raise TooManyTries while any of `keys` has to wait; the value is how many tries are free."""
    waits = [
        throttle.until - now
        for key, free in keys.items()
        if (throttle := session.get(Throttle, key)) is not None and throttle.count >= free
    ]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        raise TooManyTries(math.ceil(longest.total_seconds()))


def failed(session: Session, keys: dict[str, int], now: datetime) -> None:
    """Count a failed try; past the free ones each doubles the wait, from a second."""
    session.execute(delete(Throttle).where(Throttle.until < now - FORGET_AFTER))
    for key, free in keys.items():
        throttle = session.get(Throttle, key, with_for_update=True)
        if throttle is None:
            throttle = Throttle(key=key, count=0, until=now)
            session.add(throttle)
        throttle.count += 1
        wait = timedelta(seconds=2 ** min(max(throttle.count - free, 0), 10))
        throttle.until = now + min(wait, LONGEST_WAIT)


def succeeded(session: Session, key: str) -> None:
    """Forget an account's failed tries."""
    session.execute(delete(Throttle).where(Throttle.key == key))
