"""The funder's report: numbers by month and quarter, and what the lead adds to them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, extract, func, select, true
from sqlalchemy.orm import Session

from diary.models import (
    UNDATED,
    Byline,
    FocusArea,
    HandedIn,
    Kind,
    Lab,
    LabFocusArea,
    Method,
    Person,
    Post,
    Precision,
    Report,
    Revision,
    RevisionMethod,
    Voice,
)
from diary.queries.journey import between
from diary.queries.periods import ALL, LONGEST, Period, Span, keys, last_day
from diary.queries.posts import published

Key = TypeVar("Key")
Counts = Mapping[str, int]

_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
YEAR, MONTH = extract("year", Post.dated), extract("month", Post.dated)
MONTH_KNOWN = (Precision.DAY, Precision.MONTH)
WRITER = func.coalesce(Person.merged_into_id, Person.id)
"""Who signs: whoever was merged into somebody is that person."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is counted under one name: per key of a month, quarter, year and the whole.

    Names are kept by language, the full one under "". The key is empty for all together, or for
    what has none.
    """

    key: str
    counts: Counts
    names: Mapping[str, str]

    @property
    def total(self) -> int:
        """In the whole period."""
        return self.counts.get(ALL, 0)

    def peak(self, period: Period) -> Span | None:
        """The month with the most, the first of several; None if there is nothing."""
        most = max(period.months, key=lambda month: self.counts.get(month.key, 0))
        return most if self.counts.get(most.key) else None

    def named(self, *langs: str) -> str:
        """Its name in the first of these languages that it has one in, else any."""
        wished = (*langs, "", *self.names)
        return next((self.names[lang] for lang in wished if self.names.get(lang)), self.key)


@dataclass(frozen=True, slots=True)
class Numbers:
    """All rows, by what they count: posts, writers, first_time, labs, methods, voices, goals."""

    period: Period
    groups: Mapping[str, tuple[Row, ...]]
    month_unknown: int
    """Posts that stand in a month of which it is not known that it is theirs."""

    def top(self, rows: Sequence[Row]) -> int:
        """The most that any of these rows has in a month: what drawings are measured by."""
        months = [month.key for month in self.period.months]
        return max((row.counts.get(month, 0) for row in rows for month in months), default=0) or 1


@dataclass(frozen=True, slots=True)
class Silence:
    """A month without posts, and why."""

    month: date
    reason: str


@dataclass(frozen=True, slots=True)
class Example:
    """A post that the lead shows: its title and address, and nothing of whoever wrote it."""

    uid: str
    slug: str
    heading: str
    lang: str
    dated: date
    precision: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that a report holds."""

    title: str
    lab: Row | None
    numbers: Numbers
    comment: str
    silences: tuple[Silence, ...]
    examples: tuple[Example, ...]


def whole(session: Session) -> Period | None:
    """The journey's months, of a very long one the last; None without a post."""
    ends = published().with_only_columns(func.min(Post.dated), func.max(Post.dated))
    first, last = session.execute(ends.where(Post.dated < UNDATED)).one()
    if first is None:
        return None
    found = Period(first.replace(day=1), last_day(last.replace(day=1)))
    return Period(found.months[-LONGEST:][0].first, found.last)


def posts_of(period: Period, lab: Lab | None) -> Select[Post, Revision]:
    """The published posts that a report counts, by the day they are about."""
    chosen = between(period.first, period.last + timedelta(days=1))
    return chosen if lab is None else chosen.where(Post.lab_id == lab.id)


def content(session: Session, title: str, period: Period, lab: Lab | None) -> Content:
    """A report as it stands now: ten queries, however many posts."""
    found = numbers(session, period, lab)
    added = draft(session, period, lab)
    counted = found.groups["posts"][0].counts
    return Content(
        title=title,
        lab=None if lab is None else Row(lab.slug, {}, {**lab.short_names, "": lab.name}),
        numbers=found,
        comment=added.comment,
        silences=tuple(
            Silence(month.first, added.reasons.get(month.key, ""))
            for month in period.months
            if not counted.get(month.key)
        ),
        examples=examples(session, period, lab, added.chosen),
    )


# ---------------------------------------------------------------- numbers


