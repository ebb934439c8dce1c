"""Filling in the writing form as a browser does."""

import re
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.domain.content import Content, from_json
from diary.models import Post, WorkingCopy
from tests.builders import a_photo
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
