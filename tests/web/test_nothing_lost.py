"""Nothing typed is lost: ended sessions, old forms, another language, a full disk."""

import re
import sqlite3
from html import unescape
from typing import IO, Any

import pytest
from flask import Flask, Request
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from diary.models import Account, Post, WorkingCopy
from diary.web.guards import LATE_BYTES
from tests.builders import PASSWORD, a_post
from tests.conftest import SAME_ORIGIN, Browser
from tests.web.filling_in import TODAY, photo

WORDS = "Vi bakade bröd.\nDet blev gott & varmt."
FORM = {"body": WORDS, "dated": TODAY, "lang": "sv", "action": "save", "methods": ["a", "b"]}


def hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the page's first own form, in order."""
    form = page.split("<main", 1)[1].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return [(unescape(name), unescape(value)) for name, value in found]


def only_draft(db: Session) -> str:
    """The body of the only working copy."""
    db.rollback()
    return str(db.scalars(select(WorkingCopy)).one().content["body"])


def test_what_is_sent_after_the_session_has_ended_comes_along(
    db: Session, alice: Account, client: Browser
) -> None:
    late = client.post("/write", data=FORM)
    assert late.status_code == 403
    fields = hidden(late.text)
    assert [value for name, value in fields if name == "kept-methods"] == ["a", "b"]
    wrong = client.post("/login", data=_as_dict(fields) | {"name": "alice", "password": "nej"})
    assert wrong.status_code == 422
    again = _as_dict(hidden(wrong.text)) | {"name": "alice", "password": PASSWORD}
    shown = client.post("/login", data=again)
    assert "Vi bakade bröd." in shown.text
    saved = client.post("/write", data=_as_dict(hidden(shown.text)))
    assert saved.status_code == 422  # there are no ways of working "a" and "b", and it says so
    assert only_draft(db) == WORDS


def test_what_should_go_with_a_new_picture_waits_for_it(
    db: Session, alice: Account, client: Browser
) -> None:
    sent = {**FORM, "methods": [], "action": "send", "photos": photo()}
    late = client.post("/write", data=sent, content_type="multipart/form-data")
    again = _as_dict(hidden(late.text)) | {"name": "alice", "password": PASSWORD}
    shown = client.post("/login", data=again)
    assert client.post("/write", data=_as_dict(hidden(shown.text))).status_code == 303
    assert only_draft(db) == WORDS


def _as_dict(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    return values


def test_a_password_is_never_written_into_a_page(client: Browser) -> None:
    late = client.post("/me", data={"password": "hemligt ord", "new_password": "nytt ord"})
    assert late.status_code == 403
    assert "hemligt" not in late.text
    assert "nytt ord" not in late.text


def test_a_form_from_before_the_session_is_shown_with_a_key_that_fits(
    db: Session, as_author: Browser
) -> None:
    old = as_author.post("/write", data={**FORM, "methods": [], "csrf_token": "from before"})
    assert old.status_code == 400
    assert "Vi bakade bröd." in old.text
    fields = _as_dict(hidden(old.text))
    assert as_author.post("/write", data=fields).status_code == 303
    assert only_draft(db) == WORDS


def test_another_language_while_writing_keeps_the_words(db: Session, as_author: Browser) -> None:
    form = {name: value for name, value in FORM.items() if name not in {"action", "methods"}}
    answer = as_author.post("/write", data={**form, "language": "en"})
    assert answer.status_code == 303
    assert "language=en" in answer.headers["Set-Cookie"]
    assert only_draft(db) == WORDS
    assert "What happened?" in as_author.get(answer.location).text


def fill_the_disk(app: Flask) -> None:
    """Give SQLite no further page: it says then what it says on a full disk."""
    engine = app.extensions["diary"].sessions.kw["bind"]
    engine.dispose()

    def no_room(connection, _record) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "connect", no_room)


