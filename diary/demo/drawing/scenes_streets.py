"""Scenes between the houses."""

from dataclasses import replace

from .body import Pose
from .canvas import Canvas, form
from .figures import person, shade
from .groups import passer_by
from .houses import bench, block, lamp_post, slab
from .looks import dressed, someone
from .nature import (
    bare,
    birch,
    bush,
    falling_snow,
    ground,
    haze,
    hill,
    hour,
    shaded,
    sky,
    spruce,
    tree,
)
from .palettes import Colour, mix, sheer
from .registry import scene


def far_hills(c: Canvas, when: str, y: float) -> None:
    """Hills and tall slabs in the distance."""
    air = haze(c, when)
    hill(c, y, 11, mix(mix(c.ink.pine, c.ink.main, 0.4), air, 0.6), 0.8)
    x = c.rng.uniform(-4, 8)
    while x < 98:
        if c.chance(0.7):
            slab(c, x, y + 2, c.rng.uniform(9, 15), c.rng.randint(5, 8), when, 0.55)
        x += c.rng.uniform(14, 24)
    hill(c, y + 2, 4, mix(shaded(c, c.ink.pine, when), air, 0.35), 1.6)


@scene("street-winter")
def street_winter(c: Canvas) -> None:
    """Snow between the houses, lamps lit early."""
    c.season = "winter"
    when = c.rng.choice(("night", "night", "dusk", "day"))
    sky(c, when, 42)
    far_hills(c, when, 40)
    snow = shaded(c, c.ink.snow, when)
    block(c, -6, 50, c.rng.uniform(40, 48), c.rng.choice((3, 3, 4)), when)
    block(c, 66, 48, 40, 3, when, far=0.12)
    c.rect(-2, 48, 104, 40, mix(snow, c.ink.main, 0.14))
    c.curve(form("-10,80 -10,54 20,50 48,52 46,62 24,80"), snow)
    c.curve(form("110,80 110,50 80,50 62,55 68,64 90,80"), snow)
    c.poly(form("50,50 56,50 84,76 18,76"), mix(snow, c.ink.deep, 0.2))
    lit = when != "day"
    lamp_post(c, 60, 54, 22, lit, -1)
    c.rng.choice((birch, bare, spruce))(c, 88, 58, 34)
    if c.chance(0.6):
        spruce(c, 7, 62, 26)
    walkers = c.rng.choice((0, 1, 1, 2))
    for x, y, kind in ((46, 64, ""), (60, 66, "child"))[:walkers]:
        shade(c, x, y, 5)
        passer_by(c, x, y, 27, kind, facing=c.rng.choice((-1.0, 1.0)))
    lamp_post(c, 24, 73, 50, lit, 1)
    if c.chance(0.75):
        falling_snow(c)


@scene("street-summer")
def street_summer(c: Canvas) -> None:
    """Blocks of flats, full trees, a bright evening, someone cycling."""
    c.season = "summer" if c.season in ("winter", "autumn") else c.season
    when = c.rng.choice(("day", "day", "dusk"))
    sky(c, when, 44)
    far_hills(c, when, 42)
    block(c, 56, 52, 50, c.rng.choice((3, 4)), when)
    block(c, -8, 51, 38, 3, when, far=0.1)
    green = shaded(c, ground(c), when)
    c.rect(-2, 50, 104, 40, green)
    for x in c.rng.sample((4.0, 34.0, 44.0, 94.0), 3):
        c.rng.choice((tree, birch))(c, x, 54 + c.near(0, 1), c.rng.uniform(24, 32))
    c.rect(
        -2,
        60,
        104,
        11,
        c.light(c.ink.soft, 0.4) if when == "day" else mix(c.ink.dusk[1], c.ink.soft, 0.5),
    )
    c.rect(-2, 59.4, 104, 0.8, c.dark(green, 0.25))
    c.rect(-2, 70.6, 104, 10, mix(green, c.ink.pine, 0.35))
    x = c.rng.uniform(30, 46)
    _cyclist(c, x, 69, c.rng.choice(("child", "teen", "")))
    if c.chance(0.5):
        _cyclist(c, x + 26, 66, "child")
    else:
        for dx in (24, 33):
            shade(c, x + dx, 66, 4)
            passer_by(c, x + dx, 66, 28, c.rng.choice(("", "teen", "old")), -1)
    bush(c, 8, 77, 12, mix(c.ink.pine, c.ink.leaf, 0.3))
    bush(c, 92, 78, 15, c.ink.pine)


