"""Moderation: the queue, deciding, and the journal's page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Event, Lab, Post, Role, Status
from tests.builders import a_lab, a_post, an_account
from tests.conftest import Browser, Clock

LogIn = Callable[[Account], Browser]


ENGLISH = {"Accept-Language": "en"}


def status(db: Session, post: Post) -> Status:
    db.rollback()
    db.refresh(post)
    return post.status


def decide(
    browser: Browser, post: Post, step: str, revision_id: int | None = None, **more: object
) -> TestResponse:
    revision = revision_id or post.waiting_id or post.live_id
    form = {"step": step, "revision_id": revision, **more}
    return browser.post(f"/moderation/{post.id}/decide", data=form)


@pytest.fixture
def waiting(db: Session, alice: Account, lab: Lab) -> Post:
    """A post about Boden that Alice has sent."""
    post = a_post(db, alice, Status.SUBMITTED, lab="boden", title="Vem äger fredagen?")
    db.commit()
    return post


PLACES = ("", "/events", "/posts", "/1")


@pytest.mark.parametrize("place", PLACES)
def test_authors_and_visitors_are_kept_out(
    client: Browser, as_author: Browser, waiting: Post, place: str
) -> None:
    assert client.get(f"/moderation{place}").status_code == 303
    assert as_author.get(f"/moderation{place}").status_code == 403


def test_an_empty_queue_says_so(as_lead: Browser) -> None:
    assert "Everything is read" in as_lead.get("/moderation", headers=ENGLISH).text


def test_the_queue_shows_the_oldest_post_as_it_will_look(
    db: Session, as_lead: Browser, alice: Account, store: Storage, clock: Clock
) -> None:
    a_post(db, alice, Status.SUBMITTED, store=store, pictures=2, title="Först", body="Hej *du*")
    a_post(db, alice, Status.SUBMITTED, title="Sedan")
    db.commit()
    clock.pass_by(days=6)
    page = as_lead.get("/moderation").text
    assert "<em>du</em>" in page
    assert page.index("Först") < page.index("Sedan")
    assert len(re.findall('class="claim nobody"', page)) == 2
    assert re.search(r"2\b.*\b6\b", page[: page.index("</h1>")], re.DOTALL)


def test_a_coordinator_reads_their_own_labs_only(
    db: Session, as_coordinator: Browser, alice: Account, waiting: Post
) -> None:
    a_lab(db, "portalen")
    elsewhere = a_post(db, alice, Status.SUBMITTED, lab="portalen", title="Elsewhere")
    db.commit()
    page = as_coordinator.get("/moderation").text
    assert waiting.id
    assert "Vem äger fredagen?" in page
    assert "Elsewhere" not in page
    assert as_coordinator.get(f"/moderation/{elsewhere.id}").status_code == 404
    assert decide(as_coordinator, elsewhere, "publish").status_code == 404
    assert status(db, elsewhere) is Status.SUBMITTED


def test_chips_narrow_the_queue(db: Session, as_lead: Browser, alice: Account, waiting: Post):
    a_post(db, alice, Status.SUBMITTED, title="Om allt")
    db.commit()
    assert "Om allt" not in as_lead.get("/moderation?lab=boden").text
    assert "Vem äger fredagen?" not in as_lead.get("/moderation?lab=whole").text
    assert "Vem äger fredagen?" in as_lead.get("/moderation?lab=nowhere").text


@pytest.mark.parametrize("before", [Status.DRAFT, Status.RETURNED, Status.WITHDRAWN])
def test_what_does_not_wait_is_not_in_the_queue(
    db: Session, as_lead: Browser, alice: Account, before: Status
) -> None:
    a_post(db, alice, before, title="Inte här")
    db.commit()
    assert "Inte här" not in as_lead.get("/moderation").text


def test_a_draft_is_nobodys_but_its_writers(db: Session, as_lead: Browser, alice: Account) -> None:
    post = a_post(db, alice, Status.DRAFT)
    db.commit()
    assert as_lead.get(f"/moderation/{post.id}").status_code == 404


# ---------------------------------------------------------------- deciding

DECISIONS = {
    "publish": (Status.SUBMITTED, Status.PUBLISHED),
    "hold": (Status.SUBMITTED, Status.HELD),
    "return": (Status.SUBMITTED, Status.RETURNED),
    "withdraw": (Status.PUBLISHED, Status.WITHDRAWN),
    "restore": (Status.WITHDRAWN, Status.PUBLISHED),
}


@pytest.mark.parametrize("step", DECISIONS)
def test_each_decision_is_carried_out_and_journaled(
    db: Session, as_lead: Browser, alice: Account, lea: Account, step: str
) -> None:
    before, after = DECISIONS[step]
    post = a_post(db, alice, before, title="Vem äger fredagen?")
    db.commit()
    page = as_lead.get(f"/moderation/{post.id}").text
    assert f'value="{step}"' in page
    answer = decide(as_lead, post, step, reason="other" if step == "withdraw" else "", words="Hej")
    assert (answer.status_code, answer.location) == (303, f"/moderation?done={post.id}")
    assert status(db, post) is after
    event = db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.action, event.actor_id) == (step, lea.id)


@pytest.mark.parametrize("step", DECISIONS)
def test_only_buttons_that_can_be_pressed_are_shown(
    db: Session, as_lead: Browser, alice: Account, step: str
) -> None:
    before, _after = DECISIONS[step]
    for other in (Status.SUBMITTED, Status.PUBLISHED, Status.WITHDRAWN):
        post = a_post(db, alice, other)
        db.commit()
        shown = f'name="step" value="{step}"' in as_lead.get(f"/moderation/{post.id}").text
        assert shown == (other is before)


def test_after_a_decision_the_next_post_comes(
    db: Session, as_lead: Browser, alice: Account, waiting: Post
) -> None:
    a_post(db, alice, Status.SUBMITTED, title="Nästa")
    db.commit()
    page = as_lead.get(decide(as_lead, waiting, "publish").location).text
    assert "Nästa" in page
    assert "Vem äger fredagen?" not in page


def test_a_question_without_words_comes_back(db: Session, as_lead: Browser, waiting: Post) -> None:
    answer = decide(as_lead, waiting, "return", words="  ")
    assert answer.status_code == 422
    assert 'id="words-wrong"' in answer.text
    assert status(db, waiting) is Status.SUBMITTED


def test_words_that_cannot_be_taken_stay_in_the_field(as_lead: Browser, waiting: Post) -> None:
    answer = decide(as_lead, waiting, "return", words="Vem är det?\x07")
    assert answer.status_code == 422
    assert "Vem är det?" in answer.text


@pytest.mark.parametrize("step", ["submit", "publish_own", "", "trolla"])
def test_other_steps_are_no_decisions(
    db: Session, as_lead: Browser, waiting: Post, step: str
) -> None:
    assert decide(as_lead, waiting, step).status_code in {403, 409}
    assert status(db, waiting) is Status.SUBMITTED


def test_the_second_to_decide_is_told_who_was_faster(
    db: Session, as_lead: Browser, as_coordinator: Browser, waiting: Post
) -> None:
    revision = waiting.waiting_id
    decide(as_coordinator, waiting, "return", words="Vem är på bilden?")
    db.rollback()
    answer = decide(as_lead, waiting, "publish", revision)
    assert answer.status_code == 409
    assert "Cora" in answer.text
    assert "Vem är på bilden?" in answer.text
    assert status(db, waiting) is Status.RETURNED


def test_a_text_sent_anew_is_not_published_unread(
    db: Session, as_lead: Browser, as_author: Browser, waiting: Post
) -> None:
    read = waiting.waiting_id
    as_author.post(f"/write/{waiting.id}/take-back")
    page = as_author.get(f"/write/{waiting.id}").text
    edition = re.findall(r'name="edition" value="([^"]+)"', page)[0]
    changed = {"body": "Något annat.", "dated": "2019-05-17", "lang": "sv", "lab": "boden"}
    form = {**changed, "action": "send", "edition": edition}
    as_author.post(f"/write/{waiting.id}", data=form)
    answer = decide(as_lead, waiting, "publish", read)
    assert answer.status_code == 409
    assert "Något annat." in answer.text
    assert status(db, waiting) is Status.SUBMITTED


@pytest.mark.parametrize("allowed", [True, False])
def test_own_posts_need_somebody_else_unless_the_lead_says_otherwise(
    db: Session, as_coordinator: Browser, cora: Account, allowed: bool
) -> None:
    put(db, {"own_posts": allowed})
    post = a_post(db, cora, Status.SUBMITTED, lab="boden")
    db.commit()
    page = as_coordinator.get(f"/moderation/{post.id}").text
    assert ('value="publish"' in page) == allowed
    assert decide(as_coordinator, post, "publish").status_code == (303 if allowed else 403)
    assert status(db, post) is (Status.PUBLISHED if allowed else Status.SUBMITTED)


def test_a_coordinator_may_be_left_to_ask(
    db: Session, as_coordinator: Browser, waiting: Post
) -> None:
    put(db, {"coordinators_publish": False})
    db.commit()
    assert 'value="publish"' not in as_coordinator.get(f"/moderation/{waiting.id}").text
    assert decide(as_coordinator, waiting, "publish").status_code == 403
    assert decide(as_coordinator, waiting, "return", words="Hur gick det?").status_code == 303


def test_the_author_sees_what_was_asked_and_why_it_was_taken_down(
    db: Session, as_lead: Browser, as_author: Browser, alice: Account, waiting: Post
) -> None:
    out = a_post(db, alice, Status.PUBLISHED, title="Ute")
    db.commit()
    decide(as_lead, waiting, "return", reason="too_dark", words="Den med trappan.")
    decide(as_lead, out, "withdraw", words="Yusuf ville inte synas.")
    page = as_author.get("/mine", headers=ENGLISH).text
    assert "too dark" in page
    assert "Den med trappan." in page
    assert "Yusuf ville inte synas." in page


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("asked_by_somebody_in_it", "Somebody in it has asked for that."),
        ("wrong_facts", "Something in it is not right."),
        ("tells_something_private", "It tells something private about somebody."),
        ("posted_twice", "It was there twice."),
    ],
)
def test_the_author_alone_reads_the_ready_reason_in_their_language(
    db: Session,
    as_lead: Browser,
    as_author: Browser,
    client: Browser,
    alice: Account,
    key: str,
    said: str,
) -> None:
    post = a_post(db, alice)
    db.commit()
    assert f'value="{key}"' in as_lead.get(f"/moderation/{post.id}").text
    assert decide(as_lead, post, "withdraw", reason=key).status_code == 303
    assert said in as_author.get("/mine", headers=ENGLISH).text
    assert said in as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    answer = client.get(f"/posts/{post.slug}", headers=ENGLISH)
    assert answer.status_code == 410
    assert said not in answer.text


@pytest.mark.parametrize("sent", [{}, {"reason": "other"}, {"reason": "too_dark", "words": "Hej"}])
def test_nothing_is_taken_down_without_a_reason(
    db: Session, as_lead: Browser, alice: Account, sent: dict[str, Any]
) -> None:
    post = a_post(db, alice)
    db.commit()
    answer = decide(as_lead, post, "withdraw", **sent)
    assert answer.status_code == 422
    assert 'id="why-wrong"' in answer.text
    assert sent.get("words", "") in answer.text
    assert status(db, post) is Status.PUBLISHED


# ---------------------------------------------------------------- what has happened


def test_events_are_told_in_plain_words(
    db: Session, as_lead: Browser, as_coordinator: Browser, alice: Account, waiting: Post
) -> None:
    a_post(db, alice, Status.SUBMITTED, title="Om hela projektet")
    db.commit()
    decide(as_lead, waiting, "publish")
    everything = as_lead.get("/moderation/events").text
    assert "Om hela projektet" in everything
    assert "Lea" in everything
    assert not re.search(r"\b(submit|publish|draft|withdraw)\b", _words(everything))
    of_boden = as_coordinator.get("/moderation/events").text
    assert "Vem äger fredagen?" in of_boden
    assert "Om hela projektet" not in of_boden


def _words(page: str) -> str:
    return re.sub(r"<[^>]*>", " ", page)


def test_events_go_on_by_value(db: Session, as_lead: Browser, alice: Account) -> None:
    for number in range(60):
        a_post(db, alice, Status.SUBMITTED, title=f"Inlägg {number}.")
    db.commit()
    page = as_lead.get("/moderation/events").text
    older = re.findall(r'rel="next" href="([^"]+)"', page)[0]
    rest = as_lead.get(older).text
    told = re.findall(r"Inlägg (\d+)\.", page + rest)
    assert sorted({int(number) for number in told}) == list(range(60))


def test_the_list_of_what_is_out_leads_to_taking_down(
    db: Session, as_lead: Browser, log_in: LogIn, alice: Account
) -> None:
    out = a_post(db, alice, Status.PUBLISHED, title="Ute")
    a_post(db, alice, Status.WITHDRAWN, title="Borta")
    a_post(db, alice, Status.SUBMITTED, title="Väntar")
    nobody = an_account(db, "nils", Role.COORDINATOR, labs=(a_lab(db, "portalen"),))
    db.commit()
    page = as_lead.get("/moderation/posts").text
    assert f'href="/moderation/{out.id}"' in page
    assert "Borta" in page
    assert "Väntar" not in page
    assert "Ute" not in log_in(nobody).get("/moderation/posts").text


# ---------------------------------------------------------------- at a time of its own


def test_a_post_goes_out_at_the_time_on_the_diarys_clocks(
    db: Session, as_lead: Browser, client: Browser, waiting: Post, clock: Clock
) -> None:
    tomorrow = (clock() + timedelta(days=1)).date().isoformat()
    decide(as_lead, waiting, "schedule", day=tomorrow, time="08:30")
    page = as_lead.get("/moderation", headers=ENGLISH).text
    assert "Everything is read" in page
    assert "Goes out by itself" in page
    assert "08:30" in page
    assert waiting.short not in client.get("/").text
    assert status(db, waiting) is Status.SCHEDULED
    assert waiting.publish_at is not None
    assert waiting.publish_at.astimezone(ZoneInfo("Europe/Stockholm")).hour == 8
    clock.time = waiting.publish_at
    assert "Vem äger fredagen?" in client.get("/").text


def test_no_time_ahead_is_said_beside_the_fields(as_lead: Browser, waiting: Post) -> None:
    for day, hour in (("", ""), ("2001-01-01", "08:00"), ("i morgon", "åtta")):
        form = {"step": "schedule", "revision_id": waiting.waiting_id, "day": day, "time": hour}
        answer = as_lead.post(f"/moderation/{waiting.id}/decide", data=form, headers=ENGLISH)
        assert answer.status_code == 422
        assert "Choose a day and a time ahead" in answer.text


# ---------------------------------------------------------------- afterwards


def test_one_tap_undoes_a_decision(
    db: Session, as_lead: Browser, client: Browser, waiting: Post
) -> None:
    address = decide(as_lead, waiting, "publish").location
    assert f'action="/moderation/{waiting.id}/undo"' in as_lead.get(address).text
    as_lead.post(f"/moderation/{waiting.id}/undo")
    assert status(db, waiting) is Status.SUBMITTED
    assert client.get(f"/posts/{waiting.slug}").status_code == 404
    assert "/undo" not in as_lead.get(address).text
    again = as_lead.post(f"/moderation/{waiting.id}/undo", headers=ENGLISH)
    assert again.status_code == 303
    assert "cannot be undone" in as_lead.get(again.location, headers=ENGLISH).text


def test_what_is_out_already_is_read_with_one_tap(
    db: Session, as_lead: Browser, alice: Account, lab: Lab
) -> None:
    alice.trusted = True
    post = a_post(db, alice, lab="boden")
    db.commit()
    assert "Out, to read afterwards" in as_lead.get("/moderation", headers=ENGLISH).text
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "I have read it" in page
    form = {"revision_id": post.live_id}
    assert as_lead.post(f"/moderation/{post.id}/read", data={"revision_id": 0}).status_code == 409
    assert as_lead.post(f"/moderation/{post.id}/read", data=form).status_code == 303
    assert "Out, to read afterwards" not in as_lead.get("/moderation", headers=ENGLISH).text
