"""The drawn pictures: every scene in every lab's inks, the same again, and never two alike."""

from typing import Any

import pytest

from diary.demo.drawing import SCENES, draw
from diary.demo.drawing.palettes import PALETTES
from diary.demo.drawing.registry import REGISTER, Layout

SMALL = (80, 60)
LAYOUTS = [layout for layouts in REGISTER.values() for layout in layouts]
WORDS = """choir cafe mural reading stage football floorball bees kitchen language-cafe workshop
interview mentor street-winter street-summer courtyard garden market meeting map homework music dogs
poster bus library sewing computer celebration letters forest square""".split()


def test_the_scene_words_are_the_thirty_two_of_the_journey() -> None:
    assert frozenset(WORDS) == SCENES
    assert len(SCENES) == 32


@pytest.mark.parametrize("palette", sorted(PALETTES))
@pytest.mark.parametrize("scene", WORDS)
def test_draws_in_colour_and_size_asked_for(scene: str, palette: str) -> None:
    picture = draw(scene, palette, f"{palette}/2019-02-14-x/0", SMALL)
    assert (picture.mode, picture.size) == ("RGB", SMALL)
    assert len(picture.getcolors(SMALL[0] * SMALL[1]) or []) > 50


@pytest.mark.parametrize("scene", WORDS)
def test_same_seed_same_bytes_and_other_seed_other_picture(scene: str) -> None:
    one, again, other = (draw(scene, "boden", f"boden/2019-0{n}-11-x/0", SMALL) for n in (3, 3, 4))
    assert one.tobytes() == again.tobytes()
    differing = sum(
        a != b
        for a, b in zip(one.convert("L").tobytes(), other.convert("L").tobytes(), strict=True)
    )
    assert differing > SMALL[0] * SMALL[1] // 5


def test_the_size_does_not_change_what_is_drawn() -> None:
    large = draw("square", "portalen", "x", (320, 240)).resize(SMALL)
    small = draw("square", "portalen", "x", SMALL)
    far = sum(abs(a - b) for a, b in zip(large.tobytes(), small.tobytes(), strict=True))
    assert far / (SMALL[0] * SMALL[1] * 3) < 20  # another seed is 40 away


@pytest.mark.parametrize("size", [(48, 48), (160, 90), (60, 100)])
def test_other_shapes_are_covered_to_the_edge(size: tuple[int, int]) -> None:
    picture = draw("kitchen", "lina-hage", "x", size)
    assert picture.size == size
    assert len({picture.getpixel((x, y)) for x in (0, size[0] - 1) for y in range(size[1])}) > 5


@pytest.mark.parametrize("layout", [pytest.param(each, id=each.draw.__name__) for each in LAYOUTS])
def test_every_layout_draws_in_every_season(layout: Layout, monkeypatch: Any) -> None:
    monkeypatch.setitem(REGISTER, "choir", [layout])
    for month in (1, 5, 7, 10):
        assert draw("choir", "boden", f"boden/2019-{month:02d}-11-x/0", (40, 30)).size == (40, 30)


@pytest.mark.parametrize(("scene", "palette"), [("moon", "boden"), ("choir", "lund")])
def test_what_is_unknown_is_refused_in_a_sentence(scene: str, palette: str) -> None:
    with pytest.raises(ValueError, match=r"There (is|are) no .*“(moon|lund)”\."):
        draw(scene, palette, "x", SMALL)
