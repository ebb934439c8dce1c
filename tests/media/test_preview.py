"""The card for links: any photo, any title, any script, never too heavy."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from diary.media import preview
from diary.media.preview import MAX_BYTES, SIZE, Look, draw, drawable
from tests.media.builders import ALL_PHOTOS, distance, encoded, opened, prepared

RED = "#9a3324"
RIGHT_TO_LEFT = [
    "تجربة الجيران",
    "زرنا BIS في Boden (2019)",
    "خانه‌ی ما، گفت‌وگو",
    "ڕۆژێ لە باخچە",
    "ښځې په ځنګل کې",
]
LEFT_TO_RIGHT = [
    "Få ut ålen",
    "Їжа, ґанок і щоденник",
    "Łódź, żółć",
    "ışık, ğ",
    "ሰላም፡ ከመይ",
    "Waa maxay?",
]
needs_raqm = pytest.mark.skipif(
    not features.check("raqm"),
    reason="Pillow finds no FriBidi (Debian: apt-get install libfribidi0).",
)


def a_look(words: str = "Ute", *, rtl: bool = False, lang: str = "sv") -> Look:
    return Look(words, lang, rtl, "BIS i Boden", "Dagboken", RED, "#fffdf8")


def is_near(pixel: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


def pixel(card: bytes, x: int, y: int) -> tuple[int, ...]:
    found = opened(card).getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


@pytest.mark.parametrize("name", ALL_PHOTOS)
def test_the_card_of_any_photo_is_small_and_of_the_common_size(name: str) -> None:
    jpeg = next(one for one in prepared(name).renditions if one.extension == "jpg")
    card = draw(a_look("Integrationskörens första föreställning"), jpeg.data)
    assert (opened(card).format, opened(card).size) == ("JPEG", SIZE)
    assert len(card) < MAX_BYTES


def test_even_noise_is_not_too_heavy() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((1200, 900), 200) for _ in range(3)])
    assert len(draw(a_look(), encoded(noise, "JPEG"))) < MAX_BYTES


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize(("focus", "seen"), [((0.0, 0.0), (0, 0, 255)), ((1.0, 1.0), (0, 255, 0))])
def test_the_picture_is_cut_around_its_focus(
    upright: bool, focus: tuple[float, float], seen: tuple[int, int, int]
) -> None:
    size = (300, 1200) if upright else (1200, 300)
    image = Image.new("RGB", size, "#00ff00")
    image.paste("#0000ff", (0, 0, 300, 300))
    card = draw(a_look(), encoded(image, "JPEG", quality=95), focus)
    assert is_near(pixel(card, 330, 315), seen)


def test_a_small_picture_fills_its_place() -> None:
    card = draw(a_look(), encoded(Image.new("RGB", (8, 6), "#0000ff"), "JPEG", quality=95))
    assert is_near(pixel(card, 5, 5), (0, 0, 255))
    assert is_near(pixel(card, 1190, 5), (0x9A, 0x33, 0x24))


def test_right_to_left_the_picture_stands_at_the_right() -> None:
    blue = encoded(Image.new("RGB", (80, 60), "#0000ff"), "JPEG", quality=95)
    card = draw(a_look("سلام", rtl=True, lang="ar"), blue)
    assert is_near(pixel(card, 1190, 315), (0, 0, 255))
    assert is_near(pixel(card, 5, 315), (0x9A, 0x33, 0x24))


@pytest.mark.parametrize("picture", [b"", b"no picture", b"\xff\xd8\xff"])
def test_without_a_sound_picture_there_are_colour_and_words(picture: bytes) -> None:
    assert draw(a_look(), picture) == draw(a_look())


@pytest.mark.parametrize("words", LEFT_TO_RIGHT)
def test_the_writers_alphabets_are_in_the_font(words: str) -> None:
    assert drawable(words) == words


@needs_raqm
@pytest.mark.parametrize("words", RIGHT_TO_LEFT)
def test_so_are_those_from_right_to_left(words: str) -> None:
    assert drawable(words) == words


@needs_raqm
def test_arabic_letters_are_joined() -> None:
    font = preview._font(72)
    assert font.getlength("سلام") < 0.9 * sum(map(font.getlength, "سلام"))


@needs_raqm
def test_arabic_is_drawn_from_the_right() -> None:
    """The same word twice begins at the same edge, whatever follows it."""
    one, two = (opened(draw(a_look(words, rtl=True, lang="ar"))) for words in ("سلام", "سلام سلام"))
    box = (1000, 200, 1200, 430)
    assert distance(one.crop(box), two.crop(box)) < 1
    assert distance(one.crop(box), Image.new("RGB", (200, 230), RED)) > 1


def test_signs_the_font_lacks_are_left_out() -> None:
    assert drawable("🎉 Fest 👨‍👩‍👧 i dag ✌️") == "Fest i dag"


@pytest.mark.parametrize("words", ["日本語", "Vi lär oss ไทย", "שלום"])
def test_words_with_letters_the_font_lacks_are_left_out_whole(words: str) -> None:
    assert drawable(words) == ""
    assert draw(a_look(words)) == draw(a_look(""))


@pytest.mark.parametrize("words", RIGHT_TO_LEFT)
def test_what_cannot_be_set_right_here_is_not_drawn_wrong(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "has_raqm", lambda: False)  # as on a machine without FriBidi
    assert drawable(words) == ""
    assert drawable("Få ut ålen") == "Få ut ålen"


@given(st.text(max_size=150))
@settings(max_examples=40, deadline=None)
def test_whatever_was_typed_gives_a_card(words: str) -> None:
    for rtl in (False, True):
        assert len(draw(a_look(words, rtl=rtl))) < MAX_BYTES


@pytest.mark.parametrize(
    "words",
    [
        "x" * 300,
        "W" * 70,
        "Sommarlovsentreprenörskapsutbildningsansvarig",
        "ord " * 200,
        "\u200d",
        " ",
        "a\u0301" * 200,
    ],
)
@pytest.mark.parametrize("pictured", [False, True])
def test_no_title_runs_over_the_edge(words: str, pictured: bool) -> None:
    blue = encoded(Image.new("RGB", (80, 60), "#0000ff"), "JPEG") if pictured else b""
    with Image.open(BytesIO(draw(a_look(words), blue))) as card:
        edge = card.crop((1180, 0, 1200, 630))
        colours = edge.getcolors(630 * 20) or []
    assert all(
        is_near(found, (0x9A, 0x33, 0x24)) for _count, found in colours if isinstance(found, tuple)
    )
