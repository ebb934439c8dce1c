"""Writing: the form, its pictures, sending, taking back, and that nothing typed is lost."""

import re
from typing import Any

import pytest
from flask import Flask, g, template_rendered
from jinja2 import Template
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import MAX_BODY
from diary.models import Account, Event, Lab, Picture, Status
from tests.builders import a_method, a_post, an_account
from tests.conftest import Browser
from tests.web.filling_in import TODAY, content, hidden, photo, posts, send


def test_looking_at_the_form_stores_nothing(as_author: Browser, db: Session) -> None:
    assert as_author.get("/write").status_code == 200
    assert posts(db) == []


def test_visitors_are_asked_to_log_in(client: Browser) -> None:
    answer = client.get("/write")
    assert answer.status_code == 303
    assert "/login" in answer.location


def test_a_new_form_knows_today_and_oneself(as_author: Browser) -> None:
    page = as_author.get("/write").text
    assert f'value="{TODAY}"' in page
    assert 'value="Alice"' in page


def test_saving_keeps_every_field(
    as_coordinator: Browser, db: Session, lab: Lab, cora: Account
) -> None:
    a_method(db, "kor")
    db.commit()
    fields: dict[str, Any] = {
        "title": "  Solen  ",
        "body": "Rad ett\r\nrad två",
        "lang": "ar",
        "gist": "Solen vill inte gå ner.",
        "dated": "2019-05-17",
        "lab": "boden",
        "methods": "kor",
        "voice": "lesson",
        "byline-name": ["Cora", "Amal"],
        "byline-role": ["processledare", "ny i Boden"],
        "byline-person": [str(cora.person_id), ""],
        "byline-kind": ["staff", "resident"],
    }
    answer = send(as_coordinator, **fields)
    assert answer.status_code == 303
    (post,) = posts(db)
    assert (post.status, post.lab_id) == (Status.DRAFT, lab.id)
    kept = content(db, post)
    assert (kept.title, kept.body, kept.lang) == ("Solen", "Rad ett\nrad två", "ar")
    assert (kept.gist, str(kept.dated), kept.lab) == (fields["gist"], "2019-05-17", "boden")
    assert (kept.methods, kept.voice) == (("kor",), "lesson")
    assert [(b.name, b.role, b.kind, b.person_id) for b in kept.bylines] == [
        ("Cora", "processledare", "staff", cora.person_id),
        ("Amal", "ny i Boden", "resident", None),
    ]


def test_authors_are_not_asked_for_a_voice(as_author: Browser, db: Session) -> None:
    assert 'name="voice"' not in as_author.get("/write").text
    send(as_author, voice="lesson")
    assert content(db, posts(db)[0]).voice is None


def test_a_byline_cannot_be_put_upon_somebody_else(
    as_author: Browser, db: Session, bob: Account
) -> None:
    """A person's id from elsewhere is nobody: a name typed is somebody new."""
    names = {"byline-name": "Bob", "byline-role": "", "byline-person": str(bob.person_id)}
    send(as_author, **names)
    assert [b.person_id for b in content(db, posts(db)[0]).bylines] == [None]


# ---------------------------------------------------------------- what is wrong


WRONG = {
    "dated": ("2020-02-08", "har inte kommit"),
    "lab": ("atlantis", "ingen sådan plats"),
    "title": ("Solen\x07", "kontrolltecken"),
    "body": ("x" * (MAX_BODY + 1), "för långt"),
    "methods": ("trolleri", "arbetssätt"),
}


