"""Scenes of cooking, sewing, writing and looking things up."""

import math

from .body import Pose
from .canvas import Canvas, form
from .figures import person
from .groups import crowd, reader
from .looks import Look, someone
from .palettes import BLOOD, mix, sheer
from .registry import scene
from .rooms import framed, pendant, radiator, room, sunlight, window
from .things import (
    book_row,
    chair,
    chess_lamp,
    cup,
    pencil,
    pot_plant,
    sheet,
    table,
)


@scene("sewing")
def sewing(c: Canvas) -> None:
    """A sewing machine by the window, cloth flowing from the table."""
    room(c, 62)
    when = window(c, 44, 7, 34, 32, bars=2, curtains=True)
    sunlight(c, 30, 65, 34, when)
    _threads(c, 8, 16)
    chair(c, 26, 74, 26, 1)
    who = someone(c, c.rng.choice(("", "old", "")))
    pose = Pose((0.28, -0.16), (0.33, -0.19), 1, legs="sit", nod=0.7, lean=0.08)
    person(c, 28, 75, who, pose, 46)
    fabric = c.rng.choice((c.ink.spot, c.ink.glow, c.ink.leaf, c.ink.main))
    table(c, 38, 55, 56, 21)
    _machine(c, 56, 55)
    c.soft(form("44,54.4 62,54.2 86,54 89,60 86,74 78,75 75,61 70,56.4 46,56"), fabric, 2)
    for k in range(7):
        c.dot(77 + k % 3 * 4 - k // 3, 58 + k // 3 * 5.5, 1, c.light(fabric, 0.6))
    for k in range(c.rng.randint(2, 4)):
        c.rect(78 + c.near(0, 0.6), 52.2 - k * 1.9, 13, 1.8, c.rng.choice(c.ink.cloth), 0.6)
    _spool(c, 72, 54, c.ink.spot if fabric != c.ink.spot else c.ink.glow)
    if c.chance(0.5):
        pot_plant(c, 84, 40, 0.9)


def _threads(c: Canvas, x: float, y: float) -> None:
    c.rect(x, y, 22, 17, c.light(c.ink.wood, 0.3), 0.4)
    for row in range(2):
        for k in range(5):
            _spool(c, x + 3 + k * 4, y + 7.4 + row * 7.6, c.rng.choice(c.ink.cloth))
        c.rect(x + 1, y + 7.6 + row * 7.6, 20, 0.5, c.dark(c.ink.wood, 0.3))


def _spool(c: Canvas, x: float, y: float, tint: tuple[int, int, int]) -> None:
    c.rect(x - 1.2, y - 4, 2.4, 0.7, c.ink.paper)
    c.rect(x - 0.95, y - 3.4, 1.9, 2.7, tint)
    c.rect(x - 1.2, y - 0.7, 2.4, 0.7, c.ink.paper)


def _machine(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.ink, c.ink.deep, c.ink.pine, c.ink.paper))
    dark = c.dark(tint, 0.4)
    c.rect(x - 9, y - 2.6, 24, 2.8, tint, 0.6)
    c.soft(form("8,-2 8,-12 -7,-12 -7,-5.4 -10,-5.4 -10,-17 14,-17 14,-2", x, y), tint, 1.6)
    c.rect(x - 9.3, y - 5.6, 1.6, 1.6, c.ink.soft)
    c.line([(x - 8.5, y - 5), (x - 8.5, y - 1)], 0.3, c.ink.soft)
    c.dot(x + 15.4, y - 12, 3, dark)
    c.dot(x + 15.4, y - 12, 1.2, c.ink.glow)
    c.line([(x - 4, y - 14.6), (x + 6, y - 14.6)], 0.7, c.ink.glow)
    _spool(c, x + 4, y - 17, c.ink.spot)


@scene("computer")
def computer(c: Canvas) -> None:
    """A screen on a table by the window, someone before it."""
    room(c, 62)
    when = window(c, 54, 7, 34, 30, bars=1, curtains=c.chance(0.5))
    radiator(c, 56, 45, 30)
    if when != "night":
        sunlight(c, 40, 66, 30, when)
    framed(c, 12, 12, 12, 14)
    people = crowd(c, c.rng.choice((1, 1, 2)), 0, 0)
    c.rng.choice((_beside_screen, _before_screen))(c, people)


