"""Scenes of cooking and feasting."""

from .body import Pose
from .canvas import Canvas, form
from .figures import person
from .groups import crowd, spread
from .houses import block, bunting
from .looks import Look
from .nature import birch, ground, haze, hill, shaded, sky, tree
from .palettes import mix, sheer
from .registry import scene
from .rooms import pendant, room, window
from .things import bowl, cloth, cup, lantern, plate, pot, pot_plant, table


@scene("kitchen")
def kitchen(c: Canvas) -> None:
    """A big pot on the stove, people in aprons, vegetables on the worktop."""
    wall = room(c, 64, c.rng.choice((0, 1, 2, 4)))
    for row in range(4):
        for k in range(26):
            c.rect(
                -1 + k * 4 + (2 if row % 2 else 0),
                35 + row * 4,
                3.8,
                3.8,
                mix(c.ink.paper, wall, 0.25 + 0.12 * ((k + row) % 2)),
            )
    window(c, 10, 8, 22, 20, curtains=c.chance(0.6))
    _hood(c, 62)
    _shelf(c, 38, 14)
    cooks = crowd(c, 3, c.rng.randint(0, 1), 1)
    if c.chance(0.35):
        cooks.pop()
    for x, look in zip((84, 43, 17), cooks, strict=False):
        _cook(c, x, look)
    _worktop(c)
    pot(c, 63, 56, 20, c.rng.choice((c.ink.spot, c.ink.main, c.ink.deep, c.ink.glow)))
    _vegetables(c)


def _cook(c: Canvas, x: float, look: Look) -> None:
    y = 73 if look.child else 80
    toward = 1 if x < 62 else -1
    near, far = (0.28, -0.13), (-0.1, -0.2)
    hands = (far, near) if toward > 0 else ((-near[0], near[1]), (-far[0], far[1]))
    if x < 30:
        hands = ((-0.04, -0.24), (0.12, -0.22))
    pose = Pose(*hands, facing=toward * 0.5, nod=0.5, lean=toward * 0.03, apron=True)
    held = person(c, x, y, look, pose, 48)
    spoon = held.right if toward > 0 else held.left
    if x > 30:
        c.line(
            [(spoon[0] - toward * 1.5, spoon[1] - 3), (spoon[0] + toward * 4, spoon[1] + 7)],
            0.9,
            mix(c.ink.wood, c.ink.glow, 0.4),
        )
    else:
        c.poly(form("0,-1 7,0.5 6,2.4 0,1", spoon[0], spoon[1]), c.dark(c.ink.soft, 0.2))


def _hood(c: Canvas, x: float) -> None:
    steel = c.dark(c.ink.soft, 0.15)
    c.rect(x - 3, -2, 8, 15, steel)
    c.soft(form("-5,12 7,12 14,21 -12,21", x, 0), c.light(steel, 0.15), 0.6)
    c.rect(x - 12, 20.4, 26, 1.8, c.dark(steel, 0.2))


def _shelf(c: Canvas, x: float, y: float) -> None:
    c.rect(x - 2, y + 12, 15, 1, c.ink.wood)
    for k in range(3):
        tint = c.rng.choice((c.ink.glow, c.ink.spot, c.ink.leaf, c.ink.main))
        c.rect(x + k * 4.2, y + 6.5, 3.2, 5.5, tint, 0.6)
        c.rect(x + 0.3 + k * 4.2, y + 5.6, 2.6, 1.2, c.dark(c.ink.wood, 0.3), 0.3)


def _worktop(c: Canvas) -> None:
    front = c.rng.choice((c.ink.paper, c.ink.main, c.ink.leaf, c.ink.soft))
    c.rect(-2, 56, 104, 24, front)
    for x in (18, 38):
        c.rect(x, 58, 0.4, 20, c.dark(front, 0.2))
        c.rect(x - 5, 61, 3, 0.8, c.ink.ink, 0.3)
    stove = mix(c.ink.ink, c.ink.deep, 0.3)
    c.rect(52, 56, 26, 24, stove)
    c.rect(54.5, 63, 21, 11, mix(stove, c.ink.glow, 0.35), 1)
    for k in range(5):
        c.dot(56.5 + k * 4.4, 59.6, 0.9, c.ink.paper)
    c.rect(-2, 55.6, 104, 2.6, c.light(c.ink.wood, 0.3))
    c.rect(51.6, 55.6, 26.8, 1.2, c.ink.ink)


