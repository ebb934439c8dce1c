"""Scenes where people sit together around a table."""

from dataclasses import replace

from .canvas import Canvas
from .figures import Pose, person
from .groups import at_table, crowd, from_behind, spread
from .looks import someone
from .palettes import mix, sheer
from .registry import scene
from .rooms import clock, framed, pendant, radiator, room, sunlight, window
from .things import (
    bowl, bubble, chair, chess_lamp, cup, note, open_book, pencil, plate, pot_plant, sheet, table,
)


def _backwall(c: Canvas, x: float, w: float) -> None:
    when = window(c, x, 8, w, 26, bars=c.rng.choice((1, 2)), curtains=c.chance(0.35))
    radiator(c, x + 1, 44, w - 2)
    sunlight(c, x - 4, 62, w, when)


@scene("meeting")
def meeting(c: Canvas) -> None:
    """People around a table with papers; one asks for the word."""
    room(c, 60)
    _backwall(c, 62, 26)
    _whiteboard(c, 12, 9, 32, 21)
    pendant(c, 50, 12, 5)
    n = c.rng.randint(4, 6)
    people = crowd(c, n, 0, 1)
    places = spread(c, n, 16, 84, 1.2)
    at_table(c, places[1:], 73, 42, people[1:], 50)
    asking = Pose((-0.16, 0.3), (0.1, -0.2), 0.2, legs="sit")
    person(c, places[0], 73, people[0], asking, 42)
    table(c, 6, 56, 88, 20, 7)
    for x in spread(c, n, 18, 82, 2):
        sheet(c, x, 59.6, 4.6, c.near(0, 0.5), 4, tall=1.0)
        if c.chance(0.7):
            cup(c, x + 5, 60, 1.15)
    if c.chance(0.75):
        from_behind(c, c.rng.uniform(28, 40), 82, 46)
        if c.chance(0.6):
            from_behind(c, c.rng.uniform(64, 76), 82, 46)


def _whiteboard(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    c.rect(x - 0.8, y - 0.8, w + 1.6, h + 1.6, mix(c.ink.ink, c.ink.soft, 0.5))
    c.rect(x, y, w, h, c.ink.snow)
    for i in range(3):
        c.line([(x + 3, y + 4 + i * 4), (x + c.rng.uniform(10, 15), y + 4 + i * 4)], 0.5, c.rng.choice((c.ink.ink, c.ink.spot)))
    cx, cy = x + w * 0.72, y + h * 0.5
    c.arc(cx, cy, 5, 0, 360, 0.5, c.ink.main)
    c.line([(cx - 8, cy - 5), (cx - 4, cy - 2)], 0.5, c.ink.spot)
    note(c, x + w * 0.5, y + h * 0.75, 4, c.ink.glow, 0.1)


@scene("cafe")
def cafe(c: Canvas) -> None:
    """Small tables, cups and a counter with a coffee machine."""
    room(c, 58)
    window(c, 8, 9, 24, 26, curtains=True)
    _counter(c)
    for x in (20, 46):
        pendant(c, x, c.rng.uniform(9, 14), 4)
    first, second = crowd(c, 2, 0, c.rng.randint(0, 1))
    x = c.rng.uniform(26, 32)
    for side, look in ((-1, first), (1, second)):
        chair(c, x + side * 14, 72, 20, -side)
        hands = c.rng.choice((((-side * 0.2, -0.16), (-side * 0.24, -0.12)), ((-side * 0.22, 0.02), (-side * 0.22, -0.16))))
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
        c.rect(60 + i * 5, 55, 0.3, 22, mix(tint, c.ink.ink, 0.2))
    c.rect(56.5, 50.4, 48, 2.2, mix(c.ink.wood, c.ink.paper, 0.2), 0.5)
    cup(c, held.right[0], held.right[1] + 1, 1.3)
    c.rect(63, 40, 10, 10.4, mix(c.ink.soft, c.ink.ink, 0.1), 1)
    c.rect(63, 40, 10, 2.6, c.ink.ink, 0.8)
    c.rect(65, 44.5, 6, 0.8, c.ink.ink)
    cup(c, 68, 50.2, 1.1)
    plate(c, 93.5, 50.2, 9)


@scene("language-cafe")
def language_cafe(c: Canvas) -> None:
    """Word cards on a table, cups, and speech in the air."""
    room(c, 60)
    _backwall(c, c.rng.choice((10, 62)), 26)
    n = c.rng.randint(3, 5)
    people = crowd(c, n, 0, 1)
    places = spread(c, n, 18, 82, 2)
    held = at_table(c, places, 73, 43, people, 50)
    tints = c.rng.sample((c.ink.paper, c.ink.glow, c.ink.soft, c.ink.spot), 3)
    for i, k in enumerate(sorted(c.rng.sample(range(n), min(n, 3)))):
        x, y = held[k].head
        bubble_at = c.near(x + 3, 3), y - 17 - c.rng.uniform(0, 2)
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
        c.curve([(x, y + 2.2), (x - 2.4, y - 0.4), (x - 1.2, y - 2), (x, y - 1), (x + 1.2, y - 2), (x + 2.4, y - 0.4)],
                c.ink.spot if tint != c.ink.spot else c.ink.paper)
    else:
        c.line([(x - 3.4, y + 0.8), (x - 1.5, y - 1), (x, y + 0.8), (x + 1.6, y - 0.8), (x + 3.4, y + 0.6)], 0.6, ink)


def _card(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.snow, c.ink.glow, c.ink.soft, c.ink.snow))
    c.rect(x - 2.6, y - 2, 5.2, 3.6, tint, 0.4)
    kind = c.rng.randrange(3)
    if kind == 0:
        c.dot(x, y - 0.4, 1, c.ink.spot)
    elif kind == 1:
        c.poly([(x - 1.4, y + 0.8), (x, y - 1.4), (x + 1.4, y + 0.8)], c.ink.pine)
    else:
        c.line([(x - 1.6, y - 0.2), (x + 1.6, y - 0.2)], 0.5, c.ink.ink)


