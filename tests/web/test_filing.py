"""What a post is kept under: set in the queue, and going out with the post."""

import pytest
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Post, Revision, Status, Voice
from tests.builders import a_method, a_post
from tests.conftest import Browser


@pytest.fixture
def waiting(db: Session, lab: Lab, alice: Account) -> Post:
    """A post whose writer has ticked one way of working."""
    for slug in ("kor", "syateljen"):
        a_method(db, slug)
    post = a_post(db, alice, Status.SUBMITTED, lab="boden", methods=("kor",))
    db.commit()
    return post


def publish(browser: Browser, post: Post, **more: object) -> int:
    form = {"step": "publish", "revision_id": post.waiting_id, **more}
    return browser.post(f"/moderation/{post.id}/decide", data=form).status_code


def out(db: Session, post: Post) -> Revision | None:
    db.rollback()
    db.refresh(post)
    return db.get(Revision, post.live_id or 0)


def test_it_stands_as_the_writer_said(waiting: Post, as_coordinator: Browser) -> None:
    page = as_coordinator.get(f"/moderation/{waiting.id}").text
    assert 'value="kor" form="publish" checked' in page
    assert 'value="syateljen" form="publish">' in page
    assert 'name="voice" value="" form="publish" checked' in page


def test_what_is_ticked_goes_out_with_the_post(
    db: Session, waiting: Post, as_coordinator: Browser
) -> None:
    read = db.get_one(Revision, waiting.waiting_id)
    ticked = {"filed": 1, "methods": ["syateljen", "kor"], "voice": "lesson"}
    assert publish(as_coordinator, waiting, **ticked) == 303
    live = out(db, waiting)
    assert live is not None
    assert live.id != read.id
    assert ({method.slug for method in live.methods}, live.voice) == (
        {"kor", "syateljen"},
        Voice.LESSON,
    )
    assert (live.made_by_id, live.made_at, live.body) == (read.made_by_id, read.made_at, read.body)


@pytest.mark.parametrize("ticked", [{}, {"filed": 1, "methods": "kor", "voice": ""}])
def test_what_is_left_alone_is_the_text_that_was_read(
    db: Session, waiting: Post, as_coordinator: Browser, ticked: dict[str, object]
) -> None:
    read = waiting.waiting_id
    assert publish(as_coordinator, waiting, **ticked) == 303
    live = out(db, waiting)
    assert live is not None
    assert live.id == read


def test_an_unknown_way_is_refused(db: Session, waiting: Post, as_coordinator: Browser) -> None:
    assert publish(as_coordinator, waiting, filed=1, methods="nix") == 422
    assert out(db, waiting) is None
