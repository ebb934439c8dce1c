"""The report's numbers: by month, quarter and year, of published posts only."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain.content import BylineContent
from diary.models import (
    Account,
    FocusArea,
    Kind,
    Lab,
    LabFocusArea,
    Person,
    Precision,
    Report,
    Status,
    Voice,
)
from diary.queries import periods, report
from diary.queries.periods import Period
from diary.queries.report import Row
from tests.builders import NOW, a_lab, a_method, a_post

YEAR = periods.read("2019")
AMAL = BylineContent("Amal", "ny i Boden")


def counts(db: Session, group: str, period: Period = YEAR, lab: Lab | None = None) -> object:
    """What a group's rows count, by key; rows without anything are left out."""
    rows = report.numbers(db, period, lab).groups[group]
    return {row.key: dict(row.counts) for row in rows if row.counts}


def once(month: int, year: int = 2019) -> dict[str, int]:
    """Something that happened in one month alone."""
    return dict.fromkeys(periods.keys(year, month), 1)


@pytest.fixture
def amal(db: Session) -> Person:
    """Somebody who signs, whoever types."""
    person = Person(uid=new_uid(), name="Amal", kind=Kind.RESIDENT, created_at=NOW)
    db.add(person)
    db.flush()
    return person


def by(person: Person, kind: Kind = Kind.RESIDENT) -> tuple[BylineContent, ...]:
    return (BylineContent(person.name, kind=kind, person_id=person.id),)


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019-02", date(2019, 2, 1), date(2019, 2, 28)),
        ("2020-q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("2019-Q4", date(2019, 10, 1), date(2019, 12, 31)),
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_a_month_a_quarter_a_year(text: str, first: date, last: date) -> None:
    assert periods.read(text) == Period(first, last)


@pytest.mark.parametrize("text", ["", "19", "2019-13", "2019-Q5", "2019-00", "maj", "0000"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        periods.read(text)


def test_the_ends_come_in_any_order() -> None:
    whole = periods.between("2020-Q1", "2018-11", YEAR)
    assert whole == periods.between("2018-11", "2020-03", YEAR)
    assert [span.key for span in whole.quarters] == [
        "2018-Q4", *(f"2019-Q{n}" for n in (1, 2, 3, 4)), "2020-Q1"
    ]  # fmt: skip
    assert periods.between("", "", YEAR) == YEAR
    assert not periods.between("2000", "2019", YEAR).is_too_long
    assert periods.between("1999-12", "2019", YEAR).is_too_long


def test_a_quarter_stands_after_its_months() -> None:
    part = periods.between("2019-03", "2019-05", YEAR)
    columns = [span.key for span in part.columns(part.years[0])]
    assert columns == ["2019-03", "2019-Q1", "2019-04", "2019-05", "2019-Q2"]
    assert part.quarters[0].first == date(2019, 3, 1)


# ---------------------------------------------------------------- numbers


def test_an_empty_diary(db: Session) -> None:
    assert report.whole(db) is None
    content = report.content(db, "Dagboken", YEAR, None)
    assert content.numbers.groups["posts"][0].total == 0
    assert [one.month.month for one in content.silences] == list(range(1, 13))


def test_one_post_counts_everywhere(db: Session, alice: Account, lab: Lab) -> None:
    a_method(db, "kor")
    goal = FocusArea(uid=new_uid(), slug="jobb", names={"sv": "Fler i arbete"})
    db.add(goal)
    db.flush()
    db.add(LabFocusArea(lab_id=lab.id, focus_area_id=goal.id))
    a_post(db, alice, lab="boden", methods=("kor",), voice=Voice.INSIGHT, bylines=(AMAL,))
    assert report.whole(db) == periods.read("2019-05")
    expected = {
        "posts": "",
        "labs": "boden",
        "methods": "kor",
        "voices": "insight",
        "goals": "jobb",
    }
    for group, key in expected.items():
        assert counts(db, group) == {key: once(5)}, group
    for group in ("writers", "first_time"):
        assert counts(db, group) == {"": once(5), "resident": once(5)}
    assert counts(db, "posts", periods.read("2020")) == {}


@pytest.mark.parametrize("status", [s for s in Status if s not in {Status.PUBLISHED, "scheduled"}])
def test_what_is_not_out_counts_nowhere(db: Session, alice: Account, status: Status) -> None:
    a_post(db, alice, status)
    groups = report.numbers(db, YEAR, None).groups
    assert [row for rows in groups.values() for row in rows if row.total] == []


def test_a_post_of_no_lab_is_of_the_whole_project(db: Session, alice: Account, lab: Lab) -> None:
    a_post(db, alice)
    assert counts(db, "labs") == {"": once(5)}
    assert counts(db, "posts", lab=lab) == {}


def test_a_person_counts_once_in_each_span(db: Session, alice: Account, amal: Person) -> None:
    for month in (4, 4, 5, 7):
        a_post(db, alice, dated=date(2019, month, 3), bylines=by(amal))
    months = {"2019-04": 1, "2019-05": 1, "2019-07": 1}
    spans = {"2019-Q2": 1, "2019-Q3": 1, "2019": 1, "all": 1}
    assert counts(db, "writers") == {"": months | spans, "resident": months | spans}
    assert counts(db, "first_time") == {"": once(4), "resident": once(4)}


def test_the_first_time_is_in_the_whole_diary(
    db: Session, alice: Account, amal: Person, lab: Lab
) -> None:
    a_lab(db, "portalen")
    a_post(db, alice, lab="portalen", dated=date(2018, 12, 31), bylines=by(amal))
    a_post(db, alice, lab="boden", bylines=by(amal, Kind.STAFF))
    assert counts(db, "first_time") == {}
    assert counts(db, "writers") == {"": once(5), "staff": once(5)}
    assert counts(db, "first_time", periods.between("2018", "2019", YEAR), lab) == {}
    assert counts(db, "first_time", periods.read("2018")) == {
        "": once(12, 2018), "resident": once(12, 2018)
    }  # fmt: skip


def test_merged_people_are_one(db: Session, alice: Account, amal: Person) -> None:
    other = Person(uid=new_uid(), name="A.", kind=Kind.RESIDENT, created_at=NOW)
    other.merged_into_id = amal.id
    db.add(other)
    db.flush()
    a_post(db, alice, bylines=(*by(amal), *by(other)))
    assert counts(db, "writers") == {"": once(5), "resident": once(5)}
    assert counts(db, "first_time") == {"": once(5), "resident": once(5)}


def test_posts_whose_month_is_not_known_are_told(db: Session, alice: Account) -> None:
    a_post(db, alice, precision=Precision.YEAR)
    a_post(db, alice, precision=Precision.MONTH)
    assert report.numbers(db, YEAR, None).month_unknown == 1


def test_several_years_with_a_quarter_without_posts(db: Session, alice: Account) -> None:
    for day in (date(2018, 11, 2), date(2019, 2, 1), date(2019, 9, 30), date(2020, 1, 31)):
        a_post(db, alice, dated=day)
    period = report.whole(db)
    assert period == periods.between("2018-11", "2020-01", YEAR)
    content = report.content(db, "Dagboken", period, None)
    posts = content.numbers.groups["posts"][0]
    assert posts.counts["all"] == 4
    assert [posts.counts.get(year.key) for year in period.years] == [1, 2, 1]
    assert "2019-Q2" not in posts.counts
    assert len(content.silences) == len(period.months) - 4


def test_a_very_long_journey_is_told_from_its_last_years(db: Session, alice: Account) -> None:
    a_post(db, alice, dated=date(1990, 1, 1))
    a_post(db, alice, dated=date(2019, 12, 31))
    assert report.whole(db) == periods.between("2000", "2019", YEAR)


def test_however_many_posts_it_takes_the_same_queries(db: Session, alice: Account) -> None:
    asked: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *row: asked.append(row[2]))
    rounds = []
    for _round in range(2):
        for day in range(1, 4):
            a_post(db, alice, dated=date(2019, day, 1))
        db.flush()
        asked.clear()
        report.content(db, "Dagboken", YEAR, None)
        rounds.append(len(asked))
    assert rounds[0] == rounds[1] <= 10


# ---------------------------------------------------------------- what the lead adds


def test_a_reason_is_known_to_the_next_report(db: Session, lab: Lab) -> None:
    quarter = periods.read("2019-Q3")
    db.add(
        Report(
            first=quarter.first, last=quarter.last, edition=3, changed_at=NOW,
            comment="En lugn höst.", reasons={"2019-07": "Semester"}, chosen=[],
        )
    )  # fmt: skip
    db.flush()
    assert report.draft(db, quarter, None).edition == 3
    whole = report.draft(db, YEAR, None)
    assert (whole.edition, whole.comment, whole.reasons) == (0, "", {"2019-07": "Semester"})
    assert report.draft(db, YEAR, lab).reasons == {}


def test_examples_come_in_their_order_and_only_while_out(db: Session, alice: Account) -> None:
    one, other = (a_post(db, alice, title=title) for title in ("Ett", "Två"))
    gone = a_post(db, alice, Status.WITHDRAWN)
    elsewhen = a_post(db, alice, dated=date(2018, 1, 1))
    uids = [str(post.uid) for post in (other, gone, elsewhen, one)]
    found = report.examples(db, YEAR, None, uids)
    assert [example.heading for example in found] == ["Två", "Ett"]


def test_a_table_has_a_column_per_span(db: Session, alice: Account) -> None:
    a_post(db, alice)
    content = report.content(db, "Dagboken", periods.read("2019-Q2"), None)
    head, posts, *_rest = report.table(content, lambda group, row: row.key or group)
    assert head == (
        "group", "key", "name", "2019-04", "2019-05", "2019-06", "2019-Q2", "2019", "all"
    )  # fmt: skip
    assert posts == ("posts", "", "posts", 0, 1, 0, 1, 1, 1)


def test_a_name_falls_back_to_any() -> None:
    row = Row("kor", {}, {"sv": "Kören", "": "Kör över gränserna"})
    assert (row.named("sv"), row.named("ar")) == ("Kören", "Kör över gränserna")
    assert Row("jobb", {}, {"sv": "Arbete"}).named("en") == "Arbete"
    assert Row("jobb", {}, {}).named("en") == "jobb"
