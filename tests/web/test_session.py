"""The request's transaction: none is open while a page is rendered."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, g, template_rendered
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Lab, Status
from tests.builders import a_method, a_post
from tests.conftest import Browser
from tests.web.filling_in import send

ADDRESSES = (
    "/", "/posts/{slug}", "/labs", "/labs/boden", "/methods", "/methods/kor", "/archive",
    "/archive/2019", "/archive/2019/05", "/feeds", "/about", "/privacy", "/accessibility", "/help",
    "/write", "/write/{draft}", "/write/{published}", "/mine", "/me",
    "/moderation", "/moderation/{submitted}", "/moderation/events", "/moderation/posts",
    "/people", "/places", "/ways", "/invitations", "/settings", "/nowhere",
)  # fmt: skip


@pytest.fixture
def posts(db: Session, lea: Account, alice: Account, lab: Lab, store: Storage) -> dict[str, str]:
    """What stands in the addresses: the lead's own posts, and one that waits."""
    a_method(db, "kor")
    own = {
        status: a_post(db, lea, status, store=store, pictures=1, lab="boden", methods=("kor",))
        for status in (Status.DRAFT, Status.PUBLISHED)
    }
    waits = a_post(db, alice, Status.SUBMITTED, store=store, pictures=1)
    db.commit()
    ids = {str(post.status): str(post.id) for post in (*own.values(), waits)}
    return {**ids, "slug": own[Status.PUBLISHED].slug or ""}


@contextmanager
def transactions(app: Flask) -> Iterator[list[tuple[str, bool]]]:
    """Each template rendered, and whether a transaction was open when it was done."""
    seen: list[tuple[str, bool]] = []

    def note(_sender: Flask, template: object, **_rest: object) -> None:
        seen.append((template.name, "db" in g and g.db.in_transaction()))  # type: ignore[attr-defined]

    with template_rendered.connected_to(note, app):
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


def test_none_is_open_while_a_form_comes_back(app: Flask, as_author: Browser) -> None:
    with transactions(app) as seen:
        assert send(as_author, body="", action="send").status_code == 422
    assert seen
    assert [name for name, is_open in seen if is_open] == []
