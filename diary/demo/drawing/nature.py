"""Sky, ground and what grows."""

import math

from .canvas import WIDTH, Canvas, form
from .palettes import Colour, mix, sheer

HOURS = {
    "winter": ("day", "dusk", "night"),
    "autumn": ("day", "dusk"),
    "spring": ("day", "day", "dusk"),
    "summer": ("day", "day", "dusk"),
}


def hour(c: Canvas) -> str:
    """A time of day that fits the season: day, dusk or night."""
    return c.rng.choice(HOURS[c.season])


def sky(c: Canvas, when: str, horizon: float = 45) -> None:
    """The whole sky down to the horizon, with sun, moon, clouds, stars or northern lights."""
    c.wash(0, horizon, {"day": c.ink.day, "dusk": c.ink.dusk, "night": c.ink.night}[when])
    if when == "night":
        _stars(c, horizon)
        if c.ink.glow != c.ink.spot and c.chance(0.5):
            northern_lights(c)
        return
    x = c.rng.uniform(18, 82)
    if when == "dusk":
        sun = c.light(c.ink.glow, 0.35)
        c.dot(x, horizon * c.rng.uniform(0.6, 0.85), 6, sun)
    else:
        c.dot(x, horizon * c.rng.uniform(0.2, 0.4), 4.2, mix(c.ink.glow, c.ink.day[1], 0.25))
    for _ in range(c.rng.randint(1, 3)):
        cloud(c, c.rng.uniform(5, 95), c.rng.uniform(5, horizon * 0.45), c.rng.uniform(5, 11), when)


def cloud(c: Canvas, x: float, y: float, w: float, when: str = "day") -> None:
    """A flat-bottomed cloud."""
    tint = mix(c.ink.snow, c.ink.dusk[1], 0.5) if when == "dusk" else c.ink.snow
    c.soft(form("-1,0.2 -0.6,-0.15 -0.1,-0.3 0.5,-0.12 1,0.2", x, y, w), sheer(tint, 0.8), w * 0.3)


def northern_lights(c: Canvas) -> None:
    """Two sheer curtains of light."""
    tint = mix(c.ink.leaf, c.ink.day[0], 0.35)
    for i in range(2):
        x, y, turn = c.rng.uniform(-8, 25), c.rng.uniform(14, 20) - i * 5, c.rng.uniform(0, 6)
        for k in range(44):
            px = x + k * 1.9
            low = y + 4.5 * math.sin(turn + k * 0.17) - k * 0.12
            high = low - c.rng.uniform(7, 12) * (0.4 + 0.6 * math.sin(math.pi * k / 43))
            c.poly(
                [(px, low), (px + 2.0, low), (px + 2.6, high), (px + 0.6, high)], sheer(tint, 0.2)
            )
            c.poly(
                [
                    (px, low),
                    (px + 2.0, low),
                    (px + 2.3, (low + high) / 2),
                    (px + 0.3, (low + high) / 2),
                ],
                sheer(tint, 0.22),
            )


def _stars(c: Canvas, horizon: float) -> None:
    for _ in range(38):
        c.dot(
            c.rng.uniform(0, 100),
            c.rng.uniform(0, horizon * 0.8),
            c.rng.uniform(0.08, 0.22),
            c.ink.snow,
        )
    if c.chance(0.7):
        x, y = c.rng.uniform(15, 85), c.rng.uniform(6, 14)
        c.dot(x, y, 3.2, mix(c.ink.snow, c.ink.glow, 0.25))
        c.dot(x + 1.3, y - 0.7, 2.7, mix(c.ink.night[0], c.ink.night[1], 0.2))


def haze(c: Canvas, when: str) -> Colour:
    """What distance does to a colour: the air just above the horizon."""
    return {"day": c.ink.day[1], "dusk": c.ink.dusk[1], "night": c.ink.night[1]}[when]


def falling_snow(c: Canvas, flakes: int = 90) -> None:
    """Large and small flakes in front of everything."""
    for _ in range(flakes):
        c.dot(
            c.rng.uniform(0, 100),
            c.rng.uniform(0, 72),
            c.rng.choice((0.16, 0.22, 0.32)),
            sheer(c.ink.snow, 0.85),
        )


def ground(c: Canvas, when: str = "day") -> Colour:
    """The colour of open ground in this season and light."""
    colour = {
        "winter": c.ink.snow,
        "spring": mix(c.ink.leaf, c.ink.soft, 0.4),
        "summer": c.ink.leaf,
        "autumn": mix(c.ink.leaf, c.ink.wood, 0.45),
    }[c.season]
    return shaded(c, colour, when)


