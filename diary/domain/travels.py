"""How a way of working travelled: its places along time, and what is known of how it came there.

Pure; made from what queries have read. What posts say is kept apart from what first days suggest.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from diary.queries.rows import LabRef, MethodRef
from diary.queries.travel import Step, Tried


@dataclass(frozen=True, slots=True)
class Thread:
    """A method in one place: its months with the number of posts in each, the earliest first.

    `count` are all its posts; those whose month is not known are in no month.
    """

    lab: LabRef | None
    count: int
    first: date | None
    months: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a method came to a place. `step` is what a post says of it; without one only the day is
    known that it was first seen there."""

    to: LabRef
    at: date
    source: LabRef | None = None
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A method in several places: they in order of their first day, and how it came to them."""

    method: MethodRef
    threads: tuple[Thread, ...]
    arrivals: tuple[Arrival, ...]

    @property
    def is_told(self) -> bool:
        """Whether any post says how."""
        return any(one.step for one in self.arrivals)

    @property
    def route(self) -> tuple[LabRef, ...]:
        """From where, and to which places."""
        told = [one for one in self.arrivals if one.step and one.source]
        if told:
            places = [told[0].source, *(one.to for one in told)]
        else:
            places = [thread.lab for thread in self.threads]
        return tuple(dict.fromkeys(place for place in places if place))


Matrix = dict[int, dict[int | None, Thread]]
"""By method and lab, where any post is."""


def matrix(tried: Iterable[Tried], labs: Sequence[LabRef]) -> Matrix:
    """The cells of lab × method that have posts."""
    refs = {lab.id: lab for lab in labs}
    cells = defaultdict[tuple[int, int | None], list[Tried]](list)
    for one in tried:
        cells[one.method_id, one.lab_id].append(one)
    found: Matrix = defaultdict(dict)
    for (method_id, lab_id), months in cells.items():
        found[method_id][lab_id] = _thread(refs.get(lab_id or 0), months)
    return dict(found)


def _thread(lab: LabRef | None, months: list[Tried]) -> Thread:
    dated = sorted(
        (date(one.year, one.month, 1), one.count) for one in months if one.year and one.month
    )
    first = min((one.first for one in months if one.first), default=None)
    return Thread(lab, sum(one.count for one in months), first, tuple(dated))


def stories(
    cells: Matrix, methods: Iterable[MethodRef], steps: Sequence[Step]
) -> tuple[Story, ...]:
    """The methods that were tried in more than one place: first those of which posts tell."""
    found = (_story(way, cells.get(way.id, {}), steps) for way in methods)
    several = (story for story in found if len(story.threads) > 1)
    return tuple(sorted(several, key=lambda story: not story.is_told))


def _story(method: MethodRef, places: dict[int | None, Thread], steps: Sequence[Step]) -> Story:
    dated = [thread for thread in places.values() if thread.lab and thread.first]
    threads = sorted(dated, key=lambda one: (one.first, one.lab and one.lab.id))
    known = {one.lab.id: one.lab for one in threads if one.lab}
    said = _said(method, known, steps)
    reached = {one.to.id for one in said}
    seen = (
        Arrival(thread.lab, thread.first)
        for thread in threads
        if thread.lab and thread.first and thread.lab.id not in reached
    )
    arrivals = sorted([*said, *seen], key=lambda one: (one.at, one.step is not None))
    return Story(method, tuple(threads), tuple(arrivals))


def _said(method: MethodRef, known: dict[int, LabRef], steps: Sequence[Step]) -> list[Arrival]:
    """What posts say."""
    return [
        Arrival(known[step.follower.lab_id], step.follower.dated, known[step.source.lab_id], step)
        for step in steps
        if step.method_id == method.id
        and known.keys() >= {step.source.lab_id, step.follower.lab_id}
    ]
