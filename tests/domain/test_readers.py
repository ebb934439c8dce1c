"""Nobody lets out what nobody who knows its language has read."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation, readers, writing
from diary.domain.accounts import actor_of
from diary.domain.afterwards import read_after, undo
from diary.domain.errors import Invalid, NotFound, NotRead, Overtaken
from diary.domain.moderation import Verdict
from diary.domain.policy import House, tongues
from diary.domain.readers import Answer
from diary.domain.workflow import Step
from diary.models import Account, Event, Lab, Post, Reading, Revision, SecondKind, Status
from tests.builders import HOUSE, NOW, a_content, a_lab, a_post, an_account

ARABIC = "الباب مفتوح اليوم."
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def hanan(db: Session) -> Account:
    """Somebody who reads Arabic."""
    account = an_account(db, "hanan")
    account.reads = ["ar"]
    return account


@pytest.fixture
def post(db: Session, alice: Account, lab: Lab) -> Post:
    """A post in Arabic that waits."""
    return a_post(db, alice, Status.SUBMITTED, lang="ar", title="", body=ARABIC, lab="boden")


def let_out(db: Session, who: Account, post: Post, step: Step = Step.PUBLISH, **more) -> Post:
    verdict = Verdict(step, post.waiting_id or 0, at=TOMORROW, **more)
    return moderation.decide(db, actor_of(who), post.id, verdict, NOW, HOUSE)


def ask(db: Session, who: Account, post: Post, reader: Account) -> bool:
    revision = post.waiting_id or post.live_id or 0
    return readers.ask(db, actor_of(who), post.id, revision, reader.id, NOW, HOUSE)


def reads(db: Session, reader: Account, **said) -> None:
    reading = db.scalars(select(Reading).where(Reading.reader_id == reader.id)).one()
    readers.answer(db, actor_of(reader), reading.id, Answer(**{"fine": True, **said}), NOW)


def test_what_somebody_reads() -> None:
    assert tongues((), None, HOUSE) == {"sv"}
    assert tongues((), "ar", House(main_language="en")) == {"en", "ar"}
    assert tongues(["so"], "ar", HOUSE) == {"so"}


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.SCHEDULE])
def test_it_goes_out_once_a_reader_has_read_it(
    db: Session, lea: Account, hanan: Account, post: Post, step: Step
) -> None:
    with pytest.raises(NotRead):
        let_out(db, lea, post, step)
    assert ask(db, lea, post, hanan)
    with pytest.raises(NotRead):
        let_out(db, lea, post, step)
    reads(db, hanan)
    let_out(db, lea, post, step)
    assert post.status in {Status.PUBLISHED, Status.SCHEDULED}


def test_whoever_reads_the_language_needs_nobody(db: Session, lea: Account, post: Post) -> None:
    lea.reads = ["ar", "sv"]
    assert let_out(db, lea, post).status is Status.PUBLISHED


def test_other_decisions_need_no_language(db: Session, lea: Account, post: Post) -> None:
    verdict = Verdict(Step.RETURN, post.waiting_id or 0, "too_dark")
    moderation.decide(db, actor_of(lea), post.id, verdict, NOW, HOUSE)
    assert post.status is Status.RETURNED


@pytest.mark.parametrize(
    ("words", "langs"),
    [
        ({"body": ARABIC}, {"ar"}),
        ({"body": "", "second_body": "Dörren är öppen."}, {"sv"}),
        ({"body": ARABIC, "second_body": "Dörren är öppen."}, {"ar", "sv"}),
    ],
)
def test_each_text_of_a_post_is_read(
    db: Session, alice: Account, words: dict[str, str], langs: set[str]
) -> None:
    about = {"lang": "ar", "title": "", "second_lang": "sv", "second_kind": SecondKind.TRANSLATION}
    post = a_post(db, alice, Status.DRAFT)
    content = a_content(**{**about, **words})
    from diary.domain.revisions import snapshot

    assert readers.languages(snapshot(db, post, content, NOW)) == langs


def test_a_text_sent_anew_is_read_anew(
    db: Session, alice: Account, lea: Account, hanan: Account, post: Post
) -> None:
    ask(db, lea, post, hanan)
    reads(db, hanan)
    writer = actor_of(alice)
    writing.take_back(db, writer, post, NOW)
    writing.save(db, writer, post, a_content(lang="ar", body="شيء آخر.", lab="boden"), NOW)
    writing.submit(db, writer, post, NOW, HOUSE)
    with pytest.raises(NotRead):
        let_out(db, lea, post)


def test_what_a_trusted_author_let_out_is_read_by_somebody_who_can(
    db: Session, alice: Account, lea: Account, hanan: Account
) -> None:
    alice.trusted = True
    post = a_post(db, alice, lang="ar", body=ARABIC)
    live = post.live_id or 0
    with pytest.raises(NotRead):
        read_after(db, actor_of(lea), post.id, live, NOW, HOUSE)
    ask(db, lea, post, hanan)
    reads(db, hanan)
    read_after(db, actor_of(lea), post.id, live, NOW, HOUSE)
    assert post.read_id == live


# ---------------------------------------------------------------- whom one can ask


def test_only_others_who_read_it_are_asked_and_once(
    db: Session, alice: Account, bob: Account, lea: Account, cora: Account, hanan: Account, post
) -> None:
    alice.reads = ["ar"]
    closed = an_account(db, "nour")
    closed.reads, closed.closed_at = ["ar"], NOW
    for other in (alice, bob, lea, closed):
        with pytest.raises(Invalid):
            ask(db, lea, post, other)
    assert ask(db, lea, post, hanan)
    assert not ask(db, cora, post, hanan)
    asked = db.scalars(select(Event).where(Event.action == "ask_reader")).one()
    assert (asked.actor_id, asked.account_id) == (lea.id, hanan.id)


def test_only_whose_queue_it_is_asks_and_about_what_waits(
    db: Session, bob: Account, lea: Account, hanan: Account, post: Post
) -> None:
    olle = an_account(db, "olle")
    olle.labs = [a_lab(db, "portalen")]
    for stranger in (bob, olle):
        with pytest.raises(NotFound):
            ask(db, stranger, post, hanan)
    with pytest.raises(Overtaken):
        readers.ask(db, actor_of(lea), post.id, 99, hanan.id, NOW, HOUSE)


def test_a_reading_is_its_readers_alone_and_ends_with_the_decision(
    db: Session, bob: Account, lea: Account, hanan: Account, post: Post
) -> None:
    ask(db, lea, post, hanan)
    reading = db.scalars(select(Reading)).one()
    with pytest.raises(NotFound):
        readers.answer(db, actor_of(bob), reading.id, Answer(fine=True), NOW)
    reads(db, hanan, fine=False, note="Ett namn i andra meningen.")
    reads(db, hanan, note="Nu är det bra.")
    assert (reading.fine, reading.note) == (True, "Nu är det bra.")
    let_out(db, lea, post)
    with pytest.raises(NotFound):
        reads(db, hanan)


@pytest.mark.parametrize(
    "said", [{"gist": "två\nrader"}, {"gist": "x" * 201}, {"note": "\x00"}, {"note": "x" * 2001}]
)
def test_words_that_cannot_be_kept(
    db: Session, lea: Account, hanan: Account, post: Post, said: dict[str, str]
) -> None:
    ask(db, lea, post, hanan)
    with pytest.raises(Invalid):
        reads(db, hanan, **said)


# ---------------------------------------------------------------- the one line


def test_a_line_written_in_the_queue_goes_out_with_it_and_stays_after_undoing(
    db: Session, alice: Account, lea: Account, hanan: Account, post: Post
) -> None:
    sent = db.get_one(Revision, post.waiting_id)
    ask(db, lea, post, hanan)
    reads(db, hanan)
    let_out(db, lea, post, gist="  Dörren är öppen. ")
    live = db.get_one(Revision, post.live_id)
    assert (live.gist, live.body, live.made_by_id) == ("Dörren är öppen.", ARABIC, alice.id)
    assert sent.gist == ""
    undo(db, actor_of(lea), post.id, NOW, HOUSE)
    assert post.waiting_id == live.id
    let_out(db, lea, post)  # it has been read, and is the same
    assert db.get_one(Revision, post.live_id).gist == "Dörren är öppen."


def test_the_same_line_makes_no_revision(db: Session, lea: Account, post: Post) -> None:
    lea.reads = ["ar"]
    sent = post.waiting_id
    let_out(db, lea, post, gist=" ")
    assert post.live_id == sent


def test_a_line_too_long_is_refused(db: Session, lea: Account, post: Post) -> None:
    lea.reads = ["ar"]
    with pytest.raises(Invalid):
        let_out(db, lea, post, gist="x" * 201)