@scene("homework")
def homework(c: Canvas) -> None:
    """Exercise books under a lamp; someone older helps."""
    room(c, 60)
    when = window(c, 9, 9, 24, 26, curtains=c.chance(0.5))
    sunlight(c, 8, 62, 22, when)
    _sums(c, 60, 8)
    helper = someone(c, c.rng.choice(("old", "", "teen")))
    person(c, 50, 72, helper, Pose((-0.22, -0.2), (0.1, -0.22), -0.4, lean=-0.08), 43)
    kids = [replace(someone(c, c.rng.choice(("child", "teen"))), tall=0.82) for _ in range(c.rng.randint(2, 3))]
    for x, look in zip((33, 70, 15), kids, strict=False):
        held = person(c, x, 72, look, Pose((-0.09, -0.2), (0.09, -0.2), 0.3 if x < 50 else -0.3, legs="sit", nod=0.8), 43)
        pencil(c, held.right[0] + 0.4, held.right[1] + 1, 4.6, -1.0)
    table(c, 6, 57, 88, 19, 7)
    for x in (34, 70, 16)[:len(kids)]:
        open_book(c, x + 1, 61, 11, c.rng.choice(c.ink.cloth[:4]))
    for x in c.rng.sample((46, 53, 83), 2):
        c.dot(x, 60.4, 1.5, c.rng.choice((c.ink.spot, c.ink.leaf)))
    chess_lamp(c, 86, 59, 1.7, -1)
    for i, tint in enumerate(c.rng.sample(c.ink.cloth[:6], 3)):
        c.rect(45 + i * 0.5, 61.6 - i * 1.5, 11 - i, 1.4, tint, 0.3)


def _sums(c: Canvas, x: float, y: float) -> None:
    board, chalk = c.rng.choice(((c.ink.pine, c.ink.paper), (c.ink.snow, c.ink.ink), (c.ink.ink, c.ink.paper)))
    c.rect(x - 1, y - 1, 34, 24, c.ink.wood)
    c.rect(x, y, 32, 22, board)
    c.poly([(x + 4, y + 18), (x + 4, y + 8), (x + 14, y + 18)], mix(board, c.ink.glow, 0.6))
    c.arc(x + 25, y + 13, 4.6, 0, 360, 0.5, chalk)
    c.line([(x + 25, y + 13), (x + 25, y + 8.4)], 0.4, chalk)
    c.line([(x + 25, y + 13), (x + 29, y + 15)], 0.4, chalk)
    for k, sign in enumerate(("bar", "plus", "bar", "equal", "bar")):
        sx, sy = x + 5 + k * 3.2, y + 4
        if sign == "plus":
            c.line([(sx, sy - 1.2), (sx, sy + 1.2)], 0.4, chalk)
        if sign != "bar":
            c.line([(sx - 1.1, sy), (sx + 1.1, sy)], 0.4, chalk)
            if sign == "equal":
                c.line([(sx - 1.1, sy + 1), (sx + 1.1, sy + 1)], 0.4, chalk)
        else:
            c.line([(sx - 0.8, sy - 1.4), (sx + 0.7, sy - 1.4), (sx - 0.5, sy + 1.5)], 0.45, chalk)


