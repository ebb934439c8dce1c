"""People: simple bodies whose arms and legs tell what they do.

A figure stands on a point. Its own measure is its height: `u` runs to the right, `v` up, both in
heights. Hands are told from the middle between the shoulders: (0.2, -0.3) is out and down.
"""

import math
from dataclasses import dataclass

from .canvas import Canvas, Point
from .heads import head
from .looks import Look
from .palettes import Colour, mix, sheer

GROWN = 34.0  # units: the height of a grown-up in the middle distance


@dataclass(frozen=True)
class Pose:
    """How somebody holds themselves. `facing` is -1 (left), 0 (towards us) or 1, or between."""

    left: Point = (-0.15, -0.36)
    right: Point = (0.15, -0.36)
    facing: float = 0.0
    lean: float = 0.0
    legs: str = "stand"
    sing: bool = False
    back: bool = False
    nod: float = 0.0
    apron: bool = False


@dataclass(frozen=True)
class Held:
    """Where the hands and the head of a figure ended up, in units."""

    left: Point
    right: Point
    head: Point
    r: float


class Body:
    """The measures of one figure in one pose."""

    def __init__(self, x: float, y: float, tall: float, look: Look, pose: Pose) -> None:
        self.x, self.y, self.h, self.look, self.pose = x, y, tall * look.tall, look, pose
        self.head = 0.235 if look.child else 0.172
        self.neck = 0.985 - self.head
        self.shoulder = self.neck - 0.035
        self.hip = 0.4 if look.child else 0.46
        self.half = (0.115 if look.child else 0.108) * look.girth
        self.sunk = {
            "sit": self.hip - 0.26,
            "floor": self.hip - 0.06,
            "kneel": self.hip - 0.24,
        }.get(pose.legs, 0.0)

    def p(self, u: float, v: float) -> Point:
        """A point of the upper body."""
        v -= self.sunk
        return self.x + (u + self.pose.lean * max(0.0, v)) * self.h, self.y - v * self.h

    def low(self, u: float, v: float) -> Point:
        """A point of the legs."""
        return self.x + u * self.h, self.y - v * self.h


def person(c: Canvas, x: float, y: float, look: Look, pose: Pose, tall: float = GROWN) -> Held:
    """Draws somebody standing (or sitting) at (x, y); `tall` is a grown-up's height there."""
    b = Body(x, y, tall, look, pose)
    turned = abs(pose.facing) > 0.7
    hands = _hand(b, pose.left), _hand(b, pose.right)
    far = 0 if pose.facing >= 0 else 1
    behind = [far] if turned else [i for i, u in enumerate((pose.left, pose.right)) if pose.back]
    for i in behind:
        _arm(c, b, i, hands[i], shaded=turned)
    _legs(c, b)
    _clothes(c, b)
    middle = b.p(pose.facing * 0.02, b.neck + b.head * 0.5)
    at = (middle[0] + pose.facing * pose.nod * b.h * 0.12, middle[1] + abs(pose.nod) * b.h * 0.05)
    c.limb(
        [b.p(0, b.neck - 0.03), (at[0], at[1] + b.head * b.h * 0.2)],
        b.h * 0.075,
        b.h * 0.07,
        mix(look.skin, c.ink.deep, 0.2),
    )
    if not turned:
        _front_arms(c, b, hands, [i for i in (0, 1) if i not in behind])
    head(c, (*at, b.head * b.h * 0.5, pose.facing), look, pose.sing, pose.back)
    if turned:
        _arm(c, b, 1 - far, hands[1 - far])
    return Held(hands[0], hands[1], at, b.head * b.h * 0.5)


def shade(c: Canvas, x: float, y: float, wide: float) -> None:
    """The shadow somebody or something drops on the ground."""
    c.oval(x, y, wide, wide * 0.16, sheer(c.ink.ink, 0.16))


def _hand(b: Body, hand: Point) -> Point:
    """Where a hand can get to: arms are only so long."""
    reach = 0.36
    side = 0.0 if abs(b.pose.facing) > 0.7 else math.copysign(b.half * 0.9, hand[0])
    du, dv = hand[0] - side, hand[1]
    length = math.hypot(du, dv)
    if length > reach:
        du, dv = du * reach / length, dv * reach / length
    return b.p(side + du, b.shoulder + dv)


def _front_arms(c: Canvas, b: Body, hands: tuple[Point, Point], which: list[int]) -> None:
    for i in which:
        _arm(c, b, i, hands[i])


def _arm(c: Canvas, b: Body, i: int, hand: Point, shaded: bool = False) -> None:
    """Upper arm, elbow, forearm, hand."""
    turned = abs(b.pose.facing) > 0.7
    start = (
        b.p(0, b.shoulder - 0.015)
        if turned
        else b.p((i * 2 - 1) * b.half * 0.8, b.shoulder - 0.035)
    )
    outward = -b.pose.facing if turned else (i * 2 - 1)
    elbow = _elbow(start, hand, b.h * 0.18, outward)
    cloth = _sleeve(c, b)
    cloth = mix(cloth, c.ink.ink, 0.22 if shaded else 0.1)
    thick = b.h * (0.074 if b.look.wear == "coat" else 0.062)
    wrist = (elbow[0] + (hand[0] - elbow[0]) * 0.84, elbow[1] + (hand[1] - elbow[1]) * 0.84)
    c.limb([start, elbow, wrist], thick * 1.12, thick * 0.8, cloth)
    c.dot(*hand, b.h * 0.034, mix(b.look.skin, c.ink.deep, 0.12 if shaded else 0.0))


def _sleeve(c: Canvas, b: Body) -> Colour:
    return b.look.trim if b.look.wear in ("overalls", "open") else b.look.top


