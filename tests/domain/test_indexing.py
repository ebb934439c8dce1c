"""The words to be found by follow every change of what is public, by object and by statement."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from diary.domain import moderation, recall
from diary.domain.accounts import actor_of
from diary.domain.indexing import index, index_missing
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Byline,
    Consent,
    Lab,
    Method,
    Picture,
    Post,
    Revision,
    RevisionMethod,
    SearchRow,
    ShownPicture,
    Status,
)
from tests.builders import HOUSE, NOW, a_lead, a_method, a_post


@pytest.fixture
def post(db: Session, alice: Account, lab: Lab, store: Storage) -> Post:
    """A post that is out, with all that can be changed about it."""
    a_method(db, "kor", "Integrationskör")
    lab.name = "Hjortsjön"
    post = a_post(db, alice, store=store, pictures=1, lab="boden", methods=("kor",))
    db.commit()
    return post


def words(db: Session) -> set[str]:
    """What is kept of all posts: the words as written."""
    db.commit()
    db.expire_all()
    return {word[1:] for row in db.scalars(select(SearchRow.words)) for word in row.split()}


def rename(row: Lab | Method) -> None:
    row.name = "Nytt"


STATEMENTS: list[tuple[str, Callable[[Session], object]]] = [
    ("hjortsjön", lambda db: rename(db.scalars(select(Lab)).one())),
    ("hjortsjön", lambda db: db.execute(update(Lab).values(name="Nytt"))),
    ("integrationskör", lambda db: rename(db.scalars(select(Method)).one())),
    ("integrationskör", lambda db: db.execute(update(Method).values(name="Nytt"))),
    ("integrationskör", lambda db: db.execute(delete(RevisionMethod))),
    ("solen", lambda db: db.execute(update(Revision).values(title="Nytt", heading="Nytt"))),
    ("amal", lambda db: db.execute(update(Byline).values(name=""))),
    ("text", lambda db: db.execute(update(ShownPicture).values(caption=""))),
    ("bild", lambda db: db.execute(update(Picture).values(hidden_at=NOW))),
    ("bild", lambda db: db.execute(update(Consent).values(withdrawn_at=NOW))),
]


@pytest.mark.parametrize(
    ("word", "change"), STATEMENTS, ids=[f"{word}-{at}" for at, (word, _) in enumerate(STATEMENTS)]
)
def test_a_word_goes_with_what_carried_it(
    db: Session, post: Post, word: str, change: Callable[[Session], object]
) -> None:
    assert word in words(db)
    if word in {"amal", "text"}:  # the photo's credit is another place of her name
        db.execute(update(ShownPicture).values(credit=""))
    change(db)
    assert word not in words(db)


def test_taken_down_and_restored(db: Session, post: Post) -> None:
    lead, live = a_lead(db), post.live_id or 0
    down = Verdict(Step.WITHDRAW, live, reason="wrong_facts")
    moderation.decide(db, lead, post.id, down, NOW, HOUSE)
    assert words(db) == set()
    moderation.decide(db, lead, post.id, Verdict(Step.RESTORE, live), NOW, HOUSE)
    assert "solen" in words(db)


def test_a_recalled_picture_takes_its_words_along(
    db: Session, post: Post, store: Storage, lea: Account
) -> None:
    token = db.scalars(select(Picture.token)).one()
    recall.recall(db, actor_of(lea), post.id, token, NOW)
    assert not {"bild", "text"} & words(db)


def test_what_was_taken_back_changes_nothing(db: Session, post: Post) -> None:
    before = words(db)
    rename(db.scalars(select(Lab)).one())
    db.flush()
    db.rollback()
    assert words(db) == before


def test_missing_and_outdated_rows_are_made(db: Session, post: Post) -> None:
    before = words(db)
    db.execute(update(SearchRow).values(recipe=0, words="1alt"))
    db.commit()
    assert index_missing(db) == 1
    assert words(db) == before
    db.execute(delete(SearchRow))
    assert index_missing(db) == 1
    assert words(db) == before
    assert index_missing(db) == 0


@pytest.mark.postgresql_only("in SQLite there is one who writes at a time")
def test_two_changes_of_one_post_at_once_follow_each_other_and_no_draft_waits(
    db: Session, alice: Account
) -> None:
    engine = db.get_bind().engine
    out, draft = a_post(db, alice), a_post(db, alice, Status.DRAFT)
    db.commit()
    with ThreadPoolExecutor(1) as other, Session(engine) as watcher:
        index(db, [out.id])
        waiting = other.submit(_index, engine, out.id)
        while not watcher.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert not waiting.done()
        _index(engine, draft.id)
        db.commit()
        waiting.result()
        assert words(db)


def _index(engine: Engine, post_id: int) -> None:
    with Session(engine) as session:
        session.execute(text("SET LOCAL lock_timeout = '60s'"))  # a failure, not a test for ever
        index(session, [post_id])
        session.commit()
