"""The journal as a table: every deed, no word and no name."""

import csv

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.models import Account, Event, Status
from tests.builders import a_post
from tests.conftest import Browser


def test_it_holds_every_deed_and_no_word(db: Session, alice: Account, as_lead: Browser) -> None:
    a_post(db, alice, Status.RETURNED, title="=HYPERLINK(1)")
    db.commit()
    answer = as_lead.get("/moderation/events.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert len(rows) == db.scalar(select(func.count()).select_from(Event))
    assert [row["action"] for row in rows if row["post_id"]] == ["submit", "return"]
    assert {row["uid"] for row in rows} == {str(uid) for uid in db.scalars(select(Event.uid))}
    for word in ("Vem är på bilden?", "HYPERLINK", "Alice"):
        assert word not in answer.text


def test_only_the_lead_takes_it_out(as_coordinator: Browser, as_author: Browser) -> None:
    for browser in (as_coordinator, as_author):
        assert browser.get("/moderation/events.csv").status_code == 403
