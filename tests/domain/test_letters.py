"""Letters: queued with the publication, once each, at everybody's pace, and dropped in time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import (
    afterwards,
    forgetting,
    letters,
    merging,
    moderation,
    objections,
    retention,
    sent,
    writing,
)
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent
from diary.domain.due import release_due
from diary.domain.letters import NEWS_FOR, due_times, gather
from diary.domain.moderation import Verdict
from diary.domain.objections import Asked, Terms
from diary.domain.publishing import go_public
from diary.domain.retention import MONTH
from diary.domain.workflow import Step
from diary.media.storage import Storage
from diary.models import (
    Account,
    Byline,
    Kind,
    Lab,
    Letter,
    Origin,
    Outgoing,
    Pace,
    Person,
    Post,
    Provenance,
    Revision,
    Status,
    Subscriber,
    Subscription,
    begin_writing,
)
from tests.builders import HOUSE, NOW, a_content, a_lab, a_method, a_post, an_account
from tests.following import a_subscriber, dues, follow, letters_about

ZONE = HOUSE.zone
SOON = NOW + timedelta(minutes=10)


def decide(
    db: Session, who: Account, post: Post, step: Step, now: datetime = NOW, **more: object
) -> None:
    """Have a moderator take a step."""
    revision = post.waiting_id or post.live_id or 0
    verdict = Verdict(step, revision, words="Så är det.", **more)  # type: ignore[arg-type]
    moderation.decide(db, actor_of(who), post.id, verdict, now, HOUSE)
    db.flush()


def waiting(db: Session) -> list[Letter]:
    """The letters that have not been sent."""
    return list(db.scalars(select(Letter).where(Letter.sent_at.is_(None))))


# ---------------------------------------------------------------- who is written to


def test_whoever_follows_something_of_a_post_is_written_to_once(
    db: Session, lab: Lab, alice: Account
) -> None:
    method, other = a_method(db), a_lab(db, "portalen")
    amal = Person(uid=new_uid(), name="Amal", kind=Kind.RESIDENT, created_at=NOW)
    db.add(amal)
    db.flush()
    a_subscriber(db, "all")
    a_subscriber(db, "place", lab=lab)
    a_subscriber(db, "way", method=method)
    a_subscriber(db, "writer", person=amal)
    a_subscriber(db, "elsewhere", lab=other)
    a_subscriber(db, "another", person=alice.person)
    follow(several := a_subscriber(db, "several", lab=lab), method=method)
    follow(several, person=amal)
    a_subscriber(db, "stopped").stopped_at = NOW
    bylines = (BylineContent("Amal", "", Kind.RESIDENT, amal.id),)
    post = a_post(db, alice, lab="boden", methods=(method.slug,), bylines=bylines)
    assert letters_about(db, post) == dict.fromkeys(("all", "place", "way", "writer", "several"), 1)


def test_a_post_of_no_place_goes_to_no_follower_of_a_place(
    db: Session, lab: Lab, alice: Account
) -> None:
    a_subscriber(db, "place", lab=lab)
    a_subscriber(db, "way", method=a_method(db))
    a_subscriber(db, "all")
    assert letters_about(db, a_post(db, alice)) == {"all": 1}


@pytest.mark.parametrize("subscribers", [1, 40])
def test_however_many_they_are_it_is_one_statement(
    db: Session, alice: Account, subscribers: int
) -> None:
    post = a_post(db, alice)
    for number in range(subscribers):
        a_subscriber(db, f"sam{number}")
    db.expire_all()
    db.refresh(post)
    statements: list[str] = []
    event.listen(
        db.get_bind(),
        "before_cursor_execute",
        lambda _conn, _cursor, statement, *_: statements.append(statement),
    )
    letters.queue(db, post, NOW, ZONE)
    assert [one for one in statements if "letters" in one] == [statements[-1]]
    assert len(statements) == 2  # the first reads what is out
    assert letters_about(db, post).total() == subscribers


# ---------------------------------------------------------------- when


def at(text: str) -> datetime:
    """A time by the diary's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        ("2020-02-07 13:00", "2020-02-08 07:00", "2020-02-10 07:00"),  # a Friday
        ("2020-02-10 06:49", "2020-02-10 07:00", "2020-02-10 07:00"),  # a Monday
        ("2020-02-10 06:55", "2020-02-11 07:00", "2020-02-17 07:00"),  # could be undone till 07:05
        ("2020-03-28 12:00", "2020-03-29 07:00", "2020-03-30 07:00"),  # summer time begins
        ("2020-10-24 12:00", "2020-10-25 07:00", "2020-10-26 07:00"),  # and ends
        ("2020-02-09 23:55", "2020-02-10 07:00", "2020-02-10 07:00"),
    ],
)
def test_each_pace_has_its_time(now: str, daily: str, weekly: str) -> None:
    assert due_times(at(now), ZONE) == {
        Pace.AT_ONCE: at(now) + timedelta(minutes=10),
        Pace.DAILY: at(daily),
        Pace.WEEKLY: at(weekly),
    }


