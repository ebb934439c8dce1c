"""Scenes where people sit together around a table."""

from dataclasses import replace
from itertools import pairwise

from .body import Pose
from .canvas import Canvas, form
from .figures import person
from .groups import at_table, crowd, from_behind, spread
from .looks import someone
from .palettes import mix
from .registry import scene
from .rooms import framed, pendant, radiator, room, sunlight, window
from .things import (
    bowl,
    bubble,
    chair,
    chess_lamp,
    cup,
    note,
    open_book,
    pencil,
    pot_plant,
    sheet,
    table,
)


def back_wall(c: Canvas, x: float, w: float) -> None:
    """A window with its radiator, and what it throws on the floor."""
    when = window(c, x, 8, w, 26, bars=c.rng.choice((1, 2)), curtains=c.chance(0.35))
    radiator(c, x + 1, 44, w - 2)
    sunlight(c, x - 4, 62, w, when)


@scene("meeting")
def meeting(c: Canvas) -> None:
    """People around a table with papers; one asks for the word."""
    room(c, 60)
    back_wall(c, 62, 26)
    _whiteboard(c, 12, 9, 32, 21)
    pendant(c, 50, 12, 5)
    n = c.rng.choice((4, 5, 5, 6))
    people = crowd(c, n, 0, 1)
    places = spread(c, n, 15, 85, 0.8)
    asks = c.rng.randrange(n)
    held = at_table(
        c, places[:asks] + places[asks + 1 :], 74, 43, people[:asks] + people[asks + 1 :], 50
    )
    hand = ((-0.16, 0.32), (0.1, -0.2)) if places[asks] < 50 else ((-0.1, -0.2), (0.16, 0.32))
    held.append(
        person(
            c,
            places[asks],
            74,
            people[asks],
            Pose(*hand, facing=(50 - places[asks]) / 60, legs="sit"),
            43,
        )
    )
    table(c, 5, 57, 90, 20, 7)
    for k, x in enumerate(places):
        sheet(c, x, 60.8, 5.4, c.near(0, 0.4), 4, tall=0.9)
        if k % 2 or c.chance(0.4):
            cup(c, x + 6, 61.4, 1.35)
    gaps = [(a + b) / 2 for a, b in pairwise(places)]
    for x in c.rng.sample(gaps, c.rng.choice((0, 1, 1, 2))):
        from_behind(c, x, 86, 46)