def shaded(c: Canvas, colour: Colour, when: str) -> Colour:
    """A colour as it looks at that time of day."""
    if when == "night":
        return mix(colour, c.ink.night[1], 0.5)
    return mix(colour, c.ink.dusk[0], 0.2) if when == "dusk" else colour


def hill(c: Canvas, y: float, height: float, colour: Colour, waves: float = 1.0) -> None:
    """A rolling band from edge to edge, filled down to the bottom."""
    turn = c.rng.uniform(0, math.tau)
    top = [
        (x, y - height * (0.5 + 0.5 * math.sin(turn + x / WIDTH * math.tau * waves)))
        for x in range(-2, 104, 4)
    ]
    c.poly([*top, (104, 90), (-4, 90)], colour)
    base = y + max(4.0, height)
    c.spray([*top, (104, base), (-4, base)], mix(colour, c.ink.deep, 0.25), 0.42, "up")


def woods(c: Canvas, y: float, colour: Colour, tall: float = 7.0) -> None:
    """A far line of spruces."""
    x = -3.0
    while x < 103:
        h, w = tall * c.rng.uniform(0.6, 1.15), c.rng.uniform(1.6, 2.6)
        c.poly([(x - w, y + 1), (x, y - h), (x + w, y + 1)], colour)
        x += w * 1.1
    c.rect(-3, y, 106, 3, colour)


def crown(c: Canvas) -> Colour:
    """The colour of leaves now."""
    return {
        "winter": mix(c.ink.wood, c.ink.soft, 0.6),
        "spring": mix(c.ink.leaf, c.ink.glow, 0.35),
        "summer": c.rng.choice((c.ink.leaf, c.ink.pine, mix(c.ink.leaf, c.ink.pine, 0.5))),
        "autumn": c.rng.choice((c.ink.glow, c.ink.spot, mix(c.ink.glow, c.ink.wood, 0.4))),
    }[c.season]


def tree(c: Canvas, x: float, y: float, h: float, tint: Colour | None = None) -> None:
    """A tree with leaves (or bare in winter) that stands at (x, y)."""
    if c.season == "winter":
        bare(c, x, y, h)
        return
    colour = tint or crown(c)
    c.limb([(x, y), (x, y - h * 0.5)], h * 0.07, h * 0.04, c.dark(c.ink.wood, 0.35))
    blob = [
        (
            x + h * 0.3 * math.cos(a) * c.near(1, 0.12),
            y - h * 0.64 + h * 0.36 * math.sin(a) * c.near(1, 0.1),
        )
        for a in (i * math.tau / 9 for i in range(9))
    ]
    c.curve(blob, colour)
    c.curve(
        [(px + h * 0.03, py) if px > x else (x + h * 0.02, py) for px, py in blob],
        c.dark(colour, 0.1),
    )
    for dx, dy in ((-0.1, 0.5), (0.1, 0.62)):
        c.line(
            [(x, y - h * (dy - 0.12)), (x + dx * h, y - h * dy)],
            h * 0.018,
            c.dark(c.ink.wood, 0.35),
        )


def bare(c: Canvas, x: float, y: float, h: float, colour: Colour | None = None) -> None:
    """A leafless tree."""
    bark = colour or c.dark(c.ink.wood, 0.45)
    c.limb([(x, y), (x + h * 0.01, y - h * 0.9)], h * 0.06, h * 0.012, bark)
    for i in range(7):
        v = 0.3 + i * 0.085
        side, reach = -1 if i % 2 else 1, 0.3 * (1.05 - v) + 0.05
        tip = (x + side * h * reach, y - h * (v + reach * 0.9))
        c.limb([(x, y - h * v), tip], h * 0.022, h * 0.008, bark)
        c.limb(
            [
                (x + side * h * reach * 0.5, y - h * (v + reach * 0.45)),
                (x + side * h * reach * 0.55, y - h * (v + reach * 1.05)),
            ],
            h * 0.014,
            h * 0.006,
            bark,
        )