def test_everybody_is_written_to_at_their_pace(db: Session, alice: Account) -> None:
    for pace in Pace:
        a_subscriber(db, pace, pace)
    a_post(db, alice)
    assert dues(db) == due_times(NOW, ZONE)


# ---------------------------------------------------------------- the ways out


def test_what_was_scheduled_goes_by_mail_when_it_is_out(
    db: Session, alice: Account, lea: Account
) -> None:
    a_subscriber(db)
    post = a_post(db, alice, Status.SUBMITTED)
    then = NOW + timedelta(days=1)
    decide(db, lea, post, Step.SCHEDULE, at=then)
    assert not waiting(db)
    release_due(db, then, ZONE)
    assert dues(db) == {"sam": then + timedelta(minutes=10)}


def test_what_a_trusted_author_sends_goes_by_mail(db: Session) -> None:
    a_subscriber(db)
    post = a_post(db, an_account(db, "tuva", trusted=True))
    assert letters_about(db, post) == {"sam": 1}


def test_what_is_let_out_together_goes_by_mail(db: Session, lea: Account) -> None:
    writer = an_account(db, "tuva")
    posts = [a_post(db, writer, Status.SUBMITTED) for _ in range(2)]
    writer.trusted = True
    a_subscriber(db)
    chosen = [(post.id, post.waiting_id or 0) for post in posts]
    assert moderation.let_out(db, actor_of(lea), chosen, NOW, HOUSE, {}) == 2
    assert [letters_about(db, post) for post in posts] == [{"sam": 1}] * 2


def test_an_import_sends_nothing_even_if_it_is_taken_in_and_out_again(
    db: Session, alice: Account, lea: Account
) -> None:
    a_subscriber(db)
    post = a_post(db, alice, Status.SUBMITTED)
    post.provenance = Provenance(origin=Origin.EXAMPLE, key="ett", source_url="")
    revision = db.get_one(Revision, post.waiting_id)
    go_public(db, post, revision, NOW, zone=None, published_at=NOW)
    post.status = Status.PUBLISHED
    decide(db, lea, post, Step.WITHDRAW)
    decide(db, lea, post, Step.RESTORE)
    assert not waiting(db)


