"""The calendar: months, silences, pictures, and blocks where there are too many posts."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from diary.models import UNDATED, Account, Consent, Decision, Lab, Picture, Post, Precision
from diary.queries import calendar
from diary.queries.calendar import Month, sheets
from diary.queries.rows import lab_ref
from tests.builders import NOW, a_lab, a_post

MonthAt = Callable[[int, int], Month]


def drawn(db: Session, reasons: dict[str, str] | None = None) -> tuple[Month, ...]:
    db.commit()  # then they are counted
    return calendar.calendar(db, reasons=reasons)


def test_a_day_nobody_wrote_about_has_no_month(db: Session) -> None:
    assert drawn(db) == ()
    assert sheets((), ()) == ()


def test_a_short_silence_is_drawn_month_by_month_with_its_reason(
    db: Session, alice: Account
) -> None:
    for month in (6, 9):
        a_post(db, alice, dated=date(2019, month, 5))
    months = drawn(db, {"2019-07": "Semester", "2019-09": "Ingen skrev"})
    assert [(month.first.month, month.total, month.reason) for month in months] == [
        (6, 1, ""),
        (7, 0, "Semester"),
        (8, 0, ""),
        (9, 1, ""),
    ]


def test_a_long_silence_is_told_once_with_all_its_reasons(db: Session, alice: Account) -> None:
    for year in (2018, 2020):
        a_post(db, alice, dated=date(year, 1, 5))
    reasons = {"2018-03": "Flytt", "2018-04": "Flytt", "2019-02": "Sjukdom"}
    (_, last) = drawn(db, reasons)
    assert (last.quiet, last.reason) == (23, "Flytt · Sjukdom")


def test_what_is_undated_stands_in_no_month(db: Session, alice: Account, lab: Lab) -> None:
    a_post(db, alice, lab="boden", precision=Precision.UNKNOWN)
    a_post(db, alice, lab="boden")
    month, undated = drawn(db)
    assert (month.first, month.total) == (date(2019, 5, 1), 1)
    assert (undated.first, undated.total, undated.quiet) == (UNDATED, 1, 0)
    assert [len(one.squares) for one in (month, undated)] == [1, 1]


def test_a_month_of_a_place_with_many_posts_is_a_block(
    db: Session, alice: Account, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "MOST_IN_CELL", 2)
    for _ in range(3):
        a_post(db, alice, lab="boden")
    a_post(db, alice)
    (month,) = drawn(db)
    boden, none = month.cell(lab_ref(lab, "sv")), month.cell(None)
    assert (boden.count, len(boden.squares)) == (3, 0)
    assert (none.count, len(none.squares)) == (1, 1)
    assert calendar.most([month]) == 3


def test_a_long_journey_is_blocks_alone(
    db: Session, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "MOST_SQUARES", 2)
    for _ in range(2):
        a_post(db, alice)
    assert len(drawn(db)[0].squares) == 2
    a_post(db, alice)
    (month,) = drawn(db)
    assert (month.total, month.squares) == (3, ())


def test_a_month_shows_the_first_picture_that_may_be_seen(
    db: Session, alice: Account, store
) -> None:
    posts = [
        a_post(db, alice, store=store, pictures=count, dated=date(2019, 5, day))
        for day, count in ((1, 0), (2, 1), (3, 1), (4, 1))
    ]
    _picture(db, posts[1]).hidden_at = NOW
    db.get_one(Consent, _picture(db, posts[2]).id).decision = Decision.NO
    db.flush()
    (month,) = calendar.with_pictures(db, drawn(db))
    assert month.picture
    assert month.picture.token == _picture(db, posts[3]).token


def _picture(db: Session, post: Post) -> Picture:
    found = db.query(Picture).filter_by(post_id=post.id).one()
    assert isinstance(found, Picture)
    return found


def test_places_without_a_post_have_no_row(db: Session, alice: Account, lab: Lab) -> None:
    lina = a_lab(db, "lina")
    a_post(db, alice, lab="boden")
    (sheet,) = sheets(drawn(db), (lab_ref(lab, "sv"), lab_ref(lina, "sv")))
    assert [row.lab and row.lab.slug for row in sheet.rows] == ["boden"]


def test_more_months_than_columns_stand_on_a_sheet_per_year(db: Session, alice: Account) -> None:
    for year, month in ((2017, 11), (2018, 5), (2018, 11), (2019, 5), (2019, 11), (2020, 5)):
        a_post(db, alice, dated=date(year, month, 5))
    months = drawn(db)
    assert len(months) == 31
    assert [len(sheet.months) for sheet in sheets(months, ())] == [2, 12, 12, 5]
    assert len(sheets(months[1:], ())) == 1
