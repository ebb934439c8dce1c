"""Plain rows: they tell of what the session has changed, as its own queries do."""

from datetime import date
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Post, RevisionLink
from diary.queries.cards import row_at
from diary.queries.journey import Filters, around
from diary.queries.plain import answer, answers, told
from diary.queries.related import weighed
from tests.builders import a_method, a_post


def test_what_was_changed_in_the_session_is_told(db: Session, alice: Account) -> None:
    post = a_post(db, alice)
    post.short = "changed"
    assert told(db, select(Post.short).where(Post.id == post.id)).scalar_one() == "changed"


def test_two_questions_in_one_statement_are_answered_as_alone(
    db: Session, alice: Account, lab: Lab
) -> None:
    method = a_method(db, "kor").id
    first, *_ = posts = [
        a_post(db, alice, dated=date(2019, 5, day), lab=place, methods=("kor",))
        for day in range(1, 10)
        for place in ("", lab.slug)
    ]
    db.add(RevisionLink(revision_id=first.live_id, post_id=posts[-1].id))
    db.flush()
    walks, named = (Filters(), Filters(lab=lab.slug)), ((method,), ())
    for post, filters, methods in product(posts, walks, named):
        row = row_at(db, post.slug or "")
        assert row
        place, others = around(post.dated, post.sequence or 0, filters), weighed(row, methods)
        both = answers(db, place, others)
        assert both == (answer(db, place), answer(db, others))
        assert both[0].earlier or both[0].later
        assert both[1].named == (post in (first, posts[-1]))
        assert both[1].best or not methods
