"""The journey: its calendar, years and months, and parts of it by filter."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from diary.domain.errors import NotFound
from diary.models import Lab, Method
from diary.queries import aliases, journey, site
from diary.queries.journey import NO_LAB, Filters, Month, Square
from diary.queries.missing import Missing, missing
from diary.queries.rows import LabRef, by_day
from diary.web.guards import Access, access
from diary.web.rendering import diary_site, language, page
from diary.web.session import reading as db
from diary.web.words import KINDS, VOICES, kind_word, voice_word

blueprint = Blueprint("journey", __name__)
blueprint.add_app_template_filter(kind_word)
blueprint.add_app_template_filter(voice_word)

MONTH_SIZE = 60
PICTURES_IN_CHAPTER = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of one place, as the desk's calendar draws it."""

    year: int
    month: int
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class LabRow:
    """A place's months in a row; without a place, the whole project's."""

    lab: LabRef | None
    cells: tuple[Cell, ...]


@blueprint.get("/archive")
@access(Access.PUBLIC)
def archive() -> ResponseReturnValue:
    """The whole journey: numbers, calendar, and what a filter leaves of it."""
    filters = asked()
    present = with_present_addresses(filters)
    if present != filters:
        onward = {**chosen(present), "after": request.args.get("after")}
        return redirect(_address("archive", **onward), 301)
    lang = language()
    labs = site.labs(db(), lang)
    months = journey.calendar(db(), journey.filtered(filters))
    squares = [square for month in months for square in month.squares]
    return page(
        "journey/archive.html",
        total=len(squares),
        by_residents=journey.by_residents(db()),
        lab_count=len(labs),
        first=squares[0] if squares else None,
        last=squares[-1] if squares else None,
        months=journey.with_pictures(db(), months),
        lab_rows=_rows(months, labs),
        filters=filters,
        filtered=bool(filters),
        chosen=chosen(filters),
        options=_options(labs, lang),
        missing=_missing(),
        **_part(filters, lang),
    )


def _missing() -> Missing | None:
    """What is missing of a rebuilt journey; of a living diary nothing is."""
    return missing(db()) if diary_site().journey_posts else None


def _rows(months: tuple[Month, ...], labs: tuple[LabRef, ...]) -> tuple[LabRow, ...]:
    places = [*labs, None]
    rows = [
        LabRow(
            place, tuple(Cell(m.year, m.month, m.of(place.slug if place else "")) for m in months)
        )
        for place in places
    ]
    return tuple(row for row in rows if row.lab or any(cell.squares for cell in row.cells))


def _options(labs: tuple[LabRef, ...], lang: str) -> dict[str, list[tuple[str, str]]]:
    return {
        "lab": [*((lab.slug, lab.short) for lab in labs), (NO_LAB, _("The whole project"))],
        "method": [(way.slug, way.short) for way in site.methods(db(), lang, retired=True)],
        "voice": list(VOICES.items()),
        "kind": list(KINDS.items()),
    }


def _part(filters: Filters, lang: str) -> dict[str, Any]:
    """The posts a filter leaves, in order of their day, page by page."""
    if not filters:
        return {"days": (), "older": None}
    after = cursor(request.args.get("after"))
    part = journey.walk(db(), journey.filtered(filters), after=after, lang=lang)
    onward = _address("archive", **chosen(filters), after=part.after) if part.after else None
    return {"days": by_day(part.posts), "older": onward}


def chosen(filters: Filters) -> dict[str, str]:
    """The filters as an address names them."""
    return {name: value for name in Filters.__slots__ if (value := getattr(filters, name))}


def asked() -> Filters:
    """The filters that the address names."""
    return Filters(**{name: request.args.get(name, "") for name in Filters.__slots__})


def with_present_addresses(filters: Filters) -> Filters:
    """The filters, a lab or method named by an old address by its present one."""
    labs = aliases.present(db(), Lab) if filters.lab else {}
    methods = aliases.present(db(), Method) if filters.method else {}
    return replace(
        filters,
        lab=labs.get(filters.lab, filters.lab),
        method=methods.get(filters.method, filters.method),
    )


def cursor(text: str | None) -> tuple[date, int] | None:
    """A place in the journey, as an address tells it; an unreadable one begins at the beginning."""
    try:
        return journey.parse_cursor(text or "")
    except ValueError:
        return None


@blueprint.get("/archive/<int(fixed_digits=4):year>")
@access(Access.PUBLIC)
def year(year: int) -> ResponseReturnValue:
    """A year, month by month."""
    months = journey.calendar(db(), journey.between(*_bounds(year, 1, year, 12)))
    if not months:
        raise NotFound
    return page(
        "journey/year.html",
        year=year,
        months=journey.with_pictures(db(), months),
        missing=_missing(),
    )


@blueprint.get("/archive/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>")
@access(Access.PUBLIC)
def month(year: int, month: int) -> ResponseReturnValue:
    """A month like a chapter: a list, or with `?whole=1` every post in full."""
    chosen = journey.between(*_bounds(year, month, year, month))
    after = cursor(request.args.get("after"))
    part = journey.walk(db(), chosen, after=after, size=MONTH_SIZE, lang=language())
    if not part.posts:
        raise NotFound
    whole = request.args.get("whole") == "1"
    pictured = [post.picture for post in part.posts if post.picture]
    onward = {"year": year, "month": month, "after": part.after, "whole": "1" if whole else None}
    earlier, later = journey.months_beside(db(), date(year, month, 1))
    return page(
        "journey/month.html",
        year=year,
        month=month,
        first=date(year, month, 1),
        posts=part.posts,
        texts={post.id: Markup(post.html) for post in part.posts} if whole else {},  # noqa: S704
        pictures=pictured[:PICTURES_IN_CHAPTER],
        whole=whole,
        earlier=earlier,
        later=later,
        older=_address("month", **onward) if part.after else None,
    )


def _address(view: str, **values: Any) -> str:
    return url_for(f"journey.{view}", **values)


def _bounds(year: int, month: int, last_year: int, last_month: int) -> tuple[date, date]:
    try:
        return (
            journey.month_bounds(year, month)[0],
            journey.month_bounds(last_year, last_month)[1],
        )
    except ValueError:
        raise NotFound from None