@scene("mentor")
def mentor(c: Canvas) -> None:
    """Two at a table's corner, over pictures and papers."""
    room(c, 60)
    when = window(c, 60, 8, 27, 28, curtains=c.chance(0.5))
    sunlight(c, 52, 63, 26, when)
    framed(c, 14, 13, 9, 11)
    if c.chance(0.6):
        framed(c, 26, 10, 12, 15)
    pendant(c, 46, 11, 5.5)
    older, younger = someone(c, c.rng.choice(("old", ""))), someone(c, c.rng.choice(("teen", "", "")))
    person(c, 34, 75, older, Pose((-0.08, -0.21), (0.2, -0.17), 0.5, legs="sit", nod=0.5, lean=0.04), 47)
    person(c, 60, 75, younger, Pose((-0.12, -0.2), (0.06, 0.0), -0.5, legs="sit", nod=0.5, lean=-0.04), 47)
    table(c, 14, 58, 70, 18, 9)
    for i in range(c.rng.randint(4, 6)):
        _photo(c, 30 + i * 7 + c.near(0, 1.2), 62.5 + c.near(0, 1.2))
    cup(c, 22, 63, 1.6)
    cup(c, 76, 64, 1.6)
    pot_plant(c, 93, 71, 2.2)


def _photo(c: Canvas, x: float, y: float) -> None:
    c.rect(x - 3, y - 2.6, 6, 5, c.ink.snow, 0.2)
    sky_tint, land = c.rng.choice(((c.ink.soft, c.ink.leaf), (c.ink.glow, c.ink.main), (c.ink.soft, c.ink.spot)))
    c.rect(x - 2.5, y - 2.1, 5, 4, sky_tint)
    c.poly([(x - 2.5, y + 1.9), (x - 2.5, y + 0.6), (x - 0.4, y - 1), (x + 2.5, y + 0.8), (x + 2.5, y + 1.9)], land)


@scene("interview")
def interview(c: Canvas) -> None:
    """Two facing each other; one talks, one writes it down."""
    wall = room(c, 60)
    window(c, 38, 8, 24, 24, bars=1)
    for x in (14, 80):
        if c.chance(0.6):
            framed(c, x, 14, 9, 11)
    asks, tells = crowd(c, 2, 0, c.rng.randint(0, 1))
    _easy_chair(c, 23, 72, 1)
    _easy_chair(c, 77, 72, -1)
    held = person(c, 25, 73, asks, Pose((0.16, -0.25), (0.2, -0.22), 1, legs="sit", nod=0.5), 46)
    sheet(c, held.right[0] + 1.4, held.right[1] - 1, 5.4, 0.45, 5)
    pencil(c, held.right[0] + 1, held.right[1] - 1.4, 5, -1.1, c.ink.spot)
    hands = c.rng.choice((((-0.28, -0.06), (-0.2, -0.2)), ((-0.26, 0.06), (-0.3, -0.1)), ((-0.2, -0.2), (-0.22, 0.1))))
    teller = person(c, 75, 73, tells, Pose(*hands, facing=-1, legs="sit", sing=True), 46)
    bubble(c, 58, 30 + c.near(0, 2), 17, 10.5, (teller.head[0] - 5, teller.head[1] - 2), mix(c.ink.paper, wall, 0.08))
    for k in range(3):
        c.line([(52.4, 27.6 + k * 2.6), (52.4 + c.rng.uniform(7, 11.5), 27.6 + k * 2.6)], 0.6, mix(c.ink.ink, c.ink.paper, 0.3))
    c.line([(50, 60), (50, 73)], 1, c.ink.ink)
    c.oval(50, 73.4, 5, 0.8, c.ink.ink)
    c.oval(50, 60, 9, 1.4, c.ink.wood)
    cup(c, 46.4, 60, 1.4)
    c.rng.choice((lambda: pot_plant(c, 53, 60, 0.9), lambda: cup(c, 53.4, 60, 1.4), lambda: bowl(c, 53.4, 60, 5, c.ink.spot)))()


