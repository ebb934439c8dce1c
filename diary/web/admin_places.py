"""Places and ways of working: what the lead says of them."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import settings as rules
from diary.domain.errors import Invalid, NotFound, Problem
from diary.models import Lab, Method
from diary.queries import site, taxonomy
from diary.web.forms import Form
from diary.web.guards import Access, access, member
from diary.web.rendering import LANGUAGES, language, page
from diary.web.session import now, reading, undo, writing
from diary.web.tending import blueprint, by_language, lab_options, typed, typed_lines, typed_texts

# ---------------------------------------------------------------- places


@blueprint.route("/places", methods=["GET", "POST"])
@access(Access.LEAD)
def places() -> ResponseReturnValue:
    """All places, and a form for one more."""
    if request.method != "POST":
        return _places_page({"colour": _free_colour()})
    try:
        lab = rules.save_lab(writing(), member(), _lab_content(), now())
    except Invalid as error:
        undo()
        return _places_page(request.form, error.problems, 422)
    flash(_("Added: %(name)s.", name=lab.name), "good")
    return redirect(url_for("admin.places"), 303)


@blueprint.route("/places/<slug>", methods=["GET", "POST"])
@access(Access.LEAD)
def place(slug: str) -> ResponseReturnValue:
    """One place: its names, colour and texts."""
    lab = _found(taxonomy.lab(reading(), slug))
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


Row = TypeVar("Row", Lab, Method)


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row


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
        **by_language("short", lab.short_names),
        **by_language("summary", lab.summaries),
        **by_language("description", lab.descriptions),
    }


def _lab_content(lab: Lab | None = None) -> rules.LabContent:
    return rules.LabContent(
        name=typed("name"),
        place=typed("place"),
        colour=request.form.get("colour", ""),
        short_names=typed_texts("short", LANGUAGES, lab.short_names if lab else {}),
        summaries=typed_texts("summary", LANGUAGES, lab.summaries if lab else {}),
        descriptions=typed_texts("description", LANGUAGES, lab.descriptions if lab else {}),
        partners=typed_lines("partners"),
    )


def _places_page(
    values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    labs = site.labs(reading(), language())
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
        name_languages=LANGUAGES,
        colours=rules.COLOURS,
        **facts,
    )


# ---------------------------------------------------------------- ways of working


@blueprint.route("/ways", methods=["GET", "POST"])
@access(Access.LEAD)
def ways() -> ResponseReturnValue:
    """All ways of working, and a form for one more."""
    if request.method != "POST":
        return _ways_page({"core": "1"})
    try:
        method = rules.save_method(writing(), member(), _method_content(), now())
    except Invalid as error:
        undo()
        return _ways_page(request.form, error.problems, 422)
    flash(_("Added: %(name)s.", name=method.name), "good")
    return redirect(url_for("admin.ways"), 303)


@blueprint.route("/ways/<slug>", methods=["GET", "POST"])
@access(Access.LEAD)
def way(slug: str) -> ResponseReturnValue:
    """One way of working: its names, texts and where it was first tried."""
    method = _found(taxonomy.method(reading(), slug))
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
        **by_language("short", method.short_names),
        **by_language("description", method.descriptions),
    }


def _method_content(method: Method | None = None) -> rules.MethodContent:
    return rules.MethodContent(
        name=typed("name"),
        short_names=typed_texts("short", LANGUAGES, method.short_names if method else {}),
        descriptions=typed_texts("description", LANGUAGES, method.descriptions if method else {}),
        first_lab=request.form.get("first_lab", ""),
        core="core" in request.form,
    )


def _ways_page(
    values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    facts = {"methods": site.methods(reading(), language()), "lab_options": lab_options()}
    return _tending_page("admin/ways.html", values, problems, status, **facts)


def _way_page(
    method: Method, values: Mapping[str, Any], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    facts = {"name": method.name, "slug": method.slug, "lab_options": lab_options()}
    return _tending_page("admin/way.html", values, problems, status, **facts)
