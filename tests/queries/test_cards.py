"""Cards that are kept: while posts are only added, and no longer."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from diary.domain import moderation, persons, recall, settings
from diary.domain.journal import show_change
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import Account, Kind, Lab, Picture, Post, Revision, Status
from diary.queries import site
from diary.queries.cards import remember, row_at, stream
from diary.queries.posts import published
from diary.queries.rows import PostCard
from tests.builders import HOUSE, NOW, a_lead, a_post


@pytest.fixture
def post(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    return a_post(db, alice, store=store, pictures=1, title="Kören", lab=lab.slug)


def told(db: Session) -> tuple[PostCard, ...]:
    """What a visitor is told, who comes now."""
    remember(db, (db.get_bind(), site.present(db).cards_since))
    return stream(db, published()).posts


def is_asked(db: Session, do: Callable[[], object]) -> int:
    """How many statements the database is asked meanwhile."""
    asked: list[object] = []
    engine = db.get_bind()

    def note(*args: object) -> None:
        asked.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    do()
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def test_a_post_that_is_added_leaves_the_cards_of_others(
    db: Session, post: Post, alice: Account
) -> None:
    (before,) = told(db)
    assert is_asked(db, lambda: told(db)) == 2  # what is true now, and which posts there are
    a_post(db, alice, title="En till")
    new, again = told(db)
    assert new.title == "En till"
    assert again is before


def rename_the_lab(db: Session, post: Post) -> None:
    settings.save_lab(db, a_lead(db), settings.LabContent(name="Bodån"), NOW, "boden")


def rename_the_author(db: Session, post: Post) -> None:
    person = db.get_one(Account, post.owner_id).person_id
    persons.save(db, a_lead(db), person, persons.Details("Alma", "", Kind.RESIDENT), NOW)


def hide_the_picture(db: Session, post: Post) -> None:
    recall.hide(db, db.scalars(select(Picture)), NOW, actor_id=None)


def take_the_post_down(db: Session, post: Post) -> None:
    verdict = Verdict(Step.WITHDRAW, post.live_id or 0, words="Fel")
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)


@pytest.mark.parametrize(
    "deed", [rename_the_lab, rename_the_author, hide_the_picture, take_the_post_down]
)
def test_every_other_deed_ends_all_of_them(
    db: Session, post: Post, deed: Callable[[Session, Post], None]
) -> None:
    before = told(db)
    deed(db, post)
    db.flush()
    assert site.present(db).cards_since == site.present(db).version
    assert all(one is not old for one in told(db) for old in before)


def test_a_post_found_once_is_known_until_it_is_taken_down(
    db: Session, post: Post, alice: Account
) -> None:
    told(db)
    assert row_at(db, "kommer-snart") is None
    assert row_at(db, post.slug or "")
    assert is_asked(db, lambda: row_at(db, post.slug or "")) == 0
    a_post(db, alice, title="Kommer snart")
    assert row_at(db, "kommer-snart")
    post.dated = date(2020, 1, 1)
    show_change(db, NOW)
    told(db)
    assert row_at(db, post.slug or "").stands_on == post.dated  # type: ignore[union-attr]
    take_the_post_down(db, post)
    told(db)
    assert row_at(db, post.slug or "") is None


def test_what_is_changed_is_told(db: Session, post: Post) -> None:
    (before,) = told(db)
    assert before.lab
    assert before.lab.name == "Boden"
    assert before.pictures
    rename_the_lab(db, post)
    hide_the_picture(db, post)
    (after,) = told(db)
    assert after.lab
    assert after.lab.name == "Bodån"
    assert not after.pictures


def test_what_inspired_a_post_is_told_as_soon_as_it_is_out(
    db: Session, post: Post, alice: Account
) -> None:
    waits = a_post(db, alice, Status.SUBMITTED, title="Idén")
    db.get_one(Revision, post.live_id).inspired_by_id = waits.id
    db.flush()
    assert [one.inspired_by for one in told(db)] == [None]
    verdict = Verdict(Step.PUBLISH, waits.waiting_id or 0)
    moderation.decide(db, a_lead(db), waits.id, verdict, NOW, HOUSE)
    said = {one.title: one.inspired_by for one in told(db)}
    assert said["Kören"]
    assert said["Kören"].heading == "Idén"


def test_nothing_is_kept_for_who_is_not_told_so(db: Session, post: Post) -> None:
    (before,) = stream(db, published()).posts
    (again,) = stream(db, published()).posts
    assert before == again
    assert before is not again