def _beside_screen(c: Canvas, people: list[Look]) -> None:
    chair(c, 28, 74, 27, 1)
    if len(people) > 1:
        person(c, 15, 73, people[1], Pose((0.16, -0.26), (0.2, -0.2), 0.8, lean=0.1, nod=0.5), 45)
    pose = Pose((0.27, -0.15), (0.32, -0.15), 1, legs="sit", nod=0.4, lean=0.03)
    person(c, 31, 75, people[0], pose, 48)
    table(c, 41, 57, 54, 20)
    x, y = 64.0, 57.0
    c.rect(x - 14, y - 1.3, 16, 1.3, c.dark(c.ink.soft, 0.3), 0.5)
    c.poly(form("-12,-1.3 -2,-1.3 0.6,-16", x, y), sheer(c.ink.snow, 0.25))
    c.soft(form("1,-18 9,-19.4 6.4,-0.4 -2.4,0", x, y), c.ink.ink, 0.8)
    c.poly(form("1.4,-16.8 8.2,-18 5.8,-2 -1.4,-1.6", x, y), c.ink.snow)
    for i in range(5):
        dx = 0.6 - i * 0.5
        end = c.rng.uniform(4.4, 6.2)
        c.line(
            [(x + 1.6 + dx, y - 14.4 + i * 2.5), (x + end + dx, y - 15.2 + i * 2.6)],
            0.4,
            c.ink.main,
        )
    _desk(c, 51, 57, 86)


def _before_screen(c: Canvas, people: list[Look]) -> None:
    table(c, 8, 54, 84, 22, 5)
    x = 46.0
    c.glow(x + 4, 42, 17, c.ink.paper, 0.25)
    c.rect(x + 1, 52, 6, 4.4, mix(c.ink.ink, c.ink.soft, 0.3))
    c.rect(x - 2, 55.6, 12, 1.2, mix(c.ink.ink, c.ink.soft, 0.3), 0.5)
    c.rect(x - 12, 33, 32, 20.4, c.ink.ink, 0.8)
    c.rect(x - 10.6, 34.4, 29.2, 17.4, c.ink.snow)
    c.rect(x - 10.6, 34.4, 29.2, 2.6, c.ink.main)
    c.rect(x + 5, 39, 11, 8, c.ink.glow)
    c.poly(form("5,47 9,42 12,45 14,43.4 16,47", x, 0), c.ink.pine)
    for i in range(5):
        end = c.rng.uniform(-2, 2.5)
        c.line(
            [(x - 8, 39.6 + i * 2.4), (x + end, 39.6 + i * 2.4)],
            0.7,
            mix(c.ink.ink, c.ink.snow, 0.35),
        )
    _desk(c, 80, 57, 16)
    for px, look in zip((30, 69), people, strict=False):
        toward = 1 if px < 50 else -1
        chair(c, px, 86, 32, 0)
        hands = ((-0.1 + toward * 0.06, -0.12), (0.1 + toward * 0.08, -0.12))
        person(c, px, 93, look, Pose(*hands, back=True, legs="none", lean=toward * 0.03), 54)


def _desk(c: Canvas, x: float, y: float, far: float) -> None:
    cup(c, x, y, 1.8)
    if c.chance(0.5):
        pot_plant(c, far, y, 1.2)
    else:
        chess_lamp(c, far, y, 1.5, -1 if far > 50 else 1)
    if c.chance(0.6):
        sheet(c, far - 7 if far > 50 else far + 9, y + 0.6, 5, 0.1, 3, tall=0.5)


@scene("letters")
def letters(c: Canvas) -> None:
    """A desk from above: letters, envelopes, a hand that writes."""
    desk = c.rng.choice((c.ink.wood, c.ink.main, c.ink.pine, c.ink.walls[2], c.ink.walls[4]))
    c.fill(desk)
    for i in range(7):
        c.line(
            [(-2, 6 + i * 11 + c.near(0, 2)), (50, 5 + i * 11), (102, 7 + i * 11 + c.near(0, 2))],
            0.22,
            c.dark(desk, 0.12),
        )
    c.poly(form("60,-2 102,-2 102,40"), sheer(c.ink.glow, 0.14))
    for _ in range(c.rng.randint(2, 3)):
        sheet(c, c.rng.uniform(10, 30), c.rng.uniform(12, 30), 17, c.near(-0.3, 0.5), 9)
    for _ in range(c.rng.randint(2, 4)):
        _envelope(c, c.rng.uniform(64, 88), c.rng.uniform(10, 32), c.near(0.1, 0.5))
    sheet(c, 46 + c.near(0, 3), 41, 32, c.near(-0.06, 0.1), 9)
    _from_above(c)
    _writing_hand(c)


