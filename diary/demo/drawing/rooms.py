"""Rooms: walls, floors, windows with something to see, and light."""

from .canvas import Canvas, form
from .houses import block, slab
from .nature import birch, falling_snow, ground, haze, hill, hour, sky, spruce, tree, woods
from .palettes import Colour, mix, sheer


def room(c: Canvas, floor: float = 58.0, wall: int | None = None) -> Colour:
    """Wall and floor; gives back the wall's colour."""
    walls = c.ink.walls
    colour = (
        walls[wall]
        if wall is not None
        else c.rng.choice((walls[0], walls[0], walls[1], walls[2], walls[4]))
    )
    c.fill(colour)
    c.backdrop = colour
    if c.chance(0.45):
        c.rect(-2, floor - 15, 104, 16, mix(colour, c.ink.deep, 0.12))
        c.rect(-2, floor - 15.6, 104, 0.8, c.light(colour, 0.4))
    side, a, b = c.rng.choice((("left", -2, 40), ("right", 60, 102)))
    c.spray([(a, -2), (b, -2), (b, floor), (a, floor)], mix(colour, c.ink.deep, 0.22), 0.3, side)
    ground_tint = c.light(c.ink.wood, c.rng.uniform(0.25, 0.5))
    c.rect(-2, floor, 104, 40, ground_tint)
    c.spray(
        [(-2, floor), (102, floor), (102, 77), (-2, 77)], c.dark(ground_tint, 0.25), 0.45, "down"
    )
    c.rect(-2, floor - 1, 104, 1.3, c.light(colour, 0.55))
    for i in range(1, 5):
        y = floor + (75 - floor) * (i / 5) ** 1.3
        c.rect(-2, y, 104, 0.18, c.dark(ground_tint, 0.14))
    return colour


def view(c: Canvas, horizon: float, when: str) -> None:
    """What is seen through a window: the area, small and quiet."""
    sky(c, when, horizon)
    land = ground(c, when)
    air = haze(c, when)
    hill(c, horizon, 5, mix(mix(c.ink.pine, land, 0.3), air, 0.45))
    kind = c.rng.choice(["houses", "houses", "trees", "mixed"])
    if kind != "trees":
        x = c.rng.uniform(-6, 4)
        while x < 100:
            w = c.rng.uniform(11, 18)
            if c.chance(0.35):
                slab(c, x, horizon + 2, w * 0.6, c.rng.randint(5, 7), when, 0.3)
            else:
                block(c, x, horizon + 3, w, 3, when, far=0.15, storey=4)
            x += w + c.rng.uniform(3, 9)
    else:
        woods(c, horizon + 1, mix(c.ink.pine, air, 0.3), 8)
    c.rect(-2, horizon + 2.5, 104, 40, land)
    for x in range(4, 100, 13):
        if kind != "houses" or c.chance(0.4):
            c.rng.choice((birch, tree, spruce))(
                c, c.near(x, 5), horizon + c.rng.uniform(4, 8), c.rng.uniform(12, 18)
            )
    if c.snowy and c.chance(0.6):
        falling_snow(c, 160)


def window(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    when: str = "",
    *,
    bars: int = 1,
    curtains: bool = False,
) -> str:
    """A window with its view, frame and sill; gives back the time of day outside."""
    when = when or hour(c)
    frame = c.ink.paper
    c.rect(x - 1, y - 1, w + 2, h + 2, frame, 0.3)
    with c.inset(x, y, w, h) as outside:
        view(outside, y + h * 0.62, when)
    for i in range(1, bars + 1):
        c.rect(x + w * i / (bars + 1) - 0.4, y, 0.8, h, frame)
    c.rect(x, y + h * 0.3 - 0.3, w, 0.6, frame)
    c.rect(x - 2, y + h + 0.6, w + 4, 1.2, mix(frame, c.ink.wood, 0.25))
    if curtains:
        _curtains(c, x, y, w, h)
    return when


