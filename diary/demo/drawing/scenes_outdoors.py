"""Scenes of woods, meadows, games, bees and dogs."""

import math
from dataclasses import replace

from .body import Pose
from .canvas import Canvas, form
from .figures import person, shade
from .groups import passer_by
from .houses import block, slab
from .looks import dressed, someone
from .nature import (
    birch,
    bush,
    falling_snow,
    flower,
    grass,
    ground,
    haze,
    hill,
    hour,
    pine,
    sky,
    spruce,
    tree,
    woods,
)
from .palettes import mix, sheer
from .registry import scene


@scene("forest")
def forest(c: Canvas) -> None:
    """Tall trunks, a path, light between them."""
    when = c.rng.choice(("day", "dusk"))
    sky(c, when, 50)
    air, land = haze(c, when), ground(c, when)
    for depth in range(3):
        tint = mix(c.ink.pine, air, 0.72 - depth * 0.2)
        y = 44 + depth * 4
        x = c.rng.uniform(-2, 4)
        while x < 102:
            c.rng.choice((spruce, pine))(
                c, x, y + c.near(0, 1), c.rng.uniform(28, 40) + depth * 5, tint
            )
            x += c.rng.uniform(7, 14)
        hill(c, y + 1, 3, mix(land, tint, 0.6 - depth * 0.2), 1.2)
    hill(c, 60, 4, land, 0.7)
    path = c.light(c.ink.wood, 0.5) if not c.snowy else mix(c.ink.snow, c.ink.main, 0.2)
    c.curve(form("46,55 52,55 58,60 48,66 62,80 28,80 34,66 50,60"), path)
    for k in range(3):
        c.poly(form("30,-2 36,-2 18,70 4,70", k * 18, 0), sheer(c.ink.glow, 0.1))
    if c.chance(0.7):
        for dx, kind in ((0.0, ""), (6.0, c.rng.choice(("child", "old"))))[: c.rng.randint(1, 2)]:
            shade(c, 48 + dx, 65, 3)
            passer_by(c, 48 + dx, 65, 19, kind, 1)
    _near_trunks(c)
    for _ in range(16):
        gx, gy = c.rng.uniform(0, 100), c.rng.uniform(68, 75)
        grass(c, gx, gy, 3.4, mix(c.ink.pine, land, 0.25))
        if not c.snowy and c.chance(0.5):
            c.dot(gx + 0.6, gy - 2, 0.6, c.rng.choice((c.ink.spot, c.ink.deep)))
    if c.snowy:
        falling_snow(c, 50)


def _near_trunks(c: Canvas) -> None:
    for x in (8.0, 90.0, 76.0)[: c.rng.randint(2, 3)]:
        c.limb([(x, 76), (x + c.near(0, 2), -6)], 5.4, 4, c.dark(c.ink.wood, 0.35))
        c.limb([(x + 1.2, 76), (x + 1.2, -6)], 1.6, 1.2, mix(c.ink.wood, c.ink.spot, 0.3))