@pytest.mark.sqlite_only("only SQLite can be given a small disk")
def test_a_full_disk_is_said_and_the_words_stay_in_the_field(
    app: Flask, db: Session, as_author: Browser
) -> None:
    fill_the_disk(app)
    long = "Vi bakade bröd. " * 2_000
    answer = as_author.post("/write", data={**FORM, "methods": [], "body": long})
    assert answer.status_code == 507
    assert long.strip() in answer.text
    assert db.scalar(select(Post.id)) is None


@pytest.mark.sqlite_only("only SQLite can be given a small disk")
def test_a_full_disk_elsewhere_is_said_and_nothing_is_promised(
    app: Flask, as_lead: Browser
) -> None:
    fill_the_disk(app)
    path = "/settings/pages/about/sv"
    answer = as_lead.post(path, data={"body": "Om oss. " * 5_000, "action": "save"})
    assert answer.status_code == 507
    assert "Sparat" not in answer.text


def test_pictures_and_style_sheets_carry_no_session(
    db: Session, alice: Account, store, as_author: Browser
) -> None:
    post = a_post(db, alice, store=store, pictures=1)
    db.commit()
    page = as_author.get(f"/posts/{post.slug}").text
    picture = re.search(r'src="(/pictures/[^"]+)"', page)
    style = re.search(r'href="(/static/[^"]+css[^"]*)"', page)
    assert picture
    assert style
    for address in (picture[1], style[1]):
        with as_author.get(address) as answer:
            assert "Set-Cookie" not in answer.headers


def test_looking_at_the_login_page_is_no_try(client: Browser) -> None:
    for _ in range(8):
        assert client.head("/login").status_code == 200


def test_odd_origins_and_addresses_are_refused_not_stumbled_over(app: Flask) -> None:
    client = app.test_client()
    assert client.post("/login", headers={"Origin": "http://[x"}).status_code == 403
    for address in ("/posts/%00", "/?before=%00", "/moderation/99999999999999999999"):
        assert client.get(address).status_code == 404
    assert client.get("/?before=99999999999999").status_code == 200
    answer = client.delete("/labs", headers=SAME_ORIGIN)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_forms_without_pictures_are_small(client: Browser) -> None:
    answer = client.post("/login", data={"name": "a" * 3_000_000})
    assert answer.status_code == 413


def test_a_stranger_cannot_fill_the_disk_with_a_late_form(client: Browser) -> None:
    kind = "multipart/form-data; boundary=b"
    said = {"CONTENT_LENGTH": str(LATE_BYTES + 1)}
    answer = client.post("/write", data=b"--b--", content_type=kind, environ_overrides=said)
    assert answer.status_code == 413


def test_an_upload_that_breaks_off_leaves_no_file_open(
    as_author: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[IO[bytes]] = []
    plain = Request._get_file_stream

    def noted(*args: Any, **kwargs: Any) -> IO[bytes]:
        opened.append(plain(*args, **kwargs))
        return opened[-1]

    monkeypatch.setattr(Request, "_get_file_stream", noted)
    begun = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
    answer = as_author.post(
        "/write",
        data=begun + b"x" * 600_000,
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"CONTENT_LENGTH": "900000"},
    )
    assert answer.status_code == 400
    assert [stream.closed for stream in opened] == [True]


def test_members_can_follow_the_feeds(as_author: Browser) -> None:
    for kind in ("atom", "rss", "json"):
        assert as_author.get(f"/feed.{kind}").status_code == 200


def test_a_disk_that_is_full_only_at_the_end_is_said_as_well(
    app: Flask, as_lead: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    def no_room(_connection: Connection) -> None:
        full = sqlite3.OperationalError("database or disk is full")
        raise OperationalError("COMMIT", None, full)

    event.listen(app.extensions["diary"].sessions.kw["bind"], "commit", no_room)
    path = "/settings/pages/about/sv"
    answer = as_lead.post(path, data={"body": "Om oss.", "action": "save"})
    assert answer.status_code == 507
    assert "Sparat" not in answer.text
    assert path not in caplog.text
