"""Draws the demonstration's pictures: flat, layered scenes in a lab's inks, one for every seed."""

import hashlib
from random import Random

from PIL import Image

from . import (  # noqa: F401 (each enters its scenes in the register)
    scenes_cafes,
    scenes_games,
    scenes_kitchens,
    scenes_making,
    scenes_outdoors,
    scenes_songs,
    scenes_squares,
    scenes_stories,
    scenes_streets,
    scenes_tables,
    scenes_walls,
    scenes_workshops,
)
from .canvas import OVERSAMPLING, Camera, Canvas, season_of
from .palettes import PALETTES
from .paper import print_on_paper
from .registry import REGISTER

__all__ = ["SCENES", "draw"]

SCENES: frozenset[str] = frozenset(REGISTER)


def draw(scene: str, palette: str, seed: str, size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """A picture (RGB) of the scene in a lab's inks; the same arguments give the same bytes.

    `palette` is a lab's slug, or "" for the whole project. A date in the seed
    (`…/2019-02-14-…`) sets the season. Raises ValueError for a scene or palette unknown.
    """
    if scene not in SCENES:
        raise ValueError(
            f"There is no scene called “{scene}”. There are: {', '.join(sorted(SCENES))}."
        )
    if palette not in PALETTES:
        raise ValueError(
            f"There are no inks for “{palette}”. There are: {', '.join(filter(None, PALETTES))}."
        )
    rng = Random(hashlib.sha256(f"{scene}|{palette}|{seed}".encode()).digest())
    large = size[0] * OVERSAMPLING, size[1] * OVERSAMPLING
    layouts = REGISTER[scene]
    (layout,) = rng.choices(layouts, [each.weight for each in layouts])
    zoom = rng.uniform(1.0, 1.14)
    slack = 50 - 50 / zoom
    pan = rng.uniform(-slack, slack), rng.uniform(-slack, slack) * 0.7
    camera = Camera(large, zoom, pan, layout.mirror and rng.random() < 0.5)
    canvas = Canvas(
        Image.new("RGB", large, PALETTES[palette].soft),
        camera,
        PALETTES[palette],
        rng,
        season_of(seed, rng),
    )
    layout.draw(canvas)
    return print_on_paper(canvas.image.reduce(OVERSAMPLING), rng)
