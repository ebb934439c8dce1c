"""One's own posts: where each stands, answering on the spot, taking down, and long lists."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import accounts, moderation, sent, writing
from diary.domain.accounts import actor_of
from diary.domain.moderation import Verdict
from diary.domain.settings import put
from diary.domain.workflow import Step
from diary.models import Account, Message, Outgoing, Post, Role, Status
from tests.builders import HOUSE, NOW, a_content, a_lead, a_post, an_account
from tests.conftest import Browser
from tests.web.filling_in import posts
from tests.web.looking_after import ENGLISH, deeds


def steps(page: str) -> list[str]:
    """The words of the drawn rows: each with what it is, done or present."""
    rows = re.findall(r'<ol class="stations[^>]*>(.*?)</ol>', page, re.DOTALL)
    return [
        " ".join(re.findall(r"<li([^>]*)>", row)).replace(' class="done"', "d").strip()
        for row in rows
    ]


@pytest.mark.parametrize(
    ("status", "row"),
    [
        (Status.SUBMITTED, 'd  aria-current="step" '),
        (Status.HELD, 'd  aria-current="step" '),
        (Status.RETURNED, 'd  aria-current="step" '),
        (Status.PUBLISHED, 'd d d aria-current="step"'),
    ],
)
def test_three_steps_show_where_a_post_stands(
    as_author: Browser, db: Session, alice: Account, status: Status, row: str
) -> None:
    post = a_post(db, alice, status)
    db.commit()
    for path in ("/mine", f"/write/{post.id}/sent"):
        assert steps(as_author.get(path).text) == [row.strip()]


def test_what_is_not_on_the_way_has_no_steps(
    as_author: Browser, db: Session, alice: Account
) -> None:
    for status in (Status.DRAFT, Status.WITHDRAWN):
        a_post(db, alice, status)
    db.commit()
    assert steps(as_author.get("/mine").text) == []


# ---------------------------------------------------------------- the usual wait


def decide(db: Session, owner: Account, step: Step, days: float) -> None:
    """A post that was read after some days."""
    post = writing.start(db, actor_of(owner), a_content(), NOW)
    writing.submit(db, actor_of(owner), post, NOW, HOUSE)
    verdict = Verdict(step, post.waiting_id or 0, words="Hur?")
    moderation.decide(db, a_lead(db), post.id, verdict, NOW + timedelta(days=days), HOUSE)


def test_the_usual_wait_is_measured(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    for days in (0.1, 9):
        decide(db, alice, Step.PUBLISH, days)
    db.commit()
    page = f"/write/{post.id}/sent"
    assert "usually" not in as_author.get(page, headers=ENGLISH).text
    decide(db, alice, Step.RETURN, 1.2)
    db.commit()
    assert "It is usually read within two days." in as_author.get(page, headers=ENGLISH).text
    for _ in range(11):
        decide(db, alice, Step.PUBLISH, 0.01)
    db.commit()
    assert "It is usually read within a day." in as_author.get(page, headers=ENGLISH).text


def test_after_sending_one_can_undo(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    db.commit()
    page = as_author.get(f"/write/{post.id}/sent", headers=ENGLISH).text
    assert ">Undo</button>" in page
    assert as_author.post(f"/write/{post.id}/take-back").location == f"/write/{post.id}"
    assert posts(db)[0].status is Status.DRAFT


# ---------------------------------------------------------------- answering


def answer(browser: Browser, post: Post, words: str = "", action: str = "send"):
    return browser.post(f"/write/{post.id}/answer", data={"words": words, "action": action})


def test_a_question_is_answered_on_the_spot(
    as_author: Browser, as_lead: Browser, db: Session, alice: Account
) -> None:
    post = a_post(db, alice, Status.RETURNED)
    db.commit()
    page = as_author.get("/mine").text
    assert "Vem är på bilden?" in page
    assert f'action="/write/{post.id}/answer"' in page
    answered = answer(as_author, post, "Det är Ali,\r\nmin bror.")
    assert answered.location == f"/write/{post.id}/sent"
    assert posts(db)[0].status is Status.SUBMITTED
    assert "Vem är på bilden?" not in as_author.get("/mine").text
    assert as_lead.get(f"/moderation/{post.id}").text.count("Det är Ali,\nmin bror.") == 2


def test_it_is_sent_again_with_the_changes(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED)
    writing.save(db, actor_of(alice), post, a_content(body="Ali och jag."), NOW)
    db.commit()
    answer(as_author, post)
    sent_again = people_newest(db, post)
    assert sent_again == "Ali och jag."


def people_newest(db: Session, post: Post) -> str:
    from diary.domain.revisions import newest

    return newest(db, posts(db)[0]).body


def test_writing_on_keeps_the_answer(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED)
    db.commit()
    assert answer(as_author, post, "Ali.", "edit").location == f"/write/{post.id}"
    assert posts(db)[0].status is Status.RETURNED
    page = as_author.get("/mine").text
    assert "Ali." in page
    assert "Vem är på bilden?" in page


def test_a_second_tap_does_nothing_more(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED)
    db.commit()
    taps = [answer(as_author, post, "Ali.").location for _ in range(2)]
    assert taps == [f"/write/{post.id}/sent"] * 2
    db.rollback()
    assert list(db.scalars(select(Message.words))) == ["Vem är på bilden?", "Ali."]
    assert deeds(db)[-2:] == ["answer", "submit"]


def test_an_answer_too_long_comes_back(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED)
    db.commit()
    answered = answer(as_author, post, "å" * 2001)
    assert answered.status_code == 422
    assert "å" * 2001 in answered.text
    assert f'id="words-{post.id}-wrong"' in answered.text
    assert posts(db)[0].status is Status.RETURNED


def test_what_is_not_fit_is_not_sent_again(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED)
    writing.save(db, actor_of(alice), post, a_content(title="", body=" "), NOW)
    db.commit()
    assert answer(as_author, post, "Ali.").location == f"/write/{post.id}"
    assert posts(db)[0].status is Status.RETURNED
    assert "Ali." in as_author.get("/mine").text


@pytest.mark.parametrize("path", ["answer", "take-down"])
def test_nobody_reaches_somebody_elses(
    as_author: Browser, db: Session, bob: Account, path: str
) -> None:
    post = a_post(db, bob)
    db.commit()
    assert as_author.post(f"/write/{post.id}/{path}").status_code == 404
    assert posts(db)[0].status is Status.PUBLISHED


# ---------------------------------------------------------------- taking down


def test_an_own_post_is_taken_down_at_once(
    as_author: Browser, client: Browser, db: Session, alice: Account
) -> None:
    post = a_post(db, alice, title="Solen")
    db.commit()
    etag = client.get("/").headers["ETag"]
    assert client.get("/posts/solen").status_code == 200
    assert f'action="/write/{post.id}/take-down"' in as_author.get("/mine").text
    assert [as_author.post(f"/write/{post.id}/take-down").location for _ in range(2)] == (
        ["/mine"] * 2
    )
    assert client.get("/posts/solen").status_code == 410
    assert "Solen" not in client.get("/feed.atom").text
    assert "Solen" not in client.get("/", headers={"If-None-Match": etag}).text
    assert deeds(db)[-1] == "withdraw_own"
    assert "take-down" not in as_author.get("/mine").text


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED])
def test_only_what_is_out_is_taken_down(
    as_author: Browser, db: Session, alice: Account, status: Status
) -> None:
    post = a_post(db, alice, status)
    db.commit()
    assert as_author.post(f"/write/{post.id}/take-down").status_code == 409


def test_the_lead_is_told_until_it_is_seen(
    as_author: Browser, as_lead: Browser, as_coordinator: Browser, db: Session, alice: Account
) -> None:
    post = a_post(db, alice, title="Solen")
    db.commit()
    as_author.post(f"/write/{post.id}/take-down")
    line = "Taken down by the writer:"
    assert line in as_lead.get("/moderation", headers=ENGLISH).text
    assert line not in as_coordinator.get("/moderation", headers=ENGLISH).text
    assert as_coordinator.post(f"/moderation/{post.id}/seen").status_code == 403
    assert as_lead.post(f"/moderation/{post.id}/seen").location == "/moderation"
    assert line not in as_lead.get("/moderation", headers=ENGLISH).text


def test_shown_again_and_taken_down_again_it_is_told_again(
    as_author: Browser, as_lead: Browser, db: Session, alice: Account
) -> None:
    post = a_post(db, alice)
    db.commit()
    told = []
    for _ in range(2):
        as_author.post(f"/write/{post.id}/take-down")
        told.append(f"/moderation/{post.id}/seen" in as_lead.get("/moderation").text)
        as_lead.post(f"/moderation/{post.id}/seen")
        form = {"step": "restore", "revision_id": post.live_id}
        as_lead.post(f"/moderation/{post.id}/decide", data=form)
        assert posts(db)[0].status is Status.PUBLISHED
    assert told == [True, True]


def test_the_lead_is_told_by_mail(as_author: Browser, db: Session, alice: Account) -> None:
    lead = an_account(db, "lea", Role.LEAD)
    accounts.change_profile(db, lead, accounts.Profile("Lea", email="lea@example.org"), NOW)
    lead.language = "en"
    other = accounts.Profile("Lo", email="lo@example.org")
    accounts.change_profile(db, an_account(db, "lo", Role.LEAD), other, NOW)
    put(db, {"main_language": "ar"})
    an_account(db, "nomail", Role.LEAD)
    post = a_post(db, alice, title="Solen")
    db.commit()
    as_author.post(f"/write/{post.id}/take-down")
    db.rollback()
    mail, arabic = db.scalars(select(Outgoing).order_by(Outgoing.id))
    assert (arabic.lang, arabic.subject == mail.subject) == ("ar", False)
    assert mail.recipient == "lea@example.org"
    assert mail.subject == "Taken down by the writer: Solen"
    assert f"/moderation/{post.id}\n" in mail.body


def test_a_moderators_word_is_not_told_of_what_its_writer_took_down(
    as_author: Browser, db: Session, alice: Account
) -> None:
    post = a_post(db, alice, Status.WITHDRAWN)  # with words from the reader
    restore = Verdict(Step.RESTORE, post.live_id or 0)
    moderation.decide(db, a_lead(db), post.id, restore, NOW, HOUSE)
    sent.take_down(db, actor_of(alice), post, NOW)
    db.commit()
    assert "Vem är på bilden?" not in as_author.get("/mine").text


# ---------------------------------------------------------------- long lists


def walk(browser: Browser, part: str) -> list[str]:
    """The headings of a list from page to page."""
    path, found = "/mine", []
    while path:
        page = browser.get(path).text
        found += re.findall(r"Nummer \d+", page)
        onward = re.search(rf'rel="next" href="(/mine\?{part}=[^"]+)"', page)
        path = onward[1] if onward else ""
    return found


@pytest.mark.parametrize(
    ("status", "part"), [(Status.PUBLISHED, "before"), (Status.DRAFT, "unsent")]
)
def test_long_lists_go_on_and_miss_nothing(
    as_author: Browser, db: Session, alice: Account, status: Status, part: str
) -> None:
    for number in range(45):
        # Three at a time at the same moment.
        at = NOW + timedelta(minutes=number // 3)
        a_post(db, alice, status, now=at, title=f"Nummer {number}")
    db.commit()
    assert walk(as_author, part) == [f"Nummer {number}" for number in reversed(range(45))]
    first = as_author.get("/mine").text
    assert len(re.findall(r"Nummer \d+", first)) == 20


@pytest.mark.parametrize(
    "cursor", ["x", "1", "1.", ".1", "1" * 30 + ".1", "-1.1", "9999999999999999.1"]
)
def test_a_strange_place_in_the_list_is_no_error(
    as_author: Browser, db: Session, alice: Account, cursor: str
) -> None:
    a_post(db, alice, title="Solen")
    db.commit()
    for part in ("before", "unsent"):
        assert as_author.get(f"/mine?{part}={cursor}").status_code == 200


def test_a_list_takes_few_queries(
    app: Flask, as_author: Browser, db: Session, alice: Account
) -> None:
    from sqlalchemy import event as sa_event

    for status in (Status.DRAFT, Status.RETURNED, Status.PUBLISHED):
        for _ in range(5):
            a_post(db, alice, status)
    db.commit()
    count = [0]
    engine = app.extensions["diary"].sessions.kw["bind"]
    sa_event.listen(engine, "before_cursor_execute", lambda *_: count.__setitem__(0, count[0] + 1))
    as_author.get("/mine")
    assert count[0] < 30
