"""What differs between two revisions, and which two are compared."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.changes import Changes, between
from diary.domain.content import BylineContent, from_json
from diary.media.storage import Storage
from diary.models import Account, Post, Status, Voice
from diary.queries.posts import Scope
from diary.queries.revisions import earlier, versions
from tests.builders import HOUSE, NOW, a_lab, a_method, a_picture, a_post

EVERYTHING = Scope(everything=True)


def edited(db: Session, who: Account, post: Post, **values: Any) -> Changes:
    """The post written on and sent, compared with what was read before."""
    actor = actor_of(who)
    kept = from_json(writing.working_copy(db, actor, post).content)
    writing.save(db, actor, post, replace(kept, **values), NOW)
    writing.submit(db, actor, post, NOW, HOUSE)
    db.flush()
    before = earlier(db, post.id, post.waiting_id or 0)
    assert before is not None
    return between(*versions(db, EVERYTHING, post.id, "sv", {before, post.waiting_id or 0}))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"title": "Solen"}, "title"),
        ({"gist": "Om solen"}, "gist"),
        ({"dated": date(2019, 5, 18)}, "day"),
        ({"lab": "boden"}, "lab"),
        ({"methods": ("kor",)}, "methods"),
        ({"bylines": (BylineContent("Amal", "granne"),)}, "bylines"),
        ({"voice": Voice.INSIGHT}, "voice"),
        ({"lang": "ar"}, "lang"),
    ],
)
def test_what_stands_beside_the_words(
    db: Session, alice: Account, values: dict[str, Any], name: str
) -> None:
    a_lab(db)
    a_method(db)
    found = edited(db, alice, a_post(db, alice), **values)
    assert found.differ
    assert found.beside == (name,)
    assert not any(line.changed for line in found.text)


def test_words(db: Session, alice: Account) -> None:
    found = edited(db, alice, a_post(db, alice), body="Vi satt inne till elva.")
    (line,) = found.text
    assert [piece.text.strip() for piece in line.pieces if piece.kind != "same"] == ["ute", "inne"]


def test_pictures(db: Session, alice: Account, store: Storage) -> None:
    post = a_post(db, alice, store=store, pictures=4)
    one, two, three, four = from_json(
        writing.working_copy(db, actor_of(alice), post).content
    ).pictures
    new = replace(one, token=a_picture(db, store, post, "#123456").token)
    pictures = (three, replace(one, alt="Ny", focus_x=0.2), two, new)
    found = edited(db, alice, post, pictures=pictures)
    said = {change.picture.token: change.what for change in found.pictures}
    assert said == {
        three.token: ("moved",),
        one.token: ("alt", "crop"),
        new.token: ("added",),
        four.token: ("removed",),
    }
    assert [picture.token for picture in found.removed] == [four.token]


def test_what_came_back_is_compared_with_what_was_returned(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED)
    assert edited(db, alice, post, title="Nu med titel").beside == ("title",)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PUBLISHED])
def test_the_first_has_nothing_before_it(db: Session, alice: Account, status: Status) -> None:
    post = a_post(db, alice, status)
    assert earlier(db, post.id, post.waiting_id or post.live_id or 0) is None


def test_what_a_trusted_author_let_out_is_compared_with_what_was_read(
    db: Session, alice: Account
) -> None:
    post = a_post(db, alice)
    read = post.live_id
    alice.trusted = True
    actor = actor_of(alice)
    kept = from_json(writing.working_copy(db, actor, post).content)
    writing.save(db, actor, post, replace(kept, title="Anders"), NOW)
    writing.submit(db, actor, post, NOW, HOUSE)
    db.flush()
    assert earlier(db, post.id, post.live_id or 0) == read
