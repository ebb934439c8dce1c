"""The request's transaction: none is open while a page is rendered."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, before_render_template, g, template_rendered
from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Lab, Status
from diary.web.session import undo, writing
from tests.builders import NOW, a_method, a_post
from tests.conftest import Browser
from tests.web.filling_in import send

ADDRESSES = (
    "/", "/posts/{slug}", "/labs", "/labs/boden", "/methods", "/methods/kor", "/archive",
    "/archive/2019", "/archive/2019/05", "/feeds", "/about", "/privacy", "/accessibility", "/help",
    "/write", "/write/{draft}", "/write/{published}", "/mine", "/me", "/me/forget",
    "/moderation", "/moderation/{submitted}", "/moderation/events", "/moderation/posts",
    "/people", "/people/{alice}", "/people/{alice}/devices", "/cards",
    "/places", "/ways", "/invitations", "/settings", "/nowhere",
)  # fmt: skip


@pytest.fixture
def posts(db: Session, lea: Account, alice: Account, lab: Lab, store: Storage) -> dict[str, str]:
    """What stands in the addresses: the lead's own posts, one that waits, somebody who asks."""
    alice.forget_asked_at, alice.person.minor = NOW, True
    a_method(db, "kor")
    own = {
        status: a_post(db, lea, status, store=store, pictures=1, lab="boden", methods=("kor",))
        for status in (Status.DRAFT, Status.PUBLISHED)
    }
    waits = a_post(db, alice, Status.SUBMITTED, store=store, pictures=1)
    db.commit()
    ids = {str(post.status): str(post.id) for post in (*own.values(), waits)}
    return {**ids, "alice": str(alice.id), "slug": own[Status.PUBLISHED].slug or ""}


@contextmanager
def transactions(app: Flask) -> Iterator[list[tuple[str, bool]]]:
    """Each template rendered, and whether it was with a transaction open or asked anything."""
    seen: list[tuple[str, bool]] = []
    asked: list[str] = []
    engine = app.extensions["diary"].sessions.kw["bind"]

    def begin(_sender: Flask, **_rest: object) -> None:
        asked.clear()

    def note(_sender: Flask, template: object, **_rest: object) -> None:
        is_open = "db" in g and g.db.in_transaction()
        seen.append((template.name, is_open or bool(asked)))  # type: ignore[attr-defined]

    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with (
        before_render_template.connected_to(begin, app),
        template_rendered.connected_to(note, app),
    ):
        yield seen


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_transaction_is_open_while_a_page_is_rendered(
    app: Flask, client: Browser, as_lead: Browser, posts: dict[str, str], address: str
) -> None:
    with transactions(app) as seen:
        for browser in (client, as_lead):
            answer = browser.get(address.format(**posts))
            assert answer.status_code in {200, 303, 404}
    assert seen
    assert [name for name, is_open in seen if is_open] == []


def test_writing_begins_once(app: Flask) -> None:
    with app.test_request_context():
        writing()
        with pytest.raises(RuntimeError, match="lose"):
            writing()
        undo()
        writing()
        undo()


def test_none_is_open_while_a_form_comes_back(app: Flask, as_author: Browser) -> None:
    with transactions(app) as seen:
        assert send(as_author, body="", action="send").status_code == 422
    assert seen
    assert [name for name, is_open in seen if is_open] == []
