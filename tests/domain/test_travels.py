"""Stories of how methods travelled: what posts say is kept apart from what first days suggest."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from diary.addresses import short_path
from diary.domain.travels import Story, matrix, stories
from diary.models import Account, Post, Precision, Status
from diary.queries import site, travel
from tests.builders import a_lab, a_method, a_post


@pytest.fixture
def house(db: Session) -> None:
    for lab in ("boden", "norrkoping", "sodertalje"):
        a_lab(db, lab)
    for method in ("kor", "cafe"):
        a_method(db, method)


def post(
    db: Session,
    who: Account,
    lab: str,
    day: date,
    status: Status = Status.PUBLISHED,
    methods: tuple[str, ...] = ("kor",),
    **more: object,
) -> Post:
    return a_post(db, who, status, lab=lab, dated=day, methods=methods, **more)  # type: ignore[arg-type]


def told(db: Session) -> tuple[Story, ...]:
    db.commit()  # then they are counted
    labs, methods = site.labs(db, "sv", archived=True), site.methods(db, "sv", retired=True)
    return stories(matrix(travel.tried(db), labs), methods, travel.steps(db))


def ways(story: Story) -> list[tuple[str, str, str]]:
    """From where, to where, and how it is known."""
    return [
        (
            one.source.slug if one.source else "",
            one.to.slug,
            ("inspired" if one.step.inspired else "links") if one.step else "seen",
        )
        for one in story.arrivals
    ]


@pytest.mark.usefixtures("house")
def test_a_method_of_one_place_has_no_story(db: Session, alice: Account) -> None:
    post(db, alice, "boden", date(2018, 12, 6))
    post(db, alice, "", date(2019, 1, 6))
    assert told(db) == ()
    cells = matrix(travel.tried(db), site.labs(db, "sv", archived=True))
    (places,) = cells.values()
    project = places.pop(None)
    (boden,) = places.values()
    assert (boden.count, boden.first, boden.lab and boden.lab.slug) == (
        1,
        date(2018, 12, 6),
        "boden",
    )
    assert (project.lab, project.count) == (None, 1)


@pytest.mark.usefixtures("house")
def test_first_days_alone_suggest_no_way(db: Session, alice: Account) -> None:
    post(db, alice, "norrkoping", date(2019, 9, 4))
    post(db, alice, "boden", date(2018, 12, 6))
    post(db, alice, "boden", date(2018, 12, 17))
    post(db, alice, "boden", date(2019, 2, 17))
    (story,) = told(db)
    assert ways(story) == [("", "boden", "seen"), ("", "norrkoping", "seen")]
    assert not story.is_told
    assert [lab.slug for lab in story.route] == ["boden", "norrkoping"]
    assert story.threads[0].months == ((date(2018, 12, 1), 2), (date(2019, 2, 1), 1))


@pytest.mark.usefixtures("house")
def test_what_a_post_says_goes_before_a_link_and_before_days(db: Session, alice: Account) -> None:
    first = post(db, alice, "boden", date(2018, 12, 6), title="Kören börjar")
    link = "Som [i Boden](post:koren-borjar)."
    post(db, alice, "norrkoping", date(2019, 9, 4), body=link)
    post(db, alice, "norrkoping", date(2019, 10, 4), inspired_by=short_path(first.short))
    post(db, alice, "sodertalje", date(2019, 11, 4), body=link)
    post(db, alice, "boden", date(2019, 12, 4), body=link)
    (story,) = told(db)
    assert ways(story) == [
        ("", "boden", "seen"),
        ("boden", "norrkoping", "inspired"),
        ("boden", "sodertalje", "links"),
    ]
    assert [lab.slug for lab in story.route] == ["boden", "norrkoping", "sodertalje"]


@pytest.mark.usefixtures("house")
def test_both_posts_must_be_public_and_about_the_method(db: Session, alice: Account) -> None:
    first = post(db, alice, "boden", date(2018, 12, 6))
    other = post(db, alice, "boden", date(2018, 12, 7), methods=("cafe",))
    gone = post(db, alice, "boden", date(2018, 12, 8), status=Status.WITHDRAWN)
    day = date(2019, 9, 4)
    post(db, alice, "norrkoping", day, inspired_by=short_path(other.short))
    post(db, alice, "norrkoping", day, inspired_by=short_path(gone.short))
    post(db, alice, "norrkoping", day, inspired_by=short_path(first.short), status=Status.SUBMITTED)
    (story,) = told(db)
    assert ways(story) == [("", "boden", "seen"), ("", "norrkoping", "seen")]


@pytest.mark.usefixtures("house")
def test_a_stand_in_day_is_no_first_day(db: Session, alice: Account) -> None:
    post(db, alice, "boden", date(2018, 1, 1), precision=Precision.YEAR)
    post(db, alice, "boden", date(2019, 5, 1), precision=Precision.MONTH)
    post(db, alice, "norrkoping", date(2019, 2, 2))
    post(db, alice, "sodertalje", date(2017, 2, 2), precision=Precision.UNKNOWN)
    (story,) = told(db)
    assert [(one.lab and one.lab.slug, one.first) for one in story.threads] == [
        ("norrkoping", date(2019, 2, 2)),
        ("boden", date(2019, 5, 1)),
    ]
    assert story.threads[1].count == 2
    cells = matrix(travel.tried(db), site.labs(db, "sv", archived=True))
    undated = next(
        thread
        for places in cells.values()
        for thread in places.values()
        if thread.lab and thread.lab.slug == "sodertalje"
    )
    assert (undated.count, undated.first) == (1, None)


@pytest.mark.usefixtures("house")
def test_there_and_back_are_two_ways(db: Session, alice: Account) -> None:
    first = post(db, alice, "boden", date(2018, 12, 6))
    second = post(db, alice, "norrkoping", date(2019, 9, 4), inspired_by=short_path(first.short))
    for day in (4, 5):
        post(db, alice, "boden", date(2019, 10, day), inspired_by=short_path(second.short))
    (story,) = told(db)
    assert ways(story) == [
        ("boden", "norrkoping", "inspired"),
        ("norrkoping", "boden", "inspired"),
    ]
    assert story.arrivals[-1].at == date(2019, 10, 4)
    assert [lab.slug for lab in story.route] == ["boden", "norrkoping"]
