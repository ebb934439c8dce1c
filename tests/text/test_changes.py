"""What came and what went between two texts, and that long ones take no time."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.text.changes import marked


def shown(before: str, after: str) -> list[str]:
    """Each line with its changes: {+what came+} and [-what went-]."""
    signs = {"same": "%s", "added": "{+%s+}", "removed": "[-%s-]"}
    return [
        "".join(signs[piece.kind] % piece.text for piece in line.pieces)
        for line in marked(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("Hej", "Hej", ["Hej"]),
        ("", "Hej", ["{+Hej+}"]),
        ("Hej", "", ["[-Hej-]"]),
        ("", "", []),
        ("Vi satt ute.", "Vi satt länge ute.", ["Vi satt {+länge +}ute."]),
        ("Vi satt till elva.", "Vi satt till tolv.", ["Vi satt till [-elva.-]{+tolv.+}"]),
        ("Ett.\n\nTvå.", "Ett.\n\nNytt.\n\nTvå.", ["Ett.", "{+Nytt.+}", "Två."]),
        ("Ett.\n\nTvå.\n\nTre.", "Ett.\n\nTre.", ["Ett.", "[-Två.-]", "Tre."]),
        ("Ett två tre.", "Fyra fem sex.", ["[-Ett två tre.-]{+Fyra fem sex.+}"]),
        ("Ett två tre.\n\nBort.\n\nSist.", "Ett två fyra.\n\nSist.",
         ["Ett två [-tre.-]{+fyra.+}", "[-Bort.-]", "Sist."]),
        ("Ett.\nTvå.\n\nTre här.", "Fyra.\nTvå.\n\nFem här.",
         ["[-Ett.-]{+Fyra.+}", "Två.", "[-Tre -]{+Fem +}här."]),
        ("a\nb", "a b", ["a b"]),
        ("الباب مفتوح اليوم.", "الباب مغلق اليوم.", ["الباب [-مفتوح -]{+مغلق +}اليوم."]),
        ("[länk](https://a.se)", "[länk](https://b.se)",
         ["[-[länk](https://a.se)-]{+[länk](https://b.se)+}"]),
    ],
)  # fmt: skip
def test_what_came_and_what_went(before: str, after: str, lines: list[str]) -> None:
    assert shown(before, after) == lines


def test_a_line_says_whether_it_has_changed() -> None:
    assert [line.changed for line in marked("Ett.\nTvå.", "Ett.\nTre.")] == [False, True]


texts = st.text(st.sampled_from("ab. \n"), max_size=80)


@given(texts, texts)
def test_both_texts_can_be_read_out_of_the_marks(before: str, after: str) -> None:
    pieces = [piece for line in marked(before, after) for piece in line.pieces]
    for text, other in ((before, "added"), (after, "removed")):
        words = " ".join(piece.text for piece in pieces if piece.kind != other)
        assert "".join(words.split()) == "".join(text.split())


def some_words(seed: int, count: int, different: int) -> list[str]:
    """Words that come again and again."""
    pick = random.Random(seed)
    return [f"w{pick.randrange(different)}" for _ in range(count)]


def seconds(before: str, after: str) -> float:
    """Time of the processor."""
    began = time.process_time()
    marked(before, after)
    return time.process_time() - began


@pytest.mark.drill
@pytest.mark.parametrize("between", [" ", ". ", "\n\n"])
@pytest.mark.parametrize("different", [2, 100, 20_000])
def test_the_longest_texts_take_no_time(between: str, different: int) -> None:
    before, after = (between.join(some_words(n, 20_000, different)) for n in (1, 2))
    whole = seconds(before, after)
    half = seconds(before[: len(before) // 2], after[: len(after) // 2])
    assert whole < 6 * half  # 2 if linear, 4 if squared


def test_one_word_in_a_long_text_is_found() -> None:
    words = some_words(1, 17_000, 500)
    changed = [*words[:9_000], "nytt", *words[9_000:]]
    (line,) = marked(" ".join(words), " ".join(changed))
    assert [piece.text for piece in line.pieces if piece.kind == "added"] == ["nytt "]
