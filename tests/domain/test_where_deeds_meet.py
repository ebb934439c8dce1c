"""Deeds that meet: forgetting, undoing, scheduling, refusing and filing the same post."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from diary.domain import (
    afterwards,
    edits,
    erasures,
    errands,
    forgetting,
    merging,
    moderation,
    writing,
)
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent
from diary.domain.due import release_due
from diary.domain.errors import NotAllowed, NotFound, NotPossible
from diary.domain.moderation import Filing, Verdict
from diary.domain.recall import recall
from diary.domain.telling import Letter
from diary.domain.traces import again, forget
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Consent,
    Decision,
    Lab,
    Outgoing,
    Person,
    Picture,
    Post,
    Revision,
    Role,
    Status,
    begin_writing,
)
from diary.portability import takeout
from diary.queries import revisions, traces
from tests.builders import HOUSE, NOW, a_content, a_method, a_post, an_account

TOMORROW = NOW + timedelta(days=1)


def decide(db: Session, who: Account, post: Post, step: Step, **more: object) -> None:
    verdict = Verdict(step, post.waiting_id or post.live_id or 0, **more)  # type: ignore[arg-type]
    moderation.decide(db, actor_of(who), post.id, verdict, NOW, HOUSE)
    db.flush()


def changed_by(db: Session, who: Account, post: Post) -> None:
    """A moderator changes a post's words."""
    writing.save(db, actor_of(who), post, a_content(body="Andra ord."), NOW)
    edits.change(db, actor_of(who), post, NOW)
    db.flush()


def forgotten(db: Session, store: Storage, lea: Account, who: Account) -> None:
    forgetting.ask(db, who, NOW)
    forgetting.forget(db, actor_of(lea), who.id, NOW)
    db.flush()


def test_what_was_scheduled_by_somebody_forgotten_never_comes(
    db: Session, store: Storage, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    decide(db, lea, post, Step.PUBLISH)
    afterwards.undo(db, actor_of(lea), post.id, NOW, HOUSE)
    decide(db, lea, post, Step.SCHEDULE, at=TOMORROW)
    forgotten(db, store, lea, alice)
    release_due(db, TOMORROW, ZoneInfo("Europe/Stockholm"))
    assert (post.status, post.publish_at) == (Status.DRAFT, None)


def test_undoing_brings_no_emptied_text_back(
    db: Session, store: Storage, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice)
    changed_by(db, lea, post)
    decide(db, lea, post, Step.PUBLISH)
    forgotten(db, store, lea, alice)
    with pytest.raises(NotPossible):
        afterwards.undo(db, actor_of(lea), post.id, NOW, HOUSE)
    assert post.live_id
    assert db.get_one(Revision, post.live_id).body == "Andra ord."


def test_undoing_an_edit_leaves_what_nobody_read_to_be_read(
    db: Session, alice: Account, lea: Account
) -> None:
    alice.trusted = True
    post = a_post(db, alice)
    assert post.read_id is None
    changed_by(db, lea, post)
    decide(db, lea, post, Step.PUBLISH)
    afterwards.undo(db, actor_of(lea), post.id, NOW, HOUSE)
    assert post.read_id is None


def test_a_name_under_a_post_opens_no_picture_without_a_yes(
    db: Session, store: Storage, alice: Account, bob: Account
) -> None:
    both = tuple(BylineContent(one.person.name, person_id=one.person_id) for one in (alice, bob))
    a_post(db, alice, store=store, pictures=1, bylines=both)
    consent = db.scalars(select(Consent)).one()
    assert len(takeout.gather(db, bob.person_id, str).files) == 1
    consent.decision = Decision.NO
    db.flush()
    assert takeout.gather(db, bob.person_id, str).files == {}
    assert len(takeout.gather(db, alice.person_id, str).files) == 1


def test_filing_takes_no_right_to_refuse_away(db: Session, alice: Account, lea: Account) -> None:
    a_method(db, "kor")
    post = a_post(db, alice, Status.SUBMITTED)
    own = post.waiting_id
    changed_by(db, lea, post)
    decide(db, lea, post, Step.PUBLISH, filing=Filing(("kor",), None))
    edited = revisions.edited(db, post)
    assert edited is not None
    assert (edited.before_id, edited.ids[-1]) == (own, post.live_id)
    edits.refuse(db, actor_of(alice), post.id, post.live_id or 0, NOW)
    assert post.status is Status.SUBMITTED


def test_no_letter_says_it_is_out_once_it_is_refused(
    db: Session, alice: Account, lea: Account
) -> None:
    alice.email = "alice@example.org"
    post = a_post(db, alice, Status.SUBMITTED)
    changed_by(db, lea, post)
    verdict = Verdict(Step.SCHEDULE, post.waiting_id or 0, at=TOMORROW)
    out = Letter("Ute", "Ditt inlägg är ute.", "sv")
    moderation.decide(db, actor_of(lea), post.id, verdict, NOW, HOUSE, out)
    assert len(db.scalars(select(Outgoing)).all()) == 1
    edits.refuse(db, actor_of(alice), post.id, post.waiting_id or 0, NOW)
    assert db.scalars(select(Outgoing)).all() == []


def test_nobody_reads_their_own_post_afterwards(db: Session, lab: Lab) -> None:
    cora = an_account(db, "cora", Role.COORDINATOR, labs=(lab,), trusted=True)
    post = a_post(db, cora, lab="boden")
    with pytest.raises(NotAllowed):
        afterwards.read_after(db, actor_of(cora), post.id, post.live_id or 0, NOW, HOUSE)


def test_no_picture_of_a_draft_is_recalled_by_a_moderator(
    db: Session, store: Storage, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice, Status.DRAFT, store=store, pictures=1)
    picture = db.scalars(select(Picture)).one()
    with pytest.raises(NotFound):
        recall(db, actor_of(lea), post.id, picture.token, NOW)


def test_who_was_merged_is_forgotten_with_the_other(
    db: Session, store: Storage, alice: Account, lea: Account
) -> None:
    a_post(db, alice)
    gone = db.scalars(select(Person).where(Person.name == "Amal")).one()
    merging.merge(db, actor_of(lea), Person, gone.id, alice.person_id, NOW)
    forgetting.forget_person(db, alice.person, NOW)
    errands.commit(db, store)
    assert {gone.uid, alice.person.uid} <= set(erasures.uids(erasures.lines(store), "person"))


def test_a_name_written_since_an_erasure_stays(
    db: Session, store: Storage, alice: Account, lea: Account
) -> None:
    alice.trusted = True
    post = a_post(db, alice, scribe="Anna")
    found = [one for one in traces.find(db, "Anna") if one.kind == traces.POST]
    forget(db, actor_of(lea), found, "Anna", NOW)
    errands.commit(db, store)
    begin_writing(db)
    later = NOW + timedelta(days=3)
    writing.save(db, actor_of(alice), post, a_content(scribe="Bo"), later)
    writing.submit(db, actor_of(alice), post, later, HOUSE)
    again(db, erasures.lines(store), later)
    db.expire_all()
    assert db.get_one(Revision, post.live_id).scribe == "Bo"


def test_an_error_of_the_database_tells_no_names(db: Session, alice: Account) -> None:
    with pytest.raises(IntegrityError) as caught:
        an_account(db, "alice")
    assert "argon2" not in str(caught.value)
    assert "Alice" not in str(caught.value)