def test_an_edit_is_no_news(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice)
    a_subscriber(db)
    writing.save(db, actor_of(alice), post, a_content(body="Andra ord."), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    decide(db, lea, post, Step.PUBLISH)
    assert not waiting(db)


# ---------------------------------------------------------------- in again


@pytest.fixture
def told(db: Session, alice: Account) -> Post:
    """A post that one subscriber has been sent and another not yet."""
    a_subscriber(db, "sent")
    a_subscriber(db, "daily", Pace.DAILY)
    post = a_post(db, alice)
    first = db.scalars(select(Letter).order_by(Letter.due_at)).first()
    assert first
    first.sent_at = SOON
    db.commit()
    begin_writing(db)
    return post


def test_taken_down_by_a_moderator_it_leaves_the_letters_that_wait(
    db: Session, told: Post, lea: Account
) -> None:
    decide(db, lea, told, Step.WITHDRAW)
    assert letters_about(db, told) == {"sent": 1}


def test_taken_down_by_its_writer_it_leaves_the_letters_that_wait(
    db: Session, told: Post, alice: Account
) -> None:
    sent.take_down(db, actor_of(alice), told, NOW)
    assert letters_about(db, told) == {"sent": 1}


def test_taken_down_on_request_it_leaves_the_letters_that_wait(
    db: Session, store: Storage, told: Post, lea: Account
) -> None:
    terms = Terms(hide=True, a_day=20, answer_days=30)
    asked = objections.ask(db, told.short, Asked("", "Det är jag.", "", "sv"), NOW, terms)
    db.flush()
    objections.answer(db, actor_of(lea), asked.id, NOW, away=True, words="")
    assert letters_about(db, told) == {"sent": 1}


def test_a_publication_undone_at_once_sends_nothing(
    db: Session, alice: Account, lea: Account
) -> None:
    a_subscriber(db)
    post = a_post(db, alice, Status.SUBMITTED)
    decide(db, lea, post, Step.PUBLISH)
    afterwards.undo(db, actor_of(lea), post.id, NOW + timedelta(minutes=9), HOUSE)
    assert not waiting(db)
    decide(db, lea, post, Step.PUBLISH, SOON)
    assert dues(db) == {"sam": SOON + timedelta(minutes=10)}


@pytest.mark.parametrize("undone", [True, False])
def test_out_again_it_goes_to_those_who_were_not_sent_it(
    db: Session, told: Post, lea: Account, *, undone: bool
) -> None:
    before = db.scalars(select(Letter.id).where(Letter.sent_at.is_not(None))).one()
    decide(db, lea, told, Step.WITHDRAW, SOON)
    if undone:
        afterwards.undo(db, actor_of(lea), told.id, SOON, HOUSE)
    else:
        decide(db, lea, told, Step.RESTORE, SOON)
    assert letters_about(db, told) == {"sent": 1, "daily": 1}
    assert db.get_one(Letter, before).sent_at == SOON
    decide(db, lea, told, Step.WITHDRAW, SOON + timedelta(minutes=1))
    assert letters_about(db, told) == {"sent": 1}


@pytest.mark.parametrize(("later", "goes"), [(NEWS_FOR, 1), (NEWS_FOR + timedelta(seconds=1), 0)])
def test_out_again_after_a_month_it_is_no_news(
    db: Session, told: Post, lea: Account, later: timedelta, goes: int
) -> None:
    decide(db, lea, told, Step.WITHDRAW, SOON)
    decide(db, lea, told, Step.RESTORE, NOW + later)
    assert letters_about(db, told)["daily"] == goes


def test_what_may_be_on_its_way_is_not_sent_again(db: Session, told: Post, lea: Account) -> None:
    gather(db, NOW + timedelta(days=1))
    db.execute(update(Outgoing).values(unnoted=1))
    decide(db, lea, told, Step.WITHDRAW)
    assert letters_about(db, told) == {"sent": 1, "daily": 1}


# ---------------------------------------------------------------- who was forgotten, or merged


def test_posts_with_letters_are_emptied_and_their_writers_forgotten(
    db: Session, store: Storage, told: Post, alice: Account, lea: Account
) -> None:
    decide(db, lea, told, Step.WITHDRAW)
    forgetting.ask(db, alice, NOW)
    forgetting.forget(db, actor_of(lea), alice.id, NOW)
    retention.tidy(db, NOW + 30 * MONTH)
    assert not db.scalars(select(Letter)).all()


def test_followers_of_a_place_follow_what_it_became(
    db: Session, lab: Lab, alice: Account, lea: Account
) -> None:
    gone = a_lab(db, "navestad")
    a_subscriber(db, "moved", lab=gone)
    merging.merge(db, actor_of(lea), Lab, gone.id, lab.id, NOW)
    assert letters_about(db, a_post(db, alice, lab="boden")) == {"moved": 1}
    assert db.scalars(select(Subscription.lab_id)).all() == [lab.id]


# ---------------------------------------------------------------- into mails


def test_all_that_is_due_for_somebody_goes_in_one_mail(db: Session, alice: Account) -> None:
    sam, tom = a_subscriber(db, "sam"), a_subscriber(db, "tom", Pace.DAILY)
    first, second = a_post(db, alice), a_post(db, alice)
    assert gather(db, SOON - timedelta(seconds=1)) == 0
    assert gather(db, SOON) == 1
    mail = db.scalars(select(Outgoing)).one()
    assert (mail.subscriber_id, mail.recipient, mail.due_at) == (sam.id, "", SOON)
    carried = select(Letter.post_id).where(Letter.outgoing_id == mail.id)
    assert set(db.scalars(carried)) == {first.id, second.id}
    assert gather(db, SOON) == 0
    assert gather(db, SOON + timedelta(days=1)) == 1
    assert {one.subscriber_id for one in db.scalars(select(Outgoing))} == {sam.id, tom.id}


def test_many_are_gathered_a_part_at_a_time(
    db: Session, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "BATCH", 2)
    for number in range(5):
        a_subscriber(db, f"sam{number}")
    a_post(db, alice)
    assert [gather(db, SOON) for _ in range(4)] == [2, 2, 1, 0]


def test_neither_the_stopped_nor_what_is_not_out_is_gathered(db: Session, told: Post) -> None:
    told.status = Status.WITHDRAWN
    assert gather(db, NOW + timedelta(days=1)) == 0
    told.status = Status.PUBLISHED
    db.execute(update(Subscriber).values(stopped_at=NOW))
    assert gather(db, NOW + timedelta(days=1)) == 0


def test_what_a_mail_did_not_carry_waits_on(db: Session, alice: Account) -> None:
    a_subscriber(db)
    first, second = a_post(db, alice), a_post(db, alice)
    gather(db, SOON)
    mail = db.scalars(select(Outgoing)).one()
    mail.unnoted = 1
    letters.note_sent(db, mail, [first.id], SOON)
    db.delete(mail)
    db.flush()
    db.expire_all()
    left = waiting(db)
    assert [(one.post_id, one.outgoing_id) for one in left] == [(second.id, None)]
    assert not db.scalars(select(Letter.twice).where(Letter.post_id == first.id)).one()


# ---------------------------------------------------------------- for how long


def test_what_was_sent_is_forgotten_after_thirty_days(db: Session, told: Post) -> None:
    retention.tidy(db, SOON + timedelta(days=30))
    assert letters_about(db, told) == {"sent": 1, "daily": 1}
    retention.tidy(db, SOON + timedelta(days=30, seconds=1))
    assert letters_about(db, told) == {"daily": 1}


def test_what_could_not_be_sent_for_a_month_is_never_sent(db: Session, told: Post) -> None:
    gather(db, NOW + timedelta(days=1))
    retention.tidy(db, NOW + timedelta(days=1) + MONTH)
    assert not waiting(db)


def test_a_byline_without_a_name_is_still_followed(db: Session, alice: Account) -> None:
    a_subscriber(db, person=alice.person)
    bylines = (BylineContent("Alice", "", Kind.RESIDENT, alice.person_id),)
    post = a_post(db, alice, Status.SUBMITTED, bylines=bylines)
    db.execute(update(Byline).values(name=""))
    go_public(db, post, db.get_one(Revision, post.waiting_id), NOW, zone=ZONE)
    assert letters_about(db, post) == {"sam": 1}
