"""Letting out: sequence, address and times are given once and stay."""

from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.moderation import Verdict
from diary.domain.publishing import free_slug
from diary.domain.workflow import Step
from diary.models import Account, Post, State, Status
from tests.builders import HOUSE, NOW, a_content, a_lead, a_post

LATER = NOW + timedelta(days=3)


def decide(db: Session, post: Post, step: Step) -> None:
    verdict = Verdict(step, post.waiting_id or post.live_id or 0, words="Hej")
    moderation.decide(db, a_lead(db), post.id, verdict, LATER, HOUSE)


def publish_anew(db: Session, alice: Account, post: Post, **content: object) -> None:
    writing.save(db, actor_of(alice), post, a_content(**content), LATER)
    writing.submit(db, actor_of(alice), post, LATER, HOUSE)
    decide(db, post, Step.PUBLISH)


def version(db: Session) -> int:
    return db.scalars(select(State)).one().version


def test_sequences_go_up_by_one(db: Session, alice: Account) -> None:
    posts = [a_post(db, alice) for _ in range(3)]
    assert [post.sequence for post in posts] == [1, 2, 3]


def test_a_new_text_keeps_number_address_and_first_time(db: Session, alice: Account) -> None:
    post = a_post(db, alice, title="Som det var")
    before = (post.sequence, post.slug, post.published_at)
    publish_anew(db, alice, post, title="Som det blev")
    assert (post.sequence, post.slug, post.published_at) == before


def test_a_new_text_alone_is_no_news(db: Session, alice: Account) -> None:
    post = a_post(db, alice, title="Som det var")
    seen = version(db)
    publish_anew(db, alice, post, title="Som det blev")
    assert post.updated_at == NOW
    assert version(db) == seen + 1


def test_the_first_time_out_is_no_update(db: Session, alice: Account) -> None:
    post = a_post(db, alice)
    assert post.updated_at == post.published_at == NOW


def test_coming_back_keeps_everything(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.WITHDRAWN)
    before = (post.sequence, post.slug, post.published_at, post.live_id)
    decide(db, post, Step.RESTORE)
    assert (post.sequence, post.slug, post.published_at, post.live_id) == before
    assert post.updated_at == LATER


def test_every_public_change_raises_the_version_and_no_other(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    seen = [version(db)]
    for step in (Step.HOLD, Step.PUBLISH, Step.WITHDRAW, Step.RESTORE):
        decide(db, post, step)
        seen.append(version(db))
    assert [after - before for before, after in pairwise(seen)] == [0, 1, 1, 1]


def test_posts_of_one_name_get_addresses_of_their_own(db: Session, alice: Account) -> None:
    slugs = [a_post(db, alice, title="Vaffeljärnet").slug for _ in range(3)]
    assert slugs == ["vaffeljarnet", "vaffeljarnet-2", "vaffeljarnet-3"]


def test_a_title_without_letters_is_found_by_its_short_address(db: Session, alice: Account) -> None:
    post = a_post(db, alice, title="🎈")
    assert post.slug == post.short
    assert free_slug(db, "", "abc234") == "abc234"