def numbers(session: Session, period: Period, lab: Lab | None) -> Numbers:
    """What is counted in a period, of one lab or of all."""
    chosen = posts_of(period, lab)
    parts = (YEAR, MONTH, Post.lab_id, Revision.voice, Post.precision)
    counted = chosen.with_only_columns(*parts, func.count()).group_by(*parts)
    posts = session.execute(counted).all()
    by_lab = _added((year, month, lab_id, n) for year, month, lab_id, _v, _p, n in posts)
    by_voice = _added((year, month, voice or "", n) for year, month, _lab, voice, _p, n in posts)
    groups = {
        "posts": (Row("", _added((row[0], row[1], "", row[-1]) for row in posts).get("", {}), {}),),
        "writers": _rows(KINDS, _writers(session, chosen)),
        "first_time": _rows(KINDS, _first_time(session, period, lab)),
        "labs": () if lab else _rows(_labs(session), by_lab),
        "methods": _rows(_methods(session), _of_methods(session, chosen)),
        "voices": _rows(VOICES, by_voice),
        "goals": _rows(_goals(session), _of_goals(session, chosen)),
    }
    unknown = sum(row[-1] for row in posts if row[-2] not in MONTH_KNOWN)
    return Numbers(period, groups, unknown)


Thing = tuple[Key, str, Mapping[str, str], bool]
"""What is counted: what counts go by, the row's key and names, and whether it has a row if none."""

KINDS: tuple[Thing[str], ...] = (("", "", {}, True), *((kind, kind, {}, False) for kind in Kind))
VOICES: tuple[Thing[str], ...] = (*((one, one, {}, True) for one in Voice), ("", "", {}, False))


def _rows(things: Iterable[Thing[Key]], counts: Mapping[Key, Counts]) -> tuple[Row, ...]:
    return tuple(
        Row(str(key), counts.get(one, {}), names)
        for one, key, names, always in things
        if always or one in counts
    )


def _labs(session: Session) -> Iterable[Thing[int | None]]:
    for lab in session.scalars(select(Lab).order_by(Lab.position, Lab.id)):
        yield lab.id, lab.slug, {**lab.short_names, "": lab.name}, lab.archived_at is None
    yield None, "", {}, False


def _methods(session: Session) -> Iterable[Thing[int]]:
    for one in session.scalars(select(Method).order_by(Method.position, Method.id)):
        in_use = one.core and one.retired_at is None
        yield one.id, one.slug, {**one.short_names, "": one.name}, in_use


def _goals(session: Session) -> Iterable[Thing[int]]:
    for goal in session.scalars(select(FocusArea).order_by(FocusArea.position, FocusArea.id)):
        yield goal.id, goal.slug, goal.names, True


def _of_methods(session: Session, chosen: Select[Post, Revision]) -> dict[int, Counts]:
    parts = (YEAR, MONTH, RevisionMethod.method_id)
    named = chosen.join(RevisionMethod, RevisionMethod.revision_id == Post.live_id)
    rows = session.execute(named.with_only_columns(*parts, func.count()).group_by(*parts))
    return _added((year, month, method_id, count) for year, month, method_id, count in rows)


def _of_goals(session: Session, chosen: Select[Post, Revision]) -> dict[int, Counts]:
    parts = (YEAR, MONTH, LabFocusArea.focus_area_id)
    aimed = chosen.join(LabFocusArea, LabFocusArea.lab_id == Post.lab_id)
    rows = session.execute(aimed.with_only_columns(*parts, func.count()).group_by(*parts))
    return _added((year, month, goal_id, count) for year, month, goal_id, count in rows)


def _signed(chosen: Select[Post, Revision]) -> Select[Post, Revision]:
    signed = chosen.join(Byline, Byline.revision_id == Post.live_id)
    return signed.join(Person, Byline.person_id == Person.id)


def _writers(session: Session, chosen: Select[Post, Revision]) -> dict[str, Counts]:
    """How many different people signed in each span, as what they were then and in all."""
    statement = _signed(chosen).with_only_columns(YEAR, MONTH, Byline.kind, WRITER).distinct()
    people: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for year, month, kind, writer in session.execute(statement):
        for span in keys(year, month):
            people[kind][span].add(writer)
            people[""][span].add(writer)
    return {
        kind: {span: len(found) for span, found in spans.items()} for kind, spans in people.items()
    }


def _first_time(session: Session, period: Period, lab: Lab | None) -> dict[str, Counts]:
    """How many people's first post in the whole diary falls in each span."""
    order = (Post.dated, Post.sequence, Byline.position)
    nth = func.row_number().over(partition_by=WRITER, order_by=order)
    signed = _signed(published()).with_only_columns(
        YEAR.label("year"), MONTH.label("month"), Post.dated, Post.lab_id, Byline.kind,
        nth.label("nth"),
    ).subquery()  # fmt: skip
    row = signed.c
    parts = (row.year, row.month, row.kind)
    firsts = (
        select(*parts, func.count())
        .where(row.nth == 1, row.dated >= period.first, row.dated <= period.last)
        .where(true() if lab is None else row.lab_id == lab.id)
        .group_by(*parts)
    )
    rows = session.execute(firsts).all()
    both = [(year, month, kind, n) for year, month, known, n in rows for kind in (known, "")]
    return _added(both)


