"""The journey: its calendar, years and months, and parts of it by filter."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain.errors import NotFound
from diary.models import UNDATED, Lab, Method, Origin, Tally
from diary.queries import aliases, calendar, journey, related, report, site, tally
from diary.queries.calendar import Month
from diary.queries.journey import NO_LAB, Filters
from diary.queries.missing import Missing, examples, missing
from diary.queries.rows import LabRef, by_day
from diary.web.guards import Access, access
from diary.web.rendering import day as day_in_words
from diary.web.rendering import diary_site, language, page
from diary.web.session import frozen, today
from diary.web.session import reading as db
from diary.web.words import KINDS, VOICES, kind_word, voice_word

blueprint = Blueprint("journey", __name__)
blueprint.add_app_template_filter(kind_word)
blueprint.add_app_template_filter(voice_word)

MONTH_SIZE = 24
"""Posts of a month that are listed on a page: few months have more."""
WHOLE_SIZE = 60
"""Posts of a month that are read in full on a page."""
PICTURES_IN_CHAPTER = 3


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
    labs = site.labs(db(), lang, archived=True)
    part = journey.filtered(filters)
    drawn = _drawn(labs, filters)
    told = [month for month in drawn["months"] if month.total]
    further = filters and "after" in request.args  # only the first page has the calendar
    return page(
        "journey/archive.html",
        by_residents=_by_residents(),
        lab_count=len({slug for month in told for slug in month.counts if slug}),
        span=(told[0].first, told[-1].first) if told else None,
        beginning=None if further else journey.first(db(), part),
        sheets=() if further else calendar.sheets(drawn["months"], labs),
        filters=filters,
        filtered=bool(filters),
        walking=chosen(filters),
        options=_options(labs, lang),
        missing=_missing(),
        **drawn,
        **_part(filters, lang),
        **({} if filters or not told or frozen() else _on_this_day(told, lang)),
    )


def _by_residents() -> int:
    """How many posts a resident has signed; of a rebuilt journey examples do not count."""
    real = [Tally.origin != Origin.EXAMPLE] if diary_site().journey_posts else []
    return tally.by_residents(db(), *real)


def _missing() -> Missing | None:
    """What is missing of a rebuilt journey; of a living diary nothing is."""
    return missing(db()) if diary_site().journey_posts else None


def _drawn(
    labs: tuple[LabRef, ...], filters: Filters, span: calendar.Span | None = None
) -> dict[str, Any]:
    """The months of a part of the journey with pictures, what is undated, what drawing takes."""
    reasons = {} if filters else report.reasons(db())
    months = calendar.calendar(db(), filters, span, reasons)
    pictured = calendar.with_pictures(db(), months, filters)
    return {
        "months": tuple(month for month in pictured if month.first != UNDATED),
        "undated": tuple(month for month in pictured if month.first == UNDATED),
        "total": sum(month.total for month in months),
        "examples": examples(db(), filters, span) if diary_site().journey_posts else 0,
        "most": calendar.most(months),
        "places_and_none": (*labs, None),
    }


def _on_this_day(told: list[Month], lang: str) -> dict[str, Any]:
    """What was written about this day in other years: the page changes at midnight."""
    years = told[0].first.year, told[-1].first.year
    very, found = related.on_this_day(db(), today(), years, lang)
    return {"very_day": very, "on_this_day": found}


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


def chosen(filters: Filters) -> dict[str, Any]:
    """The filters as an address names them."""
    return {name: value for name in Filters.__slots__ if (value := getattr(filters, name))}


def said(filters: Filters, lang: str) -> tuple[str, ...]:
    """What a filter lets through, in the reader's words: "Boden", "Choir"."""
    options = _options(site.labs(db(), lang, archived=True), lang) if filters else {}
    return tuple(
        str(dict(options[name]).get(value, value)) for name, value in chosen(filters).items()
    )


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


@blueprint.get("/archive/beginning")
@access(Access.PUBLIC)
def beginning() -> ResponseReturnValue:
    """Leads to the first post of the journey, or of the part that a filter lets through."""
    filters = with_present_addresses(asked())
    found = journey.first(db(), journey.filtered(filters))
    if found is None:
        return redirect(_address("archive", **chosen(filters)))
    return redirect(url_for("reading.post", slug=found.slug, **chosen(filters)))


@blueprint.get("/archive/<int(fixed_digits=4):year>")
@access(Access.PUBLIC)
def year(year: int) -> ResponseReturnValue:
    """A year, month by month."""
    start, end = _bounds(year, 1, year, 12)
    labs = site.labs(db(), language(), archived=True)
    drawn = _drawn(labs, Filters(), (start, end))
    if not drawn["months"]:
        raise NotFound
    before, after = journey.beside(db(), start, end)
    return page(
        "journey/year.html",
        year=year,
        **drawn,
        missing=_missing(),
        earlier=_turned_year(before),
        later=_turned_year(after),
    )


@blueprint.get("/archive/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>")
@access(Access.PUBLIC)
def month(year: int, month: int) -> ResponseReturnValue:
    """A month like a chapter: a list, or with `?whole=1` every post in full."""
    start, end = _bounds(year, month, year, month)
    if start == UNDATED:
        raise NotFound
    return _chapter(start, end)


@blueprint.get("/archive/undated")
@access(Access.PUBLIC)
def undated() -> ResponseReturnValue:
    """Posts whose day nobody knows, as a month's."""
    return _chapter(UNDATED, date.max)


def _chapter(start: date, end: date) -> ResponseReturnValue:
    filters, lang = with_present_addresses(asked()), language()
    after = cursor(request.args.get("after"))
    among = journey.filtered(filters)
    whole = request.args.get("whole") == "1"
    size = WHOLE_SIZE if whole else MONTH_SIZE
    inside = journey.inside(among, start, end)
    part = journey.walk(db(), inside, after=after, size=size, lang=lang)
    if not part.posts:
        raise NotFound
    pictured = [post.picture for post in part.posts if post.picture]
    before, then = journey.beside(db(), start, end, among)
    onward = {"after": part.after, "whole": "1" if whole else None}
    return page(
        "journey/month.html",
        first=start,
        dated=start != UNDATED,
        posts=part.posts,
        pictures=pictured[:PICTURES_IN_CHAPTER] if after is None else (),
        whole=whole,
        walking=chosen(filters),
        said=said(filters, lang),
        as_list=chapter(start, **chosen(filters)),
        as_whole=chapter(start, **chosen(filters), whole=1),
        earlier=_turned(before, filters),
        later=_turned(then, filters),
        older=chapter(start, **chosen(filters), **onward) if part.after else None,
    )


@blueprint.app_template_global()
def chapter(first: date, **values: Any) -> str:
    """Where the month of a day stands, or what is undated."""
    if first == UNDATED:
        return _address("undated", **values)
    return _address("month", year=first.year, month=first.month, **values)


def _turned(day: date | None, filters: Filters) -> tuple[str, str] | None:
    """Where the month of a day stands, and what it is called."""
    if day is None:
        return None
    return chapter(day, **chosen(filters)), called_month(day)


def _turned_year(day: date | None) -> tuple[str, str] | None:
    if day is None:
        return None
    if day == UNDATED:
        return chapter(day), called_month(day)
    return _address("year", year=day.year), str(day.year)


@blueprint.app_template_global()
def called_month(day: date) -> str:
    """What the month of a day is called: "May 2019"."""
    return _("Without a date") if day == UNDATED else day_in_words(day, "month")


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