@scene("bees")
def bees(c: Canvas) -> None:
    """Hives in a meadow, someone in a veil, bees on their dotted ways."""
    c.season = "summer" if c.season in ("winter", "autumn") else c.season
    when = c.rng.choice(("day", "day", "dusk"))
    sky(c, when, 42)
    air, land = haze(c, when), ground(c, when)
    hill(c, 40, 8, mix(c.ink.pine, air, 0.55), 0.8)
    woods(c, 41, mix(c.ink.pine, air, 0.3), 7)
    if c.chance(0.5):
        block(c, 4, 44, 30, 3, when, far=0.35, storey=4)
    hill(c, 48, 5, land, 0.6)
    birch(c, c.rng.choice((8, 92)), 56, 42)
    n = c.rng.randint(2, 3)
    for x in (60.0, 78.0, 93.0)[:n]:
        _hive(c, x, 62 + c.near(0, 1.5))
    keeper = replace(
        someone(c),
        hat="bees",
        top=c.ink.snow,
        legs=mix(c.ink.snow, c.ink.soft, 0.5),
        wear="sweater",
        cut="short",
    )
    x = c.rng.uniform(34, 40)
    shade(c, x, 70, 7)
    held = person(c, x, 70, keeper, Pose((0.16, -0.12), (0.3, -0.1), 0.8), 43)
    _comb(c, held.right[0] + 2.5, held.right[1])
    if c.chance(0.6):
        child = replace(someone(c, "child"), hat="straw")
        shade(c, 17, 70, 5)
        person(c, 17, 70, child, Pose((0.05, -0.2), (0.28, 0.02), 0.7), 36)
    for _ in range(26):
        gx, gy = c.rng.uniform(0, 100), c.rng.uniform(66, 76)
        if c.chance(0.55):
            flower(
                c, gx, gy, c.rng.uniform(2, 4.4), c.rng.choice((c.ink.snow, c.ink.glow, c.ink.spot))
            )
        else:
            grass(c, gx, gy, 3, mix(c.ink.pine, land, 0.4))
    for _ in range(c.rng.randint(5, 8)):
        _bee(c, c.rng.uniform(42, 92), c.rng.uniform(14, 48))


def _hive(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.snow, c.ink.glow, c.ink.soft, c.ink.spot))
    for dx in (-4.6, 4.6):
        c.rect(x + dx - 0.7, y - 3, 1.4, 5, c.dark(c.ink.wood, 0.3))
    boxes = c.rng.choice((2, 3))
    for k in range(boxes):
        c.rect(x - 6.2, y - 9 - k * 6.6, 12.4, 6.4, c.dark(tint, 0.05 * k), 0.3)
        c.rect(x - 2, y - 6.8 - k * 6.6, 4, 0.9, c.dark(tint, 0.3), 0.4)
    top = y - 2.4 - boxes * 6.6
    c.rect(x - 7.2, top - 1.8, 14.4, 2, mix(c.ink.deep, c.ink.wood, 0.3), 0.4)
    c.rect(x - 7, y - 2.8, 14, 1, c.ink.wood)
    c.rect(x - 3, y - 4.2, 6, 1, c.ink.ink, 0.4)


def _comb(c: Canvas, x: float, y: float) -> None:
    wood = c.dark(c.ink.wood, 0.2)
    c.rect(x - 6, y - 5, 13, 9.4, wood, 0.3)
    c.rect(x - 5.1, y - 3.8, 11.2, 7.2, c.ink.glow)
    c.rect(x - 7.4, y - 5.4, 15.8, 1.3, wood)
    for row in range(4):
        for k in range(6):
            c.dot(
                x - 4.2 + k * 1.9 + (0.9 if row % 2 else 0),
                y - 2.9 + row * 1.8,
                0.62,
                mix(c.ink.glow, c.ink.wood, 0.55),
            )


def _bee(c: Canvas, x: float, y: float) -> None:
    turn = c.near(0, 2.5)
    for k in range(1, 7):
        c.dot(x - k * 1.5, y + 1.3 * math.sin(k * 0.8 + turn), 0.16, sheer(c.ink.ink, 0.6))
    for dx in (-0.3, 0.5):
        c.leaf(x + dx, y - 1.1, 0.55, 1.0, dx, sheer(c.ink.snow, 0.85))
    c.leaf(x, y, 1.5, 0.95, 0, c.ink.glow)
    for dx in (-0.5, 0.35):
        c.line([(x + dx, y - 0.7), (x + dx, y + 0.7)], 0.36, c.ink.ink)
    c.dot(x + 1.35, y - 0.1, 0.5, c.ink.ink)


