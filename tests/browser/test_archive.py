"""The archive as a browser shows it: on one sheet of paper, by keyboard, without a script."""

from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account
from diary.queries import calendar
from tests.browser.test_poster import pages_of
from tests.builders import a_lab, a_method, a_post

pytestmark = pytest.mark.browser

PLACES = ("boden", "rannebergen", "portalen", "lina", "")
MONTHS = 24
WAYS = tuple(f"way-{number}" for number in range(9))


@pytest.fixture
def two_years(db: Session, alice: Account, store: Storage, served: tuple[str, Flask]) -> str:
    """As large a journey as the model's: 176 posts of four places in 24 months, one silent."""
    for slug in PLACES[:-1]:
        a_lab(db, slug)
    for slug in WAYS:
        a_method(db, slug)
    for number in range(176):
        month = number % (MONTHS - 1)
        month += month >= 10
        a_post(
            db,
            alice,
            store=store,
            pictures=int(number < MONTHS),
            title=f"Nummer {number}",
            lab=PLACES[number * 7 % 5],
            methods=(WAYS[number % 9],),
            dated=date(2018 + month // 12, month % 12 + 1, number % 28 + 1),
        )
    db.commit()
    return served[0]


def test_it_is_printed_on_one_sheet_across(chromium: Browser, two_years: str) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{two_years}/archive")
    assert page.locator(".calendar a.square").count() == 176
    assert pages_of(page) == 1
    assert b"/MediaBox [0 0 841.9" in page.pdf(prefer_css_page_size=True)
    page.close()


def test_a_year_is_printed_on_one_sheet(chromium: Browser, two_years: str) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{two_years}/archive/2019")
    assert page.locator("a.square").count() > 80
    assert pages_of(page) == 1
    page.close()


def test_the_matrix_is_printed_as_a_sheet_of_drawings_and_one_of_numbers(
    chromium: Browser, two_years: str
) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{two_years}/archive/matrix")
    assert page.locator(".story").count() == len(WAYS)
    assert pages_of(page) == 2
    page.close()


def test_it_is_printed_on_one_sheet_as_blocks(
    chromium: Browser, two_years: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "MOST_SQUARES", 100)
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{two_years}/archive")
    assert page.locator(".calendar a.square").count() == 0
    assert page.locator(".calendar a.block").count() > 80
    assert pages_of(page) == 1
    page.close()


def test_it_is_walked_by_keyboard_and_told_to_a_screen_reader(
    chromium: Browser, two_years: str
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="en")
    page.goto(f"{two_years}/archive")
    table = page.get_by_role("table")
    assert table.get_by_role("link", name="2018", exact=True).count() == 1
    square = table.get_by_role("link", name="1 January 2018: Nummer 0")
    square.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/nummer-0")
    page.close()
