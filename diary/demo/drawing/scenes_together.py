"""Scenes of singing, playing, telling and feasting."""

from dataclasses import replace

from .canvas import Canvas
from .figures import Pose, person, shade
from .groups import crowd, from_behind, reader, spread
from .houses import bunting
from .looks import someone
from .palettes import mix, sheer
from .registry import scene
from .rooms import framed, pendant, radiator, room, rug, sunlight, window
from .things import cloth, cup, lantern, open_book, plate, pot_plant, tone

SINGING = (((-0.15, -0.36), (0.15, -0.36)), ((-0.05, -0.17), (0.05, -0.17)), ((-0.08, -0.3), (0.08, -0.3)))


def _singers(c: Canvas, n: int, y: float, tall: float, ends: tuple[float, float], children: int) -> None:
    for x, look in zip(spread(c, n, *ends), crowd(c, n, children), strict=True):
        hands = c.rng.choice(SINGING)
        held = person(c, x, y + c.near(0, 0.4), look,
                      Pose(*hands, facing=c.rng.uniform(0.05, 0.5), sing=True, lean=c.near(0, 0.02)), tall)
        if hands == SINGING[1]:
            mx, my = (held.left[0] + held.right[0]) / 2, held.left[1]
            c.soft([(mx - 3, my - 1.6), (mx, my - 1), (mx + 3, my - 1.6), (mx + 3, my + 1.8), (mx, my + 2.4),
                    (mx - 3, my + 1.8)], c.rng.choice((c.ink.ink, c.ink.spot, c.ink.deep)), 0.3)


@scene("choir")
def choir(c: Canvas) -> None:
    """Rows of singers before someone who leads them."""
    room(c, 60, c.rng.choice((0, 2, 3, 4)))
    n = c.rng.choice((2, 3))
    when = ""
    for i in range(n):
        when = window(c, 12 + i * (76 / n), 7, 66 / n - 8, 30, when, bars=1, round_top=c.chance(0.0))
    c.rect(6, 58, 74, 5, mix(c.ink.wood, c.ink.ink, 0.3))
    _singers(c, c.rng.randint(4, 6), 59, 35, (14, 70), 0)
    _singers(c, c.rng.randint(4, 5), 69, 35, (9, 63), c.rng.randint(1, 3))
    for _ in range(c.rng.randint(3, 5)):
        tone(c, c.rng.uniform(20, 88), c.rng.uniform(6, 22), c.rng.uniform(1.1, 1.6), sheer(c.ink.ink, 0.55))
    lead = c.rng.uniform(84, 88)
    shade(c, lead, 79, 10)
    person(c, lead, 80, someone(c), Pose((-0.26, 0.16), (0.2, 0.24), back=True, lean=-0.04), 46)


@scene("stage")
def stage(c: Canvas) -> None:
    """A little theatre: curtain, light, a tale, and heads in the dark."""
    cloth_tint = c.rng.choice((c.ink.spot, c.ink.main, c.ink.deep))
    c.fill(mix(c.ink.deep, c.ink.ink, 0.3))
    c.rect(4, 4, 92, 52, c.rng.choice((c.ink.walls[1], c.ink.walls[4], c.ink.soft)))
    _backdrop(c)
    c.poly([(40, -2), (62, -2), (86, 56), (18, 56)], sheer(c.ink.glow, 0.2))
    c.rect(-2, 54, 104, 9, c.ink.wood)
    c.rect(-2, 62, 104, 20, mix(c.ink.wood, c.ink.ink, 0.5))
    for side in (0, 1):
        _curtain(c, side, cloth_tint)
    c.soft([(-2, -2), (102, -2), (102, 9), (84, 11.5), (67, 8), (50, 11.5), (33, 8), (16, 11.5), (-2, 9)],
           mix(cloth_tint, c.ink.ink, 0.15), 3)
    hats = ["crown", "ears", "troll", "crown", "ears"]
    c.rng.shuffle(hats)
    places = spread(c, c.rng.randint(3, 5), 29, 71, 1.5)
    for x, hat in zip(places, hats, strict=False):
        look = replace(someone(c, "" if hat == "troll" else "child"), hat=hat, cut="short", wear="dress")
        hands = c.rng.choice((((-0.22, 0.16), (0.22, 0.16)), ((-0.2, -0.2), (0.22, 0.12)), ((-0.3, 0.0), (0.12, -0.3))))
        shade(c, x, 58, 5)
        person(c, x, 58, look, Pose(*hands, facing=c.near((50 - x) / 40, 0.2), lean=c.near(0, 0.06)), 30)
    for x in spread(c, c.rng.randint(6, 8), 3, 97, 2):
        _onlooker(c, x)


