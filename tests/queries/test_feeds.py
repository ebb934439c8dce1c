"""What feeds ask is found by an index, however long the diary is."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Status
from diary.queries import feeds
from tests.builders import NOW, a_post


@pytest.mark.sqlite_only("PostgreSQL asks no index for so few rows")
def test_no_document_walks_all_posts(db: Session, alice: Account, lab: Lab) -> None:
    a_post(db, alice)
    gone = a_post(db, alice, Status.WITHDRAWN, now=NOW)
    db.flush()
    asked = []
    event.listen(db.connection(), "before_cursor_execute", lambda *args: asked.append(args[2:4]))
    found = feeds.document(db, lambda among: among(), None, NOW, "sv")
    feeds.archived(db, 1, NOW, "sv")
    feeds.newer(db, lambda among: among(), 1)
    feeds.next_end(db, NOW)
    feeds.has_ended(db, NOW - timedelta(days=1), NOW)
    assert [one.uid for one in found.gone] == [gone.uid]
    posts = [(text, values) for text, values in asked if "FROM posts" in text]
    assert len(posts) >= 8
    plans = [
        " / ".join(
            row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        )
        for text, values in posts
    ]
    assert [plan for plan in plans if "SCAN" in plan or " INDEX " not in plan] == []
    # Only the few that have gone are sorted after they were found.
    assert all("status=? AND" in plan for plan in plans if "TEMP B-TREE" in plan)
    assert any("ix_posts_news" in plan for plan in plans)
