"""What tests of joining and of cards have in common."""

import re
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import cards, invitations
from diary.domain.invitations import Offer
from diary.models import Account, Role
from tests.builders import NOW
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH

SECRET = "a key for tests only"
WRONG = "ABCDEFGHJK"
"""A code that nobody was given."""


def an_invitation(db: Session, **offer: Any) -> str:
    """The code of a fresh invitation."""
    made = invitations.invite(db, None, Offer(**{"role": Role.AUTHOR, **offer}), NOW, SECRET)
    db.commit()
    assert made.uid is not None
    return invitations.code(made.uid, SECRET)


def a_card(db: Session, account: Account) -> str:
    """The code of somebody's card."""
    card = cards.issue(db, account, NOW, SECRET, by_id=None)
    db.commit()
    return cards.code(card.uid, SECRET)


def in_as(browser: Browser) -> str | None:
    """Who is logged in in a browser."""
    answer = browser.get("/me", headers=ENGLISH)
    found = re.search(r'name="name"[^>]* value="([^"]*)"', answer.text)
    return found[1] if answer.status_code == 200 and found else None


def count(db: Session, table: type) -> int:
    """How many rows there are."""
    db.rollback()
    return db.scalar(select(func.count()).select_from(table)) or 0
