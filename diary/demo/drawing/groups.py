"""Several people at once: rows, rounds and backs, each a little different."""

from collections.abc import Sequence
from dataclasses import replace

from .body import Held, Pose
from .canvas import Canvas, Point
from .figures import person
from .looks import Look, dressed, someone
from .things import book_back, chair


def crowd(c: Canvas, n: int, children: int = 0, old: int = 1) -> list[Look]:
    """`n` people in any order, some of them children and old."""
    kinds = ["child"] * children + ["old"] * old
    kinds += [c.rng.choice(("", "", "teen")) for _ in range(n - len(kinds))]
    c.rng.shuffle(kinds)
    return varied(c, [someone(c, kind) for kind in kinds[:n]])


def varied(c: Canvas, people: list[Look]) -> list[Look]:
    """The same people, none dressed in the colour of the one beside them."""
    for i in range(1, len(people)):
        if people[i].top == people[i - 1].top:
            tops = [
                t for t in c.standing_out(c.ink.cloth) if t not in (people[i].top, people[i].trim)
            ]
            people[i] = replace(people[i], top=c.rng.choice(tops))
    return people


def spread(c: Canvas, n: int, start: float, end: float, by: float = 1.0) -> list[float]:
    """`n` places between start and end, not quite even."""
    step = (end - start) / max(1, n - 1)
    return [c.near(start + i * step, by) for i in range(n)]


def at_table(
    c: Canvas,
    places: Sequence[float],
    y: float,
    tall: float,
    people: Sequence[Look],
    focus: float | None = None,
) -> list[Held]:
    """People who sit behind a table (drawn afterwards), hands on it or in the air as they talk."""
    held = []
    for x, look in zip(places, people, strict=True):
        facing = 0.0 if focus is None else max(-0.6, min(0.6, (focus - x) / 25))
        left, right = c.rng.choice(TALKING)
        pose = Pose(left, right, c.near(facing, 0.15), legs="sit", lean=c.near(0, 0.03))
        stand = y - (2.5 if look.child else 0)
        held.append(
            person(
                c,
                x,
                stand,
                look if not look.child else replace(look, tall=look.tall + 0.12),
                pose,
                tall,
            )
        )
    return held


TALKING: tuple[tuple[Point, Point], ...] = (
    ((-0.08, -0.22), (0.08, -0.22)),
    ((-0.1, -0.2), (0.2, -0.02)),
    ((-0.16, -0.06), (0.1, -0.21)),
    ((-0.04, -0.2), (0.05, -0.2)),
    ((-0.1, -0.21), (0.07, 0.02)),
    ((-0.12, -0.21), (0.13, -0.21)),
)


def from_behind(
    c: Canvas, x: float, y: float, tall: float, look: Look | None = None, seat: bool = True
) -> Held:
    """Somebody in the foreground who sits (or stands) with their back to us."""
    who = look or someone(c)
    if seat:
        chair(c, x, y, tall * 0.52, 0)
    pose = Pose((-0.1, -0.24), (0.1, -0.24), back=True, legs="none" if seat else "stand")
    return person(c, x, y + (tall * 0.18 if seat else 0), who, pose, tall)


def passer_by(
    c: Canvas, x: float, y: float, tall: float, kind: str = "", facing: float = 0.0
) -> Held:
    """Somebody walking past outdoors, dressed for the season."""
    way = facing or c.rng.choice((-1.0, 1.0))
    look = dressed(c, someone(c, kind))
    swing = c.rng.uniform(0.08, 0.16)
    return person(
        c,
        x,
        y,
        look,
        Pose((-swing, -0.33), (swing, -0.33), way, legs="walk", lean=way * 0.04),
        tall,
    )


def reader(
    c: Canvas, x: float, y: float, tall: float, look: Look, legs: str = "sit", facing: float = 0.0
) -> Held:
    """Somebody with an open book before them."""
    pose = Pose((-0.09, -0.19), (0.09, -0.19), facing, legs=legs, nod=0.5)
    held = person(c, x, y, look, pose, tall)
    mx, my = (held.left[0] + held.right[0]) / 2, (held.left[1] + held.right[1]) / 2
    book_back(c, mx, my - tall * 0.01, tall * 0.27, c.rng.choice(c.ink.cloth[:4]))
    return held