@pytest.mark.parametrize("field", WRONG)
def test_wrong_fields_come_back_with_the_reason_beside(
    as_author: Browser, db: Session, field: str
) -> None:
    typed, _reason = WRONG[field]
    answer = send(as_author, **{"gist": "Behåll mig", field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert 'value="Behåll mig"' in answer.text
    assert typed in answer.text
    assert posts(db)[0].status is Status.DRAFT


def test_a_day_that_is_none_comes_back_as_typed(as_author: Browser) -> None:
    answer = send(as_author, dated="i fredags")
    assert answer.status_code == 422
    assert 'value="i fredags"' in answer.text


def test_an_unsent_post_with_mistakes_cannot_be_sent(as_author: Browser, db: Session) -> None:
    assert send(as_author, action="send", dated="2031-01-01").status_code == 422
    assert posts(db)[0].status is Status.DRAFT


def test_nothing_cannot_be_sent(as_author: Browser, db: Session) -> None:
    answer = send(as_author, action="send", body=" \r\n ")
    assert answer.status_code == 422
    assert 'id="body-wrong"' in answer.text
    assert posts(db)[0].status is Status.DRAFT


# ---------------------------------------------------------------- sending


def test_sending_waits_to_be_read_and_thanks(as_author: Browser, db: Session) -> None:
    answer = send(as_author, action="send")
    (post,) = posts(db)
    assert answer.location == f"/write/{post.id}/sent"
    assert post.status is Status.SUBMITTED
    assert "Alice" in as_author.get(answer.location).text


def test_a_trusted_author_publishes_at_once(
    app: Flask, db: Session, log_in, as_author: Browser
) -> None:
    trusted = an_account(db, "tove", trusted=True)
    db.commit()
    send(log_in(trusted), action="send", title="Ute nu")
    assert posts(db)[0].status is Status.PUBLISHED
    assert as_author.get("/posts/ute-nu").status_code == 200


def test_the_first_post_asks_for_a_promise_once(
    as_author: Browser, db: Session, alice: Account
) -> None:
    alice.promised_at = None
    db.commit()
    answer = send(as_author, action="send")
    assert answer.status_code == 422
    assert 'id="promised-wrong"' in answer.text
    (post,) = posts(db)
    again = {"edition": hidden(answer, "edition"), "promised": "1", "action": "send"}
    assert send(as_author, f"/write/{post.id}", **again).status_code == 303
    assert posts(db)[0].status is Status.SUBMITTED
    assert 'name="promised"' not in as_author.get("/write").text


@pytest.mark.parametrize("action", ["save", "send", "upload", "preview"])
def test_a_double_tap_makes_one_post(as_author: Browser, db: Session, action: str) -> None:
    key = hidden(as_author.get("/write"), "form_key")
    taps = [send(as_author, form_key=key, action=action, photos=[photo()]) for _ in range(2)]
    assert [tap.status_code for tap in taps] == [303, 303]
    (post,) = posts(db)
    assert db.scalar(select(func.count()).select_from(Picture)) == 1
    submits = select(func.count()).where(Event.action == "submit", Event.post_id == post.id)
    assert db.scalar(submits) == (1 if action == "send" else 0)


def test_going_back_to_the_new_form_and_writing_on_loses_nothing(
    as_author: Browser, db: Session
) -> None:
    """The browser's Back shows the form with the old key; what is typed there is another text."""
    key = hidden(as_author.get("/write"), "form_key")
    send(as_author, form_key=key, body="Det första.")
    answer = send(as_author, form_key=key, body="Det andra.")
    assert answer.status_code == 409
    assert "Det första." in answer.text
    assert "Det andra." in answer.text
    edition, (post,) = hidden(answer, "edition"), posts(db)
    send(as_author, f"/write/{post.id}", body="Båda.", edition=edition)
    assert content(db, posts(db)[0]).body == "Båda."


def test_another_tab_does_not_overwrite_unseen(as_author: Browser, db: Session) -> None:
    answer = send(as_author, photos=[photo()])
    (post,) = posts(db)
    edition = hidden(as_author.get(answer.location), "edition")
    token = db.scalars(select(Picture.token)).one()
    mine = {"edition": edition, "picture": token}
    send(as_author, f"/write/{post.id}", body="Från datorn.", **mine)
    answer = send(
        as_author, f"/write/{post.id}", body="Från telefonen.", photos=[photo("#802020")], **mine
    )
    assert answer.status_code == 409
    assert content(db, posts(db)[0]).body == "Från datorn."
    assert "Från datorn." in answer.text
    assert "Från telefonen." in answer.text
    # The picture that came with the late text is there to be saved with it.
    assert len(re.findall(r'name="picture"', answer.text)) == 2


def test_preview_shows_the_post_and_sends_nothing(as_author: Browser, db: Session) -> None:
    answer = send(as_author, action="preview", body="# 2019 var *bra*.", title="Så blir det")
    page = as_author.get(answer.location).text
    assert 'id="look"' in page
    assert "<em>bra</em>" in page
    assert posts(db)[0].status is Status.DRAFT


def test_no_page_for_residents_says_markdown(as_author: Browser, db: Session) -> None:
    send(as_author)
    pages = ("/write", f"/write/{posts(db)[0].id}", "/mine")
    assert not any("markdown" in as_author.get(page).text.lower() for page in pages)


# ---------------------------------------------------------------- one's own posts


def test_taking_back_makes_a_draft_of_it(as_author: Browser, db: Session) -> None:
    send(as_author, action="send", title="Hem igen")
    (post,) = posts(db)
    assert as_author.get(f"/write/{post.id}").location == f"/write/{post.id}/sent"
    answer = as_author.post(f"/write/{post.id}/take-back")
    assert answer.location == f"/write/{post.id}"
    assert posts(db)[0].status is Status.DRAFT
    assert 'value="Hem igen"' in as_author.get(answer.location).text


def test_a_form_that_was_open_when_the_post_was_sent_loses_nothing(
    as_author: Browser, db: Session
) -> None:
    answer = send(as_author)
    (post,) = posts(db)
    edition = hidden(as_author.get(answer.location), "edition")
    send(as_author, f"/write/{post.id}", action="send", edition=edition)
    late = send(as_author, f"/write/{post.id}", body="Mer.", action="send", edition=edition)
    assert late.status_code == 409
    assert "Mer." in late.text
    again = {"edition": hidden(late, "edition"), "body": "Mer.", "action": "send"}
    assert send(as_author, f"/write/{post.id}", **again).location == f"/write/{post.id}/sent"
    assert posts(db)[0].status is Status.SUBMITTED
    as_author.post(f"/write/{post.id}/take-back")
    assert content(db, posts(db)[0]).body == "Mer."


def test_what_is_out_cannot_be_taken_back(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.PUBLISHED)
    db.commit()
    assert as_author.post(f"/write/{post.id}/take-back").location == "/mine"
    assert posts(db)[0].status is Status.PUBLISHED


def test_a_published_post_stays_while_its_new_text_waits(
    as_author: Browser, db: Session, alice: Account
) -> None:
    post = a_post(db, alice, Status.PUBLISHED, title="Som det var")
    db.commit()
    edition = hidden(as_author.get(f"/write/{post.id}"), "edition")
    form = {"title": "Som det blev", "action": "send", "edition": edition}
    assert send(as_author, f"/write/{post.id}", **form).status_code == 303
    assert (posts(db)[0].status, posts(db)[0].waiting_id is None) == (Status.PUBLISHED, False)
    assert "Som det var" in as_author.get(f"/posts/{post.slug}").text
    assert "Som det blev" not in as_author.get(f"/posts/{post.slug}").text


def test_a_question_is_shown_until_it_is_answered(
    as_author: Browser, db: Session, alice: Account
) -> None:
    post = a_post(db, alice, Status.RETURNED)
    db.commit()
    assert "Vem är på bilden?" in as_author.get("/mine").text
    page = as_author.get(f"/write/{post.id}")
    assert "Vem är på bilden?" in page.text
    form = {"body": "Det är Ali.", "action": "send", "edition": hidden(page, "edition")}
    send(as_author, f"/write/{post.id}", **form)
    assert posts(db)[0].status is Status.SUBMITTED
    assert "Vem är på bilden?" not in as_author.get("/mine").text


@pytest.mark.parametrize("path", ["", "/sent", "/take-back", "/delete"])
def test_nobody_reaches_somebody_elses_post(
    as_author: Browser, db: Session, bob: Account, path: str
) -> None:
    post = a_post(db, bob, Status.DRAFT)
    db.commit()
    address = f"/write/{post.id}{path}"
    answer = as_author.get(address) if path == "/sent" else as_author.post(address)
    assert answer.status_code == 404
    assert len(posts(db)) == 1


def test_deleting_a_draft(as_author: Browser, db: Session) -> None:
    send(as_author, photos=[photo()])
    assert as_author.post(f"/write/{posts(db)[0].id}/delete").location == "/mine"
    assert posts(db) == []


def test_what_was_sent_cannot_be_deleted(as_author: Browser, db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    db.commit()
    assert as_author.post(f"/write/{post.id}/delete").status_code == 409
    assert len(posts(db)) == 1


def test_my_posts_begin_empty_and_show_each_status(
    as_author: Browser, db: Session, alice: Account
) -> None:
    assert "/write" in as_author.get("/mine").text
    for status in Status:
        if status is not Status.SCHEDULED:
            a_post(db, alice, status, title=f"Det är {status}")
    db.commit()
    page = as_author.get("/mine").text
    shown = [status for status in Status if f"Det är {status}" in page]
    assert shown == [status for status in Status if status is not Status.SCHEDULED]


def test_the_rules_and_the_form_agree_on_the_edition(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.DRAFT)
    copy = writing.working_copy(db, actor_of(alice), post)
    assert writing.edition(db, copy) == "0.1"


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PUBLISHED, Status.WITHDRAWN])
def test_thanks_are_given_unless_the_post_was_taken_down(
    as_author: Browser, db: Session, alice: Account, status: Status
) -> None:
    post = a_post(db, alice, status, title="Solen")
    db.commit()
    page = as_author.get(f"/write/{post.id}/sent").text
    assert ("<h1>Solen</h1>" in page, "Tack, Alice!" in page) == (
        (True, False) if status is Status.WITHDRAWN else (False, True)
    )


def test_the_day_can_be_neither_in_the_future_nor_long_ago(as_author: Browser) -> None:
    assert f'min="1900-01-01" max="{TODAY}"' in as_author.get("/write").text
    answer = send(as_author, action="send", dated="0219-05-17")
    assert answer.status_code == 422
    assert 'id="dated-wrong"' in answer.text


def test_no_transaction_is_open_while_a_page_is_made(
    app: Flask, as_author: Browser, db: Session, alice: Account
) -> None:
    draft, sent = (a_post(db, alice, status) for status in (Status.DRAFT, Status.SUBMITTED))
    db.commit()
    found: list[tuple[str, bool]] = []

    def note(_app: Flask, template: Template, **_more: object) -> None:
        found.append((str(template.name), g.db.in_transaction()))

    own = f"/write/{draft.id}"
    with template_rendered.connected_to(note, app):
        for path in ("/write", "/mine", own, f"{own}?look=1", f"/write/{sent.id}/sent"):
            as_author.get(path)
        send(as_author, own, dated="never", edition="0.1")
        send(as_author, own, body="Annat.", edition="0.0")
    assert len(found) == 7
    assert [page for page in found if page[1]] == []
