"""Scenes where hands learn from hands: the workshop and the mentor."""

from .body import Pose
from .canvas import Canvas, form
from .figures import person
from .groups import crowd, spread
from .looks import someone
from .palettes import Colour, mix
from .registry import scene
from .rooms import framed, pendant, room, sunlight, window
from .things import chair, cup, note, pencil, pot_plant, sheet, table


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
    older, younger = (
        someone(c, c.rng.choice(("old", ""))),
        someone(c, c.rng.choice(("teen", "", ""))),
    )
    pose = Pose((-0.08, -0.21), (0.2, -0.17), 0.5, legs="sit", nod=0.5, lean=0.04)
    person(c, 34, 75, older, pose, 47)
    pose = Pose((-0.12, -0.2), (0.06, 0.0), -0.5, legs="sit", nod=0.5, lean=-0.04)
    person(c, 60, 75, younger, pose, 47)
    table(c, 14, 58, 70, 18, 9)
    for i in range(c.rng.randint(4, 6)):
        _photo(c, 30 + i * 7 + c.near(0, 1.2), 62.5 + c.near(0, 1.2))
    cup(c, 22, 63, 1.6)
    cup(c, 76, 64, 1.6)
    pot_plant(c, 93, 71, 2.2)


def _photo(c: Canvas, x: float, y: float) -> None:
    c.rect(x - 3, y - 2.6, 6, 5, c.ink.snow, 0.2)
    sky_tint, land = c.rng.choice(
        ((c.ink.soft, c.ink.leaf), (c.ink.glow, c.ink.main), (c.ink.soft, c.ink.spot))
    )
    c.rect(x - 2.5, y - 2.1, 5, 4, sky_tint)
    c.poly(form("-2.5,1.9 -2.5,0.6 -0.4,-1 2.5,0.8 2.5,1.9", x, y), land)


@scene("workshop")
def workshop(c: Canvas) -> None:
    """Hands at work around a big table: notes, boards, paint and tools."""
    wall = room(c, 60)
    window(c, 66, 8, 24, 24, bars=2)
    _pegboard(c, 10, 9, 40, 22)
    people = crowd(c, c.rng.randint(3, 4), 0, c.rng.randint(0, 1))
    for x, look in zip(spread(c, len(people), 20, 82, 2), people, strict=True):
        hands = c.rng.choice(
            (
                ((-0.1, -0.27), (0.16, -0.24)),
                ((-0.14, -0.26), (0.14, 0.1)),
                ((-0.06, -0.26), (0.12, -0.26)),
            )
        )
        pose = Pose(*hands, facing=(50 - x) / 60, nod=0.5, lean=(50 - x) / 500, apron=c.chance(0.6))
        held = person(c, x, 76, look, pose, 44)
        if hands[1][1] > 0:
            _hammer(c, *held.right)
    table(c, 6, 58, 88, 18, 8, mix(c.ink.wood, wall, 0.2))
    for i in range(9):
        x = 14 + i * 9 + c.near(0, 1.5)
        c.rng.choice((_plank, _paint, _slip, _slip, _brush))(c, x, 62.5 + c.near(0, 1.3))
    if c.chance(0.5):
        pose = Pose((-0.2, -0.2), (0.24, -0.12), back=True, legs="none")
        person(c, c.rng.uniform(30, 70), 92, someone(c), pose, 48)


def _pegboard(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    c.rect(x, y, w, h, c.light(c.ink.wood, 0.45))
    for i in range(5):
        tx = x + 5 + i * 7.6
        tint = c.rng.choice((c.ink.spot, c.ink.ink, c.ink.main))
        kind = c.rng.randrange(4)
        if kind == 0:
            c.rect(tx - 0.6, y + 6, 1.2, 11, c.ink.wood, 0.4)
            c.rect(tx - 2.8, y + 4, 5.6, 3, c.ink.ink, 0.5)
        elif kind == 1:
            c.poly(form("-1.6,10 1.6,10 0.6,19 -1.2,19", tx, y), c.ink.soft)
            c.rect(tx - 2.2, y + 5, 4.4, 5.4, tint, 1)
        elif kind == 2:
            c.arc(tx, y + 6, 2, 130, 410, 1.1, c.ink.ink)
            c.line([(tx, y + 8), (tx, y + 18)], 1.3, c.ink.ink)
        else:
            c.rect(tx - 0.9, y + 4, 1.8, 6, tint, 0.8)
            c.rect(tx - 0.35, y + 10, 0.7, 8, c.ink.soft)


def _hammer(c: Canvas, x: float, y: float) -> None:
    c.line([(x, y + 1), (x + 1.4, y - 6)], 0.8, c.dark(c.ink.wood, 0.3))
    c.rect(x - 1.4, y - 8, 5.6, 2.4, c.ink.ink, 0.4)


def _plank(c: Canvas, x: float, y: float) -> None:
    c.poly(form("-5,-1 4.6,-2 5,0 -4.6,1", x, y), mix(c.ink.wood, c.ink.glow, 0.5))


def _paint(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.glow, c.ink.main, c.ink.leaf))
    c.rect(x - 1.8, y - 3.4, 3.6, 4.2, c.dark(c.ink.soft, 0.12), 0.4)
    c.oval(x, y - 3.4, 1.8, 0.5, tint)
    c.rect(x - 1.8, y - 2.2, 3.6, 1.4, tint)