def _whiteboard(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    c.rect(x - 0.8, y - 0.8, w + 1.6, h + 1.6, mix(c.ink.ink, c.ink.soft, 0.5))
    c.rect(x, y, w, h, c.ink.snow)
    for i in range(3):
        c.line(
            [(x + 3, y + 4 + i * 4), (x + c.rng.uniform(10, 15), y + 4 + i * 4)],
            0.5,
            c.rng.choice((c.ink.ink, c.ink.spot)),
        )
    cx, cy = x + w * 0.72, y + h * 0.5
    c.arc(cx, cy, 5, 0, 360, 0.5, c.ink.main)
    c.line([(cx - 8, cy - 5), (cx - 4, cy - 2)], 0.5, c.ink.spot)
    note(c, x + w * 0.5, y + h * 0.75, 4, c.ink.glow, 0.1)


@scene("homework", mirror=False)
def homework(c: Canvas) -> None:
    """Exercise books under a lamp; someone older helps."""
    room(c, 60)
    when = window(c, 9, 9, 24, 26, curtains=c.chance(0.5))
    sunlight(c, 8, 62, 22, when)
    _sums(c, 60, 8)
    helper = someone(c, c.rng.choice(("old", "", "teen")))
    person(c, 50, 72, helper, Pose((-0.22, -0.2), (0.1, -0.22), -0.4, lean=-0.08), 43)
    kids = [
        replace(someone(c, c.rng.choice(("child", "teen"))), tall=0.82)
        for _ in range(c.rng.randint(2, 3))
    ]
    for x, look in zip((33, 70, 15), kids, strict=False):
        pose = Pose((-0.09, -0.2), (0.09, -0.2), 0.3 if x < 50 else -0.3, legs="sit", nod=0.8)
        held = person(c, x, 72, look, pose, 43)
        pencil(c, held.right[0] + 0.4, held.right[1] + 1, 4.6, -1.0)
    table(c, 6, 57, 88, 19, 7)
    for x in (34, 70, 16)[: len(kids)]:
        open_book(c, x + 1, 61, 11, c.rng.choice(c.ink.cloth[:4]))
    for x in c.rng.sample((46, 53, 83), 2):
        c.dot(x, 60.4, 1.5, c.rng.choice((c.ink.spot, c.ink.leaf)))
    chess_lamp(c, 86, 59, 1.7, -1)
    for i, tint in enumerate(c.rng.sample(c.ink.cloth[:6], 3)):
        c.rect(45 + i * 0.5, 61.6 - i * 1.5, 11 - i, 1.4, tint, 0.3)


def _sums(c: Canvas, x: float, y: float) -> None:
    board, chalk = c.rng.choice(
        ((c.ink.pine, c.ink.paper), (c.ink.snow, c.ink.ink), (c.ink.ink, c.ink.paper))
    )
    c.rect(x - 1, y - 1, 34, 24, c.ink.wood)
    c.rect(x, y, 32, 22, board)
    c.poly(form("4,18 4,8 14,18", x, y), mix(board, c.ink.glow, 0.6))
    c.arc(x + 25, y + 13, 4.6, 0, 360, 0.5, chalk)
    c.line([(x + 25, y + 13), (x + 25, y + 8.4)], 0.4, chalk)
    c.line([(x + 25, y + 13), (x + 29, y + 15)], 0.4, chalk)
    _one_and_one(c, x + 5, y + 4, chalk)


def _one_and_one(c: Canvas, x: float, y: float, chalk: tuple[int, int, int]) -> None:
    for at in (0.0, 6.0):
        c.line(form("-0.8,-0.9 0,-1.6 0,1.6", x + at, y), 0.45, chalk)
    c.line([(x + 1.9, y), (x + 4.1, y)], 0.45, chalk)
    c.line([(x + 3, y - 1.1), (x + 3, y + 1.1)], 0.45, chalk)
    for dy in (-0.5, 0.6):
        c.line([(x + 7.9, y + dy), (x + 10.1, y + dy)], 0.45, chalk)
    c.line(form("11.6,-0.9 12.5,-1.6 13.4,-0.8 11.6,1.6 13.6,1.6", x, y), 0.45, chalk)


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
    hands = c.rng.choice(
        (
            ((-0.28, -0.06), (-0.2, -0.2)),
            ((-0.26, 0.06), (-0.3, -0.1)),
            ((-0.2, -0.2), (-0.22, 0.1)),
        )
    )
    teller = person(c, 75, 73, tells, Pose(*hands, facing=-1, legs="sit", sing=True), 46)
    bubble(
        c,
        58,
        30 + c.near(0, 2),
        17,
        10.5,
        (teller.head[0] - 5, teller.head[1] - 2),
        mix(c.ink.paper, wall, 0.08),
    )
    for k in range(3):
        c.line(
            [(52.4, 27.6 + k * 2.6), (52.4 + c.rng.uniform(7, 11.5), 27.6 + k * 2.6)],
            0.6,
            c.light(c.ink.ink, 0.3),
        )
    c.line([(50, 60), (50, 73)], 1, c.ink.ink)
    c.oval(50, 73.4, 5, 0.8, c.ink.ink)
    c.oval(50, 60, 9, 1.4, c.ink.wood)
    cup(c, 46.4, 60, 1.4)
    c.rng.choice(
        (
            lambda: pot_plant(c, 53, 60, 0.9),
            lambda: cup(c, 53.4, 60, 1.4),
            lambda: bowl(c, 53.4, 60, 5, c.ink.spot),
        )
    )()


def _easy_chair(c: Canvas, x: float, y: float, side: int) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.pine, c.ink.main, c.ink.glow))
    for dx in (-6, 6):
        c.limb([(x + dx, y - 5), (x + dx * 1.2, y + 1.6)], 1.1, 0.7, c.dark(c.ink.wood, 0.4))
    c.soft(form("-11,-26 -6,-27 -4,-8 -9,-6", x, y, side, 1), c.dark(tint, 0.14), 2.4)
    c.soft(form("-9,-13 9,-12 8,-5 -9,-5", x, y, side, 1), tint, 2.2)


