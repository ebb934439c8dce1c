"""Scenes of singing, playing, telling and feasting."""

from dataclasses import replace

from .body import Pose
from .canvas import Canvas, form
from .figures import person, shade
from .groups import crowd, spread
from .houses import bunting
from .looks import someone
from .palettes import mix, sheer
from .registry import scene
from .rooms import framed, pendant, radiator, room, rug, sunlight, window
from .things import bowl, chair, cloth, cup, lantern, open_book, plate, pot_plant, tone

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
            mx, my = (held.left[0] + held.right[0]) / 2, held.left[1]
            c.soft(
                form("-3,-1.6 0,-1 3,-1.6 3,1.8 0,2.4 -3,1.8", mx, my),
                c.rng.choice((c.ink.ink, c.ink.spot, c.ink.deep)),
                0.3,
            )


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


@scene("reading")
def reading(c: Canvas) -> None:
    """Someone reads aloud from a large book to children on a rug."""
    room(c, 54, c.rng.choice((0, 1, 2, 3, 4)))
    when = window(c, 8, 8, 22, 26, curtains=c.chance(0.7))
    sunlight(c, 12, 58, 26, when)
    c.rect(78, 12, 20, 42, c.dark(c.ink.wood, 0.2))
    from .things import book_row

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
                ((-0.24, 0.2), (0.12, -0.24)),
                ((-0.06, -0.2), (0.06, -0.2)),
                ((-0.14, -0.05), (0.16, -0.24)),
                ((-0.2, 0.16), (0.2, 0.18)),
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
