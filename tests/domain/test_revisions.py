"""Snapshots: what a minor is called, and what is derived from words made again."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.content import BylineContent
from diary.domain.revisions import remake
from diary.media.storage import Storage
from diary.models import Account, Person, Post, Revision, SecondKind, State, Status
from diary.text import markdown
from tests.builders import NOW, a_post


def live(db: Session, post: Post) -> Revision:
    return db.get_one(Revision, post.live_id or 0)


def test_a_minor_is_shown_by_the_first_name_alone(db: Session, alice: Account) -> None:
    child = a_post(db, alice, bylines=(BylineContent("Sara Berg", "12 år"),))
    person = live(db, child).bylines[0].person
    person.minor = True
    again = (
        BylineContent("Sara  Maria Berg", "12 år", person_id=person.id),
        BylineContent("Sara Berg", "granne"),
    )
    names = [byline.name for byline in live(db, a_post(db, alice, bylines=again)).bylines]
    assert names == ["Sara", "Sara Berg"]


def test_two_of_one_name_stay_two_persons(db: Session, alice: Account) -> None:
    for _ in range(2):
        a_post(db, alice, bylines=(BylineContent("Fatima", "granne"),))
    assert len(db.scalars(select(Person).where(Person.name == "Fatima")).all()) == 2


@pytest.mark.parametrize(("lang", "called"), [("sv", "3 maj 2026"), ("tlh", "2026-05-03")])
def test_pictures_without_a_word_are_called_by_their_day(
    db: Session, alice: Account, store: Storage, lang: str, called: str
) -> None:
    post = a_post(
        db,
        alice,
        Status.SUBMITTED,
        store=store,
        pictures=1,
        title="",
        body="",
        dated=date(2026, 5, 3),
        lang=lang,
    )
    revision = db.get_one(Revision, post.waiting_id or 0)
    assert (revision.heading, revision.opening) == (called, "")


def test_what_an_older_recipe_made_is_made_again(db: Session, alice: Account) -> None:
    post = a_post(
        db,
        alice,
        title="",
        body="Vi dansade.\n\nhttps://youtu.be/abc",
        second_kind=SecondKind.EASY,
        second_body="Vi har dansat.",
    )
    revision = live(db, post)
    now_made = (revision.html, revision.second_html, revision.heading, revision.opening)
    revision.html = revision.second_html = revision.heading = revision.opening = (
        "<p>för länge sedan"
    )
    revision.recipe = markdown.RECIPE - 1
    db.flush()
    version = db.scalars(select(State.version)).one()
    assert remake(db, NOW) == 1
    assert (revision.html, revision.second_html, revision.heading, revision.opening) == now_made
    assert revision.recipe == markdown.RECIPE
    assert db.scalars(select(State.version)).one() > version
    assert remake(db, NOW) == 0