@scene("meeting")
def round_meeting(c: Canvas) -> None:
    """A round table: two at its ends in profile, others behind, papers between them."""
    room(c, 60)
    when = window(c, 28, 6, 44, 26, bars=3, curtains=c.chance(0.4))
    radiator(c, 34, 44, 32)
    sunlight(c, 24, 64, 34, when)
    pendant(c, 50, 13, 6)
    people = crowd(c, c.rng.randint(4, 5), 0, 1)
    at_table(c, spread(c, len(people) - 2, 38, 62, 1), 72, 43, people[2:], 50)
    for side, look in zip((-1, 1), people, strict=False):
        x = 50 + side * 33
        chair(c, x, 74, 24, -side)
        (au, av), (bu, bv) = c.rng.choice(
            (((0.26, -0.15), (0.2, -0.18)), ((0.2, 0.1), (0.26, -0.16)))
        )
        pose = Pose((-side * au, av), (-side * bu, bv), -side, legs="sit", nod=0.3)
        person(c, x, 74, look, pose, 44)
    c.limb([(50, 58), (50, 73)], 3, 2, c.dark(c.ink.wood, 0.35))
    c.oval(50, 74, 11, 1.5, c.dark(c.ink.wood, 0.35))
    c.oval(50, 59.4, 28, 5, c.dark(c.ink.wood, 0.2))
    c.oval(50, 58.6, 28, 5, c.light(c.ink.wood, 0.12))
    for x, y in ((31, 58), (41, 60.6), (53, 56.6), (60, 60.8), (69, 58)):
        sheet(c, x, y, 4.6, c.near(0, 0.6), 4, tall=0.7)
        if c.chance(0.55):
            cup(c, x + 4.4, y + 1, 1.2)


@scene("meeting", weight=1)
def hall_meeting(c: Canvas) -> None:
    """Someone tells at the board; rows of backs listen, one hand goes up."""
    room(c, 54, c.rng.choice((0, 1, 2, 3, 4)))
    _whiteboard(c, 40, 8, 42, 26)
    window(c, 6, 8, 20, 26, curtains=c.chance(0.5))
    speaker = someone(c, c.rng.choice(("", "", "old", "teen")))
    person(c, 33, 66, speaker, Pose((-0.13, -0.2), (0.28, 0.12), 0.4, sing=True), 44)
    if c.chance(0.5):
        person(c, 88, 66, someone(c), Pose((-0.08, -0.22), (0.08, -0.22), -0.5), 43)
    asks = c.rng.randrange(4)
    for row, (y, tall) in enumerate(((80.0, 40.0), (95.0, 46.0))):
        for k, x in enumerate(spread(c, 4 - row * 2, 12 + row * 18, 78 - row * 2, 1.5)):
            raised = row == 0 and k == asks
            hands = ((-0.1, -0.24), (0.15, 0.34) if raised else (0.1, -0.24))
            chair(c, x, y, tall * 0.5, 0)
            kind = c.rng.choice(("", "", "old", "teen"))
            person(c, x, y + 6, someone(c, kind), Pose(*hands, back=True, legs="none"), tall)


@scene("interview")
def across_the_table(c: Canvas) -> None:
    """Two across a small table under a lamp, a notepad between them."""
    room(c, 61, c.rng.choice((0, 1, 2, 3, 4)))
    if c.chance(0.6):
        window(c, 8, 8, 22, 27, curtains=c.chance(0.6))
    else:
        framed(c, 12, 12, 12, 15)
    pot_plant(c, 93, 73, 2.3)
    asks, tells = crowd(c, 2, 0, c.rng.randint(0, 1))
    for x, side in ((27, 1), (73, -1)):
        chair(c, x, 75, 26, side)
    person(c, 28, 76, asks, Pose((0.2, -0.17), (0.27, -0.14), 1, legs="sit", nod=0.7), 47)
    (au, av), (bu, bv) = c.rng.choice((((0.22, 0.06), (0.26, -0.12)), ((0.18, 0.16), (0.24, 0.02))))
    person(c, 72, 76, tells, Pose((-au, av), (-bu, bv), -1, legs="sit", sing=True), 47)
    table(c, 37, 57, 26, 19)
    sheet(c, 44, 56.6, 8, 0.05, 2, tall=0.14)
    pencil(c, 42, 56, 6.5, -1.0, c.ink.spot)
    cup(c, 51, 57, 1.6)
    cup(c, 58, 57, 1.6)
    c.glow(50, 26, 17, c.ink.glow, 0.3)
    c.line([(50, -2), (50, 21)], 0.24, c.ink.ink)
    c.soft(
        form("-8,5 -3,-2 3,-2 8,5", 50, 23), c.rng.choice((c.ink.spot, c.ink.pine, c.ink.deep)), 1.4
    )
    c.oval(50, 28, 4, 1, c.ink.glow)
