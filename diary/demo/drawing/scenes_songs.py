"""Scenes of song and instruments."""

from .body import Pose
from .canvas import Canvas, form
from .figures import person, shade
from .groups import crowd, spread
from .looks import someone
from .palettes import Colour, mix, sheer
from .registry import scene
from .rooms import framed, pendant, radiator, room, rug, sunlight, window
from .things import cup, pot_plant, tone

SINGING = (
    ((-0.15, -0.36), (0.15, -0.36)),
    ((-0.05, -0.17), (0.05, -0.17)),
    ((-0.08, -0.3), (0.08, -0.3)),
)


def _singers(
    c: Canvas, n: int, y: float, tall: float, ends: tuple[float, float], children: int
) -> None:
    for x, look in zip(spread(c, n, *ends), crowd(c, n, children), strict=True):
        hands = c.rng.choice(SINGING)
        pose = Pose(*hands, facing=c.rng.uniform(0.05, 0.5), sing=True, lean=c.near(0, 0.02))
        held = person(c, x, y + c.near(0, 0.4), look, pose, tall)
        if hands == SINGING[1]:
            _songbook(c, (held.left[0] + held.right[0]) / 2, held.left[1])


def _songbook(c: Canvas, x: float, y: float, s: float = 1.0) -> None:
    tint = c.rng.choice((c.ink.ink, c.ink.spot, c.ink.deep))
    c.soft(form("-3,-1.6 0,-1 3,-1.6 3,1.8 0,2.4 -3,1.8", x, y, s), tint, 0.3 * s)


@scene("choir")
def choir(c: Canvas) -> None:
    """Rows of singers before someone who leads them."""
    room(c, 60, c.rng.choice((0, 2, 3, 4)))
    n = c.rng.choice((2, 3))
    when = ""
    for i in range(n):
        when = window(c, 12 + i * (76 / n), 7, 66 / n - 8, 30, when, bars=1)
    c.rect(6, 58, 74, 5, c.dark(c.ink.wood, 0.3))
    _singers(c, c.rng.randint(4, 6), 59, 35, (14, 70), 0)
    _singers(c, c.rng.randint(4, 5), 69, 35, (9, 63), c.rng.randint(1, 3))
    for _ in range(c.rng.randint(3, 5)):
        tone(
            c,
            c.rng.uniform(20, 88),
            c.rng.uniform(6, 22),
            c.rng.uniform(1.1, 1.6),
            sheer(c.ink.ink, 0.55),
        )
    lead = c.rng.uniform(84, 88)
    shade(c, lead, 79, 10)
    person(c, lead, 80, someone(c), Pose((-0.26, 0.16), (0.2, 0.24), back=True, lean=-0.04), 46)


@scene("music", mirror=False)
def music(c: Canvas) -> None:
    """A piano with its notes open, and instruments that wait."""
    room(c, 60)
    window(c, 70, 10, 20, 27, curtains=c.chance(0.5))
    radiator(c, 71, 46, 18)
    if c.chance(0.6):
        framed(c, 8, 12, 10, 12)
    x = c.rng.uniform(18, 26)
    _piano(c, x)
    c.rect(x + 12, 62, 15, 2.4, c.ink.spot, 0.8)
    for leg in (14, 25):
        c.line([(x + leg, 64), (x + leg, 71)], 1, c.ink.ink)
    instruments = c.rng.sample((_guitar, _drum, _oud, _violin), 2)
    instruments[0](c, 72, 71)
    instruments[1](c, 90, 70)
    if c.chance(0.7):
        pot_plant(c, 6, 66, 1.6)
    for i in range(c.rng.randint(4, 6)):
        tone(c, x + 6 + i * 7 + c.near(0, 1.5), 16 - 5 * (i % 2) + c.near(0, 2), 1.7, c.ink.ink)


def _piano(c: Canvas, x: float) -> None:
    body = c.rng.choice((c.dark(c.ink.wood, 0.45), c.ink.ink, c.ink.deep, c.ink.wood))
    dark = c.dark(body, 0.3)
    c.rect(x, 30, 38, 38, body, 0.6)
    c.rect(x - 1, 28.6, 40, 2.2, c.light(body, 0.15), 0.5)
    c.rect(x + 3, 33, 32, 11, c.light(body, 0.1), 0.4)
    c.rect(x + 3, 54, 32, 11, dark, 0.4)
    c.rect(x - 1.5, 47, 41, 4.6, dark, 0.6)
    c.rect(x + 1, 46.2, 36, 2.8, c.ink.snow)
    for i in range(21):
        kx = x + 1.5 + i * 1.7
        if i % 7 not in (2, 6):
            c.rect(kx + 0.8, 46.2, 0.8, 1.6, c.ink.ink)
    for side in (0, 1):
        px = x + 12 + side * 7.2
        c.poly(form("0,34.4 7,34 7,45 0,45.4", px, 0), mix(c.ink.snow, c.ink.soft, 0.2 * side))
        for k in range(4):
            yy = 36.2 + k * 2.2
            c.line([(px + 1, yy), (px + 6, yy - 0.2)], 0.1, c.ink.ink)
            for d in range(3):
                c.dot(px + 1.6 + d * 1.7, yy - c.rng.uniform(0, 0.9), 0.3, c.ink.ink)
    cup(c, x + 5, 28.6, 1.3)


