"""Guessing a text's language: right where its words tell, the writer's own where they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.text.languages import guess
from diary.text.plain import direction
from diary.web.forms import POST_LANGUAGES
from tests.growth import growth

TOLD = {
    "sv": "Vi satt ute till elva och pratade om skolan. Barnen ville inte gå hem.",
    "en": "We sat outside until eleven and talked about the school.",
    "ar": "جلسنا في الخارج حتى الساعة الحادية عشرة وتحدثنا عن المدرسة.",
    "fa": "ما امروز در خانه جمع شدیم و چای خوردیم.",
    "so": "Waxaan maanta la kulmay deriskayga waanan sheekaysanay.",
    "ti": "ሎሚ ምስ ጎረባብተይ ተራኺብና ብዛዕባ ቤት ትምህርቲ ተዛሪብና።",
    "ku": "Ez û cîranên min îro li navendê rûniştin û me bi hev re çay vexwar.",
    "ckb": "ئێمە ئەمڕۆ لە ناوەندەکە کۆبووینەوە و چامان خواردەوە.",
    "ps": "مونږ نن په مرکز کې سره وکتل او خبرې مو وکړې.",
    "uk": "Сьогодні ми зустрілися і говорили про школу та дітей.",
    "bs": "Danas smo se okupili i pričali o djeci i školi.",
    "tr": "Bugün komşularla buluştuk ve çay içtik.",
    "es": "Hoy nos reunimos con los vecinos para hablar de la escuela.",
    "fr": "Aujourd'hui nous avons parlé de l'école avec les voisins.",
    "ru": "Сегодня мы сидели на улице до одиннадцати и говорили о школе.",
    "fi": "Tänään istuimme ulkona naapurien kanssa ja puhuimme koulusta.",
}


def guessed(text: str, otherwise: str = "xx") -> str:
    return guess(text, POST_LANGUAGES, otherwise)


def test_every_language_of_a_post_is_tried() -> None:
    assert TOLD.keys() == POST_LANGUAGES.keys()


@pytest.mark.parametrize("lang", TOLD)
def test_a_few_words_tell_their_language(lang: str) -> None:
    assert guessed(TOLD[lang]) == lang


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "hej",
        "Vi ses",
        "OK 👍",
        "12.30 – 14.00",
        "https://www.youtube.com/watch?v=abcdefghijklmn",
        "amal@example.org",
        "\x00\ud800\ufdd0",
        "Jeg har vært på kafé i dag og snakket med naboene mine om skolen.",
        "Vi bakade bröd och drack kaffe. جلسنا معا وتحدثنا عن المدرسة وشربنا الشاي.",
    ],
)
@pytest.mark.parametrize("own", ["sv", "ar"])
def test_what_is_short_mixed_or_strange_is_in_the_writers_own(text: str, own: str) -> None:
    assert guessed(text, own) == own


@pytest.mark.parametrize(
    ("text", "lang"),
    [("مرحبا", "ar"), ("گل", "fa"), ("ئەمڕۆ", "ckb"), ("дім її", "uk"), ("ሰላም", "ti")],
)
def test_a_word_in_another_alphabet_is_not_the_writers_own(text: str, lang: str) -> None:
    assert guessed(text, "sv") == lang


def test_a_word_in_the_own_alphabet_is_the_writers_own() -> None:
    assert guessed("گل", "ckb") == "ckb"


def test_only_what_is_offered_is_guessed() -> None:
    assert guess(TOLD["ar"], {"sv", "en"}, "sv") == "sv"


def test_the_direction_follows() -> None:
    rtl = {lang for lang in TOLD if direction(guessed(TOLD[lang])) == "rtl"}
    assert rtl == {"ar", "fa", "ckb", "ps"}


pieces = st.sampled_from([*TOLD.values(), "\x00", "\ud800", "\ufffe", "🇸🇪", "\u202e", "<b>", "\n"])


@given(st.text() | st.lists(pieces, max_size=6).map("".join))
def test_no_text_makes_it_fail_and_it_does_not_waver(text: str) -> None:
    found = guessed(text, "sv")
    assert found in POST_LANGUAGES
    assert guessed(text, "sv") == found


@pytest.mark.drill
@pytest.mark.parametrize("piece", ["û", "a@", "ከ ", "https://", "ez "])
def test_what_guessing_costs_grows_with_the_length_alone(piece: str) -> None:
    assert growth(guessed, piece) < 8