def birch(c: Canvas, x: float, y: float, h: float) -> None:
    """A birch: white trunk, dark marks, light hanging crown."""
    lean = c.near(0, 0.05) * h
    c.limb([(x, y), (x + lean, y - h * 0.97)], h * 0.055, h * 0.012, c.ink.snow)
    if c.season != "winter":
        tint = mix(crown(c), c.ink.glow if c.season == "autumn" else c.ink.leaf, 0.5)
        for i in range(5):
            v, side = 0.5 + i * 0.1, -1 if i % 2 else 1
            c.leaf(
                x + lean * v + side * h * 0.09 * (1.3 - v),
                y - h * v,
                h * 0.15 * (1.4 - v),
                h * 0.13,
                side * 0.5,
                mix(tint, c.ink.snow, 0.06 * (i % 3)),
            )
    else:
        for i in range(8):
            v, side = 0.38 + i * 0.075, -1 if i % 2 else 1
            reach = 0.26 * (1.1 - v)
            c.limb(
                form("0,0 1,-1 1.35,-0.6", x + lean * v, y - h * v, h * reach * side, h * reach),
                h * 0.014,
                h * 0.006,
                c.dark(c.ink.wood, 0.5),
            )
    for i in range(6):
        v = 0.06 + i * 0.12 + c.near(0, 0.02)
        c.line(
            [
                (x + lean * v - h * 0.022, y - h * v),
                (x + lean * v + h * c.near(0, 0.012), y - h * v - h * 0.005),
            ],
            h * 0.012,
            c.ink.ink,
        )


def spruce(c: Canvas, x: float, y: float, h: float, colour: Colour | None = None) -> None:
    """A spruce in tiers, snow on its boughs in winter."""
    green = colour or c.ink.pine
    c.rect(x - h * 0.025, y - h * 0.12, h * 0.05, h * 0.12, c.dark(c.ink.wood, 0.5))
    for i in range(4):
        low, w = y - h * (0.08 + i * 0.2), h * (0.25 - i * 0.05)
        tier = form("-1,0 0,-0.36 1,0", x, low, w, h)
        c.soft(tier, c.dark(green, 0.06 * (3 - i)), h * 0.03)
        if c.snowy:
            c.soft(
                form("-0.62,-0.13 0,-0.36 0.3,-0.2 0.02,-0.16 -0.25,-0.2", x, low, w, h),
                c.ink.snow,
                h * 0.02,
            )


def pine(c: Canvas, x: float, y: float, h: float, colour: Colour | None = None) -> None:
    """A pine: long warm trunk, flat clouds of needles."""
    bark = mix(c.ink.wood, c.ink.spot, 0.25)
    bend = c.near(0, 0.04) * h
    c.limb(form("0,0 1,-0.5 0.6,-0.95", x, y, bend, h), h * 0.06, h * 0.018, c.dark(bark, 0.25))
    green = colour or c.ink.pine
    for dx, v, r in (
        (-0.12, 0.66, 0.13),
        (0.13, 0.72, 0.14),
        (-0.08, 0.82, 0.15),
        (0.08, 0.9, 0.13),
        (0, 0.97, 0.09),
    ):
        c.line(
            [(x + bend, y - h * (v - 0.08)), (x + bend + dx * h, y - h * v)],
            h * 0.014,
            c.dark(bark, 0.3),
        )
        c.curve(
            form(
                "-1,0.015 -0.4,-0.055 0.5,-0.05 1,0.01 0,0.035",
                x + bend + dx * h,
                y - h * v,
                h * r,
                h,
            ),
            mix(green, c.ink.leaf, c.rng.uniform(0, 0.25)),
        )


def bush(c: Canvas, x: float, y: float, w: float, colour: Colour | None = None) -> None:
    """A rounded bush, or a drift of snow over it."""
    tint = colour or (c.ink.snow if c.snowy else crown(c))
    c.curve(form("-1,0 -0.8,-0.5 -0.2,-0.8 0.5,-0.65 1,0", x, y, w), tint)


def grass(c: Canvas, x: float, y: float, h: float, colour: Colour) -> None:
    """A tuft of blades."""
    for k in range(5):
        c.limb(
            [(x + k * 0.35, y), (x + k * 0.35 + c.near(0, 0.5), y - h * c.rng.uniform(0.6, 1))],
            0.32,
            0.08,
            colour,
        )


def flower(c: Canvas, x: float, y: float, h: float, colour: Colour) -> None:
    """A meadow flower."""
    c.line([(x, y), (x + c.near(0, 0.3), y - h)], 0.16, c.ink.pine)
    for k in range(5):
        a = k * math.tau / 5
        c.dot(x + 0.42 * math.cos(a), y - h + 0.42 * math.sin(a), 0.38, colour)
    c.dot(x, y - h, 0.3, c.ink.glow if colour != c.ink.glow else c.ink.wood)
