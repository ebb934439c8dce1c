"""Scenes of telling and playing tales."""

from dataclasses import replace

from .body import Pose
from .canvas import Canvas, form
from .figures import person, shade
from .groups import crowd, spread
from .houses import bunting
from .looks import someone
from .palettes import mix, sheer
from .registry import scene
from .rooms import room, rug, sunlight, window
from .things import book_row, chair, open_book, pot_plant


@scene("stage")
def stage(c: Canvas) -> None:
    """A little theatre: curtain, light, a tale, and heads in the dark."""
    cloth_tint = c.rng.choice((c.ink.spot, c.ink.main, c.ink.deep))
    c.fill(c.dark(c.ink.deep, 0.5))
    c.rect(4, 4, 92, 52, c.rng.choice((c.ink.walls[1], c.ink.walls[4], c.ink.soft)))
    _backdrop(c)
    c.poly(form("40,-2 62,-2 86,56 18,56"), sheer(c.ink.glow, 0.2))
    c.rect(-2, 54, 104, 9, c.ink.wood)
    c.rect(-2, 62, 104, 20, c.dark(c.ink.wood, 0.5))
    for side in (0, 1):
        _curtain(c, side, cloth_tint)
    c.soft(
        form("-2,-2 102,-2 102,9 84,11.5 67,8 50,11.5 33,8 16,11.5 -2,9"),
        c.dark(cloth_tint, 0.15),
        3,
    )
    if c.chance(0.5):
        for x in (37.0, 50.0, 63.0):
            chair(c, x, 61, 15, 0, c.dark(c.ink.wood, 0.5))
    _actors(c)
    for x in spread(c, c.rng.randint(6, 8), 3, 97, 2):
        _onlooker(c, x)


def _actors(c: Canvas) -> None:
    hats = ["crown", "ears", "troll", "", "ears"]
    c.rng.shuffle(hats)
    people = crowd(c, c.rng.randint(3, 5), 5, 0)
    for x, hat, look in zip(spread(c, len(people), 28, 72, 1.5), hats, people, strict=False):
        tall = 1.0 if hat == "troll" else look.tall
        player = replace(
            look,
            hat=hat,
            cut="short" if hat else look.cut,
            wear="gown" if hat == "crown" else "dress",
            tall=tall,
        )
        hands = c.rng.choice(
            (
                ((-0.22, 0.16), (0.22, 0.16)),
                ((-0.2, -0.2), (0.22, 0.12)),
                ((-0.3, 0.0), (0.12, -0.3)),
            )
        )
        shade(c, x, 61, 6)
        pose = Pose(*hands, facing=c.near((50 - x) / 40, 0.2), lean=c.near(0, 0.06))
        person(c, x, 61, player, pose, 41)


def _backdrop(c: Canvas) -> None:
    kind = c.rng.choice(("wood", "castle", "hills"))
    if kind == "castle":
        for x, h in ((30, 24), (44, 32), (58, 22)):
            c.rect(x, 54 - h, 12, h, c.ink.main)
            c.poly(form("-1,54 6,44 13,54", x, -h), c.ink.spot)
            c.rect(x + 4.5, 60 - h, 3, 4.5, c.ink.glow, 1.4)
    for i in range(5):
        x = 14 + i * 18
        if kind != "castle" or i in (0, 4):
            c.poly(
                [(x - 8, 56), (x, c.rng.uniform(20, 30)), (x + 8, 56)],
                mix(c.ink.pine, c.ink.leaf, 0.4 * (i % 2)),
            )
    if kind == "hills":
        c.dot(70, 24, 6, c.ink.glow)


def _curtain(c: Canvas, side: int, tint: tuple[int, int, int]) -> None:
    for i in range(4):
        a = i * 4.6
        fold = form("-2,-2 2.8,-2 2.8,57 -2,57", 100 - a if side else a, 0, -1 if side else 1, 1)
        c.soft(fold, c.dark(tint, 0.14 * (i % 2)), 1)


def _onlooker(c: Canvas, x: float) -> None:
    look = someone(c, c.rng.choice(("", "child", "child", "old")))
    dark = mix(c.ink.ink, c.ink.deep, c.rng.uniform(0.2, 0.6))
    shadow = replace(
        look,
        top=dark,
        trim=c.dark(dark, 0.3),
        hair=c.dark(look.hair, 0.6),
        skin=c.dark(look.skin, 0.5),
        wear="sweater",
    )
    person(c, x, 94 + c.near(0, 1.2), shadow, Pose(back=True, legs="none"), 37)


