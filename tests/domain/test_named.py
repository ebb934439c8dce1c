"""Posts that name others: what inspired them, and what their text links to."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import short_path
from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.revisions import content_of, remake
from diary.domain.taxonomy import up_to_date
from diary.models import Account, Alias, Post, Revision, RevisionLink, Status
from diary.queries import named
from tests.builders import NOW, a_content, a_post

TODAY = date(2020, 2, 7)


def links(db: Session, post: Post) -> list[int]:
    statement = select(RevisionLink.post_id).where(RevisionLink.revision_id == post.live_id)
    return list(db.scalars(statement.order_by(RevisionLink.post_id)))


def with_old_address(db: Session, post: Post, slug: str) -> Post:
    db.add(Alias(kind="post", slug=slug, target_id=post.id))
    db.flush()
    return post


@pytest.mark.parametrize(
    "address",
    [
        "https://dagbok.example/posts/solen-vill-inte-ga-ner",
        "/posts/solen-vill-inte-ga-ner#text",
        " https://dagbok.example/p/{short}?x=1 ",
        "/p/{short}",
        "https://dagbok.example/posts/den-gamla",
    ],
)
def test_any_address_of_a_post_becomes_its_short_one(
    db: Session, alice: Account, address: str
) -> None:
    first = with_old_address(db, a_post(db, alice), "den-gamla")
    pasted = address.format(short=first.short)
    content = up_to_date(db, a_content(inspired_by=pasted))
    assert content.inspired_by == short_path(first.short)
    assert not writing.check(db, content, TODAY)
    second = a_post(db, alice, inspired_by=pasted)
    revision = db.get_one(Revision, second.live_id or 0)
    assert revision.inspired_by_id == first.id
    assert content_of(db, revision).inspired_by == short_path(first.short)


@pytest.mark.parametrize("address", ["Brödet", "/p/nonono", "/posts/none", "/posts/", "/p/{draft}"])
def test_what_leads_nowhere_is_kept_and_said(db: Session, alice: Account, address: str) -> None:
    draft = a_post(db, alice, Status.SUBMITTED)
    content = up_to_date(db, a_content(inspired_by=address.format(draft=draft.short)))
    assert content.inspired_by == address.format(draft=draft.short)
    (problem,) = writing.check(db, content, TODAY)
    assert (problem.field, problem.key) == ("inspired_at", "no_such_post")


def test_a_post_is_not_inspired_by_itself(db: Session, alice: Account) -> None:
    post = a_post(db, alice)
    content = a_content(inspired_by=short_path(post.short))
    assert [one.key for one in writing.check(db, content, TODAY, post.id)] == ["no_such_post"]


def test_links_are_kept_once_each_with_old_addresses(db: Session, alice: Account) -> None:
    first = with_old_address(db, a_post(db, alice, title="Brödet"), "det-gamla-brodet")
    second = a_post(db, alice, title="Kören")
    body = (
        "[Brödet](post:2019-05-17-brodet), [igen](post:det-gamla-brodet), [kör](/posts/koren), "
        "[ute](https://example.org/posts/koren), [ingen](post:nej)"
    )
    third = a_post(db, alice, body=body, second_kind="translation", second_body=body)
    assert links(db, third) == [first.id, second.id]


def test_links_are_found_when_texts_are_made_again(db: Session, alice: Account) -> None:
    before = a_post(db, alice, title="Före", body="Mer om [det](post:efter).")
    assert links(db, before) == []
    after = a_post(db, alice, title="Efter")
    db.get_one(Revision, before.live_id or 0).recipe = 0
    remake(db, datetime(2020, 3, 1, tzinfo=UTC))
    assert links(db, before) == [after.id]


def test_a_deleted_draft_leaves_no_links(db: Session, alice: Account) -> None:
    a_post(db, alice, title="Brödet")
    draft = a_post(db, alice, Status.SUBMITTED, body="[Brödet](post:brodet)")
    assert db.scalars(select(RevisionLink)).all()
    writing.take_back(db, actor_of(alice), draft, NOW)
    writing.discard(db, actor_of(alice), draft, NOW)
    assert not db.scalars(select(RevisionLink)).all()


def test_only_published_posts_are_told_of(db: Session, alice: Account) -> None:
    first = a_post(db, alice, title="Brödet")
    short = short_path(first.short)
    for status in (Status.SUBMITTED, Status.WITHDRAWN):
        a_post(db, alice, status, inspired_by=short)
    second = a_post(db, alice, title="Bullarna", inspired_by=short)
    assert [one.slug for one in named.inspired(db, first.id)] == [second.slug]
    first.status = Status.WITHDRAWN
    db.flush()
    assert named.called(db, short) is None
    assert named.post_at(db, short) == first.id
