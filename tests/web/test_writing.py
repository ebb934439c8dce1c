"""Writing: the form, its pictures, sending, taking back, and that nothing typed is lost."""

import re
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import MAX_BODY, Content, from_json
from diary.media.storage import LocalStorage, Storage, StorageFull
from diary.models import Account, Claim, Consent, Event, Lab, Picture, Post, Status, WorkingCopy
from tests.builders import a_method, a_photo, a_post, an_account
from tests.conftest import Browser

TODAY = "2020-02-07"


def send(browser: Browser, path: str = "/write", **fields: object) -> TestResponse:
    """Send the form as a browser does, with what is not named left as the page has it."""
    form = {"dated": TODAY, "lang": "sv", "body": "Vi satt ute.", "action": "save", **fields}
    return browser.post(path, data=form, content_type="multipart/form-data")


def photo(colour: str = "#2d5d7b", name: str = "bild.jpg") -> tuple[BytesIO, str]:
    return BytesIO(a_photo(colour)), name


def posts(db: Session) -> list[Post]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(select(Post).order_by(Post.id)))


def content(db: Session, post: Post) -> Content:
    """What is being written on a post."""
    copy = db.scalars(select(WorkingCopy).where(WorkingCopy.post_id == post.id)).one()
    return from_json(copy.content)


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"the page has no field {name}"
    return found[1]


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
    fields = {
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


# ---------------------------------------------------------------- pictures


def test_pictures_come_with_their_own_fields(as_author: Browser, db: Session) -> None:
    answer = send(as_author, action="upload", photos=[photo(), photo("#802020", "två.jpg")])
    assert answer.status_code == 303
    page = as_author.get(answer.location).text
    tokens = db.scalars(select(Picture.token).order_by(Picture.id)).all()
    assert len(tokens) == 2
    assert all(f'name="claim-{token}"' in page for token in tokens)


def test_words_on_a_picture_are_kept(as_author: Browser, db: Session) -> None:
    answer = send(as_author, photos=[photo()])
    (post,), token = posts(db), db.scalars(select(Picture.token)).one()
    edition = hidden(as_author.get(answer.location), "edition")
    said = {f"alt-{token}": "En sal", f"caption-{token}": "Salen", f"credit-{token}": "Ali"}
    claim = {f"claim-{token}": "not_yet", "picture": token, "edition": edition}
    assert send(as_author, f"/write/{post.id}", **said, **claim).status_code == 303
    db.rollback()
    (picture,) = content(db, post).pictures
    assert (picture.alt, picture.caption, picture.credit) == ("En sal", "Salen", "Ali")
    assert db.scalars(select(Consent.claim)).one() is Claim.NOT_YET


def test_pictures_move_and_go(as_author: Browser, db: Session) -> None:
    send(as_author, photos=[photo(), photo("#802020")])
    (post,), (one, two) = posts(db), db.scalars(select(Picture.token).order_by(Picture.id))

    def press(order: str) -> list[str]:
        edition = hidden(as_author.get(f"/write/{post.id}"), "edition")
        tokens = [picture.token for picture in content(db, post).pictures]
        send(as_author, f"/write/{post.id}", picture=tokens, move=order, edition=edition)
        db.rollback()
        db.expire_all()
        return [picture.token for picture in content(db, post).pictures]

    assert press(f"{two}:up") == [two, one]
    assert press(f"{two}:up") == [two, one]
    assert press(f"{two}:down") == [one, two]
    assert press(f"{one}:away") == [two]
    assert press("nothing:up") == [two]


def test_the_same_photo_twice_is_one_picture(as_author: Browser, db: Session) -> None:
    send(as_author, photos=[photo(), photo()])
    assert db.scalar(select(func.count()).select_from(Picture)) == 1


def test_pictures_of_other_posts_cannot_be_shown(
    as_author: Browser, db: Session, store: Storage, bob: Account
) -> None:
    a_post(db, bob, Status.DRAFT, store=store, pictures=1)
    db.commit()
    send(as_author, picture=db.scalars(select(Picture.token)).one())
    assert content(db, posts(db)[1]).pictures == ()


REFUSED = {
    "not_an_image": (b"%PDF-1.7 a paper", "ingen bild"),
    "broken_image": (a_photo()[:200], "skadad"),
}


@pytest.mark.parametrize("key", REFUSED)
def test_good_pictures_are_kept_beside_refused_ones(
    as_author: Browser, db: Session, key: str
) -> None:
    bad = (BytesIO(REFUSED[key][0]), "papper.jpg")
    answer = send(as_author, title="Behåll mig", photos=[photo(), bad])
    assert answer.status_code == 422
    assert "papper.jpg" in answer.text
    assert 'value="Behåll mig"' in answer.text
    kept = content(db, posts(db)[0])
    assert (kept.title, len(kept.pictures)) == ("Behåll mig", 1)


def test_the_thirteenth_picture_is_one_too_many(as_author: Browser, db: Session) -> None:
    photos = [photo(f"#{n * 19:02x}5d7b") for n in range(13)]
    answer = send(as_author, photos=photos)
    assert answer.status_code == 422
    assert "12" in answer.text
    assert len(content(db, posts(db)[0]).pictures) == 12


def test_twelve_in_all_however_they_come(as_author: Browser, db: Session) -> None:
    answer = send(as_author, photos=[photo(f"#{n * 19:02x}5d7b") for n in range(11)])
    page = as_author.get(answer.location)
    tokens = re.findall(r'name="picture" value="([^"]+)"', page.text)
    more = [photo("#010203"), photo("#302010")]
    form = {"picture": tokens, "edition": hidden(page, "edition"), "photos": more}
    assert send(as_author, f"/write/{posts(db)[0].id}", **form).status_code == 422
    assert len(content(db, posts(db)[0]).pictures) == 12


class FullStore(LocalStorage):
    """A store whose disk is full."""

    def put(self, key: str, data: bytes, media_type: str) -> None:
        raise StorageFull("No space left on device")


def test_a_full_store_is_said_and_words_are_kept(
    app: Flask, as_author: Browser, db: Session, store: LocalStorage
) -> None:
    services = app.extensions["diary"]
    app.extensions["diary"] = SimpleNamespace(
        settings=services.settings,
        sessions=services.sessions,
        clock=services.clock,
        store=FullStore(store.root),
    )
    answer = send(as_author, title="Behåll mig", photos=[photo()])
    app.extensions["diary"] = services
    assert answer.status_code == 507
    assert 'value="Behåll mig"' in answer.text
    assert content(db, posts(db)[0]).title == "Behåll mig"
    assert list(Path(store.root).rglob("*.jpg")) == []


def test_a_full_database_is_said_and_words_come_back(
    app: Flask, as_author: Browser, db: Session
) -> None:
    engine = app.extensions["diary"].sessions.kw["bind"]
    with engine.connect() as connection:
        size = connection.scalar(text("PRAGMA page_count"))
        connection.exec_driver_sql(f"PRAGMA max_page_count={size}")
        connection.rollback()
    answer = send(as_author, title="Behåll mig", body="Många ord. " * 8000)
    assert answer.status_code == 507
    assert 'value="Behåll mig"' in answer.text
    assert "Många ord. Många ord." in answer.text
    assert posts(db) == []


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
