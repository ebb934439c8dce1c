"""Which scene words there are, and the function that draws each."""

from collections.abc import Callable
from dataclasses import dataclass

from .canvas import Canvas

Draw = Callable[[Canvas], None]


@dataclass(frozen=True)
class Scene:
    """A scene; `mirror` says whether left and right may be swapped."""

    draw: Draw
    mirror: bool = True


REGISTER: dict[str, Scene] = {}


def scene(word: str, mirror: bool = True) -> Callable[[Draw], Draw]:
    """Enters a drawing function under its scene word."""

    def enter(draw: Draw) -> Draw:
        REGISTER[word] = Scene(draw, mirror)
        return draw

    return enter