def _cyclist(c: Canvas, x: float, y: float, kind: str) -> None:
    look = replace(someone(c, kind), wear="sweater")
    s = look.tall
    r = 4.4 * s
    iron = c.rng.choice((c.ink.spot, c.ink.ink, c.ink.main))
    shade(c, x, y + 0.4, 11 * s)
    for dx in (-1, 1):
        c.arc(x + dx * 7 * s, y - r, r, 0, 360, 0.6, c.ink.ink)
    hub, seat, bar = (x, y - r), (x - 3 * s, y - 12 * s), (x + 5 * s, y - 13.6 * s)
    c.line([(x - 7 * s, y - r), hub, seat, (x - 7 * s, y - r)], 0.7, iron)
    c.line([hub, (bar[0] - 0.4, bar[1] + 3 * s), seat], 0.7, iron)
    c.line([(x + 7 * s, y - r), bar, (bar[0] + 1.8 * s, bar[1] - 0.6)], 0.7, iron)
    tall = 31.0
    pose = Pose((0.26, -0.16), (0.28, -0.16), 1, legs="none", lean=0.12)
    person(c, seat[0] + 0.5, seat[1] + tall * s * 0.44, look, pose, tall)
    hip = (seat[0] + 0.8 * s, seat[1] - 0.6 * s)
    for knee, foot, dark in (
        ((x + 2.6 * s, y - 8.4 * s), (x - 0.6, y - r + 2.6 * s), 0.25),
        ((x + 3.6 * s, y - 11.6 * s), (x + 1, y - r - 1 * s), 0.0),
    ):
        c.limb([hip, knee, foot], 3 * s, 2.2 * s, c.dark(look.legs, dark))
        c.soft(
            [
                (foot[0] - 1, foot[1] - 0.8),
                (foot[0] + 2.4 * s, foot[1] - 0.4),
                (foot[0] + 2.4 * s, foot[1] + 0.9),
                (foot[0] - 1, foot[1] + 0.9),
            ],
            c.ink.ink,
            0.6,
        )


@scene("courtyard")
def courtyard(c: Canvas) -> None:
    """The yard between blocks: a bench, a tree, a swing, an open door."""
    when = hour(c)
    sky(c, when, 36)
    slab(c, c.rng.uniform(30, 50), 44, 16, 8, when, 0.5)
    block(c, 20, 47, 60, 3, when, far=0.18)
    wings = c.ink.houses
    block(c, -18, 55, 40, 5, when, wings[0], storey=7)
    block(c, 80, 55, 40, 5, when, wings[1], storey=7)
    land = ground(c, when)
    c.rect(-2, 47, 104, 40, land)
    c.curve(form("-10,62 30,55 70,56 110,63 110,72 60,62 20,64 -10,74"), c.light(land, 0.4))
    c.rng.choice((birch, tree, tree))(c, c.rng.uniform(27, 34), 60, 36)
    _swing(c, 64, 62)
    bench(c, c.rng.uniform(38, 44), 70, 19)
    if c.chance(0.7):
        x = 50 + c.near(0, 3)
        look = dressed(c, someone(c, c.rng.choice(("old", ""))))
        pose = Pose((-0.06, -0.26), (0.06, -0.26), c.near(0, 0.4), legs="sit")
        person(c, x, 72, look, pose, 31)
    for x, y in c.rng.sample(((16, 70), (82, 71), (90, 66), (24, 73)), c.rng.randint(1, 3)):
        child = dressed(c, someone(c, "child"))
        shade(c, x, y, 4)
        way = 1 if x < 50 else -1
        pose = Pose((-0.2, 0.1), (0.2, 0.05), way, legs="run", lean=way * 0.08)
        person(c, x, y, child, pose, 30)
    if c.snowy and c.chance(0.6):
        falling_snow(c, 60)


