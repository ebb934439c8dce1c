"""Working copies, editions, sending and taking back, by the rules alone."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, Content, from_json
from diary.domain.errors import NotFound, NotPossible, Overtaken
from diary.domain.policy import Actor
from diary.media.storage import Storage
from diary.models import (
    Account,
    Base,
    Event,
    Lab,
    Letter,
    Origin,
    Person,
    Post,
    Provenance,
    Revision,
    Status,
    WorkingCopy,
)
from tests.builders import HOUSE, NOW, a_content, a_post, an_account
from tests.following import a_subscriber


@pytest.fixture
def me(alice: Account) -> Actor:
    return actor_of(alice)


def written(session: Session, actor: Actor, post: Post) -> Content:
    return from_json(writing.working_copy(session, actor, post).content)


def edition(session: Session, actor: Actor, post: Post) -> str:
    return writing.edition(session, writing.working_copy(session, actor, post))


def test_the_same_form_key_begins_the_same_post(db: Session, me: Actor, bob: Account) -> None:
    one, again = (writing.start(db, me, a_content(), NOW, "key") for _ in range(2))
    other = writing.start(db, actor_of(bob), a_content(), NOW, "key")
    assert one is again
    assert other is not one


def test_a_draft_is_found_where_it_is_about(db: Session, me: Actor, lab: Lab) -> None:
    post = writing.start(db, me, a_content(lab="boden"), NOW)
    assert (post.lab_id, post.dated) == (lab.id, a_content().dated)


def test_a_post_of_somebody_else_is_not_found(db: Session, me: Actor, bob: Account) -> None:
    with pytest.raises(NotFound):
        writing.owned(db, actor_of(bob), writing.start(db, me, a_content(), NOW).id)


def test_each_save_is_another_edition_and_the_older_one_is_refused(db: Session, me: Actor) -> None:
    post = writing.start(db, me, a_content(), NOW)
    first = edition(db, me, post)
    writing.save(db, me, post, a_content(body="Två."), NOW, first)
    with pytest.raises(Overtaken):
        writing.save(db, me, post, a_content(body="Tre."), NOW, first)
    assert written(db, me, post).body == "Två."


def test_the_same_text_saved_twice_is_no_harm(db: Session, me: Actor) -> None:
    post = writing.start(db, me, a_content(), NOW)
    first = edition(db, me, post)
    saved = [writing.save(db, me, post, a_content(body="Två."), NOW, first) for _ in range(2)]
    assert saved[0].version == saved[1].version


def test_a_form_from_before_the_sending_is_refused(db: Session, me: Actor) -> None:
    """Editions begin again after sending; the revision in them tells old from new."""
    post = writing.start(db, me, a_content(), NOW)
    old = edition(db, me, post)
    writing.submit(db, me, post, NOW, HOUSE)
    with pytest.raises(Overtaken):
        writing.save(db, me, post, a_content(body="Gammalt."), NOW, old)


def test_sending_snapshots_what_was_written(db: Session, me: Actor) -> None:
    post = writing.start(db, me, a_content(title="", body="Hej *du*."), NOW)
    assert writing.submit(db, me, post, NOW, HOUSE) is Status.SUBMITTED
    revision = db.get_one(Revision, post.waiting_id)
    assert (revision.heading, "<em>du</em>" in revision.html) == ("Hej du.", True)
    assert db.scalars(select(WorkingCopy)).all() == []
    assert db.scalars(select(Event.action)).all() == ["submit"]


@pytest.mark.parametrize("again", [Status.SUBMITTED, Status.HELD, Status.WITHDRAWN])
def test_what_is_sent_cannot_be_sent_again(
    db: Session, me: Actor, alice: Account, again: Status
) -> None:
    post = a_post(db, alice, again)
    with pytest.raises(NotPossible):
        writing.submit(db, me, post, NOW, HOUSE)


def test_nothing_cannot_be_sent(db: Session, me: Actor) -> None:
    post = writing.start(db, me, a_content(title=" ", body="\n"), NOW)
    with pytest.raises(NotPossible):
        writing.submit(db, me, post, NOW, HOUSE)


def test_a_published_text_that_reads_the_same_is_not_sent_again(
    db: Session, me: Actor, alice: Account
) -> None:
    post = a_post(db, alice, Status.PUBLISHED)
    writing.save(db, me, post, written(db, me, post), NOW)
    assert writing.submit(db, me, post, NOW, HOUSE) is Status.PUBLISHED
    assert post.waiting_id is None


def test_a_name_typed_is_somebody_new_and_stays_the_same_person(
    db: Session, me: Actor, alice: Account
) -> None:
    names = (BylineContent("Alice", person_id=alice.person_id), BylineContent("Fatima"))
    before = db.scalar(select(func.count()).select_from(Person)) or 0
    posts = [a_post(db, alice, Status.SUBMITTED, bylines=names) for _ in range(2)]
    fatimas = [written(db, me, post).bylines[1].person_id for post in posts]
    assert len(set(fatimas)) == 2
    writing.take_back(db, me, posts[0], NOW)
    writing.submit(db, me, posts[0], NOW, HOUSE)
    # two Fatimas, the reader who has an account is made by the builder
    assert db.scalar(select(func.count()).select_from(Person)) == before + 3


def test_taking_back_gives_the_words_back(db: Session, me: Actor, alice: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED, title="Hem igen")
    writing.take_back(db, me, post, NOW)
    assert (post.status, post.waiting_id) == (Status.DRAFT, None)
    assert written(db, me, post).title == "Hem igen"


def test_what_was_written_after_sending_goes_before_what_was_sent(
    db: Session, me: Actor, alice: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    later = replace(written(db, me, post), body="Senare.")
    writing.save(db, me, post, later, NOW, edition(db, me, post))
    writing.take_back(db, me, post, NOW)
    assert written(db, me, post).body == "Senare."


def test_taking_back_a_change_leaves_the_live_text(db: Session, me: Actor, alice: Account) -> None:
    post = a_post(db, alice, Status.PUBLISHED)
    live = post.live_id
    writing.save(db, me, post, a_content(body="Ändrat."), NOW)
    writing.submit(db, me, post, NOW, HOUSE)
    assert not writing.editable(post, me)
    writing.take_back(db, me, post, NOW)
    assert (post.status, post.live_id, post.waiting_id) == (Status.PUBLISHED, live, None)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED, Status.PUBLISHED])
def test_with_nothing_waiting_there_is_nothing_to_take_back(
    db: Session, me: Actor, alice: Account, status: Status
) -> None:
    with pytest.raises(NotPossible):
        writing.take_back(db, me, a_post(db, alice, status), NOW)


def test_deleting_a_draft_that_was_sent_once_leaves_no_row_of_it(
    db: Session, me: Actor, alice: Account, store: Storage
) -> None:
    post = a_post(db, alice, Status.SUBMITTED, store=store, pictures=2)
    db.add(Provenance(post_id=post.id, origin=Origin.EXAMPLE))
    writing.take_back(db, me, post, NOW)
    # Its writer refused what a moderator had made of it, after that had gone out by mail.
    db.add(Letter(subscriber_id=a_subscriber(db).id, post_id=post.id, due_at=NOW, sent_at=NOW))
    writing.discard(db, me, post, NOW)
    rows = (
        "letters",
        "provenances",
        "posts",
        "revisions",
        "pictures",
        "renditions",
        "consents",
        "bylines",
    )
    left = (Base.metadata.tables[name] for name in (*rows, "shown_pictures", "working_copies"))
    assert [db.scalar(select(func.count()).select_from(table)) for table in left] == [0] * 10
    actions = db.scalars(select(Event.action).order_by(Event.id)).all()
    assert actions == ["submit", "take_back", "delete"]


@pytest.mark.parametrize("status", [s for s in Status if s not in {"draft", "scheduled"}])
def test_only_drafts_are_deleted(db: Session, me: Actor, alice: Account, status: Status) -> None:
    with pytest.raises(NotPossible):
        writing.discard(db, me, a_post(db, alice, status), NOW)


def test_a_promise_is_noted_once(db: Session) -> None:
    account = an_account(db, "ny")
    account.promised_at = None
    writing.promise(db, actor_of(account), NOW)
    first = account.promised_at
    writing.promise(db, actor_of(account), NOW.replace(year=2021))
    assert account.promised_at == first == NOW


def test_the_number_of_a_deleted_draft_never_comes_again(db: Session, alice: Account) -> None:
    actor = actor_of(alice)
    first = writing.start(db, actor, a_content(), NOW)
    number = first.id
    writing.discard(db, actor, first, NOW)
    db.flush()
    assert writing.start(db, actor, a_content(), NOW).id > number
