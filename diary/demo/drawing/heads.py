"""Heads: a face without features, and everything people wear on top of it."""

from collections.abc import Callable

from .canvas import Canvas, form
from .looks import Look
from .palettes import BLOOD, Colour, ink, mix, sheer

CHEEK = ink("#d4604a")
MOUTH = ink("#3d1014")
Place = tuple[float, float, float, float]


def head(c: Canvas, place: Place, look: Look, sing: bool = False, back: bool = False) -> None:
    """A head around its middle; `back` shows it from behind."""
    BEHIND.get(look.cut, _no_hair)(c, place, look)
    if back:
        _nape(c, place, look)
    else:
        _face(c, place, look, sing)
        FRONT.get(look.cut, _no_hair)(c, place, look)
    if look.hat:
        HATS[look.hat](c, place, look)


def _face(c: Canvas, place: Place, look: Look, sing: bool) -> None:
    x, y, r, f = place
    shade = mix(look.skin, BLOOD, 0.24)
    if look.cut not in ("hijab", "long", "bob", "afro"):
        c.oval(x - f * r * 0.62 + (0 if f else r * 0.78), y + r * 0.16, r * 0.17, r * 0.22, shade)
        if not f:
            c.oval(x - r * 0.78, y + r * 0.16, r * 0.17, r * 0.22, shade)
    c.oval(x + f * r * 0.15, y + r * 0.1, r * 0.78, r * 0.88, look.skin)
    if look.beard:
        _beard(c, place, look)
    blush = mix(look.skin, CHEEK, 0.26 if sum(look.skin) > 350 else 0.14)
    for side in (-1, 1) if abs(f) < 0.7 else (-f,):
        u = f * 0.4 + side * (0.44 - abs(f) * 0.16)
        if abs(u) < 0.72:
            c.oval(x + u * r, y + r * 0.45, r * 0.16, r * 0.12, blush)
    bump = abs(f) > 0.7
    c.leaf(
        x + f * r * (0.88 if bump else 0.5),
        y + r * 0.2,
        r * 0.1,
        r * 0.16,
        0,
        look.skin if bump else shade,
    )
    if sing:
        c.oval(x + f * r * 0.46, y + r * 0.64, r * 0.15, r * 0.2, mix(look.skin, MOUTH, 0.85))


