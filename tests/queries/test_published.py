"""Counts, names and places in the journey tell of published posts only."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from diary.domain.content import BylineContent
from diary.models import Account, Kind, Lab, Method, Status
from diary.queries import calendar, journey, tally, taxonomy
from diary.queries.calendar import Month
from diary.queries.plain import answer
from tests.builders import a_method, a_post

HIDDEN = [s for s in Status if s not in {Status.PUBLISHED, Status.SCHEDULED}]
EARLIER, LATER = date(2019, 3, 1), date(2019, 5, 17)


@pytest.fixture
def kor(db: Session, alice: Account, lab: Lab) -> Method:
    """A method that one public post in Boden, by Amal, names."""
    kor = a_method(db, "kor")
    amal = BylineContent("Amal", "ny i Boden", kind=Kind.RESIDENT)
    a_post(db, alice, lab="boden", methods=("kor",), dated=LATER, bylines=(amal,))
    return kor


@pytest.fixture(params=HIDDEN)
def hidden(
    request: pytest.FixtureRequest, db: Session, alice: Account, kor: Method, store: object
) -> None:
    """An earlier post in the same place, by somebody else, that is not public."""
    bertil = BylineContent("Bertil", "granne", kind=Kind.RESIDENT)
    about = {"lab": "boden", "methods": ("kor",), "dated": EARLIER, "bylines": (bertil,)}
    a_post(db, alice, request.param, store=store, pictures=1, **about)  # type: ignore[arg-type]
    db.commit()


@pytest.mark.usefixtures("hidden")
def test_a_lab_counts_and_names_what_is_public(db: Session, lab: Lab) -> None:
    page = taxonomy.lab_page(db, lab, "sv")
    assert page.count == 1
    assert [(method.slug, count) for method, count in page.methods] == [("kor", 1)]
    assert [someone.name for someone in page.people] == ["Amal"]
    assert [other.count for other in taxonomy.lab_pages(db, [lab], "sv")] == [1]


@pytest.mark.usefixtures("hidden")
def test_a_method_spreads_by_what_is_public(db: Session) -> None:
    (page,) = taxonomy.method_pages(db, taxonomy.methods(db), "sv")
    assert page.count == 1
    assert [(spread.count, spread.first_dated) for spread in page.labs] == [(1, LATER)]


@pytest.mark.usefixtures("hidden")
def test_the_journey_is_made_of_what_is_public(db: Session) -> None:
    assert answer(db, journey.around(LATER, 99)).number == 2
    assert tally.by_residents(db) == 1
    assert journey.beside(db, date(2019, 4, 1), date(2019, 5, 1)) == (None, LATER)
    (month,) = calendar.calendar(db)
    assert month.first == date(2019, 5, 1)
    (month,) = calendar.with_pictures(db, [Month(EARLIER, {"boden": 1})])
    assert month.picture is None
