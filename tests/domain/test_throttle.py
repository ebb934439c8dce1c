"""Slowing down those who guess."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import throttle
from diary.domain.errors import TooManyTries
from diary.models import Throttle
from tests.builders import NOW

KEYS = {"account": 5, "address": 30}


def wait(db: Session, keys: dict[str, int], now=NOW) -> int:
    """The seconds somebody has to wait."""
    try:
        throttle.check(db, keys, now)
    except TooManyTries as error:
        return error.seconds
    return 0


def test_the_free_tries_cost_nothing_and_then_each_doubles_the_wait(db: Session) -> None:
    now, waits = NOW, []
    for _ in range(17):
        waits.append(wait(db, KEYS, now))
        now += timedelta(seconds=waits[-1])
        throttle.failed(db, KEYS, now)
    assert waits == [0] * 5 + [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_an_address_waits_for_itself_whatever_the_account(db: Session) -> None:
    for number in range(30):
        throttle.failed(db, {f"account{number}": 5, "address": 30}, NOW)
    assert wait(db, {"another": 5, "address": 30}) == 1
    assert wait(db, {"account0": 5, "elsewhere": 30}) == 0


def test_no_more_tries_at_once_are_answered_than_one_after_another(db: Session) -> None:
    for _ in range(5):
        throttle.failed(db, KEYS, NOW)
    with pytest.raises(TooManyTries):
        throttle.failed(db, KEYS, NOW)
    with pytest.raises(TooManyTries):
        throttle.succeeded(db, KEYS, "account", NOW)


def test_success_forgets_the_account_but_not_the_address(db: Session) -> None:
    throttle.failed(db, KEYS, NOW)
    throttle.succeeded(db, KEYS, "account", NOW)
    assert db.get(Throttle, "account") is None
    assert db.get_one(Throttle, "address").count == 1


def test_old_tries_are_forgotten(db: Session) -> None:
    throttle.failed(db, {"old": 5}, NOW)
    later = NOW + throttle.FORGET_AFTER + timedelta(seconds=1)
    throttle.failed(db, {"new": 5}, later)
    assert db.scalar(select(func.count()).select_from(Throttle)) == 1


def test_a_key_names_nobody_and_changes_with_day_kind_and_secret() -> None:
    key = throttle.key_of("secret", "address", "192.0.2.7", NOW)
    assert key == throttle.key_of("secret", "address", "192.0.2.7", NOW + timedelta(hours=1))
    others = {
        throttle.key_of("secret", "address", "192.0.2.7", NOW + timedelta(days=1)),
        throttle.key_of("secret", "account", "192.0.2.7", NOW),
        throttle.key_of("another", "address", "192.0.2.7", NOW),
        throttle.key_of("secret", "address", "192.0.2.8", NOW),
    }
    assert len({key, *others}) == 5
