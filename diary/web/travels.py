"""The drawing of a story: places as threads along time, and how a way of working came to each.

Only numbers are made here; the template sets them into an SVG (2, W3C). Its units are a phone's
pixels, so that the words in it can be read there. For scripts written from the right, time runs
from the right, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt

from diary.domain.travels import Arrival, Story
from diary.queries.rows import LabRef

WIDTH = 360
EDGE = 14
TOP = 34
ROW = 50
LABEL = 18
MOST_YEARS = 6
LATE = 0.55
"""From where on a name ends at the edge and does not begin at its first day."""
LARGEST = 5.5


@dataclass(frozen=True, slots=True)
class Dot:
    """A month with posts, the larger the more."""

    x: float
    r: float


@dataclass(frozen=True, slots=True)
class Line:
    """A place in its row, from the first month to the last; `anchor` as `text-anchor` has it."""

    lab: LabRef
    y: float
    start: float
    end: float
    dots: tuple[Dot, ...]
    label_x: float
    anchor: str
    first: date


@dataclass(frozen=True, slots=True)
class Arc:
    """From one place to another: a path, the head of its arrow, and in which place's colour.

    Where only first days are known, there is neither head nor place.
    """

    path: str
    head: str = ""
    lab: LabRef | None = None
    kind: str = "seen"


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it, and how high it is."""

    height: float
    years: tuple[tuple[int, float], ...]
    lines: tuple[Line, ...]
    arcs: tuple[Arc, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a day stands, from the journey's first to its last."""

    first: date
    last: date
    mirrored: bool = False

    def x(self, day: date) -> float:
        """The place of a day across the drawing."""
        days = max((self.last - self.first).days, 1)
        share = (day - self.first).days / days
        return self.at(min(max(share, 0), 1))

    def at(self, share: float) -> float:
        """The place of a share of the width, from where reading begins."""
        x = EDGE + share * (WIDTH - 2 * EDGE)
        return round(WIDTH - x if self.mirrored else x, 1)

    def years(self) -> tuple[tuple[int, float], ...]:
        """The years that begin within, and where; the first one where the drawing begins."""
        span = range(self.first.year, self.last.year + 1)
        every = len(span) // MOST_YEARS + 1
        marks = [(year, self.x(date(year, 1, 1))) for year in span if year % every == 0]
        if len(marks) > 1 and abs(marks[1][1] - marks[0][1]) < 30:
            del marks[0]
        return tuple(marks)


def drawn(story: Story, scale: Scale) -> Drawing:
    """A story as a drawing."""
    lines = tuple(_lines(story, scale))
    rows = {line.lab.id: line for line in lines}
    return Drawing(
        height=TOP + ROW * len(lines) - ROW / 2 + LABEL,
        years=scale.years(),
        lines=lines,
        arcs=tuple(_arc(one, rows, lines[0], scale) for one in _drawable(story, lines[0])),
    )


def _lines(story: Story, scale: Scale) -> Iterable[Line]:
    for row, thread in enumerate(story.threads):
        if thread.lab is None or thread.first is None:
            continue
        late = abs(scale.x(thread.first) - scale.at(0)) / (WIDTH - 2 * EDGE) > LATE
        middle = [(scale.x(month.replace(day=15)), count) for month, count in thread.months]
        first = scale.x(thread.first)
        dots = [(first, thread.months[0][1]), *middle[1:]]
        yield Line(
            lab=thread.lab,
            y=TOP + ROW * row,
            start=first,
            end=dots[-1][0],
            dots=tuple(Dot(x, round(min(1.6 + sqrt(count), LARGEST), 1)) for x, count in dots),
            label_x=scale.at(1) if late else first,
            anchor="end" if late else "start",
            first=thread.first,
        )


def _drawable(story: Story, origin: Line) -> Iterable[Arrival]:
    for one in story.arrivals:
        if one.step is None and one.to.id == origin.lab.id:
            continue  # there it begins
        if one.step is None or one.step.follower.precision != "unknown":
            yield one


def _arc(one: Arrival, rows: dict[int, Line], origin: Line, scale: Scale) -> Arc:
    to, x = rows[one.to.id], scale.x(one.at)
    if one.step is None or one.source is None:
        return Arc(f"M{x} {origin.y}V{to.y - LARGEST}")
    source, day = rows[one.source.id], min(one.step.source.dated, one.at)
    began = scale.x(max(day, source.first))
    path, head = _bow((began, source.y), (x, to.y))
    return Arc(path, head, one.source, "inspired" if one.step.inspired else "links")


def _bow(start: tuple[float, float], end: tuple[float, float]) -> tuple[str, str]:
    """A line that leaves one row and runs into another, and the head of its arrow."""
    (x0, y0), (x1, y1) = start, end
    if abs(x1 - x0) > 24:
        way = 1 if x1 > x0 else -1
        tip, tail = x1 - way * 6, x1 - way * 14
        middle = (x0 + tail) / 2
        path = f"M{x0} {y0}C{middle:.1f} {y0} {middle:.1f} {y1} {tail:.1f} {y1}"
        return path, f"M{tip:.1f} {y1}L{tail:.1f} {y1 - 4.5}V{y1 + 4.5}Z"
    way = 1 if y1 > y0 else -1
    tip, tail = y1 - way * 6, y1 - way * 14
    middle = (y0 + tail) / 2
    path = f"M{x0} {y0}C{x0} {middle} {x1} {middle} {x1} {tail}"
    return path, f"M{x1} {tip}L{x1 - 4.5:.1f} {tail}H{x1 + 4.5:.1f}Z"
