"""What writers are asked and told: in their own language, by mail, or by somebody who shares it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.workflow import UNDONE_WITHIN
from diary.models import Account, Lab, News, Outgoing, Post, Status, Telling
from tests.builders import NOW, a_lab, a_post
from tests.conftest import Browser, Clock
from tests.web.looking_after import ENGLISH, deeds

DARK = "The picture is too dark to make out. Have you another one?"
DARK_IN_SWEDISH = "Bilden är för mörk"


def test_beside_each_ready_question_stands_what_its_writer_will_read(
    db: Session, as_lead: Browser, as_author: Browser, alice: Account
) -> None:
    alice.language = "sv"
    post = a_post(db, alice, Status.SUBMITTED)
    db.commit()
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert page.index(DARK) < page.index(DARK_IN_SWEDISH)
    assert 'lang="sv" dir="ltr">' + DARK_IN_SWEDISH in page
    assert DARK not in as_lead.get(f"/moderation/{post.id}", headers={"Accept-Language": "sv"}).text
    form = {"step": "return", "revision_id": post.waiting_id, "reason": "too_dark"}
    as_lead.post(f"/moderation/{post.id}/decide", data=form)
    assert DARK_IN_SWEDISH in as_author.get("/mine", headers={"Accept-Language": "sv"}).text


def test_on_every_page_a_writer_sees_that_something_has_come_back(
    db: Session, as_author: Browser, alice: Account
) -> None:
    a_post(db, alice, Status.RETURNED)
    db.commit()
    assert "My posts (1)" in as_author.get("/", headers=ENGLISH).text


def test_who_has_picked_no_language_reads_the_one_they_write(
    db: Session, as_lead: Browser, alice: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED, lang="ar", body="الباب مفتوح اليوم.")
    db.commit()
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "The writer reads it in Arabic." in page
    assert page.count('class="note" lang="ar" dir="rtl">') == 7


# ---------------------------------------------------------------- by mail


def decide(browser: Browser, post: Post, step: str, **more: object) -> None:
    revision = post.waiting_id or post.live_id
    answer = browser.post(
        f"/moderation/{post.id}/decide", data={"step": step, "revision_id": revision, **more}
    )
    assert answer.status_code == 303


def letters(db: Session) -> list[Outgoing]:
    db.rollback()
    return list(db.scalars(select(Outgoing).order_by(Outgoing.id)))


@pytest.fixture
def post(db: Session, alice: Account, lab: Lab) -> Post:
    """A post about Boden that Alice has sent."""
    post = a_post(db, alice, Status.SUBMITTED, title="Solen", lab="boden")
    db.commit()
    return post


@pytest.fixture
def reached(db: Session, alice: Account) -> Account:
    """Alice, who can be written to, in English."""
    alice.email, alice.language = "alice@example.org", "en"
    db.commit()
    return alice


TOMORROW = {"day": "2020-02-08", "time": "08:00"}
SAID = {
    "publish": ("Your post is out: Solen", "/p/"),
    "return": ("A question about your post: Solen", DARK),
    "schedule": ("Your post is out: Solen", "/p/"),
}


@pytest.mark.parametrize("step", SAID)
def test_a_writer_with_an_address_is_told_when_it_can_no_longer_be_undone(
    db: Session, as_lead: Browser, post: Post, reached: Account, step: str
) -> None:
    decide(as_lead, post, step, reason="too_dark", words="Den med trappan.", **TOMORROW)
    (mail,) = letters(db)
    subject, said = SAID[step]
    assert (mail.recipient, mail.subject, mail.lang) == (reached.email, subject, "en")
    assert "Hello Alice!" in mail.body
    assert said in mail.body
    assert ("Den med trappan." in mail.body) == (step == "return")
    db.refresh(post)
    assert mail.due_at == (post.publish_at or NOW) + UNDONE_WITHIN
    assert db.scalars(select(Telling)).all() == []


def test_why_a_post_was_taken_down_is_told(
    db: Session, as_lead: Browser, post: Post, reached: Account
) -> None:
    decide(as_lead, post, "publish")
    db.rollback()
    db.refresh(post)
    decide(as_lead, post, "withdraw", words="Yusuf vill inte.")
    (mail,) = letters(db)  # that it is out is no longer true
    assert mail.subject == "Your post has been taken down: Solen"
    assert "Yusuf vill inte." in mail.body


def test_that_it_is_put_off_is_told_to_nobody(
    db: Session, as_lead: Browser, post: Post, reached: Account
) -> None:
    decide(as_lead, post, "hold")
    assert letters(db) == []
    assert db.scalars(select(Telling)).all() == []


@pytest.mark.parametrize("step", SAID)
@pytest.mark.parametrize("address", [True, False])
def test_what_is_undone_is_told_to_nobody(
    db: Session, as_lead: Browser, alice: Account, post: Post, step: str, address: bool
) -> None:
    alice.email = "alice@example.org" if address else None
    db.commit()
    decide(as_lead, post, step, reason="too_dark", **TOMORROW)
    assert as_lead.post(f"/moderation/{post.id}/undo").status_code == 303
    assert letters(db) == []
    assert db.scalars(select(Telling)).all() == []


def test_who_has_answered_already_gets_no_question(
    db: Session, as_lead: Browser, as_author: Browser, post: Post, reached: Account
) -> None:
    decide(as_lead, post, "return", words="Vem?")
    as_author.post(f"/write/{post.id}/answer", data={"words": "Ali.", "action": "send"})
    assert letters(db) == []


def test_nobody_is_told_of_ones_own_decision(db: Session, as_lead: Browser, lea: Account) -> None:
    lea.email = "lea@example.org"
    post = a_post(db, lea, Status.SUBMITTED)
    db.commit()
    decide(as_lead, post, "return", words="Vem?")
    assert letters(db) == []


# ---------------------------------------------------------------- without an address


def tellings(db: Session) -> list[Telling]:
    db.rollback()
    return list(db.scalars(select(Telling)))


def test_without_an_address_somebody_tells_them_in_their_language(
    db: Session, as_coordinator: Browser, alice: Account, post: Post
) -> None:
    alice.language = "ar"
    db.commit()
    decide(as_coordinator, post, "return", words="Vem är det?")
    assert letters(db) == []
    assert "To tell (1)" in as_coordinator.get("/moderation", headers=ENGLISH).text
    page = as_coordinator.get("/moderation/to-tell", headers=ENGLISH).text
    assert 'lang="ar" dir="rtl">' in page
    assert "مرحباً" in page
    assert "Vem är det?" in page
    assert f"http://localhost/write/{post.id}/sent" in page
    assert 'href="sms:?&amp;body=' in page


def test_told_is_ticked_off_and_can_be_taken_back(
    db: Session, as_lead: Browser, lea: Account, post: Post
) -> None:
    decide(as_lead, post, "publish")
    (telling,) = tellings(db)
    assert telling.news is News.OUT
    for _ in range(2):
        as_lead.post(f"/moderation/to-tell/{telling.id}", data={"action": "told"})
    db.rollback()
    assert (telling.told_by_id, telling.told_at) == (lea.id, NOW)
    page = as_lead.get("/moderation/to-tell", headers=ENGLISH).text
    assert "Everybody knows" in page
    assert "Told by Lea" in page
    assert "To tell (" not in as_lead.get("/moderation", headers=ENGLISH).text
    as_lead.post(f"/moderation/to-tell/{telling.id}", data={"action": "not"})
    assert [one.told_at for one in tellings(db)] == [None]
    assert deeds(db)[-2:] == ["tell", "untell"]


def test_each_coordinator_tells_those_of_their_own_places(
    db: Session, as_lead: Browser, as_coordinator: Browser, alice: Account
) -> None:
    a_lab(db, "portalen")
    post = a_post(db, alice, Status.SUBMITTED, lab="portalen", title="Elsewhere")
    db.commit()
    decide(as_lead, post, "publish")
    (telling,) = tellings(db)
    assert "Elsewhere" in as_lead.get("/moderation/to-tell").text
    assert "Elsewhere" not in as_coordinator.get("/moderation/to-tell").text
    tick = {"action": "told"}
    assert as_coordinator.post(f"/moderation/to-tell/{telling.id}", data=tick).status_code == 404
    assert tellings(db)[0].told_at is None


def test_a_scheduled_post_is_told_of_when_it_is_out(
    db: Session, as_lead: Browser, post: Post, clock: Clock
) -> None:
    decide(as_lead, post, "schedule", **TOMORROW)
    assert "Solen" not in as_lead.get("/moderation/to-tell").text
    clock.pass_by(days=1)
    assert "Solen" in as_lead.get("/moderation/to-tell").text


def test_the_newest_news_alone_is_told(db: Session, as_lead: Browser, post: Post) -> None:
    decide(as_lead, post, "publish")
    db.rollback()
    db.refresh(post)
    decide(as_lead, post, "withdraw", words="Fel bild.")
    assert [one.news for one in tellings(db)] == [News.TAKEN_DOWN]
    assert "Fel bild." in as_lead.get("/moderation/to-tell").text