def _added(rows: Iterable[tuple[int, int, Key, int]]) -> dict[Key, Counts]:
    """Counts of months, added up to those of quarters, years and the whole."""
    counts: defaultdict[Key, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for year, month, key, count in rows:
        for span in keys(year, month):
            counts[key][span] += count
    return {key: dict(spans) for key, spans in counts.items()}


# ---------------------------------------------------------------- what the lead adds


@dataclass(frozen=True, slots=True)
class Draft:
    """What the lead has written so far; `reasons` by month, `chosen` the examples' uids."""

    edition: int = 0
    comment: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()


def draft(session: Session, period: Period, lab: Lab | None) -> Draft:
    """What was written for a period; for a new one, why its months are silent is known already."""
    of_lab = Report.lab_id.is_(None) if lab is None else Report.lab_id == lab.id
    known: dict[str, str] = {}
    for one in session.scalars(select(Report).where(of_lab).order_by(Report.changed_at)):
        if (one.first, one.last) == (period.first, period.last):
            return Draft(one.edition, one.comment, one.reasons, tuple(one.chosen))
        known |= one.reasons
    return Draft(reasons=known)


def reasons(session: Session) -> dict[str, str]:
    """Why months of the whole project are silent, as the lead said last; by month."""
    whole_project = select(Report.reasons).where(Report.lab_id.is_(None))
    known: dict[str, str] = {}
    for one in session.scalars(whole_project.order_by(Report.changed_at, Report.id)):
        known |= one
    return known


def only_uids(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the texts that are uids, as they are kept."""
    return tuple(text for text in texts if _UID.fullmatch(text))


def examples(
    session: Session, period: Period, lab: Lab | None, uids: Sequence[str]
) -> tuple[Example, ...]:
    """The posts with these uids, as far as the report counts them, in the order of the uids."""
    statement = posts_of(period, lab).where(Post.uid.in_([UUID(uid) for uid in uids]))
    columns = (Post.uid, Post.slug, Revision.heading, Revision.lang, Post.dated, Post.precision)
    found = {
        str(uid): Example(str(uid), slug or "", heading, lang, dated, precision)
        for uid, slug, heading, lang, dated, precision in session.execute(
            statement.with_only_columns(*columns)
        )
    }
    return tuple(found[uid] for uid in uids if uid in found)


# ---------------------------------------------------------------- handed in


def handed_in(session: Session) -> tuple[HandedIn, ...]:
    """The copies that were handed in, the newest first."""
    return tuple(session.scalars(select(HandedIn).order_by(HandedIn.id.desc())))


def to_json(report: Content) -> dict[str, Any]:
    """A report as a frozen copy keeps it."""
    numbers = report.numbers
    return {
        "title": report.title,
        "lab": report.lab and asdict(report.lab),
        "groups": {name: [asdict(row) for row in rows] for name, rows in numbers.groups.items()},
        "month_unknown": numbers.month_unknown,
        "comment": report.comment,
        "silences": [[one.month.isoformat(), one.reason] for one in report.silences],
        "examples": [asdict(one) | {"dated": one.dated.isoformat()} for one in report.examples],
    }


def from_json(copy: HandedIn) -> Content:
    """The report that a frozen copy keeps."""
    kept = copy.content
    groups = {name: tuple(Row(**row) for row in rows) for name, rows in kept["groups"].items()}
    return Content(
        title=kept["title"],
        lab=Row(**kept["lab"]) if kept["lab"] else None,
        numbers=Numbers(Period(copy.first, copy.last), groups, kept["month_unknown"]),
        comment=kept["comment"],
        silences=tuple(Silence(date.fromisoformat(day), why) for day, why in kept["silences"]),
        examples=tuple(
            Example(**{**one, "dated": date.fromisoformat(one["dated"])})
            for one in kept["examples"]
        ),
    )


# ---------------------------------------------------------------- as a table


def table(report: Content, name_of: Callable[[str, Row], str]) -> Iterable[tuple[str | int, ...]]:
    """The numbers as rows of cells, the first of them the columns' names.

    `name_of` says what a group's row is called.
    """
    period = report.numbers.period
    spans = [span.key for year in period.years for span in (*period.columns(year), year)]
    yield ("group", "key", "name", *spans, ALL)
    for group, rows in report.numbers.groups.items():
        for row in rows:
            counts = (row.counts.get(span, 0) for span in (*spans, ALL))
            yield (group, row.key, name_of(group, row), *counts)