def _backdrop(c: Canvas) -> None:
    kind = c.rng.choice(("wood", "castle", "hills"))
    if kind == "castle":
        for x, h in ((30, 24), (44, 32), (58, 22)):
            c.rect(x, 54 - h, 12, h, c.ink.main)
            c.poly([(x - 1, 54 - h), (x + 6, 44 - h), (x + 13, 54 - h)], c.ink.spot)
            c.rect(x + 4.5, 60 - h, 3, 4.5, c.ink.glow, 1.4)
    for i in range(5):
        x = 14 + i * 18
        if kind != "castle" or i in (0, 4):
            c.poly([(x - 8, 56), (x, c.rng.uniform(20, 30)), (x + 8, 56)], mix(c.ink.pine, c.ink.leaf, 0.4 * (i % 2)))
    if kind == "hills":
        c.dot(70, 24, 6, c.ink.glow)


def _curtain(c: Canvas, side: int, tint: tuple[int, int, int]) -> None:
    for i in range(4):
        a = i * 4.6
        xs = (a - 2, a + 2.8, a + 2.8 + i * 0.4, a - 2)
        if side:
            xs = tuple(100 - x for x in xs)  # type: ignore[assignment]
        c.soft([(xs[0], -2), (xs[1], -2), (xs[2], 57), (xs[3], 57)], mix(tint, c.ink.ink, 0.14 * (i % 2)), 1)


def _onlooker(c: Canvas, x: float) -> None:
    look = someone(c, c.rng.choice(("", "child", "child", "old")))
    dark = mix(c.ink.ink, c.ink.deep, c.rng.uniform(0.2, 0.6))
    shadow = replace(look, top=dark, trim=mix(dark, c.ink.ink, 0.3), hair=mix(look.hair, c.ink.ink, 0.6),
                     skin=mix(look.skin, c.ink.ink, 0.5), wear="sweater")
    person(c, x, 93 + c.near(0, 1.2), shadow, Pose(back=True, legs="none"), 33)


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
    body = c.rng.choice((mix(c.ink.wood, c.ink.ink, 0.45), c.ink.ink, c.ink.deep, c.ink.wood))
    dark = mix(body, c.ink.ink, 0.3)
    c.rect(x, 30, 38, 38, body, 0.6)
    c.rect(x - 1, 28.6, 40, 2.2, mix(body, c.ink.paper, 0.15), 0.5)
    c.rect(x + 3, 33, 32, 11, mix(body, c.ink.paper, 0.1), 0.4)
    c.rect(x + 3, 54, 32, 11, dark, 0.4)
    c.rect(x - 1.5, 47, 41, 4.6, dark, 0.6)
    c.rect(x + 1, 46.2, 36, 2.8, c.ink.snow)
    for i in range(21):
        kx = x + 1.5 + i * 1.7
        if i % 7 not in (2, 6):
            c.rect(kx + 0.8, 46.2, 0.8, 1.6, c.ink.ink)
    for side in (0, 1):
        px = x + 12 + side * 7.2
        c.poly([(px, 34.4), (px + 7, 34), (px + 7, 45), (px, 45.4)], mix(c.ink.snow, c.ink.soft, 0.2 * side))
        for k in range(4):
            yy = 36.2 + k * 2.2
            c.line([(px + 1, yy), (px + 6, yy - 0.2)], 0.1, c.ink.ink)
            for d in range(3):
                c.dot(px + 1.6 + d * 1.7, yy - c.rng.uniform(0, 0.9), 0.3, c.ink.ink)
    cup(c, x + 5, 28.6, 1.3)


def _guitar(c: Canvas, x: float, y: float) -> None:
    wood = mix(c.ink.wood, c.ink.glow, 0.45)
    c.line([(x + 1, y - 12), (x + 6, y - 33)], 1.4, mix(c.ink.wood, c.ink.ink, 0.5))
    c.line([(x + 6, y - 33), (x + 6.8, y - 36)], 2.2, mix(c.ink.wood, c.ink.ink, 0.6))
    c.curve([(x - 5, y - 3), (x, y), (x + 4.4, y - 2.2), (x + 4.4, y - 7), (x + 3.4, y - 10), (x + 4.6, y - 14),
             (x + 1.4, y - 16.4), (x - 2.6, y - 14.5), (x - 3, y - 10.4), (x - 5.4, y - 7.5)], wood)
    c.dot(x + 0.4, y - 10, 1.7, mix(c.ink.wood, c.ink.ink, 0.6))
    c.line([(x - 1.8, y - 3.6), (x + 1.4, y - 3)], 0.6, c.ink.ink)