def _swing(c: Canvas, x: float, y: float) -> None:
    iron = c.ink.spot
    for a in (x, x + 17):
        c.line(form("-2.4,0 0,-19 2.4,0", a, y), 0.8, iron)
    c.line([(x - 0.6, y - 19), (x + 17.6, y - 19)], 0.9, iron)
    for dx, way in ((5, 2.0), (12, -0.6)):
        c.line([(x + dx - 1.4, y - 19), (x + dx - 1.4 + way, y - 6)], 0.25, c.ink.ink)
        c.line([(x + dx + 1.4, y - 19), (x + dx + 1.4 + way, y - 6)], 0.25, c.ink.ink)
        c.rect(x + dx - 2 + way, y - 6.4, 4, 0.9, c.ink.ink, 0.3)


@scene("street-winter")
def lit_window(c: Canvas) -> None:
    """A dark front, snow, and one window where somebody is still up."""
    c.season = "winter"
    when = c.rng.choice(("night", "night", "dusk"))
    wall = shaded(c, c.rng.choice(c.ink.houses), when)
    wall = c.dark(wall, 0.35 if when == "night" else 0.12)
    sky(c, when, 20)
    c.rect(-2, 9, 104, 52, wall)
    c.soft(form("-4,10 2,4 98,4 104,10"), shaded(c, c.ink.snow, when), 0.8)
    c.spray(form("-2,9 102,9 102,60 -2,60"), c.dark(wall, 0.4), 0.4, "up")
    lit = c.rng.choice(((1, 0), (2, 0), (1, 1), (2, 1)))
    for row in range(2):
        for col in range(4):
            if (col, row) != (3, 1):
                _front_window(c, 7 + col * 25, 14 + row * 21, wall, (col, row) == lit)
    _entrance(c, 82, wall)
    snow = shaded(c, c.ink.snow, when)
    c.rect(-2, 58, 104, 30, mix(snow, c.ink.main, 0.16))
    c.curve(form("-8,80 -8,60 20,57 46,59 70,57.5 108,60 108,80"), snow)
    c.poly(form("80,60 94,60 70,80 34,80"), mix(snow, c.ink.deep, 0.22))
    x = 7 + lit[0] * 25
    c.poly([(x, 60), (x + 15, 60), (x + 20, 72), (x - 5, 72)], sheer(c.ink.glow, 0.22))
    if c.chance(0.5):
        passer_by(c, c.rng.uniform(50, 66), 73, 30, c.rng.choice(("", "old", "child")))
    lamp_post(c, c.rng.choice((3.0, 31.0)), 74, 44, True, 1)
    c.rng.choice((birch, spruce, bare))(c, 97, 70, 38)
    falling_snow(c, 110)


def _front_window(c: Canvas, x: float, y: float, wall: Colour, lit: bool) -> None:
    frame = mix(wall, c.ink.snow, 0.5)
    c.rect(x - 1, y - 1, 17, 14, frame)
    c.rect(x, y, 15, 12, c.light(c.ink.glow, 0.2) if lit else c.dark(c.ink.night[1], 0.35))
    if lit:
        c.glow(x + 7.5, y + 6, 14, c.ink.glow, 0.4)
        c.rect(x, y, 15, 12, c.light(c.ink.glow, 0.2))
        shadow = c.dark(mix(c.ink.glow, c.ink.deep, 0.75), 0.2)
        c.dot(x + 9, y + 5.4, 1.9, shadow)
        c.soft(form("5.6,12 6.4,8.6 9,7 11.6,8.6 12.4,12", x, y), shadow, 1)
        c.limb([(x + 3, y + 12), (x + 3, y + 8.6)], 2, 1.6, c.ink.spot)
    c.rect(x + 7.2, y, 0.7, 12, frame)
    c.rect(x - 1.6, y + 12.6, 18.2, 1.3, c.ink.snow)


def _entrance(c: Canvas, x: float, wall: Colour) -> None:
    c.rect(x - 2, 32, 16, 2, c.ink.snow, 0.6)
    c.rect(x, 34, 12, 26, c.dark(c.ink.wood, 0.35))
    c.rect(x + 1.4, 36, 9.2, 11, mix(c.ink.glow, wall, 0.35))
    c.dot(x + 10.2, 49, 0.6, c.ink.glow)