def _slip(c: Canvas, x: float, y: float) -> None:
    note(
        c,
        x,
        y - 0.6,
        4,
        c.rng.choice((c.ink.glow, c.ink.snow, c.ink.soft, c.ink.spot)),
        c.near(0, 0.4),
    )


def _brush(c: Canvas, x: float, y: float) -> None:
    pencil(c, x - 3, y, 7, -0.2, c.ink.spot)


@scene("workshop")
def bench_for_two(c: Canvas) -> None:
    """A workbench: one saws a plank, one paints, shavings on the floor."""
    room(c, 61, c.rng.choice((0, 1, 2, 4)))
    _pegboard(c, 50, 8, 40, 22)
    window(c, 12, 8, 24, 26, bars=2)
    saws, paints = crowd(c, 2, 0, c.rng.randint(0, 1))
    reach = Pose((0.2, -0.24), (0.3, -0.22), 0.9, lean=0.12, nod=0.6)
    held = person(c, 20, 76, saws, reach, 46)
    hands = Pose((-0.28, -0.16), (0.1, -0.25), -0.5, nod=0.6, lean=-0.06, apron=True)
    brush = person(c, 80, 78, paints, hands, 47).left
    _bench(c)
    _saw(c, held.right[0] - 1, 55.5)
    _birdhouse(c, 64, 56, c.rng.choice((c.ink.spot, c.ink.glow, c.ink.main, c.ink.leaf)))
    c.limb([brush, (brush[0] - 4, brush[1] + 0.6)], 0.7, 0.9, c.dark(c.ink.wood, 0.3))
    _paint(c, 84, 55.4)
    for _ in range(14):
        x, y = c.rng.uniform(20, 60), c.rng.uniform(69, 75)
        c.arc(x, y, 0.9, 0, c.rng.uniform(150, 300), 0.35, mix(c.ink.wood, c.ink.glow, 0.6))


def _bench(c: Canvas) -> None:
    wood = c.light(c.ink.wood, 0.1)
    for x in (16.0, 82.0):
        c.rect(x, 60, 4, 17, c.dark(wood, 0.3))
    c.rect(17, 69, 68, 2.4, c.dark(wood, 0.2))
    c.rect(10, 56, 82, 5, wood, 0.5)
    c.rect(10, 59.6, 82, 1.2, c.dark(wood, 0.16))
    c.poly(form("20,54 52,54 52,56 20,56"), mix(c.ink.wood, c.ink.glow, 0.6))
    c.rect(40, 52.6, 5, 3.6, c.dark(c.ink.deep, 0.4), 0.4)


def _saw(c: Canvas, x: float, y: float) -> None:
    c.poly(form("1,-3.4 14,-0.6 14,0.6 1,1.6", x, y), c.ink.soft)
    c.soft(form("-2.6,-3.6 1.6,-4 1.6,2 -2.6,1.4", x, y), c.ink.spot, 1.2)


def _birdhouse(c: Canvas, x: float, y: float, tint: Colour) -> None:
    c.poly(form("-6,0 -6,-10 0,-15 6,-10 6,0", x, y), tint)
    c.poly(form("0,-15 6,-10 6,0 2,0 2,-13.3", x, y), c.dark(tint, 0.12))
    c.line(form("-8,-9 0,-16 8,-9", x, y), 1.5, c.dark(c.ink.wood, 0.3))
    c.dot(x, y - 7.4, 2, c.dark(c.ink.deep, 0.6))
    c.line(form("0,-3.6 0,-3 3,-3", x, y), 0.7, c.dark(c.ink.wood, 0.3))


@scene("mentor")
def table_corner(c: Canvas) -> None:
    """Round the corner of a table: one in profile shows, one listens, papers between them."""
    room(c, 61, c.rng.choice((0, 1, 2, 3, 4)))
    window(c, 8, 7, 26, 28, curtains=c.chance(0.7))
    framed(c, 74, 12, 14, 11)
    pendant(c, 50, 14, 6)
    shows, listens = someone(c, c.rng.choice(("", "old"))), someone(c, c.rng.choice(("teen", "")))
    quiet = Pose((-0.08, -0.21), (0.1, -0.2), 0.4, legs="sit", nod=0.6)
    person(c, 46, 76, listens, quiet, 50)
    table(c, 18, 57, 56, 19, 8)
    chair(c, 84, 76, 27, -1)
    points = Pose((-0.3, -0.13), (-0.2, -0.18), -1, legs="sit", nod=0.6, lean=-0.06)
    person(c, 82, 77, shows, points, 50)
    for x, turn in ((34.0, 0.2), (46.0, -0.1), (57.0, 0.15)):
        if c.chance(0.5):
            _photo(c, x, 61.4)
        else:
            sheet(c, x, 61.2, 6.4, turn, 4, tall=0.72)
    cup(c, 25, 62.4, 1.6)
    cup(c, 66, 62.6, 1.6)
