"""Things people sit at, hold and use."""

import math

from .canvas import Canvas, form
from .palettes import Colour, Glaze, mix, sheer


def table(
    c: Canvas, x: float, y: float, w: float, h: float, deep: float = 0.0, tint: Colour | None = None
) -> None:
    """A table whose top begins at y and that stands `h` high; `deep` folds the top towards us."""
    wood = tint or c.ink.wood
    leg = c.dark(wood, 0.3)
    for a, lean in ((x + w * 0.09, -0.6), (x + w * 0.91, 0.6)):
        c.limb([(a, y + deep), (a + lean, y + h)], 1.5, 0.9, leg)
    if deep:
        c.soft(form("0.05,0 0.95,0 1,1 0,1", x, y, w, deep), c.light(wood, 0.16), 1.2)
    c.rect(x, y + deep - 0.3, w, 1.7, c.dark(wood, 0.12), 0.5)


def cloth(c: Canvas, x: float, y: float, w: float, drop: float, tint: Colour) -> None:
    """A table laid with a cloth that hangs down in front."""
    c.soft(
        [(x - 0.8, y), (x + w + 0.8, y), (x + w + 0.3, y + drop), (x - 0.3, y + drop)], tint, 0.8
    )
    n = round(w / 6)
    for i in range(1, n):
        c.line(
            [(x + w * i / n, y + 1), (x + w * i / n + c.near(0, 0.5), y + drop - 1)],
            0.2,
            c.dark(tint, 0.1),
        )
    c.rect(x - 0.4, y + drop - 2.2, w + 0.8, 0.6, c.ink.spot if tint != c.ink.spot else c.ink.paper)


def chair(c: Canvas, x: float, y: float, h: float, side: float, tint: Colour | None = None) -> None:
    """A chair seen from the side; `side` 1 means one sits facing right, 0 from the front."""
    wood = tint or c.dark(c.ink.wood, 0.35)
    seat = y - h * 0.45
    if side:
        c.line(
            [(x - side * h * 0.2, y), (x - side * h * 0.17, seat), (x - side * h * 0.24, y - h)],
            0.9,
            wood,
        )
        c.line([(x + side * h * 0.24, y), (x + side * h * 0.22, seat)], 0.9, wood)
        c.line([(x - side * h * 0.18, seat), (x + side * h * 0.25, seat)], 1.3, wood)
        return
    for dx in (-0.22, 0.22):
        c.line([(x + dx * h, y), (x + dx * h, y - h)], 0.8, wood)
    c.rect(x - h * 0.25, seat - 0.6, h * 0.5, 1.4, wood, 0.4)
    c.rect(x - h * 0.24, y - h, h * 0.48, h * 0.22, wood, 0.8)


def cup(
    c: Canvas, x: float, y: float, s: float = 1.0, steam: bool = True, tint: Colour | None = None
) -> None:
    """A cup that stands on y."""
    colour = tint or c.rng.choice((c.ink.paper, c.ink.spot, c.ink.main, c.ink.glow, c.ink.snow))
    c.arc(x + 1.1 * s, y - 1.2 * s, 0.62 * s, -90, 90, 0.34 * s, colour)
    c.soft(form("-1.15,-2.3 1.15,-2.3 0.85,0 -0.85,0", x, y, s), colour, 0.5 * s)
    c.oval(x, y - 2.25 * s, 1.08 * s, 0.24 * s, c.dark(c.ink.wood, 0.5))
    if steam:
        for dx in (-0.4, 0.45):
            c.line(
                [
                    (x + dx * s + math.sin(k * 1.4) * 0.35 * s, y - (2.9 + k * 0.7) * s)
                    for k in range(5)
                ],
                0.22 * s,
                sheer(c.ink.snow, 0.55),
            )