def _vegetables(c: Canvas) -> None:
    c.rect(8, 54.4, 20, 1.3, c.dark(c.ink.wood, 0.15), 0.4)
    for k in range(5):
        x, tint = 10 + k * 3.6, c.rng.choice((c.ink.spot, c.ink.glow, c.ink.leaf))
        if k % 2:
            c.leaf(x, 53.4, 2.4, 0.9, c.near(0, 0.2), tint)
            c.leaf(x + 2.5, 53, 1.0, 0.5, -0.6, c.ink.pine)
        else:
            c.dot(x, 53, 1.5, tint)
            c.leaf(x, 51.5, 0.8, 0.3, 0.5, c.ink.pine)
    bowl(c, 33, 55.6, 8, c.ink.paper, False)
    if c.chance(0.6):
        plate(c, 92, 55.4, 10)
    else:
        pot(c, 92, 55.6, 9, c.ink.soft, False)


@scene("celebration")
def celebration(c: Canvas) -> None:
    """A laid table with candles, bunting above, people close together."""
    room(c, 62, c.rng.choice((0, 2, 3, 3, 4)))
    window(c, 36, 12, 28, 22, bars=2)
    bunting(c, -3, 52, 3, 6)
    bunting(c, 48, 103, 3, 6)
    for x in (18.0, 82.0):
        pendant(c, x, 16, 4)
    n = c.rng.choice((6, 6, 8))
    places = spread(c, n, 13, 87, 1)
    for x, look in sorted(zip(places, crowd(c, n, 2, 2), strict=True), key=lambda p: p[1].child):
        hands = c.rng.choice(
            (
                ((-0.12, -0.2), (0.14, -0.02)),
                ((-0.15, 0.3), (0.12, -0.24)),
                ((-0.06, -0.2), (0.06, -0.2)),
                ((-0.14, -0.05), (0.16, -0.24)),
                ((-0.15, 0.28), (0.15, 0.3)),
            )
        )
        pose = Pose(*hands, facing=max(-0.6, min(0.6, (50 - x) / 40)))
        person(c, x, 70 if look.child else 75, look, pose, 43)
    cloth(c, 8, 58, 84, 24, c.rng.choice((c.ink.paper, c.ink.snow, c.ink.glow)))
    _feast(c)


def _feast(c: Canvas) -> None:
    for x in (28, 40, 62, 74):
        lantern(c, x + c.near(0, 1), 60.5, c.rng.uniform(1.2, 1.6))
    _cake(c, 51 + c.near(0, 2), 60.5)
    kinds = c.rng.sample(("cups", "buns", "fruit", "cups", "buns"), 4)
    for x, kind in zip((16, 33, 70, 84), kinds, strict=True):
        if kind == "cups":
            cup(c, x - 1.8, 61.5, 1.3)
            cup(c, x + 2.2, 62.4, 1.3)
        elif kind == "buns":
            plate(c, x, 62.4, 10)
        else:
            bowl(c, x, 62.4, 9, c.ink.spot)


def _cake(c: Canvas, x: float, y: float) -> None:
    icing = c.rng.choice((c.ink.snow, c.ink.leaf, c.ink.spot))
    c.oval(x, y + 1.6, 9.5, 1.2, c.light(c.ink.soft, 0.3))
    c.rect(x - 7.4, y - 5.6, 14.8, 7, mix(c.ink.wood, c.ink.glow, 0.5), 0.8)
    c.soft(form("-7.8,-7 7.8,-7 7.6,-3 4,-1.8 1.5,-3.4 -2,-1.6 -5,-3.2 -7.6,-2.2", x, y), icing, 1)
    for k in range(-2, 3):
        c.rect(x + k * 2.6 - 0.3, y - 10, 0.6, 3.2, c.ink.main)
        c.leaf(x + k * 2.6, y - 10.8, 0.35, 0.8, 0, c.ink.glow)
    c.glow(x, y - 9, 9, c.ink.glow, 0.25)


