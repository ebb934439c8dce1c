"""Swedish housing: long low blocks, tall slabs, their doors, lamps and streets."""

from .canvas import Canvas, form
from .nature import haze, shaded
from .palettes import Colour, mix, sheer


def pane(c: Canvas, when: str) -> Colour:
    """A window pane from outside: lit or not."""
    lit = {"day": 0.06, "dusk": 0.4, "night": 0.5}[when]
    if c.chance(lit):
        return c.light(c.ink.glow, c.rng.choice((0.0, 0.15, 0.35)))
    return mix(c.ink.deep, c.ink.day[0], 0.35) if when == "day" else c.dark(c.ink.deep, 0.3)


def block(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    floors: int,
    when: str = "day",
    colour: Colour | None = None,
    *,
    far: float = 0.0,
    storey: float = 5.4,
) -> None:
    """A long low block (lamellhus) that stands on y; `far` (0 … 1) fades it into the air."""
    air = haze(c, when)
    wall = mix(shaded(c, colour or c.rng.choice(c.ink.houses), when), air, far)
    h = floors * storey + 1.2
    c.rect(x, y - h, w, h, wall)
    c.rect(x + w * 0.86, y - h, w * 0.14, h, c.dark(wall, 0.1))
    _roof(c, x, y - h, w, when, far, air)
    c.rect(x, y - 1.3, w, 1.3, c.dark(wall, 0.22))
    bays = max(2, round(w / 5.2))
    step = w / bays
    door = c.rng.randrange(bays)
    for floor in range(floors):
        for bay in range(bays):
            kind = "door" if bay == door else "balcony" if bay % 3 == 1 else ""
            box = x + bay * step, y - 1.2 - (floor + 1) * storey, step, storey
            _bay(c, box, when, (wall, air, far), kind, floor)


def _roof(c: Canvas, x: float, top: float, w: float, when: str, far: float, air: Colour) -> None:
    roof = mix(
        shaded(c, c.ink.snow if c.snowy else mix(c.ink.deep, c.ink.wood, 0.3), when), air, far
    )
    c.soft(
        [
            (x - 1, top + 0.3),
            (x + 1.6, top - 2.4),
            (x + w - 1.6, top - 2.4),
            (x + w + 1, top + 0.3),
        ],
        roof,
        0.4,
    )
    c.rect(x + w * 0.3, top - 4, 1.6, 2.4, c.dark(roof, 0.35))
    if c.snowy:
        c.rect(x + w * 0.3 - 0.2, top - 4.3, 2, 0.6, roof)


def _bay(
    c: Canvas,
    box: tuple[float, float, float, float],
    when: str,
    tints: tuple[Colour, Colour, float],
    kind: str,
    floor: int,
) -> None:
    x, y, w, h = box
    wall, air, far = tints
    glass = mix(pane(c, when), air, far)
    frame = mix(mix(wall, c.ink.snow, 0.75), wall, far)
    if kind == "door":
        c.rect(x + w * 0.28, y + h * 0.12, w * 0.44, h * 0.78, mix(glass, frame, 0.1))
        if floor == 0:
            leaf = mix(c.dark(c.ink.wood, 0.3), air, far)
            c.rect(x + w * 0.24, y + h * 0.3, w * 0.52, h * 0.92, leaf)
            c.rect(x + w * 0.1, y + h * 0.18, w * 0.8, h * 0.1, frame)
        return
    c.rect(x + w * 0.18, y + h * 0.22, w * 0.62, h * 0.52, frame)
    c.rect(x + w * 0.22, y + h * 0.27, w * 0.25, h * 0.42, glass)
    c.rect(x + w * 0.51, y + h * 0.27, w * 0.25, h * 0.42, glass)
    if kind == "balcony" and floor > 0:
        rail = mix(shaded(c, c.ink.spot if (floor + round(x)) % 2 else c.ink.paper, when), air, far)
        c.rect(x + w * 0.04, y + h * 0.6, w * 0.92, h * 0.34, mix(rail, wall, 0.15))


