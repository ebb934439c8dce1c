"""Scenes where people trade and wait: the market, the square, the bus stop."""

from .body import Pose
from .canvas import Canvas, form
from .figures import person, shade
from .groups import passer_by, spread
from .houses import bench, block, bunting, lamp_post, pane, slab
from .looks import dressed, someone
from .nature import birch, falling_snow, ground, hour, pine, shaded, sky, spruce, tree
from .palettes import mix, sheer
from .registry import scene
from .scenes_streets import far_hills
from .things import bowl


@scene("square")
def square(c: Canvas) -> None:
    """The square with its shops, people passing."""
    when = hour(c)
    sky(c, when, 40)
    for x, floors in ((4.0, 8), (80.0, 9)):
        slab(c, x, 42, 15, floors, when, 0.45)
    _shops(c, when)
    land = mix(shaded(c, c.light(c.ink.soft, 0.45), when), c.ink.snow, 0.5 if c.snowy else 0.0)
    c.rect(-2, 50, 104, 40, land)
    for i in range(6):
        c.rect(-2, 52 + i * i * 0.85, 104, 0.2 + i * 0.04, c.dark(land, 0.1))
    for i in range(-6, 7):
        c.line([(50 + i * 6, 50), (50 + i * 17, 76)], 0.2, c.dark(land, 0.08))
    _fountain(c, c.rng.uniform(44, 56))
    for x in (20.0, 82.0):
        lamp_post(c, x, 58, 27, when != "day", 1 if x < 50 else -1)
    bench(c, 64, 66, 14)
    for x in spread(c, c.rng.randint(4, 6), 10, 92, 3):
        y = c.rng.uniform(64, 71)
        shade(c, x, y, 5)
        passer_by(c, x, y, 20 + (y - 50) * 0.65, c.rng.choice(("", "child", "old", "teen", "")))
    if c.snowy and c.chance(0.6):
        falling_snow(c, 70)


def _shops(c: Canvas, when: str) -> None:
    for i, x in enumerate((10, 36.5, 63)):
        wall = shaded(c, c.ink.houses[(i + round(c.camera.dx)) % 5], when)
        c.rect(x, 24, 26.5, 27, wall)
        for k in range(4):
            c.rect(x + 2.4 + k * 6, 27, 4, 6, pane(c, when))
        glass = c.ink.glow if when != "day" else mix(c.ink.soft, c.ink.main, 0.3)
        c.rect(x + 2, 40, 15, 9.4, c.light(glass, 0.2))
        c.rect(x + 19, 40, 5, 11, c.dark(c.ink.wood, 0.3))
        tint = (c.ink.spot, c.ink.pine, c.ink.main)[i]
        for k in range(6):
            c.rect(x + 1 + k * 4.1, 36.4, 4.1, 4.6, tint if k % 2 else c.ink.paper, 0.0)
        c.rect(x - 0.5, 22.6, 27.5, 1.8, c.ink.snow if c.snowy else c.dark(wall, 0.3))


def _fountain(c: Canvas, x: float) -> None:
    stone = c.dark(c.ink.soft, 0.2)
    c.oval(x, 60, 12, 2.6, stone)
    c.oval(x, 59.2, 10.8, 2, c.ink.main if not c.snowy else c.ink.snow)
    c.limb([(x, 59.4), (x, 50)], 2.4, 1.4, stone)
    c.oval(x, 50, 4.6, 1.1, stone)
    c.curve(form("-2,49.6 -1.6,45 1,42.6 2.4,45.4 2,49.6", x, 0), c.ink.pine)
    c.dot(x + 0.4, 42.4, 1.4, c.ink.pine)


@scene("bus")
def bus(c: Canvas) -> None:
    """A bus with people in its windows, and a stop where some wait."""
    when = hour(c)
    sky(c, when, 42)
    far_hills(c, when, 40)
    block(c, 6, 48, 34, 3, when, far=0.22)
    for x in (56.0, 70.0, 92.0):
        c.rng.choice((birch, tree, spruce, pine))(c, x, 51, c.rng.uniform(20, 28))
    c.rect(-2, 48, 104, 40, ground(c, when))
    road = mix(shaded(c, c.ink.deep, when), c.ink.soft, 0.35)
    c.rect(-2, 58, 104, 13, road)
    c.rect(-2, 57.4, 104, 1, c.light(road, 0.4))
    for k in range(6):
        c.rect(3 + k * 18, 68, 8, 0.6, c.ink.paper)
    c.rect(-2, 70.6, 104, 10, mix(ground(c, when), c.ink.soft, 0.5))
    _coach(c, c.rng.uniform(4, 12), when)
    _stop(c, 84)
    for x in spread(c, c.rng.randint(1, 3), 76, 94, 1.5):
        look = dressed(c, someone(c, c.rng.choice(("", "old", "teen", "child"))))
        shade(c, x, 73, 4)
        pose = Pose((-0.13, -0.36), (0.13, -0.36), c.rng.choice((-0.6, -0.9)))
        person(c, x, 73, look, pose, 30)
    if c.snowy and c.chance(0.5):
        falling_snow(c, 60)