def _oud(c: Canvas, x: float, y: float) -> None:
    wood = mix(c.ink.wood, c.ink.spot, 0.25)
    c.line([(x + 1, y - 16), (x + 4, y - 28)], 1.5, mix(wood, c.ink.ink, 0.45))
    c.line([(x + 4, y - 28), (x + 8.4, y - 30.4)], 1.3, mix(wood, c.ink.ink, 0.45))
    c.curve([(x - 6.4, y - 5), (x - 1.4, y), (x + 4.6, y - 3.2), (x + 5.2, y - 9.5), (x + 1.8, y - 17.6), (x - 3, y - 14)], wood)
    c.dot(x, y - 9, 2.1, mix(wood, c.ink.ink, 0.5))
    c.dot(x, y - 9, 1.2, wood)
    c.line([(x - 2.6, y - 3.4), (x + 1.6, y - 2.4)], 0.6, c.ink.ink)


def _violin(c: Canvas, x: float, y: float) -> None:
    wood = mix(c.ink.wood, c.ink.spot, 0.35)
    c.line([(x + 0.4, y - 10), (x + 2, y - 21)], 0.9, c.ink.ink)
    c.curve([(x - 3.4, y - 2), (x, y), (x + 3, y - 2.2), (x + 2.4, y - 6), (x + 3.2, y - 9.4), (x + 0.6, y - 11.4),
             (x - 2.2, y - 9.6), (x - 2, y - 6)], wood)
    c.line([(x - 0.4, y - 2.4), (x + 0.6, y - 9)], 0.8, c.ink.ink)
    c.line([(x + 5, y), (x + 7.6, y - 20)], 0.3, mix(c.ink.wood, c.ink.ink, 0.4))


def _drum(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.main, c.ink.pine))
    c.soft([(x - 6, y - 14), (x + 6, y - 14), (x + 4, y), (x - 4, y)], tint, 1)
    for k in range(4):
        a = x - 5.4 + k * 2.8
        c.line([(a, y - 13), (a + 1.5, y - 1), (a + 2.7, y - 13)], 0.24, c.ink.paper)
    c.oval(x, y - 14, 6.2, 1.7, c.ink.paper)
    c.oval(x, y - 14, 5.2, 1.3, mix(c.ink.paper, c.ink.wood, 0.25))


@scene("reading")
def reading(c: Canvas) -> None:
    """Someone reads aloud from a large book to children on a rug."""
    room(c, 54, c.rng.choice((0, 1, 2, 3, 4)))
    when = window(c, 8, 8, 22, 26, curtains=c.chance(0.7))
    sunlight(c, 12, 58, 26, when)
    c.rect(78, 12, 20, 42, mix(c.ink.wood, c.ink.ink, 0.2))
    from .things import book_row
    for i in range(4):
        c.rect(79, 13.5 + i * 10, 18, 8.6, mix(c.ink.wood, c.ink.ink, 0.5))
        book_row(c, 79.3, 22 + i * 10, 17.4, 8)
    rug(c, 50, 68, 44, 10)
    _floor_lamp(c, 70, 58)
    pot_plant(c, 38, 53, 1.5)
    _armchair(c, 58, 63)
    big = c.rng.choice(("", "old", "teen"))
    held = person(c, 58, 64, someone(c, big), Pose((-0.12, -0.2), (0.12, -0.2), -0.25, legs="sit", nod=0.4, sing=True), 40)
    open_book(c, (held.left[0] + held.right[0]) / 2, held.left[1] - 1.2, 13)
    _listeners(c)


def _listeners(c: Canvas) -> None:
    places = c.rng.sample(((20, 66, 0.6), (33, 64, 0.5), (80, 66, -0.6), (90, 69, -0.7), (41, 66, 0.4)), c.rng.randint(3, 5))
    for x, y, facing in sorted(places, key=lambda p: p[1]):
        c.oval(x, y + 0.4, 7, 1.8, c.rng.choice(c.ink.cloth[:5]))
        hands = c.rng.choice((((-0.06, -0.28), (0.06, -0.28)), ((-0.14, -0.3), (0.14, -0.3)), ((-0.04, -0.06), (0.1, -0.28))))
        person(c, x, y, someone(c, "child"), Pose(*hands, facing=facing, legs="floor"), 33)
    for x in c.rng.sample((14, 30, 72), c.rng.randint(1, 2)):
        small = replace(someone(c, "child"), tall=0.75)
        person(c, x, 90, small, Pose((-0.1, -0.3), (0.1, -0.3), back=True, legs="none"), 38)