def _beard(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    x += f * r * 0.18
    wide = r * (0.72 - abs(f) * 0.1)
    c.curve(
        form(
            "-1,0.28 -0.55,0.66 0,0.52 0.55,0.66 1,0.28 0.86,0.85 0,1.14 -0.86,0.85", x, y, wide, r
        ),
        look.hair,
    )


def _nape(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, _ = place
    colour = look.trim if look.cut == "hijab" else look.hair
    if look.cut == "bald":
        c.oval(x, y, r * 0.84, r * 0.95, look.skin)
        c.oval(x, y + r * 0.35, r * 0.86, r * 0.4, look.hair)
        return
    c.oval(x, y - r * 0.02, r * 0.9, r * 0.98, colour)
    if look.cut == "long":
        c.soft(form("-0.92,-0.2 0.92,-0.2 1,2.1 -1,2.1", x, y, r), colour, r * 0.5)


def _no_hair(_c: Canvas, _place: Place, _look: Look) -> None:
    """Nothing to draw."""


def _cap_of_hair(c: Canvas, place: Place, look: Look, size: float = 0.96) -> None:
    x, y, r, f = place
    c.oval(x - f * r * 0.12, y - r * 0.1, r * size * 0.94, r * size, look.hair)


def _parting(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    side = 1 if f >= 0 else -1
    c.curve(
        form(
            "-0.86,0.12 -0.8,-0.55 0,-1.06 0.75,-0.66 0.84,-0.2 0.3,-0.44 -0.35,-0.5",
            x,
            y,
            r * side,
            r,
        ),
        look.hair,
    )


def _fringe(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    x += f * r * 0.1
    c.curve(
        form("-0.84,0 -0.74,-0.7 0,-1.08 0.74,-0.7 0.84,0 0.55,-0.32 0,-0.4 -0.55,-0.32", x, y, r),
        look.hair,
    )


def _crop(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    x += f * r * 0.05
    c.curve(
        form("-0.85,-0.05 -0.72,-0.72 0,-1 0.72,-0.72 0.85,-0.05 0.6,-0.5 -0.6,-0.5", x, y, r),
        look.hair,
    )


def _bob(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    x -= f * r * 0.2
    c.soft(form("-0.98,-0.9 0.98,-0.9 1.12,0.95 -1.12,0.95", x, y, r), look.hair, r * 0.85)


def _long(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    for side in (-1, 1):
        if side * f < 0.5:
            c.soft(
                form("0.3,-0.9 1,-0.6 1.12,2 0.5,2.2 0.42,0", x, y, r * side, r),
                look.hair,
                r * 0.45,
            )
    _cap_of_hair(c, place, look, 1.02)


def _bun(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    c.dot(x - f * r * 0.75, y - r * (1.08 - abs(f) * 0.35), r * 0.44, look.hair)
    _cap_of_hair(c, place, look)


def _tail(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    side = -f if f else 1
    c.curve(form("0.6,-0.7 1.35,-0.55 1.6,0.4 1.25,1.1 1.1,0.1", x, y, r * side, r), look.hair)
    _cap_of_hair(c, place, look)


def _plaits(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, _ = place
    for side in (-1, 1):
        c.limb(
            [(x + side * r * 0.8, y + r * 0.2), (x + side * r * 1.15, y + r * 1.3)],
            r * 0.5,
            r * 0.3,
            look.hair,
        )
        c.dot(x + side * r * 1.12, y + r * 1.15, r * 0.2, look.trim)
    _cap_of_hair(c, place, look)


def _afro(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    c.oval(x - f * r * 0.2, y - r * 0.3, r * 1.36, r * 1.3, look.hair)


def _curly(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    for dx, dy in (
        (-0.8, 0.15),
        (-0.85, -0.4),
        (-0.5, -0.85),
        (0, -1),
        (0.5, -0.85),
        (0.85, -0.4),
        (0.8, 0.15),
    ):
        c.dot(x + dx * r - f * r * 0.15, y + dy * r, r * 0.38, look.hair)
    _cap_of_hair(c, place, look)


def _bald(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    c.oval(x - f * r * 0.2, y + r * 0.15, r * 0.94, r * 0.5, look.hair)
    c.oval(x + f * r * 0.05, y - r * 0.02, r * 0.82, r * 0.92, look.skin)


def _veil(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, _ = place
    cloth = look.trim
    c.curve(
        form("-0.95,-0.3 0,-1.2 0.95,-0.3 1,0.8 1.35,1.75 0,2.05 -1.35,1.75 -1,0.8", x, y, r), cloth
    )


def _veil_front(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    shade = c.dark(look.trim, 0.16)
    c.curve(
        [
            (x - r * 0.75, y + r * 0.72),
            (x + f * r * 0.15, y + r * 1.12),
            (x + r * 0.75, y + r * 0.72),
            (x + r * 1.12, y + r * 1.5),
            (x - r * 0.1, y + r * 1.62),
            (x - r * 1.12, y + r * 1.5),
        ],
        look.trim,
    )
    c.limb(form("-0.62,0.95 0.1,1.3 0.85,1.42", x, y, r), r * 0.06, r * 0.12, shade)
    left, right = (0.15 - 0.55 * max(0.0, way) for way in (-f, f))  # the face is bare ahead
    brow = form("-0.72,-0.72 0,-1.12 0.72,-0.72", x, y, r)
    inner = form("0.6,-0.38 0,-0.62 -0.6,-0.38", x + f * r * 0.12, y, r)
    low = (x - r * 0.88, y + r * left), (x + r * 0.88, y + r * right)
    c.curve([low[0], *brow, low[1], *inner], look.trim)


def _beanie(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    band = c.dark(look.trim, 0.2)
    c.dot(x - f * r * 0.1, y - r * 1.3, r * 0.28, c.ink.paper)
    c.curve(form("-0.96,-0.2 -0.8,-0.95 0,-1.28 0.8,-0.95 0.96,-0.2", x, y, r), look.trim)
    c.soft(form("-1.02,-0.55 1.02,-0.55 1.02,-0.12 -1.02,-0.12", x, y, r), band, r * 0.2)


def _peak(c: Canvas, place: Place, look: Look) -> None:
    x, y, r, f = place
    side = 1 if f >= 0 else -1
    c.soft(
        form("0,-0.5 1.55,-0.42 1.55,-0.24 0,-0.2", x, y, r * side, r),
        c.dark(look.trim, 0.25),
        r * 0.15,
    )
    c.soft(form("-0.95,-0.2 -0.85,-1.15 0.85,-1.15 0.95,-0.2", x, y, r), look.trim, r * 0.75)


def _straw(c: Canvas, place: Place, _look: Look) -> None:
    x, y, r, _ = place
    c.soft(form("-0.75,-0.4 -0.65,-1.2 0.65,-1.2 0.75,-0.4", x, y, r), c.ink.glow, r * 0.4)
    c.oval(x, y - r * 0.42, r * 1.6, r * 0.26, c.ink.glow)
    c.rect(x - r * 0.74, y - r * 0.72, r * 1.48, r * 0.2, c.ink.spot)


def _crown(c: Canvas, place: Place, _look: Look) -> None:
    x, y, r, _ = place
    points = form("-0.8,-0.45 -0.9,-1.4 -0.4,-0.95 0,-1.6 0.4,-0.95 0.9,-1.4 0.8,-0.45", x, y, r)
    c.poly(points, c.ink.glow)


def _ears(c: Canvas, place: Place, _look: Look) -> None:
    x, y, r, _ = place
    fur = c.dark(c.ink.wood, 0.35)
    for side in (-1, 1):
        c.soft(form("0.95,-1.75 0.1,-0.8 0.95,-0.4", x, y, r * side, r), fur, r * 0.25)
    c.soft(form("-1,-0.15 -0.8,-1.15 0.8,-1.15 1,-0.15", x, y, r), fur, r * 0.7)


def _troll(c: Canvas, place: Place, _look: Look) -> None:
    x, y, r, _ = place
    moss: Colour = c.ink.leaf
    for dx, dy in (
        (-1.0, -0.2),
        (-0.9, -0.8),
        (-0.4, -1.25),
        (0.3, -1.3),
        (0.85, -0.9),
        (1.05, -0.25),
    ):
        c.soft(
            [
                (x + dx * r * 1.5, y + dy * r * 1.35),
                (x + dx * r * 0.4 - r * 0.4, y - r * 0.4),
                (x + dx * r * 0.4 + r * 0.4, y - r * 0.4),
            ],
            moss,
            r * 0.2,
        )
    c.oval(x, y - r * 0.6, r * 0.98, r * 0.5, moss)


def _apiarist(c: Canvas, place: Place, _look: Look) -> None:
    x, y, r, _ = place
    veil = sheer(mix(c.ink.ink, c.ink.soft, 0.75), 0.5)
    c.soft(form("-1.25,-0.5 1.25,-0.5 1.3,1.2 -1.3,1.2", x, y, r), veil, r * 0.4)
    c.oval(x, y - r * 0.55, r * 1.85, r * 0.32, c.ink.paper)
    c.soft(form("-0.85,-0.5 -0.7,-1.35 0.7,-1.35 0.85,-0.5", x, y, r), c.ink.paper, r * 0.4)
    c.rect(x - r * 0.84, y - r * 0.82, r * 1.68, r * 0.2, c.ink.wood)


Part = Callable[[Canvas, Place, Look], None]
BEHIND: dict[str, Part] = {
    "short": _cap_of_hair,
    "crop": _cap_of_hair,
    "bob": _bob,
    "bun": _bun,
    "long": _long,
    "afro": _afro,
    "curly": _curly,
    "tail": _tail,
    "plaits": _plaits,
    "bald": _bald,
    "hijab": _veil,
}
FRONT: dict[str, Part] = {
    "short": _parting,
    "crop": _crop,
    "bob": _fringe,
    "bun": _parting,
    "long": _parting,
    "afro": _crop,
    "curly": _crop,
    "tail": _parting,
    "plaits": _fringe,
    "hijab": _veil_front,
}
HATS: dict[str, Part] = {
    "beanie": _beanie,
    "cap": _peak,
    "straw": _straw,
    "crown": _crown,
    "ears": _ears,
    "troll": _troll,
    "bees": _apiarist,
}
