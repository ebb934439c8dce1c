"""What the lead changes about the diary: settings, pages, labs and methods."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import policy
from diary.domain.content import MAX_LINE, line_problems, text_problems
from diary.domain.errors import Invalid, NotFound, Problem
from diary.domain.guides import Source, ensure_tells, source_problems, year_problems
from diary.domain.journal import record, show_change
from diary.domain.policy import Actor
from diary.domain.taxonomy import ensure_lead
from diary.models import Lab, Method, Page, Setting
from diary.queries import aliases
from diary.text.plain import free, has_control
from diary.text.plain import slug as slug_of

PAGES = ("about", "help", "press", "privacy", "accessibility")
FOREWORD = "foreword"
TEXTS = (*PAGES, FOREWORD)
"""What the lead writes: pages, and what a book begins with."""
Place = TypeVar("Place", Lab, Method)

COLOURS = ("blue", "red", "plum", "green", "ochre", "teal", "rose", "slate")
"""What a lab may be printed in; `domain.colours` mixes the inks."""
LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY-NC 4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC BY-NC-SA 4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""What the diary may be used under, and where that is explained."""
MAX_SENTENCE = 400
CALLED = ("lab_called", "labs_called", "method_called", "methods_called")
MAX_CALLED = 40
MAX_AGE = 25
RANGES = {
    "requests_a_day": (0, 1000),
    "answer_days": (1, 31),
    "journey_posts": (0, 9999),
    "keep_drafts": (6, 120),
    "keep_taken_down": (1, 120),
    "keep_requests": (1, 60),
    "keep_consents": (1, 120),
    "keep_devices": (13, 36),
    "keep_mail": (1, 12),
}
"""What numbers may be; an answer within a month is the law (GDPR, article 12.3)."""
MAX_TEXT = 100_000


def change(session: Session, actor: Actor, values: Mapping[str, Any], now: datetime) -> None:
    """Set settings by name; raises NotAllowed for anybody but a lead, Invalid per setting."""
    ensure_lead(actor)
    _refuse(_setting_problems(values))
    put(session, values)
    record(session, "change_settings", now, actor_id=actor.account_id)
    show_change(session, now)


def put(session: Session, values: Mapping[str, Any]) -> None:
    """Store settings without asking who: for the demonstration, imports and tests."""
    for key, value in values.items():
        session.merge(Setting(key=key, value={"value": value}))


def write_page(
    session: Session, actor: Actor, slug: str, lang: str, body: str, now: datetime
) -> None:
    """Replace a page's text in one language; an empty one brings the default text back.

    Raises NotAllowed, NotFound for an unknown page, Invalid for what cannot be kept.
    """
    ensure_lead(actor)
    _refuse(text_problems("body", body, MAX_TEXT))
    if slug not in TEXTS:
        raise NotFound
    page = session.get(Page, (slug, lang))
    if page is not None and not body.strip():
        session.delete(page)
    elif body.strip():
        session.merge(Page(slug=slug, lang=lang, body=body, changed_at=now))
    record(session, "write_page", now, actor_id=actor.account_id)
    show_change(session, now)


