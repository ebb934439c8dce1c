"""What templates are handed beside their rows."""

import re

import pytest
from sqlalchemy.orm import Session

from diary.domain.settings import put
from diary.models import Page
from diary.web.rendering import first_words_large
from tests.builders import NOW, a_post, an_account
from tests.conftest import Browser

CASES = {
    "plain": ('<p dir="auto">Hej på dig. Vi ses.</p>', "Hej på dig.", '>Hej på dig.</span> Vi'),
    "quoted": ('<p>"Nej & åter nej", sa hon.</p>'.replace("&", "&amp;"),
               '"Nej & åter nej", sa hon.', '"Nej &amp; åter nej", sa hon.</span></p>'),
    "cut": ("<p>En lång mening som inte tar slut</p>", "En lång mening…", ">En lång mening</span>"),
}  # fmt: skip


@pytest.mark.parametrize(("html", "heading", "expected"), CASES.values(), ids=CASES)
def test_the_first_words_stand_for_the_title(html: str, heading: str, expected: str) -> None:
    assert expected in first_words_large(html, heading)


@pytest.mark.parametrize("html", ["", "<h2>Rubrik</h2>", "<p><em>Hej</em> du</p>", "<ul></ul>"])
def test_where_they_cannot_be_marked_the_text_stays(html: str) -> None:
    assert first_words_large(html, "Hej du") == html


@pytest.mark.parametrize(
    ("wished", "spoken"),
    [("ar", "ar"), ("ar-SY,en;q=0.9", "ar"), ("AR-eg;q=0.7, fi", "ar"), ("sv-FI,ar;q=0.5", "sv"),
     ("fi, ar;q=0", "sv"), ("*", "sv"), ("", "sv")],
)  # fmt: skip
def test_a_reader_s_language_counts_wherever_it_is_spoken(
    client: Browser, wished: str, spoken: str
) -> None:
    answer = client.get("/", headers={"Accept-Language": wished})
    assert f'<html lang="{spoken}" dir="{"rtl" if spoken == "ar" else "ltr"}">' in answer.text


def test_dates_and_numbers_have_the_digits_of_phones(client: Browser, db: Session) -> None:
    a_post(db, an_account(db))
    db.commit()
    answer = client.get("/archive/2019/05", headers={"Accept-Language": "ar"})
    assert "مايو" in answer.text
    assert not re.search("[٠-٩۰-۹]", answer.text)


def test_a_text_in_another_language_says_so(client: Browser, db: Session) -> None:
    put(db, {"sentence": {"sv": "Vi & ni."}})
    db.commit()
    marked = '<span lang="sv" dir="ltr">Vi &amp; ni.</span>'
    assert marked in client.get("/", headers={"Accept-Language": "ar"}).text
    assert marked not in client.get("/", headers={"Accept-Language": "sv"}).text


def test_a_page_in_one_language_runs_one_way(client: Browser, db: Session) -> None:
    db.add(Page(slug="about", lang="ar", body="Portalen مكان", changed_at=NOW))
    db.commit()
    assert "<p>Portalen" in client.get("/about", headers={"Accept-Language": "ar"}).text