@scene("kitchen")
def baking_table(c: Canvas) -> None:
    """A kitchen table in front: dough, bowls, a rolling pin; the pot steams behind."""
    wall = room(c, 61, c.rng.choice((0, 1, 2, 4)))
    window(c, 12, 8, 26, 24, curtains=True)
    _hood(c, 74)
    front = c.rng.choice((c.ink.main, c.ink.leaf, c.ink.soft, c.ink.spot))
    c.rect(52, 44, 52, 18, front)
    c.rect(62, 44, 22, 18, c.dark(c.ink.deep, 0.5))
    c.rect(50.6, 42.6, 54, 1.9, mix(c.ink.wood, wall, 0.3))
    pot(c, 73, 42.6, 12, c.rng.choice((c.ink.glow, c.ink.spot, c.ink.deep)))
    people = crowd(c, 3, c.rng.randint(0, 2), c.rng.randint(0, 1))
    for x, look in zip((22.0, 50.0, 78.0), people, strict=True):
        toward = (50 - x) / 60
        pose = Pose((-0.1, -0.25), (0.12, -0.25), toward, nod=0.8, lean=toward * 0.05, apron=True)
        person(c, x, 70 if look.child else 79, look, pose, 48)
    table(c, 4, 58, 92, 20, 9)
    for x, thing in zip(
        (21, 50, 79), c.rng.sample((_dough, _peels, _tray, _dough), 3), strict=True
    ):
        thing(c, x, 63)
    for x in c.rng.sample((35.0, 64.0, 91.0), 2):
        bowl(c, x, 64.5, 10, c.rng.choice((c.ink.paper, c.ink.spot, c.ink.glow)), c.chance(0.4))


def _dough(c: Canvas, x: float, y: float) -> None:
    c.oval(x, y + 0.6, 9, 2, sheer(c.ink.snow, 0.75))
    c.curve(
        form("-5,0 -3.4,-3 1,-3.6 4.8,-1.4 4.6,1 -3,1.2", x, y), mix(c.ink.paper, c.ink.glow, 0.2)
    )
    pin = mix(c.ink.wood, c.ink.glow, 0.35)
    c.line([(x + 1, y + 2.2), (x + 11, y + 0.4)], 1.7, pin)
    c.line([(x - 1, y + 2.5), (x + 13, y)], 0.7, c.dark(pin, 0.3))


def _peels(c: Canvas, x: float, y: float) -> None:
    c.soft(form("-8,-1.4 8,-1.6 8.4,2.2 -8.4,2.4", x, y), c.dark(c.ink.wood, 0.12), 0.8)
    for k in range(5):
        px = x - 5.6 + k * 2.8
        c.leaf(
            px,
            y - 0.4 + (k % 2) * 0.9,
            1.7,
            1.2,
            c.near(0, 0.5),
            mix(c.ink.glow, c.ink.paper, 0.35),
        )
        c.arc(px + 0.6, y + 1, 1.1, 20, 200, 0.3, c.dark(c.ink.glow, 0.25))