@dataclass(frozen=True, slots=True)
class LabContent:
    """What the lead says of a lab; texts by language, `started` and `ended` are years or empty."""

    name: str
    place: str = ""
    colour: str = ""
    short_names: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    partners: tuple[str, ...] = ()
    results: dict[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    started: str = ""
    ended: str = ""


def save_lab(
    session: Session, actor: Actor, content: LabContent, now: datetime, slug: str | None = None
) -> Lab:
    """Add a lab, or change the one with this slug. Its address stays when its name changes.

    Its coordinators change what its page tells; name, town and colour are the lead's. Raises
    NotAllowed, NotFound, or Invalid per field; a field by language is `summary-sv`.
    """
    lab = _old_or_new(session, actor, Lab, slug)
    _refuse(_lab_problems(content))
    show_change(session, now)  # locks, so that no address and no place in the row is given twice
    _add(session, lab, content.name)
    if policy.administers(actor):
        lab.name, lab.place, lab.colour = content.name.strip(), content.place, content.colour
        lab.short_names = content.short_names
    lab.summaries, lab.descriptions = content.summaries, content.descriptions
    lab.results, lab.sources = content.results, [dict(source) for source in content.sources]
    lab.partners = list(content.partners)
    lab.started = _day_in(content.started, lab.started, (1, 1))
    lab.ended = _day_in(content.ended, lab.ended, (12, 31))
    session.flush()
    record(session, "save_lab", now, actor_id=actor.account_id, subject_id=lab.id)
    return lab


@dataclass(frozen=True, slots=True)
class MethodContent:
    """What the lead says of a method; texts by language, `first_lab` a slug."""

    name: str
    short_names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    first_lab: str = ""
    core: bool = True
    steps: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


def save_method(
    session: Session, actor: Actor, content: MethodContent, now: datetime, slug: str | None = None
) -> Method:
    """Add a method, or change the one with this slug; raises as `save_lab` does.

    The coordinators of the lab where it was first tried change what its page tells.
    """
    method = _old_or_new(session, actor, Method, slug)
    first_lab = _first_lab(session, content)
    _refuse(_method_problems(content, first_lab))
    show_change(session, now)  # locks, as in `save_lab`
    _add(session, method, content.name)
    if policy.administers(actor):
        method.name, method.core = content.name.strip(), content.core
        method.short_names, method.first_lab_id = content.short_names, first_lab
    method.descriptions = content.descriptions
    method.steps, method.needs = content.steps, content.needs
    method.sources = [dict(source) for source in content.sources]
    session.flush()
    record(session, "save_method", now, actor_id=actor.account_id, subject_id=method.id)
    return method


def _refuse(problems: Iterable[Problem]) -> None:
    wrong = tuple(problems)
    if wrong:
        raise Invalid(wrong)


def _setting_problems(values: Mapping[str, Any]) -> Iterable[Problem]:
    for key, value in values.items():
        if isinstance(value, str):
            yield from line_problems(key, value, needed=key == "title")
    yield from _by_language("sentence", values.get("sentence", {}), MAX_SENTENCE)
    for name in CALLED:
        yield from _by_language(name, values.get(name, {}), MAX_CALLED)
    for partner in values.get("partners", ()):
        yield from line_problems("partners", partner)
    if not 0 <= values.get("guardian_age", 0) <= MAX_AGE:
        yield Problem("guardian_age", "not_an_age", {"limit": MAX_AGE})
    for key, (least, most) in RANGES.items():
        if not least <= values.get(key, least) <= most:
            yield Problem(key, "not_within", {"least": least, "limit": most})
    for key in ("contact_email", "press_email"):
        if values.get(key) and "@" not in values[key]:
            yield Problem(key, "not_an_address")


def _lab_problems(content: LabContent) -> Iterable[Problem]:
    yield from _told_problems(content)
    yield from line_problems("place", content.place)
    if content.colour and content.colour not in COLOURS:
        yield Problem("colour", "unknown_choice")
    yield from _by_language("summary", content.summaries, MAX_SENTENCE)
    yield from _by_language("results", content.results, MAX_TEXT)
    for partner in content.partners:
        yield from line_problems("partners", partner)
    yield from (wrong := tuple(year_problems("started", content.started)))
    yield from year_problems("ended", content.ended, "" if wrong else content.started)


def _day_in(year: str, kept: date | None, otherwise: tuple[int, int]) -> date | None:
    """The day known already, if it lies in the year; else that month and day of it."""
    if not year:
        return None
    return kept if kept and kept.year == int(year) else date(int(year), *otherwise)


def _method_problems(content: MethodContent, first_lab: int | None) -> Iterable[Problem]:
    yield from _told_problems(content)
    yield from _by_language("steps", content.steps, MAX_TEXT)
    yield from _by_language("needs", content.needs, MAX_TEXT)
    if content.first_lab and first_lab is None:
        yield Problem("first_lab", "unknown_lab")


def _told_problems(content: LabContent | MethodContent) -> Iterable[Problem]:
    yield from line_problems("name", content.name, needed=True)
    yield from _by_language("short", content.short_names, MAX_LINE)
    yield from _by_language("description", content.descriptions, MAX_TEXT)
    yield from source_problems(content.sources)


def _by_language(field: str, texts: Mapping[str, str], limit: int) -> Iterable[Problem]:
    for lang, text in texts.items():
        yield from text_problems(f"{field}-{lang}", text, limit)


def _first_lab(session: Session, content: MethodContent) -> int | None:
    if has_control(content.first_lab):
        return None
    return session.scalar(select(Lab.id).where(Lab.slug == content.first_lab))


def _old_or_new(session: Session, actor: Actor, kind: type[Place], slug: str | None) -> Place:
    """What is to be changed, or an empty one; raises NotAllowed or NotFound."""
    if slug is None:
        ensure_lead(actor)
        return kind(uid=new_uid())
    found = session.scalar(select(kind).where(kind.slug == slug))
    if found is None:
        raise NotFound
    ensure_tells(actor, found)
    return found


def _add(session: Session, row: Lab | Method, name: str) -> None:
    """Give a new one its address and its place in the row."""
    if row.slug is None:
        row.slug, row.position = _free(session, type(row), name), _next(session, type(row))
        session.add(row)


def _free(session: Session, kind: type[Place], name: str) -> str:
    wanted = slug_of(name) or kind.__name__.lower()
    return free(wanted, aliases.taken(session, kind).__contains__)


def _next(session: Session, kind: type[Lab] | type[Method]) -> int:
    return (session.scalar(select(func.max(kind.position))) or 0) + 1