def slab(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    floors: int,
    when: str = "day",
    far: float = 0.4,
    colour: Colour | None = None,
) -> None:
    """A tall slab (skivhus) further off: a flat roof and a weave of windows."""
    air = haze(c, when)
    wall = mix(shaded(c, colour or c.rng.choice(c.ink.houses), when), air, far)
    storey = 3.1
    h = floors * storey + 1
    c.rect(x, y - h, w, h, wall)
    c.rect(x + w * 0.84, y - h, w * 0.16, h, c.dark(wall, 0.12))
    c.rect(
        x - 0.3, y - h - 0.7, w + 0.6, 0.9, mix(c.ink.snow if c.snowy else c.ink.deep, wall, 0.3)
    )
    bays = max(2, round(w / 3.6))
    step = w * 0.82 / bays
    for floor in range(floors):
        for bay in range(bays):
            c.rect(
                x + 0.6 + bay * step,
                y - h + 0.9 + floor * storey,
                step * 0.62,
                storey * 0.52,
                mix(pane(c, when), wall, far * 0.8),
            )


def lamp_post(c: Canvas, x: float, y: float, h: float, lit: bool, side: int = 1) -> None:
    """A street lamp with, when lit, its cone of light."""
    iron = mix(c.ink.ink, c.ink.deep, 0.3)
    top, out = y - h, x + side * h * 0.14
    if lit:
        c.poly(
            [
                (out - 1, top + 0.8),
                (out + 1, top + 0.8),
                (out + h * 0.34, y + 1),
                (out - h * 0.34, y + 1),
            ],
            sheer(c.ink.glow, 0.2),
        )
        c.oval(out, y + 1, h * 0.34, h * 0.06, sheer(c.ink.glow, 0.35))
        c.glow(out, top + 0.8, h * 0.22, c.ink.glow, 0.7)
    c.limb([(x, y), (x, top + 1.4)], 0.7, 0.42, iron)
    c.line([(x, top + 1.5), (x + side * h * 0.03, top), (out, top)], 0.4, iron)
    c.soft(form("-1.5,0.9 -0.7,-0.5 0.7,-0.5 1.5,0.9", out, top), iron, 0.4)
    c.oval(out, top + 0.9, 1.1, 0.4, c.ink.glow if lit else c.ink.paper)


def bench(c: Canvas, x: float, y: float, w: float) -> None:
    """A park bench seen from the front."""
    wood, iron = c.ink.wood, mix(c.ink.ink, c.ink.deep, 0.3)
    for leg in (x + w * 0.12, x + w * 0.88):
        c.line([(leg, y), (leg, y - w * 0.36)], w * 0.03, iron)
    for dy in (0.34, 0.27):
        c.rect(x, y - w * dy, w, w * 0.05, wood, 0.2)
    c.rect(x - w * 0.01, y - w * 0.18, w * 1.02, w * 0.055, c.dark(wood, 0.15), 0.2)
    if c.snowy:
        c.soft(form("0,-0.18 0.1,-0.24 0.9,-0.23 1,-0.18", x, y, w), c.ink.snow, 0.5)


def bunting(c: Canvas, x0: float, x1: float, y: float, sag: float = 5.0) -> None:
    """A string of little flags."""
    n = max(4, round((x1 - x0) / 4.2))
    at = [(x0 + (x1 - x0) * i / n, y + sag * (1 - (2 * i / n - 1) ** 2)) for i in range(n + 1)]
    c.line(at, 0.2, c.ink.ink)
    tints = [c.ink.spot, c.ink.glow, c.ink.main, c.ink.leaf, c.ink.paper]
    c.rng.shuffle(tints)
    for i in range(n):
        (ax, ay), (bx, by) = at[i], at[i + 1]
        c.poly([(ax + 0.4, ay), (bx - 0.4, by), ((ax + bx) / 2, (ay + by) / 2 + 3.2)], tints[i % 5])