def pot_plant(c: Canvas, x: float, y: float, s: float = 1.0) -> None:
    """A plant in a pot that stands on y."""
    kind = c.rng.choice(("fronds", "round", "monstera", "cactus"))
    green = mix(c.ink.pine, c.ink.leaf, c.rng.uniform(0, 0.6))
    top = y - 3 * s
    if kind == "round":
        c.curve(form("-2.6,0 -3,-3 0,-5.6 3,-3 2.6,0", x, top, s), green)
        for _ in range(5):
            c.dot(x + c.near(0, 2 * s), top - c.rng.uniform(1, 4.6) * s, 0.45 * s, c.ink.spot)
    elif kind == "cactus":
        c.line([(x, top), (x, top - 5 * s)], 1.9 * s, green)
        c.line(form("0,-2 1.9,-2.2 2,-3.8", x, top, s), 1.1 * s, green)
    else:
        n, wide = (7, 0.75) if kind == "fronds" else (5, 1.5)
        for k in range(n):
            a = math.pi * (0.12 + 0.76 * k / (n - 1))
            reach = (4.2 + 1.6 * math.sin(a)) * s
            tipx, tipy = x + reach * 0.62 * math.cos(a), top - reach * 0.62 * math.sin(a)
            c.line([(x, top), (tipx, tipy)], 0.2 * s, c.dark(green, 0.2))
            c.leaf(tipx, tipy, reach * 0.42, wide * s, -a, mix(green, c.ink.leaf, 0.25 * (k % 2)))
    pot = c.rng.choice((c.ink.spot, c.ink.wood, c.ink.paper, c.ink.glow))
    c.soft([(x - 2 * s, top), (x + 2 * s, top), (x + 1.45 * s, y), (x - 1.45 * s, y)], pot, 0.5 * s)
    c.rect(x - 2.2 * s, top - 0.3 * s, 4.4 * s, 0.9 * s, c.dark(pot, 0.12), 0.2)


def open_book(c: Canvas, x: float, y: float, w: float, tint: Colour | None = None) -> None:
    """An open book held towards us, its middle at (x, y)."""
    cover = tint or c.ink.spot
    h = w * 0.62
    c.soft(form("-0.54,-0.42 0,-0.34 0.54,-0.42 0.54,0.5 0,0.6 -0.54,0.5", x, y, w, h), cover, 0.3)
    for side in (-1, 1):
        c.soft(
            form("0,-0.34 0.48,-0.46 0.48,0.42 0,0.52", x, y, side * w, h),
            mix(c.ink.snow, c.ink.soft, 0.0 if side < 0 else 0.2),
            0.2,
        )
        for k in range(3):
            yy = y - h * 0.24 + k * h * 0.2
            c.line(
                [(x + side * w * 0.08, yy + h * 0.04), (x + side * w * 0.4, yy)],
                w * 0.016,
                mix(c.ink.ink, c.ink.soft, 0.5),
            )


def book_back(c: Canvas, x: float, y: float, w: float, tint: Colour) -> None:
    """An open book seen from its covers, as when somebody reads it."""
    h = w * 0.6
    c.soft(form("0,-0.42 0.5,-0.52 0.5,0.44 0,0.54 -0.5,0.44 -0.5,-0.52", x, y, w, h), tint, 0.4)
    c.line([(x, y - h * 0.42), (x, y + h * 0.54)], w * 0.04, c.dark(tint, 0.25))
    c.dot(x + w * 0.25, y - h * 0.02, w * 0.1, c.light(tint, 0.6))


def sheet(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    turn: float = 0.0,
    lines: int = 5,
    tint: Colour | None = None,
    tall: float = 1.35,
) -> None:
    """A written paper lying (or pinned) with its middle at (x, y)."""
    h = w * tall
    cos, sin = math.cos(turn), math.sin(turn)

    def at(u: float, v: float) -> tuple[float, float]:
        return x + u * w * cos - v * h * sin, y + u * w * sin + v * h * cos

    colour = tint or c.ink.snow
    c.poly(
        [at(-0.46, -0.45), at(0.55, -0.45), at(0.55, 0.56), at(-0.46, 0.56)], sheer(c.ink.ink, 0.14)
    )
    c.poly([at(-0.5, -0.5), at(0.5, -0.5), at(0.5, 0.5), at(-0.5, 0.5)], colour)
    for k in range(lines):
        v = -0.34 + 0.68 * k / max(1, lines - 1)
        c.line(
            [at(-0.36, v), at(c.rng.uniform(0.05, 0.38), v)],
            w * 0.028,
            mix(c.ink.ink, colour, 0.45),
        )