def _guitar(c: Canvas, x: float, y: float) -> None:
    wood = mix(c.ink.wood, c.ink.glow, 0.45)
    c.line([(x + 1, y - 12), (x + 6, y - 33)], 1.4, c.dark(c.ink.wood, 0.5))
    c.line([(x + 6, y - 33), (x + 6.8, y - 36)], 2.2, c.dark(c.ink.wood, 0.6))
    c.curve(
        form(
            "-5,-3 0,0 4.4,-2.2 4.4,-7 3.4,-10 4.6,-14 1.4,-16.4 -2.6,-14.5 -3,-10.4 -5.4,-7.5",
            x,
            y,
        ),
        wood,
    )
    c.dot(x + 0.4, y - 10, 1.7, c.dark(c.ink.wood, 0.6))
    c.line([(x - 1.8, y - 3.6), (x + 1.4, y - 3)], 0.6, c.ink.ink)


def _oud(c: Canvas, x: float, y: float) -> None:
    wood = mix(c.ink.wood, c.ink.spot, 0.25)
    c.line([(x + 1, y - 16), (x + 4, y - 28)], 1.5, c.dark(wood, 0.45))
    c.line([(x + 4, y - 28), (x + 8.4, y - 30.4)], 1.3, c.dark(wood, 0.45))
    c.curve(form("-6.4,-5 -1.4,0 4.6,-3.2 5.2,-9.5 1.8,-17.6 -3,-14", x, y), wood)
    c.dot(x, y - 9, 2.1, c.dark(wood, 0.5))
    c.dot(x, y - 9, 1.2, wood)
    c.line([(x - 2.6, y - 3.4), (x + 1.6, y - 2.4)], 0.6, c.ink.ink)


def _violin(c: Canvas, x: float, y: float) -> None:
    wood = mix(c.ink.wood, c.ink.spot, 0.35)
    c.line([(x + 0.4, y - 10), (x + 2, y - 21)], 0.9, c.ink.ink)
    c.curve(form("-3.4,-2 0,0 3,-2.2 2.4,-6 3.2,-9.4 0.6,-11.4 -2.2,-9.6 -2,-6", x, y), wood)
    c.line([(x - 0.4, y - 2.4), (x + 0.6, y - 9)], 0.8, c.ink.ink)
    c.line([(x + 5, y), (x + 7.6, y - 20)], 0.3, c.dark(c.ink.wood, 0.4))


def _drum(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.main, c.ink.pine))
    c.soft(form("-6,-14 6,-14 4,0 -4,0", x, y), tint, 1)
    for k in range(4):
        a = x - 5.4 + k * 2.8
        c.line(form("0,-13 1.5,-1 2.7,-13", a, y), 0.24, c.ink.paper)
    c.oval(x, y - 14, 6.2, 1.7, c.ink.paper)
    c.oval(x, y - 14, 5.2, 1.3, mix(c.ink.paper, c.ink.wood, 0.25))


@scene("choir")
def near_choir(c: Canvas) -> None:
    """Singers shoulder to shoulder, close to us, looking the same way."""
    wall = room(c, 90, c.rng.choice((0, 1, 2, 3, 4)))
    c.poly(
        form("20,-2 58,-2 86,77 -8,77"), sheer(c.ink.glow, 0.12 if wall != c.ink.walls[4] else 0.0)
    )
    _melody(c)
    back = crowd(c, 4, 0, 1)
    for x, look in zip(spread(c, 4, 20, 80, 2), back, strict=True):
        person(c, x, 92, look, Pose(facing=0.45, sing=True, legs="none"), 66)
    front = crowd(c, c.rng.choice((3, 4)), c.rng.choice((1, 1, 2)), c.rng.randint(0, 1))
    for x, look in zip(spread(c, len(front), 13, 87, 2), front, strict=True):
        hands = c.rng.choice(SINGING[1:])
        pose = Pose(*hands, facing=c.rng.uniform(0.3, 0.55), sing=True, legs="none")
        held = person(c, x, 100 if look.child else 109, look, pose, 70)
        if hands == SINGING[1]:
            _songbook(c, (held.left[0] + held.right[0]) / 2, held.left[1], 1.7)


def _melody(c: Canvas) -> None:
    ink: Colour = c.ink.ink
    for k in range(c.rng.randint(4, 6)):
        x, y = 14 + k * 15 + c.near(0, 3), 11 - 4 * (k % 2) + c.near(0, 2)
        tone(c, x, y, c.rng.uniform(1.4, 2.0), sheer(ink, 0.6))


@scene("choir")
def ring_of_singers(c: Canvas) -> None:
    """A ring: faces across from us, profiles at the sides, backs before us."""
    room(c, 56, c.rng.choice((0, 1, 2, 3, 4)))
    when = window(c, 30, 6, 40, 25, bars=2, curtains=c.chance(0.5))
    sunlight(c, 34, 60, 30, when)
    pendant(c, 14, 12, 4)
    pendant(c, 86, 12, 4)
    rug(c, 50, 69, 40, 7)
    n = c.rng.choice((4, 5))
    for x, look in zip(spread(c, n, 27, 73, 1), crowd(c, n, 1, 1), strict=True):
        pose = Pose(*SINGING[c.rng.choice((0, 2))], facing=(50 - x) / 70, sing=True)
        person(c, x, 64, look, pose, 35)
    for side, x in ((1, 13), (-1, 87)):
        hands = ((side * 0.08, -0.33), (side * 0.16, -0.12))
        shade(c, x, 73, 6)
        person(c, x, 73, someone(c), Pose(*hands, facing=side, sing=True), 42)
    for x, look in zip((33, 67), crowd(c, 2, c.rng.randint(0, 1), 0), strict=True):
        person(c, c.near(x, 3), 90, look, Pose(back=True), 50)
