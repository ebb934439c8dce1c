"""The journal's lines and how many-eth a post is."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.models import Account, Post, Status
from diary.queries import moderation
from diary.queries.posts import Scope
from tests.builders import HOUSE, NOW, a_content, a_post

LEAD = Scope(everything=True)


def test_what_was_taken_back_is_its_writers_alone(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED, title="Till dig bara")
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    assert {said.heading for said in moderation.events(db, LEAD)} == {"Till dig bara"}
    writing.take_back(db, actor_of(alice), post, NOW)
    read = moderation.events(db, LEAD)
    assert {said.action for said in read} == {"submit", "return", "take_back"}
    assert {(said.heading, said.words, said.open) for said in read} == {("", "", False)}
    own = moderation.events(db, Scope(owner_id=alice.id))
    assert {said.heading for said in own} >= {"Till dig bara"}
    assert "Vem är på bilden?" in {said.words for said in own}


@pytest.fixture
def two(db: Session, alice: Account) -> tuple[Post, Post]:
    """Alice's first two posts, with an older draft she never sent."""
    days = (NOW + timedelta(days=day) for day in range(3))
    a_post(db, alice, Status.DRAFT, now=next(days))
    return a_post(db, alice, now=next(days)), a_post(db, alice, now=next(days))


def nth(db: Session, post: Post) -> int | None:
    shown = moderation.shown(db, LEAD, post.id, "sv")
    assert shown is not None
    return shown.nth


def test_an_edited_first_post_stays_the_first(
    db: Session, alice: Account, two: tuple[Post, Post]
) -> None:
    first, second = two
    writing.save(db, actor_of(alice), first, a_content(title="Ändrad"), NOW)
    writing.submit(db, actor_of(alice), first, NOW + timedelta(days=9), HOUSE)
    db.flush()
    assert (nth(db, first), nth(db, second)) == (1, 2)


def test_what_nobody_here_has_written_is_nobodys_first(db: Session, two: tuple[Post, Post]) -> None:
    imported, _ = two
    imported.owner_id = None
    db.flush()
    assert nth(db, imported) is None


@pytest.mark.sqlite_only("PostgreSQL asks no index for so few rows")
def test_the_queue_is_read_along_its_index(db: Session, alice: Account) -> None:
    held = a_post(db, alice, Status.HELD, now=NOW)
    sent = [a_post(db, alice, Status.SUBMITTED, now=NOW + timedelta(days=day)) for day in (1, 2)]
    edited = a_post(db, alice, now=NOW + timedelta(days=3))
    writing.save(db, actor_of(alice), edited, a_content(title="Ändrad"), NOW)
    writing.submit(db, actor_of(alice), edited, NOW + timedelta(days=4), HOUSE)
    plans: list[str] = []

    def explain(_c: object, cursor: Any, statement: str, values: Any, *_: object) -> None:
        if "posts.waiting_id IS NOT NULL" in statement and "ORDER BY" in statement:
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.append(" / ".join(row[3] for row in rows))

    event.listen(db.get_bind(), "before_cursor_execute", explain)
    waiting = moderation.queue(db, LEAD, "sv")
    event.remove(db.get_bind(), "before_cursor_execute", explain)
    assert [one.card.id for one in waiting] == [*(one.id for one in sent), edited.id, held.id]
    assert len(plans) == 3
    assert all("ix_posts_queue" in plan and "TEMP B-TREE" not in plan for plan in plans)
    assert [one.card.id for one in moderation.queue(db, LEAD, "sv", size=2)] == [
        one.id for one in sent
    ]
