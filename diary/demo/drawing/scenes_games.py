"""Scenes of games: a ball on the grass, a ball in the hall."""

import math
from dataclasses import replace

from .body import Pose
from .canvas import Canvas, form
from .figures import person, shade
from .houses import block, slab
from .looks import dressed, someone
from .nature import (
    ground,
    hour,
    sky,
    tree,
)
from .palettes import mix, sheer
from .registry import scene
from .rooms import window


@scene("football")
def football(c: Canvas) -> None:
    """Children chase a ball on the grass between the houses."""
    when = hour(c) if c.season != "winter" else "day"
    sky(c, when, 38)
    for x in (6, 84):
        slab(c, x, 40, 13, 7, when, 0.5)
    block(c, 22, 44, 56, 3, when, far=0.25)
    land = ground(c, when)
    c.rect(-2, 43, 104, 40, land)
    for i in range(4):
        c.rect(-2, 46 + i * i * 2.4, 104, 2 + i * 1.2, mix(land, c.ink.pine, 0.14))
    for x in (4, 96):
        tree(c, x, 47, 24)
    _goal(c, 70, 54)
    c.arc(50, 74, 20, 180, 360, 0.5, mix(land, c.ink.snow, 0.7))
    teams = (c.ink.spot, c.ink.glow) if c.ink.spot != c.ink.glow else (c.ink.spot, c.ink.main)
    spots = c.rng.sample(
        ((18, 66, 1), (30, 60, 1), (44, 70, 1), (64, 62, -1), (76, 70, -1), (88, 63, -1)),
        c.rng.randint(4, 5),
    )
    for i, (x, y, way) in enumerate(sorted(spots, key=lambda p: p[1])):
        look = replace(
            someone(c, c.rng.choice(("child", "child", "teen"))),
            top=teams[i % 2],
            wear="sweater",
            hat="",
        )
        shade(c, x, y + 0.4, 5)
        hands = c.rng.choice((((-0.2, -0.12), (0.2, -0.16)), ((-0.24, 0.1), (0.24, -0.05))))
        pose = Pose(*hands, facing=way, legs="run", lean=way * 0.1)
        person(c, x, y, dressed(c, look) if c.chance(0.0) else look, pose, 20 + (y - 50) * 0.9)
    shade(c, 54, 70.6, 2.4)
    _ball(c, 54, 68.4, 2.2)


def _ball(c: Canvas, x: float, y: float, r: float) -> None:
    c.dot(x, y, r, c.ink.snow)
    c.dot(x, y, r * 0.36, c.ink.ink)
    for k in range(5):
        a = k * math.tau / 5 - 0.3
        c.dot(x + r * 0.78 * math.cos(a), y + r * 0.78 * math.sin(a), r * 0.2, c.ink.ink)


def _goal(c: Canvas, x: float, y: float) -> None:
    for k in range(9):
        c.line([(x + k * 2.2, y - 11), (x + k * 2.2, y)], 0.1, sheer(c.ink.snow, 0.6))
    for k in range(5):
        c.line([(x, y - 11 + k * 2.6), (x + 18, y - 11 + k * 2.6)], 0.1, sheer(c.ink.snow, 0.6))
    c.line(form("0,0 0,-11.4 18,-11.4 18,0", x, y), 0.7, c.ink.snow)


@scene("floorball")
def floorball(c: Canvas) -> None:
    """A sports hall: wall bars, sticks, vests, a small white ball."""
    wall = c.rng.choice((c.ink.walls[0], c.ink.walls[1], c.ink.soft))
    c.fill(wall)
    for x in (10, 38, 66):
        window(c, x, 5, 22, 9, "day", bars=2)
    for x in (4, 22, 68, 86):
        for k in range(8):
            c.rect(x, 21 + k * 3.2, 12, 0.8, mix(c.ink.wood, c.ink.glow, 0.2))
        for dx in (0, 11.4):
            c.rect(x + dx, 20, 0.9, 27, c.dark(c.ink.wood, 0.2))
    floor = mix(c.ink.wood, c.ink.glow, 0.45)
    c.rect(-2, 47, 104, 40, floor)
    c.rect(-2, 46, 104, 1.4, c.dark(wall, 0.35))
    c.line([(-2, 57), (102, 55)], 0.7, c.ink.spot)
    c.arc(50, 62, 15, 0, 360, 0.6, c.ink.main)
    c.rect(38, 36, 24, 13, sheer(c.ink.ink, 0.25))
    c.line(form("38,49 38,36 62,36 62,49"), 1.1, c.ink.spot)
    for k in range(10):
        c.line([(39 + k * 2.4, 37), (39 + k * 2.4, 49)], 0.12, c.ink.paper)
    keeper = replace(someone(c, "child"), hat="cap", tall=0.72)
    person(c, 50, 51, keeper, Pose((-0.3, -0.15), (0.3, -0.15), 0), 24)
    teams = (c.ink.spot, c.ink.main)
    spots = c.rng.sample(((16, 66, 1), (34, 72, 1), (68, 71, -1), (84, 64, -1), (60, 60, -1)), 4)
    for i, (x, y, way) in enumerate(sorted(spots, key=lambda p: p[1])):
        _floorballer(c, x, y, way, teams[i % 2])
    c.dot(50, 70, 1.2, c.ink.snow)
    shade(c, 50.4, 71.4, 1.6)


def _floorballer(c: Canvas, x: float, y: float, way: int, vest: tuple[int, int, int]) -> None:
    look = replace(someone(c, c.rng.choice(("teen", "child"))), top=vest, wear="sweater", hat="")
    tall = 24 + (y - 56) * 0.7
    shade(c, x, y + 0.4, 5)
    pose = Pose((way * 0.14, -0.24), (way * 0.2, -0.2), way, legs="run", lean=way * 0.16)
    held = person(c, x, y, look, pose, tall)
    hx, hy = held.right if way > 0 else held.left
    end = x + way * tall * 0.48
    c.line([(hx - way * 1.6, hy - 3.4), (hx, hy), (end, y)], 0.6, c.ink.ink)
    c.line([(end, y), (end + way * 3, y - 0.4)], 1.1, c.ink.glow)
