"""Scenes whose hero hangs on a wall: the map, the poster, the mural."""

import math

from .body import Pose
from .canvas import Canvas, form
from .chart import chart
from .figures import person, shade
from .groups import crowd
from .looks import someone
from .nature import bare, ground, hour, sky, tree
from .palettes import Colour, mix, sheer
from .registry import scene
from .rooms import pendant, room, window
from .things import cup, note, pot_plant, sheet


@scene("map", mirror=False)
def sweden(c: Canvas) -> None:
    """A map of Sweden with four pins and threads between them."""
    room(c, 62, c.rng.choice((0, 1, 2, 4)))
    x = c.rng.uniform(32, 42)
    if x < 36:
        window(c, 82, 10, 20, 28)
    c.rect(x, 3, 35, 55, sheer(c.ink.ink, 0.16))
    c.rect(x - 1, 2, 35, 55, c.ink.paper)
    chart(c, x + 0.4, 3.4, 32.2, 52.2)
    _map_friends(c, x)


def _map_friends(c: Canvas, x: float) -> None:
    look = someone(c, c.rng.choice(("", "", "old", "teen")))
    person(c, x - 12, 77, look, Pose((-0.13, -0.33), (0.32, 0.08), 0.55, lean=0.03), 46)
    if c.chance(0.55):
        other = someone(c, c.rng.choice(("child", "", "teen")))
        person(c, x + 45, 78, other, Pose((-0.1, -0.2), (0.08, -0.2), -0.5), 44)
    else:
        c.rect(x + 40, 60, 24, 2, c.ink.wood)
        c.line([(x + 43, 62), (x + 43, 76)], 1, c.dark(c.ink.wood, 0.4))
        pot_plant(c, x + 48, 60, 1.4)
    for k in range(c.rng.randint(2, 4)):
        note(
            c,
            x - 18 + k % 2 * 7,
            12 + k * 6,
            5,
            c.rng.choice((c.ink.glow, c.ink.soft, c.ink.spot)),
            c.near(0, 0.15),
        )


@scene("poster")
def poster(c: Canvas) -> None:
    """A hand-made poster on a board in the stairwell."""
    wall = room(c, 64, c.rng.choice((0, 1, 2, 4)))
    c.rect(-2, 34, 104, 31, mix(wall, c.ink.main, 0.32))
    c.rect(-2, 33.4, 104, 0.8, c.ink.paper)
    _stairs(c)
    x = c.rng.uniform(17, 22)
    c.rect(x - 1.4, 5, 47, 47, c.dark(c.ink.wood, 0.2), 0.4)
    c.rect(x, 6.4, 44.2, 44.2, c.light(c.ink.wood, 0.4))
    _bill(c, x + 9, 9.5)
    for px, py, w in (
        (x + 4.4, 14, 5),
        (x + 4.6, 27, 5.4),
        (x + 40, 12, 5),
        (x + 40, 24, 5.6),
        (x + 39.6, 40, 5),
    ):
        if c.chance(0.75):
            sheet(
                c, px, py, w, c.near(0, 0.1), 4, c.rng.choice((c.ink.snow, c.ink.glow, c.ink.soft))
            )
            c.dot(px, py - w * 0.55, 0.5, c.ink.spot)
    pendant(c, c.rng.uniform(74, 80), 9, 4)
    if c.chance(0.4):
        pose = Pose((-0.1, -0.3), (0.12, -0.33), back=True)
        person(c, 70, 77, someone(c, c.rng.choice(("child", "", "teen"))), pose, 42)


def _stairs(c: Canvas) -> None:
    stone = c.dark(c.ink.soft, 0.12)
    for k in range(7):
        c.rect(72 + k * 4.6, 70 - k * 5.4, 40, 6, c.dark(stone, 0.06 * (k % 2)))
        c.rect(72 + k * 4.6, 70 - k * 5.4, 40, 0.6, c.ink.paper)
    for k in range(7):
        c.line([(74 + k * 4.6, 70 - k * 5.4), (74 + k * 4.6, 54 - k * 5.4)], 0.4, c.ink.ink)
    c.line([(71, 57), (103, 19.5)], 1.1, c.dark(c.ink.wood, 0.25))