def _envelope(c: Canvas, x: float, y: float, turn: float) -> None:
    w, h = 20.0, 13.0
    cos, sin = math.cos(turn), math.sin(turn)

    def at(u: float, v: float) -> tuple[float, float]:
        return x + u * w * cos - v * h * sin, y + u * w * sin + v * h * cos

    tint = c.rng.choice((c.ink.paper, c.ink.soft, c.ink.glow, c.light(c.ink.spot, 0.5)))
    c.poly(
        [at(-0.46, -0.42), at(0.54, -0.42), at(0.54, 0.58), at(-0.46, 0.58)], sheer(c.ink.ink, 0.16)
    )
    c.poly([at(-0.5, -0.5), at(0.5, -0.5), at(0.5, 0.5), at(-0.5, 0.5)], tint)
    if c.chance(0.5):
        c.poly([at(-0.5, -0.5), at(0.5, -0.5), at(0, 0.15)], c.dark(tint, 0.12))
        return
    c.poly([at(0.28, -0.4), at(0.44, -0.4), at(0.44, -0.08), at(0.28, -0.08)], c.ink.spot)
    for v, end in ((0.05, 0.1), (0.2, 0.2), (0.34, -0.02)):
        c.line([at(-0.3, v), at(end, v)], 0.5, mix(c.ink.ink, tint, 0.3))


def _from_above(c: Canvas) -> None:
    x, y = c.rng.choice(((14, 58), (86, 52), (88, 58)))
    tint = c.rng.choice((c.ink.spot, c.ink.paper, c.ink.glow, c.ink.deep))
    c.dot(x + 0.8, y + 0.9, 8, sheer(c.ink.ink, 0.16))
    c.dot(x, y, 8, c.light(tint, 0.35))
    c.line([(x + 4, y - 2), (x + 7.4, y - 4.4)], 1.6, tint)
    c.dot(x, y, 5, tint)
    c.dot(x, y, 4.1, c.dark(c.ink.wood, 0.6))
    c.arc(x, y, 2.8, 190, 260, 0.5, sheer(c.ink.paper, 0.5))


def _writing_hand(c: Canvas) -> None:
    look = someone(c)
    x, y = 55 + c.near(0, 3), 50 + c.near(0, 2)
    pencil(c, x - 6, y - 4.5, 17, -0.62, c.rng.choice((c.ink.glow, c.ink.spot, c.ink.deep)))
    shade_skin = mix(look.skin, BLOOD, 0.16)
    c.limb([(x + 15, y + 15), (x + 36, y + 36)], 11, 17, look.top)
    c.limb([(x + 13, y + 13), (x + 16, y + 16)], 10.5, 11, c.dark(look.top, 0.16))
    c.limb([(x + 5, y + 5), (x + 12, y + 12)], 9, 7.6, look.skin)
    for dx, dy, long in ((1, 8.6, 3.2), (-0.4, 6, 4), (-1.4, 3.4, 4.6)):
        c.limb(
            [(x + 5, y + dy - 0.6), (x + dx - long * 0.5, y + dy - long * 0.75 + 1)],
            3.2,
            2.5,
            shade_skin if dy > 5 else look.skin,
        )
    c.limb(form("6,2 3,-2.6 -1.8,-2", x, y), 3.6, 2.4, look.skin)


