"""Text without markup: what is removed, where it is cut, how it becomes an address."""

import pytest

from diary.text.plain import (
    as_text,
    direction,
    first_name,
    first_words,
    free,
    has_control,
    rest_after,
    slug,
    tidy,
    tidy_line,
)

TIDY = {
    "line ends": ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    "trailing space": ("a  \n\tb\t\n\n", "a\n\tb"),
    "composed": ("A\u030angstro\u0308m", "Ångström"),
    "controls": ("a\x00\x07\x1b\x9fb\x7f", "ab"),
    "noncharacters and half characters": ("a\ufdd0\uffff\U0001fffe\ud800b", "ab"),
    "joiners of Persian and emoji stay": ("می‌خواهم 👩‍👧", "می‌خواهم 👩‍👧"),
}
LINES = {
    "one line": (" Hej \n\t du ", "Hej du"),
    "turned around": ("Anna\u202egnp.exe\u2066", "Annagnp.exe"),
    "marks of direction stay": ("\u200fA\u200e", "\u200fA\u200e"),
    "nothing to see": ("\u200b\u200d \u2060\ufeff\u200f", ""),
}


@pytest.mark.parametrize(("typed", "kept"), TIDY.values(), ids=TIDY)
def test_text_is_tidied(typed, kept):
    assert tidy(typed) == kept
    assert tidy(kept) == kept


@pytest.mark.parametrize(("typed", "kept"), LINES.values(), ids=LINES)
def test_a_line_is_tidied(typed, kept):
    assert tidy_line(typed) == kept


@pytest.mark.parametrize(
    ("typed", "limit", "kept"),
    [
        ("Hej du", 4, "Hej"),
        ("e\u0331e\u0331", 3, "e\u0331"),
        ("a👩‍👧", 3, "a"),
        ("Hej", 3, "Hej"),
    ],
)
def test_a_line_is_cut_between_whole_characters(typed, limit, kept):
    assert tidy_line(typed, limit) == kept


def test_control_characters_are_found_but_line_ends_and_tabs_are_none():
    assert not has_control("Hej\r\n\tdu 👩‍👧 می‌خواهم")
    assert has_control("Hej\x00")
    assert has_control("Hej\ud800")


def test_text_of_html_parts_blocks_and_not_letters():
    html = '<h2>A &amp; B</h2><p><em>k</em>od<br>rad</p><ul><li><a href="/?a>b">x</a></li></ul>'
    assert as_text(html) == "A & B kod rad x"


@pytest.mark.parametrize(
    ("html", "length", "words"),
    [
        ("<p>Hej du</p>", 6, "Hej du"),
        ("<p>Hej du glade</p>", 8, "Hej du…"),
        ("<p>Hej du, glade</p>", 9, "Hej du…"),
        ("<p>Bostadsrättsförening</p>", 8, "Bostads…"),
        ("", 8, ""),
    ],
)
def test_what_is_cut_ends_at_a_word(html, length, words):
    assert rest_after(html, "", length) == words
    assert len(words) <= length


NAMED = {
    "short": ("<p>Vi bakade.</p>", "Vi bakade.", ""),
    "the first sentence": (
        "<p>I dag bakade vi bröd. Det blev gott! Sedan gick vi alla hem till Amal och åt.</p>",
        "I dag bakade vi bröd.",
        "Det blev gott! Sedan gick vi alla hem till Amal och åt.",
    ),
    "a long sentence": (
        "<p>Hej!<br>I dag bakade vi bröd tillsammans i det stora köket, och alla åt.</p>",
        "Hej! I dag bakade vi bröd tillsammans i det stora köket…",
        "… och alla åt.",
    ),
    "an abbreviation ends nothing": (
        "<p>Vi sågs på torget kl. 18 och gick sedan en lång runda runt hela området.</p>",
        "Vi sågs på torget kl. 18 och gick sedan en lång runda runt…",
        "… hela området.",
    ),
    "another script": (
        "<p>هل تعرفون المكان؟ ذهبنا اليوم معا إلى البيت الكبير في الحي وأكلنا الخبز</p>",
        "هل تعرفون المكان؟",
        "ذهبنا اليوم معا إلى البيت الكبير في الحي وأكلنا الخبز",
    ),
    "what is below it": (
        "<p>Vi sjöng i dag</p><p>youtube.com</p>",
        "Vi sjöng i dag",
        "youtube.com",
    ),
    "a line": ("<p>Torsdag i köket<br>vi bakade</p>", "Torsdag i köket", "vi bakade"),
    "nothing": ("", "", ""),
}


@pytest.mark.parametrize(("html", "heading", "opening"), NAMED.values(), ids=NAMED)
def test_a_post_without_a_title_is_called_by_its_first_words(html, heading, opening):
    assert first_words(html) == heading
    assert rest_after(html, heading) == opening


def test_below_a_title_the_opening_is_the_whole_beginning():
    assert rest_after("<p>Vi bakade i dag.</p>", "Brödet") == "Vi bakade i dag."
    assert rest_after("<p>Vi bakade i dag.</p>", "", 11) == "Vi bakade…"


SLUGS = {
    "När det hette Näve!": "nar-det-hette-nave",
    "It's Åsa’s – ÖL & ÆØ": "its-asas-ol-aeo",
    "Łódź, İzmir, straße": "lodz-izmir-strasse",
    "Привет": "privet",
    "مرحبا بكم": "mrhb-bkm",
    "☕ 18.30 😀": "18-30",
    "--": "",
    "😀": "",
}


@pytest.mark.parametrize(("text", "name"), SLUGS.items())
def test_slug(text, name):
    assert slug(text) == name


def test_a_long_slug_ends_at_a_word():
    assert slug("ett två tre", 9) == "ett-tva"
    assert slug("ett två tre", 7) == "ett-tva"
    assert slug("bostadsrättsförening", 8) == "bostadsr"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("sv", "ltr"), ("ar", "rtl"), ("fa-AF", "rtl"), ("ku", "ltr"), ("ku-Arab", "rtl"),
     ("ar-Latn", "ltr"), ("ar_SY", "rtl"), ("", "ltr")],
)  # fmt: skip
def test_direction_is_the_scripts(lang, expected):
    assert direction(lang) == expected


def test_of_a_first_name_nothing_more_is_left():
    assert [first_name(name) for name in ("Åsa Berg", " \u202eÅsa\tBerg", "")] == ["Åsa", "Åsa", ""]


def test_a_taken_name_gets_a_number():
    assert free("sol", {"måne"}.__contains__) == "sol"
    assert free("sol", {"sol", "sol-2"}.__contains__) == "sol-3"
    assert free("sol", {"sol"}.__contains__, "") == "sol2"