def _bill(c: Canvas, x: float, y: float) -> None:
    paper, a, b = c.rng.choice(
        (
            (c.ink.snow, c.ink.spot, c.ink.main),
            (c.ink.glow, c.ink.ink, c.ink.spot),
            (c.ink.paper, c.ink.main, c.ink.glow),
            (c.ink.main, c.ink.glow, c.ink.paper),
        )
    )
    c.rect(x + 0.7, y + 0.9, 26, 36.6, sheer(c.ink.ink, 0.16))
    c.rect(x, y, 26, 36.6, paper)
    motif = c.rng.choice((_motif_sun, _motif_cup, _motif_hands, _motif_bird))
    motif(c, x + 13, y + 15, a, b)
    ink = c.ink.ink if paper != c.ink.main else c.ink.paper
    c.line([(x + 4, y + 4), (x + 22, y + 4)], 1.7, ink)
    for k in range(3):
        c.line(
            [(x + 4, y + 27 + k * 3), (x + c.rng.uniform(14, 22), y + 27 + k * 3)],
            0.9,
            mix(ink, paper, 0.2),
        )
    for px, py in ((x + 1.4, y + 1.4), (x + 24.6, y + 1.4), (x + 1.4, y + 35), (x + 24.6, y + 35)):
        c.dot(px, py, 0.7, c.ink.spot)


def _motif_sun(c: Canvas, x: float, y: float, a: Colour, b: Colour) -> None:
    for k in range(12):
        t = k * math.tau / 12
        c.line(
            [
                (x + 6.4 * math.cos(t), y + 6.4 * math.sin(t)),
                (x + 8.4 * math.cos(t), y + 8.4 * math.sin(t)),
            ],
            0.9,
            a,
        )
    c.dot(x, y, 5, a)
    c.dot(x, y, 2.8, b)


def _motif_cup(c: Canvas, x: float, y: float, a: Colour, b: Colour) -> None:
    cup(c, x, y + 6, 4.6, False, a)
    for dx in (-2, 0.4, 2.6):
        c.line([(x + dx + math.sin(k) * 0.6, y - 6 - k * 0.8) for k in range(4)], 0.7, b)


def _motif_hands(c: Canvas, x: float, y: float, a: Colour, b: Colour) -> None:
    for k in range(5):
        t = -math.pi / 2 + (k - 2) * 0.5
        c.limb(
            [(x, y + 5), (x + 10 * math.cos(t), y + 4 + 9.4 * math.sin(t))],
            3.4,
            2.2,
            a if k % 2 else b,
        )
    c.dot(x, y + 4, 3.6, a)


def _motif_bird(c: Canvas, x: float, y: float, a: Colour, b: Colour) -> None:
    c.curve(form("-7,2 -2,-3 5,-4 6,0 1,5", x, y), a)
    c.poly(form("5.6,-3 9,-2 6,-0.6", x, y), b)
    c.curve(form("-2,0 1,-9 4,-1", x, y), b)
    c.line([(x, y + 4.6), (x - 0.4, y + 8)], 0.5, b)
    c.dot(x + 4, y - 2.6, 0.5, c.ink.paper)


@scene("mural")
def mural(c: Canvas) -> None:
    """A wall becoming a picture: sea, sun, lion, tree; brushes and a ladder."""
    when = "day" if c.season != "winter" else hour(c)
    outside = c.season in ("spring", "summer", "autumn") and c.chance(0.6)
    if outside:
        sky(c, when, 30)
        for x in (4.0, 95.0):
            (tree if not c.snowy else bare)(c, x, 58, 34)
        c.rect(-2, 60, 104, 20, ground(c, when))
    else:
        room(c, 61, 0)
    c.rect(7, 5, 86, 55, mix(c.ink.paper, c.ink.wood, 0.14))
    with c.inset(9, 7, 82, 50) as art:
        _painting(art)
    for x in (29.5, 50, 70.5):
        c.rect(x - 0.15, 7, 0.3, 50, sheer(c.ink.ink, 0.3))
    _bare_corner(c)
    _painters(c)
    for x in c.rng.sample((14, 38, 60, 88), 3):
        tint = c.rng.choice((c.ink.spot, c.ink.glow, c.ink.main, c.ink.leaf))
        shade(c, x, 70, 4)
        c.soft(form("-2.6,64.5 2.6,64.5 2.1,70 -2.1,70", x, 0), c.dark(c.ink.soft, 0.1), 0.4)
        c.oval(x, 64.5, 2.6, 0.7, tint)
        c.limb([(x - 1.6, 64.8), (x - 1.5, 67.4)], 1, 0.7, tint)