def _easy_chair(c: Canvas, x: float, y: float, side: int) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.pine, c.ink.main, c.ink.glow))
    for dx in (-6, 6):
        c.limb([(x + dx, y - 5), (x + dx * 1.2, y + 1.6)], 1.1, 0.7, mix(c.ink.wood, c.ink.ink, 0.4))
    c.soft([(x - side * 11, y - 26), (x - side * 6, y - 27), (x - side * 4, y - 8), (x - side * 9, y - 6)], mix(tint, c.ink.ink, 0.14), 2.4)
    c.soft([(x - side * 9, y - 13), (x + side * 9, y - 12), (x + side * 8, y - 5), (x - side * 9, y - 5)], tint, 2.2)


@scene("workshop")
def workshop(c: Canvas) -> None:
    """Hands at work around a big table: notes, boards, paint and tools."""
    wall = room(c, 60)
    window(c, 66, 8, 24, 24, bars=2)
    _pegboard(c, 10, 9, 40, 22)
    people = crowd(c, c.rng.randint(3, 4), 0, c.rng.randint(0, 1))
    for x, look in zip(spread(c, len(people), 20, 82, 2), people, strict=True):
        hands = c.rng.choice((((-0.12, -0.3), (0.18, -0.26)), ((-0.2, -0.26), (0.12, 0.04)), ((-0.16, -0.28), (0.16, -0.28))))
        held = person(c, x, 76, look, Pose(*hands, facing=(50 - x) / 60, nod=0.5, lean=(50 - x) / 500, apron=c.chance(0.6)), 44)
        if hands[1][1] > 0:
            _hammer(c, *held.right)
    table(c, 6, 58, 88, 18, 8, mix(c.ink.wood, wall, 0.2))
    for i in range(9):
        x = 14 + i * 9 + c.near(0, 1.5)
        c.rng.choice((_plank, _paint, _slip, _slip, _brush))(c, x, 62.5 + c.near(0, 1.3))
    if c.chance(0.5):
        person(c, c.rng.uniform(30, 70), 92, someone(c), Pose((-0.2, -0.2), (0.24, -0.12), back=True, legs="none"), 48)


def _pegboard(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    c.rect(x, y, w, h, mix(c.ink.wood, c.ink.paper, 0.45))
    for i in range(5):
        tx = x + 5 + i * 7.6
        tint = c.rng.choice((c.ink.spot, c.ink.ink, c.ink.main))
        kind = c.rng.randrange(4)
        if kind == 0:
            c.rect(tx - 0.6, y + 6, 1.2, 11, c.ink.wood, 0.4)
            c.rect(tx - 2.8, y + 4, 5.6, 3, c.ink.ink, 0.5)
        elif kind == 1:
            c.poly([(tx - 1.6, y + 10), (tx + 1.6, y + 10), (tx + 0.6, y + 19), (tx - 1.2, y + 19)], c.ink.soft)
            c.rect(tx - 2.2, y + 5, 4.4, 5.4, tint, 1)
        elif kind == 2:
            c.arc(tx, y + 6, 2, 130, 410, 1.1, c.ink.ink)
            c.line([(tx, y + 8), (tx, y + 18)], 1.3, c.ink.ink)
        else:
            c.rect(tx - 0.9, y + 4, 1.8, 6, tint, 0.8)
            c.rect(tx - 0.35, y + 10, 0.7, 8, c.ink.soft)


def _hammer(c: Canvas, x: float, y: float) -> None:
    c.line([(x, y + 1), (x + 1.4, y - 6)], 0.8, mix(c.ink.wood, c.ink.ink, 0.3))
    c.rect(x - 1.4, y - 8, 5.6, 2.4, c.ink.ink, 0.4)


def _plank(c: Canvas, x: float, y: float) -> None:
    c.poly([(x - 5, y - 1), (x + 4.6, y - 2), (x + 5, y), (x - 4.6, y + 1)], mix(c.ink.wood, c.ink.glow, 0.5))


def _paint(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.glow, c.ink.main, c.ink.leaf))
    c.rect(x - 1.8, y - 3.4, 3.6, 4.2, mix(c.ink.soft, c.ink.ink, 0.12), 0.4)
    c.oval(x, y - 3.4, 1.8, 0.5, tint)
    c.rect(x - 1.8, y - 2.2, 3.6, 1.4, tint)


def _slip(c: Canvas, x: float, y: float) -> None:
    note(c, x, y - 0.6, 4, c.rng.choice((c.ink.glow, c.ink.snow, c.ink.soft, c.ink.spot)), c.near(0, 0.4))


def _brush(c: Canvas, x: float, y: float) -> None:
    pencil(c, x - 3, y, 7, -0.2, c.ink.spot)


__all__ = ["cafe", "homework", "interview", "language_cafe", "meeting", "mentor", "sheer", "workshop"]
