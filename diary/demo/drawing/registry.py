"""Which scene words there are, and the layouts drawn for each."""

from collections.abc import Callable
from dataclasses import dataclass

from .canvas import Canvas

Draw = Callable[[Canvas], None]


@dataclass(frozen=True)
class Layout:
    """One way to draw a scene; `mirror` says whether left and right may be swapped."""

    draw: Draw
    mirror: bool
    weight: int


REGISTER: dict[str, list[Layout]] = {}


def scene(word: str, mirror: bool = True, weight: int = 2) -> Callable[[Draw], Draw]:
    """Enters a drawing function under its scene word; frequent words have several layouts,
    and a heavier one is drawn more often."""

    def enter(draw: Draw) -> Draw:
        REGISTER.setdefault(word, []).append(Layout(draw, mirror, weight))
        return draw

    return enter