def _painting(c: Canvas) -> None:
    c.wash(0, 58, (mix(c.ink.day[0], c.ink.glow, 0.15), c.ink.day[1]))
    x = c.rng.uniform(20, 80)
    c.dot(x, 20, 10, c.ink.glow)
    c.dot(x, 20, 7, mix(c.ink.glow, c.ink.spot, 0.45))
    for k, tint in enumerate((c.ink.soft, c.ink.leaf, c.ink.main, c.ink.deep)):
        c.curve(
            [
                (0, 90),
                *((px, 38 + k * 5 + 2.4 * math.sin(px / 7 + k * 2)) for px in range(0, 104, 4)),
                (104, 90),
            ],
            tint,
        )
    a, b = c.rng.sample((22, 48, 74), 2)
    _great_tree(c, a)
    c.rng.choice((_lion, _fish, _lion))(c, b)
    for _ in range(c.rng.randint(3, 6)):
        bx, by = c.rng.uniform(14, 86), c.rng.uniform(11, 26)
        c.line(form("-2.2,-1.2 0,0 2.2,-1.4", bx, by), 0.6, c.ink.ink)


def _great_tree(c: Canvas, x: float) -> None:
    c.limb([(x, 60), (x, 30)], 4, 2, c.dark(c.ink.wood, 0.3))
    for k in range(9):
        t = math.pi * (0.05 + 0.9 * k / 8)
        px, py = x + 11 * math.cos(t), 27 - 9 * math.sin(t)
        c.line([(x, 34), (px, py)], 0.8, c.dark(c.ink.wood, 0.3))
        c.dot(px, py, 4.2, (c.ink.leaf, c.ink.pine, c.ink.glow, c.ink.spot)[k % 4])


def _lion(c: Canvas, x: float) -> None:
    y = 40.0
    c.soft(form("-4,0 15,2 16,14 -3,14", x, y), c.ink.glow, 5)
    for dx in (0.0, 12.0):
        c.rect(x - 2 + dx, y + 8, 4, 11, c.ink.glow, 1.4)
    c.line(form("15,4 20,-2 19,-6", x, y), 1.3, c.ink.glow)
    for k in range(12):
        t = k * math.tau / 12
        c.dot(
            x - 4 + 7 * math.cos(t),
            y - 1 + 7 * math.sin(t),
            2.8,
            c.ink.spot if k % 2 else c.ink.wood,
        )
    c.dot(x - 4, y - 1, 6.4, c.light(c.ink.glow, 0.3))
    for dx in (-2.2, 2.2):
        c.dot(x - 4 + dx, y - 2, 0.8, c.ink.ink)
    c.poly(form("-5.4,0.4 -2.6,0.4 -4,2", x, y), c.ink.ink)


def _fish(c: Canvas, x: float) -> None:
    for dx, y, s, tint in (
        (0, 44, 1.3, c.ink.spot),
        (-12, 50, 0.8, c.ink.glow),
        (11, 51, 0.9, c.ink.paper),
    ):
        fx = x + dx
        c.leaf(fx, y, 6 * s, 3.4 * s, 0, tint)
        c.poly(form("5,0 9,-3 9,3", fx, y, s), tint)
        c.dot(fx - 3 * s, y - 0.8 * s, 0.7 * s, c.ink.ink)
        c.arc(fx - 1 * s, y, 2.4 * s, -60, 60, 0.4 * s, c.dark(tint, 0.3))


def _bare_corner(c: Canvas) -> None:
    chalk = mix(c.ink.paper, c.ink.snow, 0.5)
    left = 72 + c.near(0, 3)
    c.poly(
        [
            (left + 6, 7),
            (91, 7),
            (91, 57),
            (left, 57),
            (left + 5, 46),
            (left + 1, 36),
            (left + 7, 24),
        ],
        chalk,
    )
    sketch = mix(c.ink.ink, chalk, 0.55)
    c.arc(left + 13, 20, 5, 0, 360, 0.3, sketch)
    c.line(form("7,40 12,34 18,41", left, 0), 0.3, sketch)


def _painters(c: Canvas) -> None:
    people = crowd(c, c.rng.randint(2, 4), c.rng.randint(1, 2), 0)
    for x, look in zip((72, 24, 48, 88), people, strict=False):
        reach = c.rng.choice(((0.2, 0.26), (0.16, 0.3), (0.26, 0.12)))
        shade(c, x, 72, 6)
        held = person(c, x, 72, look, Pose((-0.14, -0.3), reach, back=True, lean=0.03), 40)
        tint = c.rng.choice((c.ink.spot, c.ink.glow, c.ink.leaf))
        hx, hy = held.right
        c.line([(hx - 0.6, hy + 1.4), (hx + 1.4, hy - 3)], 0.6, c.dark(c.ink.wood, 0.3))
        c.limb([(hx + 1.4, hy - 3), (hx + 2, hy - 4.4)], 1.5, 0.9, tint)