def _coach(c: Canvas, x: float, when: str) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.main, c.ink.glow, c.ink.pine))
    shade(c, x + 31, 66, 33)
    c.soft(form("0,30 60,30 62.5,46 62.5,63 0,63", x, 0), tint, 3)
    c.soft(form("0,52 62.5,52 62.5,63 0,63", x, 0), c.dark(tint, 0.16), 1)
    c.rect(x, 51, 62.4, 1.2, c.ink.paper)
    inside = c.light(c.ink.glow, 0.45) if when != "day" else c.light(c.ink.soft, 0.35)
    c.rect(x + 22, 29, 18, 0.01, tint)
    for i in range(5):
        with c.inset(x + 2.6 + i * 9.6, 34.5, 8.6, 13.5, 1.0) as seat:
            seat.fill(inside)
            if c.chance(0.75):
                pose = Pose(facing=c.rng.choice((0.9, 0.4, -0.2)), legs="none")
                person(
                    seat,
                    x + 6.6 + i * 9.6,
                    62,
                    dressed(c, someone(c, c.rng.choice(("", "", "old", "teen")))),
                    pose,
                    27,
                )
    c.rect(x + 51, 34.5, 5.6, 26.5, mix(inside, c.ink.main, 0.15), 0.8)
    c.rect(x + 53.6, 34.5, 0.4, 26.5, tint)
    c.soft(form("58,34.5 60.4,34.5 62,47 58,47", x, 0), inside, 0.6)
    c.dot(x + 60.8, 57, 1.1, c.ink.glow)
    if when == "night":
        c.poly(form("62,56.4 62,58 84,66 84,58", x, 0), sheer(c.ink.glow, 0.28))
    for wheel in (12, 48):
        c.dot(x + wheel, 63.4, 4.6, c.ink.ink)
        c.dot(x + wheel, 63.4, 2, c.ink.soft)


def _stop(c: Canvas, x: float) -> None:
    iron = mix(c.ink.ink, c.ink.deep, 0.3)
    c.rect(x - 11, 41.5, 24, 1.6, iron, 0.4)
    for dx in (-9, 11):
        c.line([(x + dx, 43), (x + dx, 72)], 0.7, iron)
    c.rect(x - 8.6, 44.5, 19, 19, sheer(c.ink.snow, 0.35))
    if c.snowy:
        c.soft(form("-11,41.6 -9,40 11,40.2 13,41.6", x, 0), c.ink.snow, 0.8)
    c.line([(x - 14, 73), (x - 14, 40)], 0.6, iron)
    c.dot(x - 14, 38, 2.8, c.ink.glow)
    c.dot(x - 14, 38, 1.6, c.ink.ink)


@scene("market")
def market(c: Canvas) -> None:
    """A stall under striped cloth with bread, fruit and jars."""
    when = "day" if c.chance(0.7) else "dusk"
    sky(c, when, 42)
    far_hills(c, when, 42)
    block(c, 58, 50, 46, 3, when, far=0.25)
    c.rect(-2, 49, 104, 40, c.light(ground(c, when), 0.3))
    c.rng.choice((birch, tree))(c, 8, 58, 36)
    bunting(c, -3, 30, 12, 5)
    bunting(c, 72, 103, 12, 4)
    x = 26.0
    for dx in (0, 48):
        c.line([(x + dx, 22), (x + dx, 72)], 1, c.dark(c.ink.wood, 0.25))
    for spot, look in zip(
        spread(c, 2, x + 15, x + 35, 2), (someone(c), someone(c, "old")), strict=True
    ):
        pose = Pose((-0.14, -0.22), (0.2, -0.12), c.near(0, 0.3), apron=True)
        person(c, spot, 72, dressed(c, look), pose, 37)
    _stall(c, x)
    look = dressed(c, someone(c, c.rng.choice(("", "old"))))
    shade(c, 84, 74, 6)
    held = person(c, 84, 74, look, Pose((-0.24, -0.14), (0.08, -0.34), -0.9), 38)
    bx, by = held.right
    c.soft(form("-3,0 3,0 2.4,6 -2.4,6", bx, by), c.ink.glow, 0.8)
    if c.chance(0.6):
        child = dressed(c, someone(c, "child"))
        shade(c, 14, 74, 5)
        person(c, 14, 74, child, Pose((0.1, -0.1), (0.26, 0.06), 0.9), 36)


def _stall(c: Canvas, x: float) -> None:
    tint = c.rng.choice((c.ink.spot, c.ink.main, c.ink.pine))
    for k in range(8):
        a = x - 4 + k * 7
        c.soft(
            [
                (a + (28 - k * 7) * 0.12 + 0.5, 15),
                (a + 7 + (21 - k * 7) * 0.12 + 0.5, 15),
                (a + 7, 26),
                (a + 3.5, 29),
                (a, 26),
            ],
            tint if k % 2 else c.ink.snow,
            1.2,
        )
    c.rect(x - 3, 56, 54, 18, c.light(c.ink.wood, 0.15))
    for k in range(9):
        c.rect(x - 3 + k * 6, 58, 0.3, 16, c.dark(c.ink.wood, 0.25))
    c.rect(x - 4.5, 54, 57, 2.4, c.ink.wood, 0.4)
    crust = mix(c.ink.wood, c.ink.glow, 0.45)
    for k in range(3):
        c.oval(x + 3 + k * 5, 52.6, 3, 1.8, c.dark(crust, 0.08 * k))
        c.line([(x + 2 + k * 5, 52), (x + 4 + k * 5, 51.6)], 0.3, c.ink.paper)
    for k in range(2):
        c.oval(x + 5.5 + k * 5, 50, 3, 1.8, crust)
    bowl(c, x + 24, 54, 9, c.ink.paper)
    for k in range(4):
        c.rect(x + 33 + k * 4, 49.4, 3, 4.6, c.rng.choice((c.ink.glow, c.ink.spot)), 0.5)
        c.rect(x + 33.2 + k * 4, 48.4, 2.6, 1.2, c.ink.paper, 0.3)