@scene("garden")
def garden(c: Canvas) -> None:
    """Raised beds, tools, something red that ripens."""
    c.season = "summer" if c.season == "winter" else c.season
    when = c.rng.choice(("day", "day", "dusk"))
    sky(c, when, 40)
    land = ground(c, when)
    slab(c, c.rng.uniform(8, 70), 42, 16, 7, when, 0.5)
    block(c, 20, 45, 60, 3, when, far=0.28)
    c.rect(-2, 44, 104, 40, land)
    for x in (4, 90):
        tree(c, x, 50, 28)
    _fence(c, 50)
    _bed(c, 8, 60, 34, c.rng.choice((0, 1, 2)))
    _bed(c, 60, 59, 34, c.rng.choice((0, 1, 2)))
    look = someone(c, c.rng.choice(("old", "")))
    look = replace(look, hat="straw" if look.cut != "hijab" else "")
    held = person(c, 50, 68, look, Pose((0.16, -0.3), (0.28, -0.22), 0.9, lean=0.12, nod=0.5), 38)
    _can(c, held.right[0] + 2, held.right[1])
    if c.chance(0.6):
        pose = Pose((-0.28, -0.22), (-0.22, -0.28), -1, legs="kneel", lean=-0.1)
        person(c, 26, 74, someone(c, c.rng.choice(("child", "teen"))), pose, 38)
    _bed(c, 24 if c.chance(0.5) else 56, 75, 40, c.rng.choice((0, 1)))
    c.line([(92, 75), (89, 50)], 0.9, mix(c.ink.wood, c.ink.glow, 0.3))
    c.soft(
        form("86.4,50 91.4,49.4 91.6,46 89,43.4 86.4,46.4"), mix(c.ink.ink, c.ink.soft, 0.35), 0.8
    )


def _fence(c: Canvas, y: float) -> None:
    tint = mix(c.ink.paper, c.ink.wood, 0.2)
    for k in range(26):
        c.poly(form("-0.8,0 -0.8,-6 0,-7 0.8,-6 0.8,0", k * 4, y), tint)
    c.rect(-2, y - 4.6, 104, 0.8, c.dark(tint, 0.1))


def _bed(c: Canvas, x: float, y: float, w: float, kind: int) -> None:
    soil = c.dark(c.ink.wood, 0.6)
    c.oval(x + w / 2, y - 7.4, w * 0.48, 1.8, soil)
    for k in range(round(w / 4.4)):
        px = x + 2.6 + k * 4.4
        if kind == 0:
            c.line([(px, y - 7), (px + c.near(0, 0.6), y - 17)], 0.35, c.light(c.ink.wood, 0.3))
            for v in (9, 12, 15):
                c.leaf(
                    px + c.near(0, 0.9),
                    y - v,
                    1.8,
                    0.9,
                    c.near(0, 0.8),
                    mix(c.ink.pine, c.ink.leaf, 0.4),
                )
                if c.chance(0.6):
                    c.dot(px + c.near(0, 1.5), y - v + 0.6, 0.9, c.ink.spot)
        elif kind == 1:
            for a in (-0.9, -0.3, 0.3, 0.9):
                c.leaf(
                    px + a * 1.6, y - 9, 1, 2.2, a, mix(c.ink.leaf, c.ink.pine, 0.2 + 0.3 * (k % 2))
                )
        else:
            flower(
                c,
                px,
                y - 6.6,
                c.rng.uniform(5, 9),
                c.rng.choice((c.ink.glow, c.ink.spot, c.ink.snow)),
            )
    c.rect(x, y - 7, w, 7, c.light(c.ink.wood, 0.12), 0.4)
    c.rect(x, y - 3.6, w, 0.3, c.dark(c.ink.wood, 0.3))


def _can(c: Canvas, x: float, y: float) -> None:
    tint = c.ink.spot
    c.arc(x, y + 1, 2.6, 180, 360, 0.6, tint)
    c.soft(form("-2.6,1 2.6,1 3,7 -3,7", x, y), tint, 0.6)
    c.limb([(x + 2.4, y + 5.4), (x + 7.4, y + 1.6)], 1.2, 0.8, tint)
    c.limb([(x + 7, y + 1), (x + 8, y + 2.4)], 1.2, 1.2, tint)
    for k in range(5):
        c.line(
            [(x + 8.4 + k * 0.5, y + 3), (x + 9.4 + k * 0.9, y + 8 + k)],
            0.16,
            sheer(c.ink.snow, 0.8),
        )