def _floor_lamp(c: Canvas, x: float, y: float) -> None:
    c.glow(x, y - 31, 20, c.ink.glow, 0.32)
    c.line([(x, y), (x, y - 30)], 0.6, c.ink.ink)
    c.oval(x, y, 4, 0.9, c.ink.ink)
    c.soft([(x - 5.6, y - 27), (x - 3, y - 35), (x + 3, y - 35), (x + 5.6, y - 27)], mix(c.ink.glow, c.ink.paper, 0.35), 0.8)


def _armchair(c: Canvas, x: float, y: float) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.pine, c.ink.main, c.ink.deep))
    for dx in (-9, 9):
        c.limb([(x + dx, y), (x + dx * 1.1, y + 4)], 1.2, 0.7, c.ink.ink)
    c.soft([(x - 11, y - 28), (x + 11, y - 28), (x + 12, y + 1), (x - 12, y + 1)], tint, 6)
    c.soft([(x - 10, y - 13), (x + 10, y - 13), (x + 10, y), (x - 10, y)], mix(tint, c.ink.paper, 0.12), 2)
    for dx in (-1, 1):
        c.soft([(x + dx * 9.5, y - 15), (x + dx * 14, y - 15), (x + dx * 14, y + 1.5), (x + dx * 9.5, y + 1.5)],
               mix(tint, c.ink.ink, 0.15), 2)


@scene("celebration")
def celebration(c: Canvas) -> None:
    """A laid table with candles, bunting above, people close together."""
    room(c, 62, c.rng.choice((0, 2, 3, 3, 4)))
    window(c, 36, 12, 28, 22, bars=2)
    bunting(c, -3, 52, 3, 6)
    bunting(c, 48, 103, 3, 6)
    for x in (18, 82):
        pendant(c, x, 16, 4)
    n = c.rng.randint(5, 7)
    for x, look in zip(spread(c, n, 9, 91, 1.5), crowd(c, n, 2, 2), strict=True):
        hands = c.rng.choice((((-0.12, -0.3), (0.14, -0.05)), ((-0.24, 0.2), (0.12, -0.3)), ((-0.06, -0.2), (0.06, -0.2)),
                              ((-0.14, -0.1), (0.16, -0.3))))
        person(c, x, 74 - (0 if look.child else 2), look, Pose(*hands, facing=max(-0.6, min(0.6, (50 - x) / 40))), 40)
    cloth(c, 10, 55, 80, 24, c.rng.choice((c.ink.paper, c.ink.snow, c.ink.glow)))
    _feast(c)


def _feast(c: Canvas) -> None:
    _cake(c, 50 + c.near(0, 4), 57)
    for x in (18, 32, 70, 83):
        kind = c.rng.choice(("cup", "plate", "candle", "cup", "bowl"))
        if kind == "cup":
            cup(c, x - 1.6, 58, 1.2)
            cup(c, x + 2.4, 59, 1.2)
        elif kind == "plate":
            plate(c, x, 59, 10)
        elif kind == "bowl":
            from .things import bowl
            bowl(c, x, 59, 9, c.ink.spot)
        else:
            lantern(c, x, 58, 1.3)
    for x in (25, 62, 77):
        lantern(c, x, 58.4, c.rng.uniform(1, 1.4))


def _cake(c: Canvas, x: float, y: float) -> None:
    icing = c.rng.choice((c.ink.snow, c.ink.leaf, c.ink.spot))
    c.oval(x, y + 1.6, 9.5, 1.2, mix(c.ink.soft, c.ink.paper, 0.3))
    c.rect(x - 7.4, y - 5.6, 14.8, 7, mix(c.ink.wood, c.ink.glow, 0.5), 0.8)
    c.soft([(x - 7.8, y - 7), (x + 7.8, y - 7), (x + 7.6, y - 3), (x + 4, y - 1.8), (x + 1.5, y - 3.4), (x - 2, y - 1.6),
            (x - 5, y - 3.2), (x - 7.6, y - 2.2)], icing, 1)
    for k in range(-2, 3):
        c.rect(x + k * 2.6 - 0.3, y - 10, 0.6, 3.2, c.ink.main)
        c.leaf(x + k * 2.6, y - 10.8, 0.35, 0.8, 0, c.ink.glow)
    c.glow(x, y - 9, 9, c.ink.glow, 0.25)


__all__ = ["celebration", "choir", "from_behind", "music", "reader", "reading", "stage"]
