"""How a figure is measured and how it holds itself."""

from dataclasses import dataclass

from .canvas import Point
from .looks import Look


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
