"""What people wear, from the hem up."""

from .body import Body
from .canvas import Canvas
from .palettes import Colour


def clothes(c: Canvas, b: Body) -> None:
    """Everything between neck and hem."""
    look = b.look
    hem = {"coat": 0.27, "dress": 0.24, "gown": 0.06, "skirt": 0.26}.get(look.wear, b.hip - 0.03)
    flare = {"coat": 1.32, "dress": 1.5, "gown": 1.42, "skirt": 1.4}.get(look.wear, 1.0)
    if b.pose.legs in ("sit", "floor", "kneel"):
        hem, flare = b.hip - 0.05, max(1.0, flare * 0.85)
    if look.wear == "skirt":
        _trunk(c, b, hem, flare, look.legs)
        _trunk(c, b, b.hip + 0.03, 0.92, look.top)
    else:
        _trunk(c, b, hem, flare, look.top)
    if look.wear in TRIMMINGS and (not b.pose.back):
        TRIMMINGS[look.wear](c, b)
    if b.pose.apron:
        _apron(c, b)
    if look.wear in ("dress", "gown") and b.pose.legs == "sit" and (abs(b.pose.facing) > 0.5):
        _lap(c, b)


def _half(b: Body) -> float:
    return b.half * (0.84 if abs(b.pose.facing) > 0.7 else 1.0)


def _trunk(c: Canvas, b: Body, hem: float, flare: float, colour: Colour) -> None:
    s = _half(b)
    c.soft(
        [
            b.p(-s * 0.42, b.neck + 0.0),
            b.p(s * 0.42, b.neck + 0.0),
            b.p(s * 1.14, b.shoulder - 0.02),
            b.p(s * 1.04, b.hip + 0.12),
            b.p(s * flare * 1.1, hem),
            b.p(-s * flare * 1.1, hem),
            b.p(-s * 1.04, b.hip + 0.12),
            b.p(-s * 1.14, b.shoulder - 0.02),
        ],
        colour,
        b.h * 0.06,
    )


def _lap(c: Canvas, b: Body) -> None:
    f = b.pose.facing
    c.limb(
        [b.low(0, 0.29), b.low(f * 0.21, 0.27), b.low(f * 0.22, 0.12)],
        b.h * 0.15,
        b.h * 0.13,
        b.look.top,
    )


def _stripes(c: Canvas, b: Body) -> None:
    s = _half(b)
    for i in range(4):
        v = b.shoulder - 0.06 - i * 0.072
        if v > b.hip:
            c.poly(
                [
                    b.p(-s * 0.99, v),
                    b.p(s * 0.99, v),
                    b.p(s * 0.99, v - 0.03),
                    b.p(-s * 0.99, v - 0.03),
                ],
                b.look.trim,
            )


def _overalls(c: Canvas, b: Body) -> None:
    s = _half(b)
    _trunk(c, b, b.hip - 0.03, 1.0, b.look.trim)
    c.soft(
        [
            b.p(-s * 0.62, b.shoulder - 0.07),
            b.p(s * 0.62, b.shoulder - 0.07),
            b.p(s * 1.05, b.hip + 0.06),
            b.p(s * 1.05, b.hip - 0.035),
            b.p(-s * 1.05, b.hip - 0.035),
            b.p(-s * 1.05, b.hip + 0.06),
        ],
        b.look.top,
        b.h * 0.02,
    )
    for side in (-1, 1):
        c.line(
            [b.p(side * s * 0.5, b.shoulder - 0.08), b.p(side * s * 0.55, b.neck - 0.02)],
            b.h * 0.028,
            b.look.top,
        )


def _open_jacket(c: Canvas, b: Body) -> None:
    s = _half(b)
    _trunk(c, b, b.hip - 0.05, 1.04, b.look.trim)
    c.soft(
        [
            b.p(-s * 0.28, b.neck),
            b.p(s * 0.28, b.neck),
            b.p(s * 0.34, b.hip - 0.05),
            b.p(-s * 0.34, b.hip - 0.05),
        ],
        b.look.top,
        b.h * 0.01,
    )


def _coat(c: Canvas, b: Body) -> None:
    s = _half(b)
    x = b.pose.facing * s * 0.5
    c.line([b.p(x, b.shoulder - 0.06), b.p(x, 0.29)], b.h * 0.012, c.dark(b.look.top, 0.35))
    c.limb(
        [b.p(-s * 0.55, b.neck - 0.005), b.p(0, b.neck - 0.03), b.p(s * 0.55, b.neck - 0.005)],
        b.h * 0.06,
        b.h * 0.06,
        b.look.trim,
    )
    c.limb(
        [b.p(s * 0.3, b.neck - 0.03), b.p(s * 0.42, b.neck - 0.2)],
        b.h * 0.055,
        b.h * 0.06,
        c.dark(b.look.trim, 0.12),
    )


def _apron(c: Canvas, b: Body) -> None:
    s = _half(b)
    colour = c.ink.paper if sum(b.look.top) < 480 else c.ink.main
    c.soft(
        [
            b.p(-s * 0.5, b.shoulder - 0.08),
            b.p(s * 0.5, b.shoulder - 0.08),
            b.p(s * 0.9, b.hip + 0.08),
            b.p(s * 0.95, 0.24),
            b.p(-s * 0.95, 0.24),
            b.p(-s * 0.9, b.hip + 0.08),
        ],
        colour,
        b.h * 0.03,
    )
    for side in (-1, 1):
        c.line(
            [b.p(side * s * 0.46, b.shoulder - 0.09), b.p(side * s * 0.4, b.neck)],
            b.h * 0.018,
            colour,
        )


TRIMMINGS = {"stripes": _stripes, "overalls": _overalls, "open": _open_jacket, "coat": _coat}


def sleeve(b: Body) -> Colour:
    """The colour of the sleeves."""
    return b.look.trim if b.look.wear in ("overalls", "open") else b.look.top