def _curtains(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    cloth = c.rng.choice(c.standing_out((c.ink.glow, c.ink.spot, c.ink.soft, c.ink.leaf)))
    c.rect(x - 4, y - 2.4, w + 8, 0.6, c.dark(c.ink.wood, 0.3), 0.3)
    for side in (0, 1):
        a = x - 3.5 if side == 0 else x + w + 3.5
        b = x + w * 0.16 if side == 0 else x + w * 0.84
        c.soft(
            [
                (a, y - 2),
                (b, y - 2),
                (b + (a - b) * 0.25, y + h * 0.55),
                (b + (a - b) * 0.1, y + h + 4),
                (a, y + h + 4),
            ],
            cloth,
            1,
        )
        for k in (0.35, 0.65):
            c.line(
                [(a + (b - a) * k, y - 1), (a + (b - a) * k * 0.9, y + h + 3)],
                0.22,
                c.dark(cloth, 0.14),
            )


def sunlight(c: Canvas, x: float, y: float, w: float, when: str) -> None:
    """The window's light lying on the floor."""
    if when == "night":
        return
    tint = c.ink.glow if when == "dusk" else c.ink.paper
    for i in (0, 1):
        a = x + i * (w * 0.55)
        c.poly(
            [(a, y), (a + w * 0.45, y), (a + w * 0.45 + 9, y + 12), (a + 9, y + 12)],
            sheer(tint, 0.28),
        )


def pendant(c: Canvas, x: float, drop: float, r: float = 4.5, lit: bool = True) -> None:
    """A lamp hanging from the ceiling."""
    shape = c.rng.choice(("bell", "globe", "paper"))
    if lit:
        c.glow(x, drop + 1, r * 2.6, c.ink.glow, 0.3)
    c.line([(x, -2), (x, drop - r * 0.5)], 0.22, c.ink.ink)
    if shape == "globe":
        c.dot(x, drop, r * 0.8, c.light(c.ink.glow, 0.35))
        c.rect(x - 0.8, drop - r * 0.95, 1.6, r * 0.25, c.ink.ink)
        return
    if shape == "paper":
        c.oval(x, drop, r, r * 0.8, mix(c.ink.paper, c.ink.glow, 0.25))
        for k in (-0.4, 0, 0.4):
            c.line(
                [(x - r * 0.86, drop + k * r), (x + r * 0.86, drop + k * r)],
                0.12,
                sheer(c.ink.wood, 0.4),
            )
        return
    c.oval(x, drop + r * 0.5, r * 0.5, r * 0.35, c.ink.glow)
    c.soft(
        form("-1,0.5 -0.55,-0.5 0.55,-0.5 1,0.5", x, drop, r),
        c.rng.choice((c.ink.spot, c.ink.deep, c.ink.pine, c.ink.glow)),
        r * 0.4,
    )


def framed(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """A small picture on the wall."""
    c.rect(x, y, w, h, c.dark(c.ink.wood, 0.2))
    a, b, d = c.rng.sample(
        (c.ink.soft, c.ink.glow, c.ink.leaf, c.ink.spot, c.ink.main, c.ink.paper), 3
    )
    c.rect(x + 0.6, y + 0.6, w - 1.2, h - 1.2, a)
    c.oval(x + w * c.rng.uniform(0.35, 0.65), y + h * 0.4, min(w, h) * 0.2, min(w, h) * 0.2, b)
    c.soft(
        [
            (x + 0.6, y + h * 0.62),
            (x + w * 0.5, y + h * 0.5),
            (x + w - 0.6, y + h * 0.68),
            (x + w - 0.6, y + h - 0.6),
            (x + 0.6, y + h - 0.6),
        ],
        d,
        1,
    )


def radiator(c: Canvas, x: float, y: float, w: float) -> None:
    """The ribbed radiator under every window."""
    for i in range(round(w / 1.5)):
        c.rect(x + i * 1.5, y, 1.15, 7.5, c.ink.paper, 0.4)
    c.rect(x - 0.4, y + 1.2, w + 0.2, 0.5, c.dark(c.ink.paper, 0.12))


def clock(c: Canvas, x: float, y: float, r: float = 3.0) -> None:
    """A wall clock."""
    c.dot(x, y, r, mix(c.ink.ink, c.ink.deep, 0.5))
    c.dot(x, y, r * 0.84, c.ink.paper)
    c.line([(x, y), (x + c.near(0, r * 0.4), y - r * 0.4)], r * 0.13, c.ink.ink)
    c.line([(x, y), (x + r * 0.6, y + c.near(0, r * 0.3))], r * 0.09, c.ink.spot)


def rug(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """An oval rug with bands."""
    for share, tint in zip((1, 0.84, 0.6, 0.38), c.rng.sample(c.ink.cloth[:6], 4), strict=True):
        c.oval(x, y, w * share, h * share, c.light(tint, 0.2))