def note(c: Canvas, x: float, y: float, w: float, tint: Colour, turn: float = 0.0) -> None:
    """A small coloured note with a word or two."""
    sheet(c, x, y, w, turn, 2, tint, 1.0)


def pencil(
    c: Canvas, x: float, y: float, length: float, turn: float, tint: Colour | None = None
) -> None:
    """A pencil whose point is at (x, y)."""
    colour = tint or c.ink.glow
    ux, uy = math.cos(turn), math.sin(turn)
    c.limb(
        [(x, y), (x + ux * length * 0.14, y + uy * length * 0.14)],
        length * 0.01,
        length * 0.085,
        c.ink.soft,
    )
    c.line(
        [(x + ux * length * 0.16, y + uy * length * 0.16), (x + ux * length, y + uy * length)],
        length * 0.085,
        colour,
    )
    c.dot(x + ux * length, y + uy * length, length * 0.045, c.ink.spot)
    c.dot(x, y, length * 0.018, c.ink.ink)


def book_row(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """Books standing on a shelf whose board is at y."""
    tints = (*c.ink.cloth, c.ink.wood, c.ink.soft)
    at = x
    while at < x + w - 0.5:
        thick = min(c.rng.uniform(0.9, 2.3), x + w - at)
        tall = h * c.rng.uniform(0.62, 0.96)
        tint = c.rng.choice(tints)
        if c.chance(0.07) and thick > 1.2 and (at + 3 < x + w):
            c.poly(
                [
                    (at + 1.4, y - tall),
                    (at + 1.4 + thick, y - tall + 0.5),
                    (at + thick, y),
                    (at, y),
                ],
                tint,
            )
            at += 2.6
            continue
        c.rect(at, y - tall, thick - 0.12, tall, tint)
        if thick > 1.3:
            c.rect(at, y - tall * 0.8, thick - 0.12, tall * 0.1, c.light(tint, 0.55))
        at += thick


def bubble(
    c: Canvas, x: float, y: float, w: float, h: float, tail: tuple[float, float], tint: Colour
) -> None:
    """A speech bubble with its tail pointing at `tail`."""
    c.poly([(x - w * 0.12, y + h * 0.3), (x + w * 0.12, y + h * 0.3), tail], tint)
    c.soft(form("-0.5,-0.5 0.5,-0.5 0.5,0.5 -0.5,0.5", x, y, w, h), tint, h * 0.42)


def tone(c: Canvas, x: float, y: float, s: float, colour: Colour | Glaze) -> None:
    """A note of music."""
    c.leaf(x, y, s * 0.62, s * 0.45, -0.4, colour)
    c.line([(x + s * 0.5, y - s * 0.1), (x + s * 0.5, y - s * 2.2)], s * 0.16, colour)
    if c.chance(0.5):
        c.limb(form("0.5,-2.2 1.1,-1.5 1.05,-1", x, y, s), s * 0.34, s * 0.1, colour)
        return
    c.leaf(x + s * 1.9, y - s * 0.35, s * 0.62, s * 0.45, -0.4, colour)
    c.line([(x + s * 2.4, y - s * 0.45), (x + s * 2.4, y - s * 2.55)], s * 0.16, colour)
    c.line([(x + s * 0.5, y - s * 2.1), (x + s * 2.4, y - s * 2.45)], s * 0.38, colour)


def lantern(c: Canvas, x: float, y: float, s: float = 1.0) -> None:
    """A candle that stands on y, burning."""
    c.glow(x, y - 3.6 * s, 4.2 * s, c.ink.glow, 0.4)
    c.rect(x - 0.4 * s, y - 2.6 * s, 0.8 * s, 2.6 * s, c.ink.snow)
    c.leaf(x, y - 3.4 * s, 0.34 * s, 0.8 * s, 0, c.ink.glow)


def bowl(c: Canvas, x: float, y: float, w: float, tint: Colour, fruit: bool = True) -> None:
    """A bowl that stands on y, perhaps heaped."""
    if fruit:
        for dx in (-0.26, 0.0, 0.26):
            c.dot(
                x + dx * w,
                y - w * 0.4 - (0.08 * w if dx == 0 else 0),
                w * 0.17,
                c.rng.choice((c.ink.spot, c.ink.glow, c.ink.leaf)),
            )
    c.soft(form("-0.5,-0.38 0.5,-0.38 0.24,0 -0.24,0", x, y, w), tint, w * 0.16)


def plate(c: Canvas, x: float, y: float, w: float) -> None:
    """A dish of buns that stands on y."""
    bun = mix(c.ink.wood, c.ink.glow, 0.4)
    for row, count in ((0, 4), (1, 3), (2, 1 + c.rng.randint(0, 1))):
        for k in range(count):
            bx = x + (k - (count - 1) / 2) * w * 0.22
            c.oval(
                bx,
                y - 0.9 - row * w * 0.11,
                w * 0.12,
                w * 0.09,
                c.dark(bun, 0.06 * ((k + row) % 3)),
            )
            c.arc(bx, y - 0.9 - row * w * 0.11, w * 0.05, 0, 270, w * 0.014, c.light(bun, 0.5))
    c.oval(x, y - 0.25, w * 0.55, w * 0.06, c.ink.snow)


def chess_lamp(c: Canvas, x: float, y: float, s: float = 1.0, side: int = 1) -> None:
    """A desk lamp that stands on y and shines to one side."""
    iron = c.rng.choice((c.ink.ink, c.ink.spot, c.ink.pine))
    hx, hy = x + side * 4.2 * s, y - 8.6 * s
    c.poly(
        [
            (hx - 1.6 * s, hy + 1.6 * s),
            (hx + 2 * s, hy + 1.4 * s),
            (hx + side * 2.2 * s + 6 * s, y),
            (hx + side * 2.2 * s - 6 * s, y),
        ],
        sheer(c.ink.glow, 0.32),
    )
    c.oval(x, y - 0.3 * s, 2 * s, 0.6 * s, iron)
    c.line(
        [(x, y - 0.4 * s), (x - side * 1.6 * s, y - 5.2 * s), (hx - side * 0.5 * s, hy)],
        0.5 * s,
        iron,
    )
    c.oval(hx + side * 0.3 * s, hy + 1.4 * s, 1.5 * s, 0.55 * s, c.ink.glow)
    c.soft(
        [
            (hx - 0.9 * s, hy - 1.1 * s),
            (hx + 0.9 * s, hy - 1.1 * s),
            (hx + side * 0.4 * s + 2.2 * s, hy + 1.5 * s),
            (hx + side * 0.4 * s - 2.2 * s, hy + 1.5 * s),
        ],
        iron,
        0.7 * s,
    )


def pot(c: Canvas, x: float, y: float, w: float, tint: Colour, steam: bool = True) -> None:
    """A cooking pot that stands on y."""
    h = w * 0.62
    if steam:
        for dx in (-0.25, 0.05, 0.3):
            c.line(
                [
                    (x + dx * w + math.sin(k * 1.2 + dx * 9) * w * 0.06, y - h * 1.1 - k * w * 0.13)
                    for k in range(7)
                ],
                w * 0.05,
                sheer(c.ink.snow, 0.4),
            )
    for side in (-1, 1):
        c.line(
            [(x + side * w * 0.48, y - h * 0.75), (x + side * w * 0.6, y - h * 0.75)],
            w * 0.08,
            c.dark(tint, 0.4),
        )
    c.soft(form("-0.5,-1 0.5,-1 0.46,0 -0.46,0", x, y, w, h), tint, w * 0.1)
    c.rect(x - w * 0.53, y - h * 1.06, w * 1.06, h * 0.14, c.light(tint, 0.25), w * 0.03)
    c.soft(form("0.2,-0.9 0.42,-0.9 0.4,-0.1 0.24,-0.1", x, y, w, h), c.dark(tint, 0.12), w * 0.06)
