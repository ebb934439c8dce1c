"""Places and ways of working: what the lead says of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import policy
from diary.domain import settings as rules
from diary.domain.errors import Invalid, Problem
from diary.domain.guides import MAX_SOURCES, ensure_tells
from diary.domain.taxonomy import move, retire
from diary.models import Lab, Method
from diary.queries import aliases, site, taxonomy
from diary.text.plain import slug as slug_of
from diary.web.forms import Form
from diary.web.guards import Access, access, member
from diary.web.moved import led_on
from diary.web.rendering import LANGUAGES, language, page
from diary.web.session import now, reading, undo, writing
from diary.web.tending import (
    blueprint,
    by_language,
    by_source,
    lab_options,
    tell_address,
    typed,
    typed_lines,
    typed_sources,
    typed_texts,
)

# ---------------------------------------------------------------- places


@blueprint.route("/places", methods=["GET", "POST"])
@access(Access.MODERATOR)
def places() -> ResponseReturnValue:
    """The places somebody looks after; for the lead all, and a form for one more."""
    if request.method != "POST":
        return _places_page({"colour": _free_colour()})
    try:
        lab = rules.save_lab(writing(), member(), _lab_content(), now())
    except Invalid as error:
        undo()
        return _places_page(request.form, error.problems, 422)
    _tell_added(lab)
    return redirect(url_for("admin.places"), 303)


@blueprint.route("/places/<slug>", methods=["GET", "POST"])
@access(Access.MODERATOR)
def place(slug: str) -> ResponseReturnValue:
    """One place: its texts; for the lead its names and colour as well."""
    lab = taxonomy.lab(reading(), slug)
    if lab is None:
        return led_on(Lab, slug)
    ensure_tells(member(), lab)
    if request.method != "POST":
        return _place_page(lab, _lab_values(lab))
    content = _lab_content(lab)
    try:
        rules.save_lab(writing(), member(), content, now(), slug)
    except Invalid as error:
        undo()
        return _place_page(lab, request.form, error.problems, 422)
    flash(_("Saved: %(name)s.", name=content.name), "good")
    return redirect(url_for("admin.places"), 303)


def _free_colour() -> str:
    """The first colour no place has yet."""
    taken = {lab.colour for lab in site.labs(reading(), language())}
    return next((name for name in rules.COLOURS if name not in taken), rules.COLOURS[0])


def _lab_values(lab: Lab) -> dict[str, str]:
    return {
        "name": lab.name,
        "place": lab.place,
        "colour": lab.colour,
        "partners": "\n".join(lab.partners),
        "address": lab.slug,
        "started": str(lab.started.year) if lab.started else "",
        "ended": str(lab.ended.year) if lab.ended else "",
        **by_language("short", lab.short_names),
        **by_language("summary", lab.summaries),
        **by_language("description", lab.descriptions),
        **by_language("results", lab.results),
        **by_source(lab.sources),
    }


def _lab_content(lab: Lab | None = None) -> rules.LabContent:
    """What was sent; of what only the lead is asked, a coordinator's says what it is."""
    kept = lab is not None and not policy.administers(member())
    return rules.LabContent(
        name=lab.name if lab and kept else typed("name"),
        place=typed("place"),
        colour="" if kept else request.form.get("colour", ""),
        short_names=typed_texts("short", LANGUAGES, lab.short_names if lab else {}),
        summaries=typed_texts("summary", LANGUAGES, lab.summaries if lab else {}),
        descriptions=typed_texts("description", LANGUAGES, lab.descriptions if lab else {}),
        partners=typed_lines("partners"),
        results=typed_texts("results", LANGUAGES, lab.results if lab else {}),
        sources=typed_sources(),
        started=typed("started"),
        ended=typed("ended"),
    )


