"""What templates are handed beside their rows."""

import pytest

from diary.web.rendering import first_words_large

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
