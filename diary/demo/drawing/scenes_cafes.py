"""Scenes around coffee: the café and the language café."""

from dataclasses import replace

from .body import Pose
from .canvas import Canvas, form
from .figures import person
from .groups import at_table, crowd, from_behind, spread
from .looks import dressed, someone
from .palettes import mix
from .registry import scene
from .rooms import pendant, radiator, room, window
from .scenes_tables import back_wall
from .things import bubble, chair, cup, plate, pot_plant, table


@scene("cafe")
def cafe(c: Canvas) -> None:
    """Small tables, cups and a counter with a coffee machine."""
    room(c, 58)
    window(c, 8, 9, 24, 26, curtains=True)
    _counter(c)
    for x in (20.0, 46.0):
        pendant(c, x, c.rng.uniform(9, 14), 4)
    first, second = crowd(c, 2, 0, c.rng.randint(0, 1))
    x = c.rng.uniform(26, 32)
    for side, look in ((-1, first), (1, second)):
        chair(c, x + side * 14, 72, 20, -side)
        hands = c.rng.choice(
            (
                ((-side * 0.2, -0.16), (-side * 0.24, -0.12)),
                ((-side * 0.22, 0.02), (-side * 0.22, -0.16)),
            )
        )
        person(c, x + side * 14, 72, look, Pose(*hands, facing=-side, legs="sit"), 38)
    c.line([(x, 56), (x, 72)], 1.2, c.ink.ink)
    c.oval(x, 72.4, 6, 0.9, c.ink.ink)
    c.rect(x - 9, 55.6, 18, 1.8, mix(c.ink.paper, c.ink.wood, 0.15), 0.9)
    cup(c, x - 4.5, 55.6, 1.3)
    cup(c, x + 4.5, 55.6, 1.3)
    plate(c, x, 55.6, 6)
    if c.chance(0.6):
        pot_plant(c, 4, 72, 1.9)


def _counter(c: Canvas) -> None:
    c.rect(62, 15, 34, 1, c.ink.wood)
    for i in range(7):
        cup(c, 65 + i * 4.6, 15, 1.1, steam=False)
    board = mix(c.ink.ink, c.ink.deep, 0.4)
    c.rect(66, 19, 13, 12, board)
    for i in range(4):
        c.line([(68, 21.5 + i * 2.3), (c.rng.uniform(71, 77), 21.5 + i * 2.3)], 0.4, c.ink.paper)
    behind = someone(c, c.rng.choice(("teen", "teen", "")))
    held = person(c, 84, 72, behind, Pose((-0.14, -0.2), (0.2, -0.1), -0.3, apron=True), 39)
    tint = c.rng.choice((c.ink.main, c.ink.spot, c.ink.pine, c.ink.deep))
    c.rect(58, 52, 46, 26, tint)
    for i in range(9):
        c.rect(60 + i * 5, 55, 0.3, 22, c.dark(tint, 0.2))
    c.rect(56.5, 50.4, 48, 2.2, c.light(c.ink.wood, 0.2), 0.5)
    cup(c, held.right[0], held.right[1] + 1, 1.3)
    c.rect(63, 40, 10, 10.4, c.dark(c.ink.soft, 0.1), 1)
    c.rect(63, 40, 10, 2.6, c.ink.ink, 0.8)
    c.rect(65, 44.5, 6, 0.8, c.ink.ink)
    cup(c, 68, 50.2, 1.1)
    plate(c, 93.5, 50.2, 9)


@scene("language-cafe")
def language_cafe(c: Canvas) -> None:
    """Word cards on a table, cups, and speech in the air."""
    room(c, 60)
    back_wall(c, c.rng.choice((10, 62)), 26)
    n = c.rng.randint(3, 5)
    people = crowd(c, n, 0, 1)
    places = spread(c, n, 18, 82, 2)
    held = at_table(c, places, 73, 43, people, 50)
    tints = c.rng.sample((c.ink.snow, c.ink.glow, c.ink.spot), 3)
    for i, k in enumerate(sorted(c.rng.sample(range(n), min(n, 3)))):
        x, y = held[k].head
        bubble_at = (c.near(x + 3, 3), y - 17 - c.rng.uniform(0, 2))
        bubble(c, *bubble_at, 13, 8, (x + 2, y - held[k].r * 1.7), tints[i])
        _word(c, *bubble_at, tints[i])
    table(c, 7, 56, 86, 20, 8)
    for i in range(8):
        x = 16 + i * 9.6 + c.near(0, 1.5)
        if i % 3 == 2:
            cup(c, x, 60.5, 1.3)
        else:
            _card(c, x, 60 + c.near(0, 1.4))
    from_behind(c, c.rng.uniform(42, 58), 83, 46)


def _word(c: Canvas, x: float, y: float, tint: tuple[int, int, int]) -> None:
    ink = c.ink.ink
    kind = c.rng.randrange(4)
    if kind == 0:
        for k in (-1, 0, 1):
            c.dot(x + k * 2.6, y, 0.7, ink)
    elif kind == 1:
        c.line([(x - 4, y - 1), (x + 3.6, y - 1)], 0.6, ink)
        c.line([(x - 4, y + 1.2), (x + 1, y + 1.2)], 0.6, ink)
    elif kind == 2:
        c.curve(
            form("0,2.2 -2.4,-0.4 -1.2,-2 0,-1 1.2,-2 2.4,-0.4", x, y),
            c.ink.spot if tint != c.ink.spot else c.ink.paper,
        )
    else:
        c.line(form("-3.4,0.8 -1.5,-1 0,0.8 1.6,-0.8 3.4,0.6", x, y), 0.6, ink)


