"""Plain rows: they tell of what the session has changed, as its own queries do."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Account, Post
from diary.queries.plain import told
from tests.builders import a_post


def test_what_was_changed_in_the_session_is_told(db: Session, alice: Account) -> None:
    post = a_post(db, alice)
    post.short = "changed"
    assert told(db, select(Post.short).where(Post.id == post.id)).scalar_one() == "changed"
