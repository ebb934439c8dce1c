"""Rebuilding posts from what is left of them. Pure: traces in, posts with their evidence out.

The order in which traces come, and how often, changes nothing: all is decided over their set.
"""

import enum
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

NEAR = 0.85
NEAR_DAYS = 60


class Level(enum.IntEnum):
    """How much of a post a trace shows; more beats less."""

    TITLE = 0
    TEASER = 1
    EMBED = 2
    FULL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What one page says of one post. `page` names the page; `cut` if it breaks off within."""

    page: str
    level: Level
    title: str
    dated: date | None = None
    lead: str = ""
    body: str = ""
    author: str = ""
    role: str = ""
    organisation: str = ""
    captions: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    address: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A field of which pages say different things: each value with the pages that say so."""

    title: str
    field: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A post as its best traces show it, and all its traces, the best first."""

    traces: tuple[Trace, ...]

    def value(self, field: str) -> Any:
        """What the best trace that knows it says; of equals the one that says more."""
        return getattr(self.source(field) or self.traces[0], field)

    def source(self, field: str) -> Trace | None:
        """The trace a value was taken from."""
        return next((trace for trace in self._ranked(field) if getattr(trace, field)), None)

    def _ranked(self, field: str) -> list[Trace]:
        size = {trace: len(str(getattr(trace, field) or "")) for trace in self.traces}
        return sorted(self.traces, key=lambda trace: (-trace.level, trace.cut, -size[trace]))

    @property
    def level(self) -> Level:
        """How much there is; a full page that breaks off is no more than a teaser."""
        best = max(trace.level for trace in self.traces)
        if best < Level.EMBED or any(t.level >= Level.EMBED and not t.cut for t in self.traces):
            return best
        return Level.TEASER

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the post once stood."""
        return tuple(sorted({trace.address for trace in self.traces if trace.address}))


def normal(title: str) -> str:
    """A title without case, marks, dashes and spaces of any kind, to compare by."""
    text = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", text.replace("_", " ")))


def rebuild(traces: Iterable[Trace]) -> list[Rebuilt]:
    """One post per day and title, or per address it stood at; in order of day and title.

    A trace without a day belongs to the one post of its title, if there is just one.
    """
    ordered = sorted(set(traces), key=_rank)
    groups = _Groups()
    days = defaultdict(set)
    for trace in ordered:
        days[normal(trace.title)].add(trace.dated)
    for trace in ordered:
        title = normal(trace.title)
        known = days[title] - {None}
        dated = next(iter(known)) if trace.dated is None and len(known) == 1 else trace.dated
        groups.add(trace, (str(dated), title), ("at", trace.address) if trace.address else None)
    found = [Rebuilt(tuple(group)) for group in groups.all()]
    return sorted(found, key=lambda p: (p.value("dated") or date.max, normal(p.value("title"))))


def _rank(trace: Trace) -> tuple[object, ...]:
    return (
        -trace.level, trace.cut, -len(trace.body), trace.page, str(trace.dated), trace.title,
        repr(trace),
    )  # fmt: skip


class _Groups:
    """Traces that share a key, directly or through others."""

    def __init__(self) -> None:
        self.parent: dict[object, object] = {}
        self.traces: list[tuple[object, Trace]] = []

    def add(self, trace: Trace, key: object, also: object | None) -> None:
        if also:
            self.parent[self._root(also)] = self._root(key)
        self.traces.append((key, trace))

    def _root(self, key: object) -> object:
        while (parent := self.parent.setdefault(key, key)) != key:
            key = parent
        return key

    def all(self) -> Iterator[list[Trace]]:
        groups: dict[object, list[Trace]] = defaultdict(list)
        for key, trace in self.traces:
            groups[self._root(key)].append(trace)
        yield from groups.values()


def contradictions(posts: Iterable[Rebuilt]) -> Iterator[Contradiction]:
    """Where pages disagree about a day, a title, a name or a role. What a page that breaks off
    says less of is no contradiction."""
    for post in posts:
        for field in ("dated", "title", "author", "role", "organisation"):
            said: dict[str, set[str]] = defaultdict(set)
            for trace in post.traces:
                if value := getattr(trace, field):
                    said[str(value)].add(trace.page)
            if len(said) > 1:
                values = tuple((value, tuple(sorted(said[value]))) for value in sorted(said))
                yield Contradiction(post.value("title"), field, values)


def near(posts: list[Rebuilt]) -> Iterator[tuple[Rebuilt, Rebuilt]]:
    """Pairs that may be one post: titles that differ little, or the same on another day."""
    for number, one in enumerate(posts):
        for other in posts[number + 1 :]:
            if _apart(one, other) <= NEAR_DAYS and _alike(one, other):
                yield one, other


def _apart(one: Rebuilt, other: Rebuilt) -> int:
    first, second = one.value("dated"), other.value("dated")
    return abs((first - second).days) if first and second else 0


def _alike(one: Rebuilt, other: Rebuilt) -> bool:
    titles = normal(one.value("title")), normal(other.value("title"))
    matcher = SequenceMatcher(None, *titles)
    return matcher.real_quick_ratio() >= NEAR and matcher.ratio() >= NEAR


def to_json(traces: Iterable[Trace]) -> list[dict[str, Any]]:
    """Evidence as it is kept beside the post: what every page says, value by value."""
    return [
        {
            field: value.isoformat() if isinstance(value, date) else value
            for field, value in asdict(trace).items()
            if value or field == "level"
        }
        for trace in traces
    ]


def from_json(evidence: Iterable[dict[str, Any]]) -> Iterator[Trace]:
    """The traces that were kept."""
    for kept in evidence:
        values = {**kept, "level": Level(kept["level"])}
        if "dated" in kept:
            values["dated"] = date.fromisoformat(kept["dated"])
        for field in ("captions", "credits"):
            values[field] = tuple(kept.get(field, ()))
        yield Trace(**values)
