"""Rebuilding posts from what is left of them. Pure: traces in, posts with their evidence out.

The order in which traces come, and how often, changes nothing: all is decided over their set.
"""

import enum
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import chain
from typing import Any, NamedTuple

from diary.addresses import old_address
from diary.text.films import host

NEAR = 0.85
NEAR_DAYS = 60
WITNESSES = 5
"""How many pages are kept that say the same of a post: a teaser may stand on thousands."""


class Level(enum.IntEnum):
    """How much of a post a trace shows; more beats less."""

    TITLE = 0
    TEASER = 1
    EMBED = 2
    FULL = 3


class Shown(NamedTuple):
    """A picture on a page: its address, or its path beside the page as browsers save it."""

    source: str
    alt: str = ""
    credit: str = ""


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
    pictures: tuple[Shown, ...] = ()
    address: str = ""
    tags: tuple[str, ...] = ()
    cut: bool = False
    embedded: bool = False
    """Another page shows or quotes it, which may be any site's."""


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
        whole = [trace.level for trace in self.traces if not trace.cut]
        broken = any(trace.level is Level.FULL and trace.cut for trace in self.traces)
        return max([*whole, Level.TEASER] if broken else whole)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the post once stood."""
        return tuple(sorted({trace.address for trace in self.traces if trace.address}))


def normal(title: str) -> str:
    """A title without case, marks, dashes and spaces of any kind, to compare by."""
    text = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", text.replace("_", " ")))


@dataclass(frozen=True, slots=True)
class Sign:
    """What a trace is known by: enough to tell whose it is, and little to remember."""

    dated: date | None
    title: str
    """As `normal` has it."""
    address: str


def sign(trace: Trace) -> Sign:
    """What a trace is known by."""
    return Sign(trace.dated, normal(trace.title), trace.address)


def grouped(signs: Sequence[Sign]) -> list[list[int]]:
    """The places of signs that belong together: of one day and title, or of one address.

    One without a day belongs to the one post of its title, if there is just one; one without a
    title to the post at its address.
    """
    days: dict[str, set[date | None]] = defaultdict(set)
    for one in signs:
        days[one.title].add(one.dated)
    groups = _Groups()
    for one in signs:
        known = days[one.title] - {None}
        dated = next(iter(known)) if one.dated is None and len(known) == 1 else one.dated
        path = old_address(one.address)
        at = ("at", path, host(one.address)) if path else None
        groups.add((str(dated), one.title) if one.title or not at else at, at)
    return groups.all()


def rebuild(traces: Iterable[Trace]) -> list[Rebuilt]:
    """One post per day and title, or per address it stood at; in order of day and title."""
    given = list(set(traces))
    groups = grouped([sign(trace) for trace in given])
    found = [together(given[place] for place in group) for group in groups]
    return sorted(found, key=lambda p: (p.value("dated") or date.max, normal(p.value("title"))))


def together(traces: Iterable[Trace]) -> Rebuilt:
    """A post of all its traces. What many pages say alike is kept with the first few of them."""
    alike: dict[Trace, set[str]] = defaultdict(set)
    for trace in traces:
        alike[replace(trace, page="")].add(trace.page)
    few = (
        replace(trace, page=page)
        for trace, pages in alike.items()
        for page in sorted(pages)[:WITNESSES]
    )
    return Rebuilt(tuple(sorted(few, key=_rank)))


def _rank(trace: Trace) -> tuple[object, ...]:
    return (
        -trace.level, trace.cut, -len(trace.body), trace.page, str(trace.dated), trace.title,
        repr(trace),
    )  # fmt: skip


class _Groups:
    """Places that share a key, directly or through others."""

    def __init__(self) -> None:
        self.parent: dict[object, object] = {}
        self.keys: list[object] = []

    def add(self, key: object, also: object | None) -> None:
        if also:
            self.parent[self._root(also)] = self._root(key)
        self.keys.append(key)

    def _root(self, key: object) -> object:
        while (parent := self.parent.setdefault(key, key)) != key:
            self.parent[key] = self.parent.setdefault(parent, parent)
            key = parent
        return key

    def all(self) -> list[list[int]]:
        groups: dict[object, list[int]] = defaultdict(list)
        for place, key in enumerate(self.keys):
            groups[self._root(key)].append(place)
        return list(groups.values())


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


def near(posts: Iterable[tuple[date | None, str]]) -> Iterator[tuple[int, int]]:
    """Places of pairs that may be one post: titles that differ little, or one on another day.

    Posts come as day and title, in order of day, those without one last.
    """
    given = [(dated, normal(title)) for dated, title in posts]
    undated = [place for place, (dated, _) in enumerate(given) if dated is None]
    for number, (dated, title) in enumerate(given):
        matcher = SequenceMatcher(None, "", title, autojunk=False)
        for other in chain(_soon_after(given, number), undated if dated else ()):
            matcher.set_seq1(given[other][1])
            if title and all(
                ratio() >= NEAR
                for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
            ):
                yield number, other


def _soon_after(given: list[tuple[date | None, str]], number: int) -> Iterator[int]:
    dated = given[number][0]
    for other in range(number + 1, len(given)):
        day = given[other][0]
        if dated and (day is None or (day - dated).days > NEAR_DAYS):
            return
        yield other


def to_json(traces: Iterable[Trace]) -> list[dict[str, Any]]:
    """Evidence as it is kept beside the post: what every page says, value by value."""
    return [
        {
            field: value.isoformat() if isinstance(value, date) else value
            for field, value in asdict(trace).items()
            if value or field in {"level", "title"}
        }
        for trace in traces
    ]


def from_json(evidence: Iterable[dict[str, Any]]) -> Iterator[Trace]:
    """The traces that were kept."""
    for kept in evidence:
        values = {**kept, "level": Level(kept["level"])}
        if "dated" in kept:
            values["dated"] = date.fromisoformat(kept["dated"])
        for field in ("captions", "credits", "tags"):
            values[field] = tuple(kept.get(field, ()))
        values["pictures"] = tuple(Shown(*one) for one in kept.get("pictures", ()))
        yield Trace(**values)
