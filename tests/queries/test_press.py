"""Pictures that are free for the press: found so by a moderator, and nothing taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Consent, Decision, Picture, Post, ShownPicture, Status, Use
from diary.queries import press
from tests.builders import NOW, a_post

TODAY = NOW.date()
FREE = {"decision": Decision.YES, "use": Use.PRESS}


def a_pictured_post(
    db: Session, alice: Account, store: Storage, status: Status = Status.PUBLISHED, **ruling: object
) -> Post:
    """A post with a picture about whose people this was found."""
    post = a_post(db, alice, status, store=store, pictures=1)
    consent = db.scalars(
        select(Consent)
        .join(Picture, Picture.id == Consent.picture_id)
        .where(Picture.post_id == post.id)
    ).one()
    for name, value in {**FREE, **ruling}.items():
        setattr(consent, name, value)
    db.flush()
    return post


def free(db: Session, *, licensed: bool = True) -> list[str]:
    """The posts whose pictures are free."""
    found = press.free_pictures(db, TODAY, "sv", licensed=licensed)
    return [one.post.slug for one in found]


def test_a_yes_to_the_press_and_nobody_who_can_be_recognised_are_free(
    db: Session, alice: Account, store: Storage
) -> None:
    posts = [
        a_pictured_post(db, alice, store),
        a_pictured_post(db, alice, store, decision=Decision.NOBODY, use=None),
        a_pictured_post(db, alice, store, until=TODAY),
    ]
    assert free(db) == [post.slug for post in reversed(posts)]
    one = press.free_pictures(db, TODAY, "sv", licensed=True)[0]
    assert (one.picture.credit, one.picture.jpeg.extension) == ("Amal", "jpg")


@pytest.mark.parametrize(
    "ruling",
    [
        {"use": Use.DIARY},
        {"use": None},
        {"decision": None},
        {"decision": Decision.NO},
        {"until": TODAY - timedelta(days=1)},
        {"withdrawn_at": NOW},
    ],
    ids=str,
)
def test_whatever_speaks_against_it_keeps_it_away(
    db: Session, alice: Account, store: Storage, ruling: dict[str, Any]
) -> None:
    a_pictured_post(db, alice, store, **ruling)
    assert free(db) == []


@pytest.mark.parametrize("status", [one for one in Status if one not in {"published", "scheduled"}])
def test_nothing_is_free_that_is_not_out(
    db: Session, alice: Account, store: Storage, status: Status
) -> None:
    a_pictured_post(db, alice, store, status)
    assert free(db) == []


@pytest.mark.parametrize("gone", ["hidden_at", "recalled_at"])
def test_nothing_is_free_that_was_taken_away(
    db: Session, alice: Account, store: Storage, gone: str
) -> None:
    post = a_pictured_post(db, alice, store)
    setattr(db.scalars(select(Picture).where(Picture.post_id == post.id)).one(), gone, NOW)
    db.flush()
    assert free(db) == []


def test_a_still_of_a_film_is_somebody_elses(db: Session, alice: Account, store: Storage) -> None:
    post = a_pictured_post(db, alice, store)
    shown = db.scalars(select(ShownPicture).where(ShownPicture.revision_id == post.live_id)).one()
    shown.link = "https://films.example.org/1"
    db.flush()
    assert free(db) == []


def test_without_a_licence_a_yes_to_the_press_is_needed(
    db: Session, alice: Account, store: Storage
) -> None:
    asked = a_pictured_post(db, alice, store)
    a_pictured_post(db, alice, store, decision=Decision.NOBODY, use=None)
    assert free(db, licensed=False) == [asked.slug]


def test_two_of_a_post_of_which_one_is_free(db: Session, alice: Account, store: Storage) -> None:
    post = a_post(db, alice, store=store, pictures=2)
    first, second = db.scalars(
        select(Consent)
        .join(ShownPicture, ShownPicture.picture_id == Consent.picture_id)
        .where(ShownPicture.revision_id == post.live_id)
        .order_by(ShownPicture.position)
    )
    first.decision, second.decision = Decision.YES, Decision.NOBODY
    db.flush()
    (one,) = press.free_pictures(db, TODAY, "sv", licensed=True)
    assert one.picture.alt == "Bild 1"


def test_the_newest_two_dozen(db: Session, alice: Account, store: Storage) -> None:
    posts = [a_pictured_post(db, alice, store) for _ in range(press.SHOWN + 1)]
    assert free(db) == [post.slug for post in reversed(posts[1:])]


def test_the_span_counts_what_is_out(db: Session, alice: Account) -> None:
    assert press.span(db) == press.Span(0, None, None)
    for day in (3, 1, 2):
        a_post(db, alice, dated=date(2019, 1, day))
    a_post(db, alice, Status.WITHDRAWN, dated=date(2018, 1, 1))
    assert press.span(db) == press.Span(3, date(2019, 1, 1), date(2019, 1, 3))