@scene("reading")
def reading(c: Canvas) -> None:
    """Someone reads aloud from a large book to children on a rug."""
    room(c, 54, c.rng.choice((0, 1, 2, 3, 4)))
    when = window(c, 8, 8, 22, 26, curtains=c.chance(0.7))
    sunlight(c, 12, 58, 26, when)
    c.rect(78, 12, 20, 42, c.dark(c.ink.wood, 0.2))
    for i in range(4):
        c.rect(79, 13.5 + i * 10, 18, 8.6, c.dark(c.ink.wood, 0.5))
        book_row(c, 79.3, 22 + i * 10, 17.4, 8)
    rug(c, 50, 68, 44, 10)
    _floor_lamp(c, 70, 58)
    pot_plant(c, 38, 53, 1.5)
    _armchair(c, 58, 63)
    big = c.rng.choice(("", "old", "teen"))
    pose = Pose((-0.12, -0.2), (0.12, -0.2), -0.25, legs="sit", nod=0.4, sing=True)
    held = person(c, 58, 64, someone(c, big), pose, 40)
    open_book(c, (held.left[0] + held.right[0]) / 2, held.left[1] - 1.2, 13)
    _listeners(c)


def _listeners(c: Canvas) -> None:
    places = c.rng.sample(
        ((20, 66, 0.6), (33, 64, 0.5), (80, 66, -0.6), (90, 69, -0.7), (41, 66, 0.4)),
        c.rng.randint(3, 5),
    )
    for x, y, facing in sorted(places, key=lambda p: p[1]):
        c.oval(x, y + 0.4, 7, 1.8, c.rng.choice(c.ink.cloth[:5]))
        hands = c.rng.choice(
            (
                ((-0.06, -0.28), (0.06, -0.28)),
                ((-0.14, -0.3), (0.14, -0.3)),
                ((-0.04, -0.06), (0.1, -0.28)),
            )
        )
        person(c, x, y, someone(c, "child"), Pose(*hands, facing=facing, legs="floor"), 33)
    for x in c.rng.sample((14, 30, 72), c.rng.randint(1, 2)):
        small = replace(someone(c, "child"), tall=0.75)
        person(c, x, 90, small, Pose((-0.1, -0.3), (0.1, -0.3), back=True, legs="none"), 38)


def _floor_lamp(c: Canvas, x: float, y: float) -> None:
    c.glow(x, y - 31, 20, c.ink.glow, 0.32)
    c.line([(x, y), (x, y - 30)], 0.6, c.ink.ink)
    c.oval(x, y, 4, 0.9, c.ink.ink)
    c.soft(form("-5.6,-27 -3,-35 3,-35 5.6,-27", x, y), c.light(c.ink.glow, 0.35), 0.8)


def _armchair(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.pine, c.ink.main, c.ink.deep))
    for dx in (-9, 9):
        c.limb([(x + dx, y), (x + dx * 1.1, y + 4)], 1.2, 0.7, c.ink.ink)
    c.soft(form("-11,-28 11,-28 12,1 -12,1", x, y), tint, 6)
    c.soft(form("-10,-13 10,-13 10,0 -10,0", x, y), c.light(tint, 0.12), 2)
    for dx in (-1, 1):
        c.soft(form("9.5,-15 14,-15 14,1.5 9.5,1.5", x, y, dx, 1), c.dark(tint, 0.15), 2)


@scene("reading")
def round_a_book(c: Canvas) -> None:
    """On the floor, close around one open book, cushions and a window."""
    room(c, 52, c.rng.choice((0, 1, 2, 4)))
    window(c, 26, 5, 48, 27, bars=3, curtains=True)
    if c.chance(0.5):
        bunting(c, -3, 103, 1, 4)
    pot_plant(c, 90, 57, 2.2)
    _floor_lamp(c, 10, 60)
    rug(c, 50, 66, 46, 12)
    tells = someone(c, c.rng.choice(("", "old", "teen")))
    c.oval(50, 61, 13, 2.4, c.rng.choice(c.ink.cloth[:5]))
    pose = Pose((-0.13, -0.24), (0.13, -0.24), c.near(0, 0.2), legs="floor", nod=0.4, sing=True)
    held = person(c, 50, 61, tells, pose, 52)
    open_book(c, 50, held.left[1] - 0.5, 17, c.rng.choice((c.ink.spot, c.ink.deep, c.ink.glow)))
    n = c.rng.choice((2, 3, 3))
    for side in (-1, 1):
        for k in range(n if side < 0 else 5 - n):
            x, y = 50 + side * (21 + k * 12), 64 + k * 3.5
            c.oval(x, y + 0.6, 7.5, 1.9, c.rng.choice(c.ink.cloth[:5]))
            hands = c.rng.choice((((-0.06, -0.28), (0.06, -0.28)), ((0.04, -0.08), (0.1, -0.28))))
            pose = Pose(*hands, facing=-side * 0.55, legs="floor", lean=-side * 0.06)
            person(c, x, y, someone(c, "child"), pose, 42)
