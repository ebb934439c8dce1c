"""What belongs to a post, and what was written about this day in other years."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from diary.models import (
    Account,
    Lab,
    Origin,
    Post,
    Precision,
    Provenance,
    Revision,
    RevisionLink,
    Status,
)
from diary.queries.cards import cards, rows
from diary.queries.plain import answer
from diary.queries.posts import published
from diary.queries.related import most_related, on_this_day, weighed
from tests.builders import a_lab, a_method, a_post

LIVED = (2018, 2020)


@pytest.fixture(autouse=True)
def taxa(db: Session, lab: Lab) -> None:
    """Two places and two ways of working."""
    a_lab(db, "lina")
    a_method(db, "kor")
    a_method(db, "cafe")


def about(
    db: Session, alice: Account, title: str, day: int, lab: str = "", methods: tuple[str, ...] = ()
) -> Post:
    return a_post(db, alice, title=title, dated=date(2019, 5, day), lab=lab, methods=methods)


def an_example(db: Session, post: Post) -> None:
    db.add(Provenance(post_id=post.id, origin=Origin.EXAMPLE))
    db.flush()


def live(db: Session, post: Post) -> Revision:
    return db.get_one(Revision, post.live_id)


def titles(db: Session, post: Post, **options: object) -> list[str]:
    (row,) = rows(db, published().where(Post.id == post.id))
    (card,) = cards(db, [row])
    methods = tuple(one.id for one in card.methods)
    found = answer(db, weighed(row, methods))
    others = most_related(db, row, methods, found, "sv", **options)  # type: ignore[arg-type]
    return [one.title for one in others]


def test_the_closest_kind_comes_first_then_the_nearest_in_time(db: Session, alice: Account) -> None:
    here = about(db, alice, "Här", 10, lab="boden", methods=("kor",))
    about(db, alice, "Samma sätt", 11, lab="lina", methods=("kor",))
    about(db, alice, "Samma plats", 12, lab="boden", methods=("cafe",))
    about(db, alice, "Båda, långt ifrån", 25, lab="boden", methods=("kor",))
    about(db, alice, "Ingetdera", 10, lab="lina")
    linked = about(db, alice, "Länkad", 1, lab="lina")
    assert titles(db, here, size=9) == ["Båda, långt ifrån", "Samma plats", "Samma sätt"]
    db.add(RevisionLink(revision_id=here.live_id, post_id=linked.id))
    db.flush()
    assert titles(db, here) == ["Länkad", "Båda, långt ifrån", "Samma plats"]
    assert titles(db, linked)[0] == "Här"


def test_an_idea_binds_both_posts(db: Session, alice: Account) -> None:
    first = about(db, alice, "Idén", 1, lab="lina")
    second = about(db, alice, "Efter den", 20, lab="boden")
    live(db, second).inspired_by_id = first.id
    db.flush()
    assert titles(db, first) == ["Efter den"]
    assert titles(db, second) == ["Idén"]


def test_a_real_post_comes_before_an_example(db: Session, alice: Account) -> None:
    here = about(db, alice, "Här", 10, lab="boden")
    an_example(db, about(db, alice, "Exempel, nära", 11, lab="boden"))
    about(db, alice, "Riktig", 20, lab="boden")
    assert titles(db, here) == ["Riktig", "Exempel, nära"]


def test_posts_about_the_whole_project_belong_together(db: Session, alice: Account) -> None:
    here = about(db, alice, "Här", 10)
    about(db, alice, "Också", 12)
    about(db, alice, "En plats", 10, lab="boden")
    assert titles(db, here) == ["Också"]


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WITHDRAWN])
def test_only_published_posts_are_shown(db: Session, alice: Account, status: Status) -> None:
    here = about(db, alice, "Här", 10, lab="boden")
    other = a_post(db, alice, status, title="Inte ute", dated=date(2019, 5, 11), lab="boden")
    db.add(RevisionLink(revision_id=here.live_id, post_id=other.id))
    db.flush()
    assert titles(db, here) == []


def test_what_the_page_shows_already_is_left_out(db: Session, alice: Account) -> None:
    here = about(db, alice, "Här", 10, lab="boden")
    next_one = about(db, alice, "Nästa", 11, lab="boden")
    about(db, alice, "Därpå", 12, lab="boden")
    assert titles(db, here, without=[next_one.slug]) == ["Därpå"]


def test_a_link_of_an_earlier_version_binds_nothing(db: Session, alice: Account) -> None:
    here = about(db, alice, "Här", 10, lab="boden")
    other = about(db, alice, "Annan", 11, lab="lina")
    old = Revision(
        post_id=here.id, made_at=here.created_at, lang="sv", dated=here.dated,
        precision=Precision.DAY, recipe=1,
    )  # fmt: skip
    db.add(old)
    db.flush()
    db.add(RevisionLink(revision_id=old.id, post_id=other.id))
    db.flush()
    assert titles(db, here) == titles(db, other) == []


# ---------------------------------------------------------------- this day


@pytest.fixture
def years(db: Session, alice: Account) -> None:
    for title, day, precision in (
        ("Dagen", date(2018, 5, 17), Precision.DAY),
        ("Två dagar efter", date(2019, 5, 19), Precision.DAY),
        ("I år", date(2020, 5, 17), Precision.DAY),
        ("Någon gång i maj", date(2019, 5, 17), Precision.MONTH),
        ("En vecka efter", date(2019, 5, 24), Precision.DAY),
    ):
        a_post(db, alice, title=title, dated=day, precision=precision)


def that_day(db: Session, today: date) -> tuple[bool, list[str]]:
    very, found = on_this_day(db, today, LIVED, "sv")
    return very, [one.title for one in found]


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2020, 5, 17), (True, ["Dagen"])),
        (date(2026, 5, 17), (True, ["Dagen", "I år"])),
        (date(2020, 5, 18), (False, ["Dagen", "Två dagar efter"])),
        (date(2020, 5, 22), (False, ["En vecka efter", "Två dagar efter"])),
        (date(2020, 1, 1), (False, [])),
        (date(2020, 2, 29), (False, [])),
    ],
)
def test_this_day_in_other_years_else_the_nearest(
    db: Session, today: date, found: tuple[bool, list[str]]
) -> None:
    assert that_day(db, today) == found


def test_the_turn_of_the_year_has_neighbours(db: Session, alice: Account) -> None:
    a_post(db, alice, title="Nyår", dated=date(2018, 12, 31))
    assert that_day(db, date(2020, 1, 1)) == (False, ["Nyår"])
    very, (found,) = on_this_day(db, date(2026, 1, 2), (2018, 2018), "sv")
    assert (very, found.title) == (False, "Nyår")


def test_a_journey_of_this_year_alone_has_no_such_day(db: Session, alice: Account) -> None:
    a_post(db, alice, dated=date(2020, 5, 17))
    assert on_this_day(db, date(2020, 5, 17), (2020, 2020), "sv") == (False, ())