def _tray(c: Canvas, x: float, y: float) -> None:
    c.soft(form("-8.4,-2.4 8.4,-2.4 9.4,2.6 -9.4,2.6", x, y), c.dark(c.ink.soft, 0.35), 0.8)
    bun = mix(c.ink.wood, c.ink.glow, 0.45)
    for k in range(8):
        px, py = x - 6 + (k % 4) * 4, y - 1 + (k // 4) * 2.2
        c.oval(px, py, 1.6, 1, bun)
        c.arc(px, py, 0.7, 0, 270, 0.2, c.light(bun, 0.55))


@scene("kitchen")
def small_kitchen(c: Canvas) -> None:
    """A narrow kitchen: coffee on the worktop, pans on hooks, two at work under the window."""
    room(c, 66, c.rng.choice((0, 1, 2, 4)))
    window(c, 30, 6, 40, 27, bars=2, curtains=c.chance(0.5))
    _hooks(c, 76)
    for x in (2.0, 14.0):
        c.rect(x, 8, 11, 22, c.ink.paper, 0.4)
        c.rect(x + (8.6 if x < 5 else 1.4), 24, 0.9, 3, c.ink.ink, 0.3)
    people = crowd(c, c.rng.choice((1, 2, 2)), 0, c.rng.randint(0, 1))
    for x, look in zip((38, 64), people, strict=False):
        toward = 0.5 if x < 50 else -0.5
        hands = c.rng.choice((((-0.1, -0.2), (0.12, -0.2)), ((-0.16, -0.08), (0.1, -0.22))))
        person(c, x, 82, look, Pose(*hands, facing=toward, nod=0.5, apron=c.chance(0.7)), 52)
    _worktop(c)
    _coffee_maker(c, 88, 55.6)
    pot(c, 63, 55.6, 15, c.rng.choice((c.ink.spot, c.ink.main, c.ink.glow)))
    cup(c, 76, 55.6, 1.5)
    if c.chance(0.5):
        plate(c, 12, 55.4, 11)
    else:
        pot_plant(c, 12, 55.6, 1.3)
    bowl(c, 27, 55.6, 10, c.ink.paper)


def _hooks(c: Canvas, x: float) -> None:
    c.rect(x, 10, 22, 0.9, c.dark(c.ink.wood, 0.2))
    for k, r in enumerate((3.2, 2.4, 2.8)):
        px = x + 4 + k * 7
        c.line([(px, 11), (px, 16)], 0.8, c.ink.ink)
        c.dot(px, 16 + r, r, (c.ink.spot, c.dark(c.ink.deep, 0.3), c.ink.glow)[k])
        c.dot(px, 16 + r, r * 0.72, c.dark((c.ink.spot, c.ink.deep, c.ink.glow)[k], 0.25))


def _coffee_maker(c: Canvas, x: float, y: float) -> None:
    dark = c.dark(c.ink.deep, 0.4)
    c.soft(form("-5,-15 5,-15 5,-11 1.4,-10.6 1.4,-1.4 5,-1.4 5,0 -5,0", x, y), dark, 0.6)
    c.soft(form("1.8,-8.6 6,-8.6 5.4,-1.4 2.4,-1.4", x, y), sheer(c.ink.snow, 0.6), 0.6)
    c.soft(form("2,-5 5.8,-5 5.4,-1.5 2.4,-1.5", x, y), c.dark(c.ink.wood, 0.55), 0.5)
    c.dot(x - 2.6, y - 5, 0.7, c.ink.spot)


@scene("celebration", weight=1)
def outdoor_feast(c: Canvas) -> None:
    """The same joy outdoors: a long table under a tree, lanterns and flags."""
    if c.snowy:
        c.season = "summer"
    when = c.rng.choice(("day", "dusk", "dusk"))
    sky(c, when, 44)
    hill(c, 42, 8, mix(c.ink.pine, haze(c, when), 0.5), 0.8)
    block(c, 4, 47, 40, 3, when, far=0.3)
    block(c, 62, 47, 44, 3, when, far=0.25)
    land = shaded(c, ground(c), when)
    hill(c, 50, 4, land, 0.5)
    for x in (3.0, 97.0):
        c.rng.choice((tree, birch))(c, x, 58, 46)
    bunting(c, -3, 50, 8, 6)
    bunting(c, 50, 103, 8, 6)
    n = c.rng.choice((5, 6))
    for x, look in zip(spread(c, n, 16, 84, 1), crowd(c, n, 2, 1), strict=True):
        up = ((-0.14, 0.3), (0.12, -0.24)) if c.chance(0.3) else ((-0.1, -0.2), (0.13, -0.04))
        pose = Pose(*up, facing=max(-0.6, min(0.6, (50 - x) / 40)))
        person(c, x, 70 if look.child else 75, look, pose, 41)
    cloth(c, 8, 58, 84, 24, c.rng.choice((c.ink.paper, c.ink.snow)))
    _feast(c)
