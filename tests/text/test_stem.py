"""Words to search by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.text.stem import Said, Term, fold, hits, marked, parts, query, query_stems, stems, words


def finds(asked: str, text: str, lang: str = "sv") -> int | None:
    """The level at which a word finds a text, or None."""
    (term,) = query(asked)
    held = marked([Said(text, lang)]).split()
    return next((at for at in range(1, 7) if any(f"{at}{f}" in held for f in term.at(at))), None)


@pytest.mark.parametrize("asked", ["mötesplats", "mötesplatser", "mötesplatsen"])
@pytest.mark.parametrize("text", ["mötesplats", "mötesplatser", "mötesplatsen"])
def test_forms_of_a_word_find_each_other(asked: str, text: str) -> None:
    assert finds(asked, text) == (2 if asked == text else 4)


@pytest.mark.parametrize(
    ("asked", "text", "level"),
    [
        ("läslandet", "Läslandet", 2),
        ("läsland", "Läslandet", 4),
        ("kör", "integrationskör", 4),
        ("kor", "kör", 6),
        ("kor", "kor", 2),
        ("får", "far", None),
        ("cafe", "café", 6),
        ("café", "cafe", 6),
        ("böcker", "bok", 4),
        ("plats", "mötesplatsen", 4),
        ("skola", "företagsskolan", 4),
        ("café", "cafékassan", 4),
        ("café", "kafébord", 4),
        ("kör", "körledare", 4),
        ("metod", "dagboksmetoden", 4),
        ("nyckel", "nycklar", 4),
        ("nyckel", "nyckeln", 4),
        ("trappa", "trappan", 4),
        ("hus", "huset", 4),
        ("rum", "rummets", 4),
        ("katalysator", "katalysatorn", 4),
        ("bostad", "hyresbostäder", 4),
        ("konst", "konstigt", None),
        ("kor", "kors", None),
        ("rum", "centrum", None),
        ("dag", "fredagen", None),
        ("bild", "bildning", None),
        ("park", "parkeringen", None),
        ('"plats"', "platser", None),
        ('"kor"', "kör", None),
    ],
)
def test_what_finds_what(asked: str, text: str, level: int | None) -> None:
    assert finds(asked, text) == level


def test_english_and_arabic_by_their_own_stems_others_as_they_are() -> None:
    assert finds("meetings", "meeting", "en") == 4
    assert finds("الكتاب", "كتاب", "ar") == 4
    assert finds("كِتَاب", "كتاب", "ar") == 2
    assert stems("kaffet", "so") == ("kaffet",)


def test_every_step_of_the_repeated_stem() -> None:
    assert query_stems("mötesplatser")[:3] == ("mötesplatser", "mötesplats", "mötesplat")


def test_words_are_composed_and_folded_without_case() -> None:
    assert words("KÖR – 2019, a_b") == ["kör", "2019", "a", "b"]
    assert fold("kör") == "kor"
    assert fold("kör", keep_own=True) == "kör"


def test_a_compound_is_made_of_words_known_by_one_of_them() -> None:
    assert parts("ungdomscafé") == ("ungdom", "ungdoms", "café")
    assert parts("hyresbostäder") == ("hyre", "hyres", "bostäder")
    assert parts("dagboksmetod") == ("dagbok", "dagboks", "metod")
    assert parts("cafépersonal") == ("café",)
    assert parts("verkstaden") == parts("eftermiddagen") == parts("stadgarna") == ()


def test_a_query_has_words_phrases_and_beginnings() -> None:
    assert query('“vi sjunger” kör* "') == (
        Term(("vi", "sjunger"), literal=True),
        Term(("kör",), prefix=True),
    )
    assert query(' "" * –') == ()
    assert len(query(" ".join(f"ord{n}" for n in range(50)))) == 12


def test_a_phrase_is_marked_as_a_whole_and_only_where_it_stands() -> None:
    text = "Kören i Boden, inte i kören. Kör i Boden!"
    marked = [text[a:b] for a, b in hits(text, query('"i boden" kör'), "sv")]
    assert marked == ["Kören", "i Boden", "kören", "Kör", "i Boden"]
    assert hits(text, query('"körer i Boden"'), "sv") == []


def test_hits_are_found_where_they_stand() -> None:
    text = "I integrationskören & på Mötesplatsen."
    spans = hits(text, query("kör mötesplats"), "sv")
    assert [text[a:b] for a, b in spans] == ["integrationskören", "Mötesplatsen"]


@given(st.text())
def test_any_text_is_words_without_signs(text: str) -> None:
    for word in marked([Said(text, "sv"), Said(text, "ar", "title")]).split(" "):
        assert word == "0" or (word[0] in "123456" and word[1:].isalnum())
    query(text)
