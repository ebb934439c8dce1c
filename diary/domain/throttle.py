"""Slowing down those who guess. Keys are HMACs with a key of the day, never addresses.

`keys` are given with how many tries are free for each.
"""

import hashlib
import hmac
import math
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from diary.domain.errors import TooManyTries
from diary.domain.journal import locked_state
from diary.models import Throttle

FREE_TRIES = 5
"""Per account; an address may be a whole meeting place's, so it has more."""
FREE_TRIES_OF_ADDRESS = 30
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)


def key_of(secret: str, kind: str, who: str, now: datetime) -> str:
    """A key for `who` that nobody can turn back and that changes every day (HMAC, RFC 2104)."""
    day_key = hmac.digest(secret.encode(), f"{now:%Y-%m-%d}".encode(), "sha256")
    return hmac.new(day_key, f"{kind}:{who}".encode(), hashlib.sha256).hexdigest()


def check(session: Session, keys: dict[str, int], now: datetime) -> None:
    """Raise TooManyTries while any of `keys` has to wait."""
    waits = [
        throttle.until - now
        for key, free in keys.items()
        if (throttle := session.get(Throttle, key)) is not None and throttle.count >= free
    ]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        raise TooManyTries(math.ceil(longest.total_seconds()))


def failed(session: Session, keys: dict[str, int], now: datetime) -> None:
    """Count a failed try; past the free ones each doubles the wait, from a second.

    Raises TooManyTries if others have used up the free tries since `check`: of many tries at
    once no more are answered than of as many one after another.
    """
    _check_alone(session, keys, now)
    session.execute(delete(Throttle).where(Throttle.until < now - FORGET_AFTER))
    for key, free in keys.items():
        throttle = session.get(Throttle, key)
        if throttle is None:
            throttle = Throttle(key=key, count=0, until=now)
            session.add(throttle)
        throttle.count += 1
        throttle.until = now + _wait(throttle.count - free)


def succeeded(session: Session, keys: dict[str, int], key: str, now: datetime) -> None:
    """Forget an account's failed tries by its `key`; raises TooManyTries as `failed` does."""
    _check_alone(session, keys, now)
    session.execute(delete(Throttle).where(Throttle.key == key))


def spend(session: Session, key: str, most: int, span: timedelta, now: datetime) -> None:
    """Count what is allowed `most` times within `span`, whoever does it.

    Raises TooManyTries for one more, until the span is over.
    """
    locked_state(session)
    throttle = session.get(Throttle, key) or Throttle(key=key, count=0, until=now)
    session.add(throttle)
    if throttle.until <= now:
        throttle.count, throttle.until = 0, now + span
    if throttle.count >= most:
        raise TooManyTries(math.ceil((throttle.until - now).total_seconds()))
    throttle.count += 1


def _check_alone(session: Session, keys: dict[str, int], now: datetime) -> None:
    locked_state(session)
    check(session, keys, now)


def _wait(tries_too_many: int) -> timedelta:
    if tries_too_many < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(tries_too_many, 10)), LONGEST_WAIT)
