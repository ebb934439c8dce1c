"""The places, ways of working and words of a diary that is brought in: what is here stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain.journal import record, show_change
from diary.domain.settings import COLOURS, put
from diary.models import FocusArea, Lab, Method, Post, Setting, State
from diary.queries.site import site


@dataclass(frozen=True, slots=True)
class House:
    """What another diary tells of itself, its texts tidied; `values` are settings.

    Goals, labs and methods are as `queries/whole` has them.
    """

    uid: UUID | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    withdrawn: Mapping[str, int] = field(default_factory=dict)
    """How many posts were taken down there, by month."""
    goals: Sequence[Mapping[str, Any]] = ()
    labs: Sequence[Mapping[str, Any]] = ()
    methods: Sequence[Mapping[str, Any]] = ()


def found(session: Session, house: House, now: datetime) -> list[str]:
    """Make what is missing here; the names of labs and methods that were made.

    A setting that has been set here, and a lab or method with the same address, stay as they are.
    A diary without a post becomes the one that is brought in.
    """
    known = set(session.scalars(select(Setting.key)))
    here = site(session)
    values = {
        key: value
        for key, value in house.values.items()
        if key not in known and getattr(here, key) != value
    }
    if session.scalar(select(Post.id).limit(1)) is None:
        _go_on(session, house)
    put(session, values)
    areas = {one.slug: one for one in session.scalars(select(FocusArea))}
    for one in house.goals:
        if one["slug"] not in areas:
            areas[one["slug"]] = _goal(session, one)
    made = [*_labs(session, house, areas, now), *_methods(session, house, now)]
    if values or made:
        show_change(session, now)
    return made


def _go_on(session: Session, house: House) -> None:
    """An empty diary goes on as the one that is brought in: under its uid and with its counts."""
    if house.uid:
        session.scalars(select(State)).one().uid = house.uid
    if house.withdrawn:
        put(session, {"withdrawn_before": dict(house.withdrawn)})


def _goal(session: Session, one: Mapping[str, Any]) -> FocusArea:
    area = FocusArea(
        uid=_uid(session, FocusArea, one),
        slug=one["slug"],
        names=one["names"],
        position=_next(session, FocusArea),
    )
    session.add(area)
    session.flush()
    return area


def _labs(
    session: Session, house: House, areas: Mapping[str, FocusArea], now: datetime
) -> Iterator[str]:
    known = set(session.scalars(select(Lab.slug)))
    for one in house.labs:
        if one["slug"] in known:
            continue
        lab = Lab(
            uid=_uid(session, Lab, one),
            colour=one["colour"] if one["colour"] in COLOURS else "",
            position=_next(session, Lab),
            archived_at=now if one["archived"] else None,
            focus_areas=[areas[slug] for slug in one["focus_areas"] if slug in areas],
            **{key: one[key] for key in LAB_TEXTS},
        )
        session.add(lab)
        session.flush()
        record(session, "save_lab", now, actor_id=None, subject_id=lab.id)
        yield lab.name


LAB_TEXTS = (
    "slug", "name", "short_names", "place", "summaries", "descriptions", "results", "sources",
    "partners", "started", "ended",
)  # fmt: skip
METHOD_TEXTS = "slug", "name", "short_names", "descriptions", "steps", "needs", "sources", "core"


def _methods(session: Session, house: House, now: datetime) -> Iterator[str]:
    known = set(session.scalars(select(Method.slug)))
    labs = {lab.slug: lab.id for lab in session.scalars(select(Lab))}
    for one in house.methods:
        if one["slug"] in known:
            continue
        method = Method(
            uid=_uid(session, Method, one),
            first_lab_id=labs.get(one["first_lab"]),
            position=_next(session, Method),
            retired_at=now if one["retired"] else None,
            **{key: one[key] for key in METHOD_TEXTS},
        )
        session.add(method)
        session.flush()
        record(session, "save_method", now, actor_id=None, subject_id=method.id)
        yield method.name


def _uid(session: Session, kind: type[Any], one: Mapping[str, Any]) -> UUID:
    """Its own, unless somebody here has it."""
    wanted = one["uid"]
    taken = wanted and session.scalar(select(kind.id).where(kind.uid == wanted))
    return wanted if wanted and taken is None else new_uid()


def _next(session: Session, kind: type[Any]) -> int:
    last = session.scalar(select(func.max(kind.position)))
    return 0 if last is None else last + 1