@scene("dogs")
def dogs(c: Canvas) -> None:
    """People who meet on a walk, each with a dog on a lead."""
    when = hour(c)
    sky(c, when, 44)
    air, land = haze(c, when), ground(c, when)
    hill(c, 42, 9, mix(c.ink.pine, air, 0.55), 0.8)
    block(c, c.rng.uniform(4, 50), 45, 38, 3, when, far=0.3)
    hill(c, 52, 5, land, 0.6)
    for x in c.rng.sample((6, 30, 66, 93), 3):
        c.rng.choice((birch, tree, pine))(c, x, 55, c.rng.uniform(28, 38))
    path = c.light(land, 0.55)
    c.curve(form("-10,66 30,63 70,64 110,61 110,74 60,76 -10,78"), path)
    n = c.rng.choice((2, 2, 3))
    for (x, way), kind in zip(
        ((24, 1), (78, -1), (50, 1)),
        c.rng.sample(("", "old", "child", "teen", ""), n),
        strict=False,
    ):
        y = 70 - (4 if x == 50 else 0)
        shade(c, x, y, 6)
        look = dressed(c, someone(c, kind))
        pose = Pose(
            (way * 0.24, -0.22),
            (-way * 0.12, -0.34) if way > 0 else (way * 0.24, -0.22),
            way,
            legs="walk",
        )
        held = person(c, x, y, look, pose, 36)
        hand = held.left
        dog_x = x + way * c.rng.uniform(12, 14)
        c.line(
            [hand, ((hand[0] + dog_x) / 2, y - 6), (dog_x - way * 0.5 + way * 4, y - 6.6)],
            0.3,
            c.ink.spot,
        )
        _dog(c, dog_x, y + 0.6, way)
    bush(c, 4, 78, 10, None if c.snowy else c.ink.pine)
    if c.snowy and c.chance(0.5):
        falling_snow(c, 60)


def _dog(c: Canvas, x: float, y: float, way: int) -> None:
    fur = c.rng.choice(
        (
            c.ink.wood,
            c.ink.ink,
            c.ink.snow,
            mix(c.ink.wood, c.ink.glow, 0.5),
            c.dark(c.ink.wood, 0.5),
        )
    )
    dark = c.dark(fur, 0.25)
    long, tall = c.rng.choice(((6.0, 2.2), (4.4, 4.6), (5.0, 3.4)))
    shade(c, x, y, long + 2)
    for dx in (-long + 0.8, long - 1.2):
        c.limb([(x + dx + 0.9, y - tall), (x + dx + 0.9, y - 0.4)], 1.3, 1.0, dark)
    c.limb(
        [(x - way * long, y - tall - 1.4), (x - way * (long + 2.4), y - tall - 4.4)], 1.1, 0.6, fur
    )
    c.soft(form("-1,-2.8 1,-3 1,0.6 -1,0.4", x, y - tall, long, 1), fur, 1.7)
    for dx in (-long + 0.6, long - 1.0):
        c.limb([(x + dx, y - tall), (x + dx, y - 0.3)], 1.4, 1.1, fur)
    hx, hy = x + way * (long + 0.8), y - tall - 4.6
    c.limb([(x + way * (long - 1), y - tall - 1.6), (hx, hy)], 2.6, 2.4, fur)
    c.limb([(hx, hy), (hx + way * 2.8, hy + 0.7)], 2.8, 1.5, fur)
    c.dot(hx + way * 3.5, hy + 0.5, 0.45, c.ink.ink if fur != c.ink.ink else c.ink.soft)
    c.leaf(hx - way * 0.8, hy + 0.2, 0.9, 1.7, way * 0.3, dark)
    c.line(
        [(x + way * (long - 0.6), y - tall - 3), (x + way * (long + 0.9), y - tall - 1.8)],
        0.6,
        c.ink.spot,
    )