def _elbow(a: Point, b: Point, half: float, outward: float) -> Point:
    """The elbow between a shoulder and a hand, bent outward and down."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = max(math.hypot(dx, dy), 1e-6)
    bend = math.sqrt(max(0.0, half * half - length * length / 4))
    mx, my = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    one = mx - dy / length * bend, my + dx / length * bend
    two = mx + dy / length * bend, my - dx / length * bend
    return max(one, two, key=lambda p: p[1] + (p[0] - mx) * outward * 0.45)


# -- legs -----------------------------------------------------------------------------------


def _legs(c: Canvas, b: Body) -> None:
    draw = {
        "walk": _walking,
        "run": _running,
        "sit": _sitting,
        "floor": _cross_legged,
        "kneel": _kneeling,
        "none": lambda c, b: None,
    }.get(b.pose.legs, _standing)
    draw(c, b)


def _leg(c: Canvas, b: Body, joints: list[Point], toe: float, shaded: bool = False) -> None:
    bare = b.look.wear in ("dress", "skirt") and not c.snowy
    cloth = mix(b.look.legs, c.ink.ink, 0.18 if shaded else 0.0)
    cloth = mix(b.look.skin, c.ink.deep, 0.2 if shaded else 0.08) if bare else cloth
    thick = b.h * (0.07 if bare else 0.096)
    c.limb(joints, thick, thick * 0.72, cloth)
    fx, fy = joints[-1]
    c.soft(
        [
            (fx - b.h * 0.038, fy - b.h * 0.045),
            (fx + b.h * 0.038, fy - b.h * 0.045),
            (fx + b.h * (0.038 + toe * 0.05), fy + b.h * 0.012),
            (fx - b.h * (0.038 - toe * 0.02), fy + b.h * 0.012),
        ]
        if toe >= 0
        else [
            (fx - b.h * 0.038, fy - b.h * 0.045),
            (fx + b.h * 0.038, fy - b.h * 0.045),
            (fx + b.h * (0.038 + toe * 0.02), fy + b.h * 0.012),
            (fx - b.h * (0.038 - toe * 0.05), fy + b.h * 0.012),
        ],
        b.look.shoes,
        b.h * 0.022,
    )


def _standing(c: Canvas, b: Body) -> None:
    f = b.pose.facing
    gap = 0.052 * (1 - abs(f) * 0.4)
    for side in (-1, 1):
        _leg(
            c,
            b,
            [b.p(side * gap * 0.9, b.hip), b.low(side * gap, 0.05)],
            f or side * 0.5,
            shaded=bool(f) and side * f < 0,
        )


def _walking(c: Canvas, b: Body) -> None:
    f = b.pose.facing or 1.0
    _leg(
        c, b, [b.p(0, b.hip), b.low(-f * 0.02, b.hip * 0.5), b.low(-f * 0.15, 0.06)], f, shaded=True
    )
    _leg(c, b, [b.p(0, b.hip), b.low(f * 0.09, b.hip * 0.52), b.low(f * 0.12, 0.05)], f)


def _running(c: Canvas, b: Body) -> None:
    f = b.pose.facing or 1.0
    _leg(
        c,
        b,
        [b.p(0, b.hip), b.low(-f * 0.06, b.hip * 0.5), b.low(-f * 0.3, b.hip * 0.44)],
        f,
        shaded=True,
    )
    _leg(c, b, [b.p(0, b.hip), b.low(f * 0.19, b.hip * 0.66), b.low(f * 0.15, 0.05)], f)


def _sitting(c: Canvas, b: Body) -> None:
    f = b.pose.facing
    if abs(f) < 0.5:
        for side in (-1, 1):
            _leg(
                c,
                b,
                [b.low(side * 0.06, 0.26), b.low(side * 0.075, 0.24), b.low(side * 0.07, 0.05)],
                side * 0.4,
            )
        return
    for dx, far in ((0.02, True), (0.0, False)):
        _leg(
            c,
            b,
            [b.low(0, 0.27), b.low(f * (0.21 + dx), 0.265), b.low(f * (0.2 + dx * 3), 0.05)],
            f,
            far,
        )


def _cross_legged(c: Canvas, b: Body) -> None:
    for side in (-1, 1):
        c.limb(
            [b.low(side * 0.05, 0.08), b.low(side * 0.19, 0.055), b.low(-side * 0.05, 0.03)],
            b.h * 0.105,
            b.h * 0.075,
            mix(b.look.legs, c.ink.ink, 0.12 if side < 0 else 0.0),
        )


def _kneeling(c: Canvas, b: Body) -> None:
    f = b.pose.facing or 1.0
    for dx, far in ((0.05, True), (0.0, False)):
        _leg(c, b, [b.low(0, 0.23), b.low(f * (0.13 + dx), 0.05), b.low(-f * 0.12, 0.035)], -f, far)


# -- clothes --------------------------------------------------------------------------------


def _clothes(c: Canvas, b: Body) -> None:
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
    if look.wear in TRIMMINGS and not b.pose.back:
        TRIMMINGS[look.wear](c, b)
    if b.pose.apron:
        _apron(c, b)
    if look.wear in ("dress", "gown") and b.pose.legs == "sit" and abs(b.pose.facing) > 0.5:
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
    c.line([b.p(x, b.shoulder - 0.06), b.p(x, 0.29)], b.h * 0.012, mix(b.look.top, c.ink.ink, 0.35))
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
        mix(b.look.trim, c.ink.ink, 0.12),
    )


def _apron(c: Canvas, b: Body) -> None:
    s = _half(b)
    colour = c.ink.paper if b.look.top != c.ink.paper else c.ink.soft
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