def _card(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.snow, c.ink.glow, c.ink.soft, c.ink.snow))
    c.rect(x - 2.6, y - 2, 5.2, 3.6, tint, 0.4)
    kind = c.rng.randrange(3)
    if kind == 0:
        c.dot(x, y - 0.4, 1, c.ink.spot)
    elif kind == 1:
        c.poly(form("-1.4,0.8 0,-1.4 1.4,0.8", x, y), c.ink.pine)
    else:
        c.line([(x - 1.6, y - 0.2), (x + 1.6, y - 0.2)], 0.5, c.ink.ink)


@scene("cafe")
def at_the_counter(c: Canvas) -> None:
    """A long counter: the young serve, a guest is handed a cup."""
    room(c, 64, c.rng.choice((0, 1, 2, 4)))
    window(c, 4, 8, 20, 30, curtains=c.chance(0.5))
    c.rect(36, 9, 24, 17, c.dark(c.ink.deep, 0.4))
    for k in range(5):
        c.line(
            [(39, 12.4 + k * 2.6), (39 + c.rng.uniform(7, 17), 12.4 + k * 2.6)], 0.5, c.ink.paper
        )
    for y in (16.0, 27.0):
        c.rect(68, y, 28, 1, c.ink.wood)
        for k in range(6):
            cup(c, 70.6 + k * 4.6, y, 1.15, steam=False)
    for x in (33.0, 64.0, 92.0):
        pendant(c, x, c.rng.uniform(4, 6), 3.4)
    for x, kind in zip((56, 78), ("teen", c.rng.choice(("teen", ""))), strict=True):
        hands = ((-0.28, -0.12), (0.1, -0.2)) if x < 60 else ((-0.1, -0.2), (0.13, -0.16))
        held = person(c, x, 83, someone(c, kind), Pose(*hands, facing=-0.4, apron=True), 52)
        if x < 60:
            cup(c, held.left[0] - 1, held.left[1] + 1.2, 1.5)
    _long_counter(c)
    guest = dressed(c, someone(c, c.rng.choice(("", "old", "child"))))
    lift = 6 if guest.child else 0
    person(c, 19, 76 - lift, guest, Pose((0.2, -0.1), (0.3, -0.05), 0.9, lean=0.03), 46)


def _long_counter(c: Canvas) -> None:
    tint = c.rng.choice((c.ink.main, c.ink.spot, c.ink.pine, c.ink.deep))
    c.rect(30, 54, 76, 26, tint)
    for k in range(12):
        c.rect(33 + k * 6, 57, 3.4, 22, c.dark(tint, 0.12), 0.4)
    c.rect(28.4, 52, 78, 2.6, mix(c.ink.wood, c.ink.paper, 0.25), 0.5)
    plate(c, 67, 51.8, 12)
    c.rect(85, 45.6, 7, 6.4, c.dark(c.ink.soft, 0.2), 0.5)
    c.rect(86, 46.6, 5, 1.8, c.ink.snow)
    c.rect(84, 50, 9, 2, c.dark(c.ink.soft, 0.4), 0.4)


@scene("cafe")
def small_tables(c: Canvas) -> None:
    """Two small tables by a large window, talk across the cups."""
    room(c, 57)
    window(c, 24, 6, 52, 30, bars=3, curtains=True)
    radiator(c, 30, 45, 40)
    for x in (27.0, 73.0):
        pendant(c, x, c.rng.uniform(10, 13), 4.4)
    people = crowd(c, 4, c.rng.randint(0, 1), 1)
    for middle, pair, y in ((27.0, people[:2], 71.0), (74.0, people[2:], 74.0)):
        for side, look in zip((-1, 1), pair, strict=True):
            x = middle + side * 13
            chair(c, x, y, 20, -side)
            hands = c.rng.choice((((0.2, -0.16), (0.24, -0.12)), ((0.14, 0.04), (0.24, -0.14))))
            (au, av), (bu, bv) = hands
            pose = Pose((-side * au, av), (-side * bu, bv), -side, legs="sit")
            grown = replace(look, tall=0.84) if look.child else look
            person(c, x, y, grown, pose, 38)
        _round_table(c, middle, y)
    pot_plant(c, 50, 60, 1.6)


def _round_table(c: Canvas, x: float, y: float) -> None:
    c.line([(x, y - 16), (x, y)], 1.2, c.ink.ink)
    c.oval(x, y + 0.4, 6, 0.9, c.ink.ink)
    c.rect(x - 8, y - 16.4, 16, 1.8, mix(c.ink.paper, c.ink.wood, 0.15), 0.9)
    cup(c, x - 4.5, y - 16.4, 1.3)
    cup(c, x + 4.5, y - 16.4, 1.3)
    if c.chance(0.6):
        pot_plant(c, x, y - 16.4, 0.5)
    else:
        plate(c, x, y - 16.4, 5)
