"""Plain rows: they tell of what the session has changed, as its own queries do."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Post
from diary.queries.cards import row_at
from diary.queries.journey import Filters, around
from diary.queries.plain import answer, answers, told
from diary.queries.related import close
from tests.builders import a_method, a_post


def test_what_was_changed_in_the_session_is_told(db: Session, alice: Account) -> None:
    post = a_post(db, alice)
    post.short = "changed"
    assert told(db, select(Post.short).where(Post.id == post.id)).scalar_one() == "changed"


def test_two_questions_in_one_statement_are_answered_as_alone(
    db: Session, alice: Account, lab: Lab
) -> None:
    method = a_method(db, "kor").id
    posts = [
        a_post(db, alice, dated=date(2019, 5, day), lab=place, methods=("kor",))
        for day in range(1, 10)
        for place in ("", lab.slug)
    ]
    for post in posts:
        row = row_at(db, post.slug or "")
        assert row
        for filters in (Filters(), Filters(lab=lab.slug)):
            place = around(post.dated, post.sequence or 0, filters)
            others = close(row, (method,))
            both = answers(db, place, others)
            assert both == (answer(db, place), answer(db, others))
            assert both[0].earlier or both[0].later
            assert both[1].best