def _places_page(
    values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    mine = member()
    labs = [lab for lab in site.labs(reading(), language()) if policy.tells_of(mine, lab.id)]
    return _tending_page("admin/places.html", values, problems, status, labs=labs)


def _place_page(
    lab: Lab, values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    facts = {"name": lab.name, "slug": lab.slug}
    return _tending_page("admin/place.html", values, problems, status, **facts)


def _tending_page(
    template: str,
    values: Mapping[str, Any],
    problems: Iterable[Problem],
    status: int,
    **facts: object,
) -> Response:
    """A page with the form for a place or a way of working."""
    return page(
        template,
        status_code=status,
        form=Form(values, problems),
        text_languages=LANGUAGES,
        colours=rules.COLOURS,
        source_rows=range(MAX_SOURCES),
        **facts,
    )


# ---------------------------------------------------------------- ways of working


@blueprint.route("/ways", methods=["GET", "POST"])
@access(Access.MODERATOR)
def ways() -> ResponseReturnValue:
    """The ways of working somebody looks after; for the lead all, and a form for one more."""
    if request.method != "POST":
        return _ways_page({"core": "1"})
    try:
        method = rules.save_method(writing(), member(), _method_content(), now())
    except Invalid as error:
        undo()
        return _ways_page(request.form, error.problems, 422)
    _tell_added(method)
    return redirect(url_for("admin.ways"), 303)


@blueprint.route("/ways/<slug>", methods=["GET", "POST"])
@access(Access.MODERATOR)
def way(slug: str) -> ResponseReturnValue:
    """One way of working: its texts; for the lead its names and first place as well."""
    method = taxonomy.method(reading(), slug)
    if method is None:
        return led_on(Method, slug)
    ensure_tells(member(), method)
    if request.method != "POST":
        return _way_page(method, _method_values(method))
    content = _method_content(method)
    try:
        rules.save_method(writing(), member(), content, now(), slug)
    except Invalid as error:
        undo()
        return _way_page(method, request.form, error.problems, 422)
    flash(_("Saved: %(name)s.", name=content.name), "good")
    return redirect(url_for("admin.ways"), 303)


def _method_values(method: Method) -> dict[str, str]:
    return {
        "name": method.name,
        "first_lab": method.first_lab.slug if method.first_lab else "",
        "core": "1" if method.core else "",
        "address": method.slug,
        **by_language("short", method.short_names),
        **by_language("description", method.descriptions),
        **by_language("steps", method.steps),
        **by_language("needs", method.needs),
        **by_source(method.sources),
    }


def _method_content(method: Method | None = None) -> rules.MethodContent:
    """What was sent, as `_lab_content` reads it."""
    kept = method is not None and not policy.administers(member())
    return rules.MethodContent(
        name=method.name if method and kept else typed("name"),
        short_names=typed_texts("short", LANGUAGES, method.short_names if method else {}),
        descriptions=typed_texts("description", LANGUAGES, method.descriptions if method else {}),
        first_lab="" if kept else request.form.get("first_lab", ""),
        core="core" in request.form,
        steps=typed_texts("steps", LANGUAGES, method.steps if method else {}),
        needs=typed_texts("needs", LANGUAGES, method.needs if method else {}),
        sources=typed_sources(),
    )


def _ways_page(
    values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    methods = site.methods(reading(), language(), retired=True)
    mine = taxonomy.first_tried_in(reading(), policy.scope(member()))
    methods = tuple(one for one in methods if one.id in mine)
    facts = {"methods": methods, "lab_options": lab_options()}
    return _tending_page("admin/ways.html", values, problems, status, **facts)


def _way_page(
    method: Method, values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    return _tending_page(
        "admin/way.html",
        values,
        problems,
        status,
        name=method.name,
        slug=method.slug,
        retired_at=method.retired_at,
        lab_options=lab_options(),
    )


# ---------------------------------------------------------------- addresses


def _tell_added(row: Lab | Method) -> None:
    """Say that it is there; and if an old address keeps it from the one its name asks for, that."""
    flash(_("Added: %(name)s.", name=row.name), "good")
    wanted = slug_of(row.name)
    other = aliases.target(reading(), type(row), wanted) if row.slug != wanted else None
    if other is not None:
        facts = {"wanted": wanted, "name": other.name, "address": row.slug}
        told = _("“%(wanted)s” still leads to %(name)s, so the address is “%(address)s”.", **facts)
        flash(told, "good")


@blueprint.post("/places/<slug>/address")
@access(Access.LEAD)
def place_address(slug: str) -> ResponseReturnValue:
    """Give a place another address."""
    lab = taxonomy.lab(reading(), slug)
    if lab is None:
        return led_on(Lab, slug)
    try:
        address = move(writing(), member(), Lab, slug, typed("address"), now())
    except Invalid as error:
        undo()
        values = {**_lab_values(lab), "address": typed("address")}
        return _place_page(lab, values, error.problems, 422)
    tell_address(url_for("reading.lab", slug=slug), slug, address)
    return redirect(url_for(".place", slug=address), 303)


@blueprint.post("/ways/<slug>/address")
@access(Access.LEAD)
def way_address(slug: str) -> ResponseReturnValue:
    """Give a way of working another address."""
    method = taxonomy.method(reading(), slug)
    if method is None:
        return led_on(Method, slug)
    try:
        address = move(writing(), member(), Method, slug, typed("address"), now())
    except Invalid as error:
        undo()
        values = {**_method_values(method), "address": typed("address")}
        return _way_page(method, values, error.problems, 422)
    tell_address(url_for("reading.method", slug=slug), slug, address)
    return redirect(url_for(".way", slug=address), 303)


@blueprint.post("/ways/<slug>/use")
@access(Access.LEAD)
def use_way(slug: str) -> ResponseReturnValue:
    """Offer a way of working no more, or again."""
    method = taxonomy.method(reading(), slug)
    if method is None:
        return led_on(Method, slug)
    retire(writing(), member(), slug, now(), used=request.form.get("use") == "yes")
    flash(_("Saved: %(name)s.", name=method.name), "good")
    return redirect(url_for(".way", slug=slug), 303)
