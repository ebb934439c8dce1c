"""People: simple bodies whose arms and legs tell what they do.

A figure stands on a point. Its own measure is its height: `u` runs to the right, `v` up, both in
heights. Hands are told from the middle between the shoulders: (0.2, -0.3) is out and down.
"""

import math

from .body import Body, Held, Pose
from .canvas import Canvas, Point
from .clothes import clothes, sleeve
from .heads import head
from .looks import Look
from .palettes import BLOOD, mix, sheer

GROWN = 34.0


def person(c: Canvas, x: float, y: float, look: Look, pose: Pose, tall: float = GROWN) -> Held:
    """Draws somebody standing (or sitting) at (x, y); `tall` is a grown-up's height there."""
    b = Body(x, y, tall, look, pose)
    turned = abs(pose.facing) > 0.7
    hands = (_hand(b, pose.left), _hand(b, pose.right))
    far = 0 if pose.facing >= 0 else 1
    behind = [far] if turned else [i for i, u in enumerate((pose.left, pose.right)) if pose.back]
    for i in behind:
        _arm(c, b, i, hands[i], shaded=turned)
    _legs(c, b)
    clothes(c, b)
    middle = b.p(pose.facing * 0.02, b.neck + b.head * 0.5)
    at = (middle[0] + pose.facing * pose.nod * b.h * 0.12, middle[1] + abs(pose.nod) * b.h * 0.05)
    c.limb(
        [b.p(0, b.neck - 0.03), (at[0], at[1] + b.head * b.h * 0.2)],
        b.h * 0.075,
        b.h * 0.07,
        mix(look.skin, BLOOD, 0.2),
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
    reach = 0.35
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
    outward = -b.pose.facing if turned else i * 2 - 1
    elbow = _elbow(start, hand, b.h * 0.175, outward, b.h * (0.13 if turned else 0.075))
    cloth = sleeve(b)
    cloth = c.dark(cloth, 0.22 if shaded else 0.07)
    thick = b.h * (0.074 if b.look.wear == "coat" else 0.062)
    wrist = (elbow[0] + (hand[0] - elbow[0]) * 0.84, elbow[1] + (hand[1] - elbow[1]) * 0.84)
    c.limb([start, elbow, wrist], thick * 1.12, thick * 0.8, cloth)
    c.dot(*hand, b.h * 0.034, mix(b.look.skin, BLOOD, 0.12 if shaded else 0.0))


def _elbow(a: Point, b: Point, half: float, outward: float, most: float) -> Point:
    """The elbow between a shoulder and a hand, bent outward and down, by `most` at most."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = max(math.hypot(dx, dy), 1e-06)
    bend = min(most, math.sqrt(max(0.0, half * half - length * length / 4)))
    mx, my = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    one = (mx - dy / length * bend, my + dx / length * bend)
    two = (mx + dy / length * bend, my - dx / length * bend)
    return max(one, two, key=lambda p: p[1] + (p[0] - mx) * outward * 0.45)


def _legs(c: Canvas, b: Body) -> None:
    if b.pose.legs != "none":
        LEGS[b.pose.legs](c, b)


def _leg(c: Canvas, b: Body, joints: list[Point], toe: float, shaded: bool = False) -> None:
    bare = b.look.wear in ("dress", "skirt") and (not c.snowy)
    cloth = c.dark(b.look.legs, 0.18 if shaded else 0.0)
    cloth = mix(b.look.skin, BLOOD, 0.2 if shaded else 0.08) if bare else cloth
    thick = b.h * (0.07 if bare else 0.096)
    c.limb(joints, thick, thick * 0.72, cloth)
    _shoe(c, b, joints[-1], toe)


def _shoe(c: Canvas, b: Body, foot: Point, toe: float) -> None:
    fx, fy = foot
    heel, tip = (0.04, 0.04 + toe * 0.05) if toe >= 0 else (0.04 - toe * 0.05, 0.04)
    c.soft(
        [
            (fx - b.h * 0.036, fy - b.h * 0.022),
            (fx + b.h * 0.036, fy - b.h * 0.022),
            (fx + b.h * tip, fy + b.h * 0.046),
            (fx - b.h * heel, fy + b.h * 0.046),
        ],
        b.look.shoes,
        b.h * 0.024,
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
            c.dark(b.look.legs, 0.12 if side < 0 else 0.0),
        )


def _kneeling(c: Canvas, b: Body) -> None:
    f = b.pose.facing or 1.0
    for dx, far in ((0.05, True), (0.0, False)):
        _leg(c, b, [b.low(0, 0.23), b.low(f * (0.13 + dx), 0.05), b.low(-f * 0.12, 0.035)], -f, far)


LEGS = {
    "stand": _standing,
    "walk": _walking,
    "run": _running,
    "sit": _sitting,
    "floor": _cross_legged,
    "kneel": _kneeling,
}