@scene("library")
def library(c: Canvas) -> None:
    """Walls of books, and someone deep in one."""
    case = c.rng.choice(
        (c.dark(c.ink.wood, 0.25), c.ink.deep, c.ink.pine, c.light(c.ink.wood, 0.1))
    )
    c.fill(c.light(c.ink.wood, 0.45))
    c.rect(-2, -2, 104, 64, case)
    for col in range(4):
        for row in range(4):
            x, y = 1 + col * 25.4, 1.5 + row * 14.6
            c.rect(x, y, 22.6, 12.8, c.dark(case, 0.42))
            if c.chance(0.1):
                pot_plant(c, x + 6, y + 12.8, 1.1)
                book_row(c, x + 11, y + 12.8, 11, 11.4)
            else:
                book_row(c, x + 0.4, y + 12.8, c.rng.uniform(15, 22), 11.4)
    if c.chance(0.6):
        _ladder(c, c.rng.uniform(8, 16))
    c.poly(form("40,-2 60,-2 82,75 18,75"), sheer(c.ink.glow, 0.14))
    pendant(c, 50, 12, 5.5)
    people = crowd(c, c.rng.randint(1, 3), 0, 0)
    chair(c, 50, 75, 26, 0)
    for x, look in zip((50, 72, 28), people, strict=False):
        reader(c, x, 75, 47, look)
    table(c, 16, 60, 68, 16, 5)
    for x in c.rng.sample((23, 30, 64, 77), 2):
        for k in range(c.rng.randint(2, 4)):
            c.rect(x + c.near(0, 0.5) - 4, 61 - k * 1.7, 8, 1.6, c.rng.choice(c.ink.cloth), 0.3)
    if c.chance(0.5):
        standing = someone(c)
        person(c, 90, 74, standing, Pose((0.05, -0.1), (0.16, 0.24), back=True), 43)


def _ladder(c: Canvas, x: float) -> None:
    wood = mix(c.ink.wood, c.ink.glow, 0.4)
    for dx in (0, 7):
        c.line([(x + dx, 66), (x + dx + 5, 4)], 0.9, wood)
    for k in range(8):
        c.line(
            [(x + 0.6 + k * 0.62, 60 - k * 7.4), (x + 7.4 + k * 0.62, 60 - k * 7.4)],
            0.7,
            c.dark(wood, 0.1),
        )


@scene("letters")
def pile_of_letters(c: Canvas) -> None:
    """A desk without anybody: letters in a heap, a pen, spectacles, something green."""
    desk = c.rng.choice((c.ink.wood, c.ink.deep, c.ink.spot, c.ink.walls[1], c.ink.walls[4]))
    c.fill(desk)
    c.poly(form("-2,-2 40,-2 -2,50"), sheer(c.ink.glow, 0.16))
    x, y = 50 + c.near(0, 4), 38 + c.near(0, 2)
    for _ in range(c.rng.randint(3, 5)):
        _envelope(c, c.near(x, 20), c.near(y, 14), c.near(0, 0.7))
    for _ in range(2):
        sheet(c, c.near(x, 12), c.near(y, 5), 22, c.near(0, 0.45), 8)
    top = c.near(0, 0.25)
    sheet(
        c,
        x,
        y,
        27,
        top,
        9,
        c.rng.choice((c.ink.snow, c.ink.paper, mix(c.ink.glow, c.ink.snow, 0.7))),
    )
    pencil(
        c,
        x + 4,
        y + 6,
        26,
        c.rng.uniform(-0.9, -0.5),
        c.rng.choice((c.ink.spot, c.ink.glow, c.ink.deep)),
    )
    _spectacles(c, c.rng.uniform(60, 67), 65)
    _from_above(c)
    _sprig(c, 12, 16)


def _spectacles(c: Canvas, x: float, y: float) -> None:
    rim = c.dark(c.ink.deep, 0.6)
    for dx in (-5.2, 5.2):
        c.dot(x + dx, y, 3.9, sheer(c.ink.snow, 0.3))
        c.arc(x + dx, y, 3.9, 0, 360, 0.8, rim)
    c.arc(x, y + 0.6, 1.6, 200, 340, 0.7, rim)
    for side in (-1, 1):
        c.line(form("9,-1 11,-3 7.4,-12", x, y, side, 1), 0.7, rim)


def _sprig(c: Canvas, x: float, y: float) -> None:
    green = mix(c.ink.pine, c.ink.leaf, c.rng.uniform(0.2, 0.7))
    for k in range(9):
        turn = k * math.tau / 9 + c.near(0, 0.15)
        long = c.rng.uniform(7, 9.5)
        c.leaf(
            x + math.cos(turn) * long,
            y + math.sin(turn) * long,
            long * 0.7,
            2,
            turn,
            c.dark(green, 0.1 * (k % 3)),
        )
    c.dot(x, y, 4.6, c.dark(c.ink.wood, 0.2))
    c.dot(x, y, 3.6, c.dark(c.ink.wood, 0.6))
