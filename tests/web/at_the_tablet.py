"""A shared tablet at a meeting place, and who comes to it."""

import re
from html import unescape

from sqlalchemy.orm import Session

from diary.domain import cards, codes
from diary.models import Account, Card, Lab
from tests.builders import NOW
from tests.conftest import Browser
from tests.web.filling_in import TODAY
from tests.web.looking_after import ENGLISH

SECRET = "a key for tests only"
WORDS = "Vi bakade bröd, och ingen annan får läsa det än."


def digits_of(db: Session, account: Account) -> str:
    """The four digits on somebody's card, which is made if there is none."""
    return codes.pin_of(SECRET, card_of(db, account).uid)


def card_of(db: Session, account: Account) -> Card:
    found = cards.of(db, account.id) or cards.issue(db, account, NOW, SECRET, by_id=None)
    db.commit()
    return found


def at(lab: Lab, account: Account) -> Account:
    """Somebody who belongs to a place."""
    account.person.lab_id = lab.id
    return account


def settled(db: Session, account: Account) -> Account:
    db.commit()
    return account


def come_in(tablet: Browser, db: Session, account: Account, **more: str):
    form = {"name": account.username, "digits": digits_of(db, account), **more}
    return tablet.post("/who", data=form, headers=ENGLISH)


def is_in(browser: Browser) -> bool:
    return browser.get("/mine").status_code == 200


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def form(page: str, **fields: str) -> dict[str, str]:
    """The writing form of a page, as somebody fills it in."""
    key = re.search(r'name="(form_key|edition)" value="([^"]*)"', page)
    kept = {key[1]: unescape(key[2])} if key else {}
    return {"dated": TODAY, "lang": "sv", "action": "save", "body": WORDS,
            "writer": hidden(page, "writer"), **kept, **fields}  # fmt: skip
