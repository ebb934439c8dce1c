"""Names in texts: whatever the case and the accents, whole words, in several scripts."""

import pytest

from diary.text.names import named_in, persons_in


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Fatima", "Här är FATIMA igen."),
        ("Zsófia", "zsofia kom"),
        ("Zsofia", "Zsófia kom"),
        ("Fatima", "Fatimas bild"),
        ("Åsa Öberg", "… och Åsa\nÖberg"),
        ("فاطمة", "هنا فَاطِمَة"),
        ("أحمد", "احمد كتب"),
        ("Amal", "Foto: Amal."),
    ],
)
def test_a_name_is_found(name: str, text: str) -> None:
    assert named_in(text, ["Någon annan", name]) == (name,)


@pytest.mark.parametrize(
    ("name", "text"), [("Ali", "Alina kom"), ("Li", "Lina och Ali"), ("", "allt"), ("A.", "AB")]
)
def test_part_of_a_word_is_no_name(name: str, text: str) -> None:
    assert named_in(text, [name]) == ()


def test_full_names_are_found_rather_too_many_than_too_few() -> None:
    text = "Exempla von Testberg och Anna-Lisa Prov mötte David A Demosson i Exempelby. Hej Du."
    assert persons_in(text) >= {"Exempla von Testberg", "Anna-Lisa Prov", "David A Demosson"}
    assert not persons_in("ingen i exempelby. Lyktan lyser.")
