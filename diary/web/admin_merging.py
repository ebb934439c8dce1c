"""Merging two places, ways of working or people: first what will happen, then the deed."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import merging as rules
from diary.domain.errors import Invalid, NotFound, Problem
from diary.models import Lab, Method, Person
from diary.queries import aliases, persons, site
from diary.queries.merging import what_follows
from diary.web.errors import sentence
from diary.web.forms import line, number
from diary.web.guards import Access, access, member
from diary.web.moved import led_on
from diary.web.rendering import language, page
from diary.web.session import now, reading, undo, writing
from diary.web.tending import blueprint


@blueprint.get("/places/<slug>/merge")
@access(Access.LEAD)
def merge_places(slug: str) -> ResponseReturnValue:
    """Which place to merge this one into, and what will happen."""
    lab = aliases.at(reading(), Lab, slug)
    if lab is None:
        return led_on(Lab, slug)
    others = [(one.id, one.name) for one in site.labs(reading(), language()) if one.id != lab.id]
    return _merge_page(lab, others=others)


@blueprint.get("/ways/<slug>/merge")
@access(Access.LEAD)
def merge_ways(slug: str) -> ResponseReturnValue:
    """Which way of working to merge this one into, and what will happen."""
    way = aliases.at(reading(), Method, slug)
    if way is None:
        return led_on(Method, slug)
    ways = site.methods(reading(), language(), retired=True)
    others = [(one.id, one.name) for one in ways if one.id != way.id]
    return _merge_page(way, others=others)


@blueprint.route("/names/<int:person_id>/merge", methods=["GET", "POST"])
@access(Access.LEAD)
def merge_names(person_id: int) -> ResponseReturnValue:
    """Whom to merge this person into, and what will happen."""
    person = _there(Person, person_id)
    wanted = line(request.form.get("q", person.name.partition(" ")[0]))
    found, more = persons.listed(reading(), name=wanted)
    people = tuple(one for one in found if one.id != person.id)
    return _merge_page(person, people=people, wanted=wanted, more=more is not None)


KINDS: dict[str, type[Lab | Method | Person]] = {"lab": Lab, "method": Method, "person": Person}


@blueprint.post("/merge/<any(lab, method, person):kind>")
@access(Access.LEAD)
def merge(kind: str) -> ResponseReturnValue:
    """Merge the two that the page before has shown, and no others."""
    gone, kept = (number(request.form.get(name, "")) or 0 for name in ("gone", "into"))
    try:
        rules.merge(writing(), member(), KINDS[kind], gone, kept, now())
    except Invalid as error:
        undo()
        return _merge_page(_there(KINDS[kind], gone), problems=error.problems, status=422)
    name = _there(KINDS[kind], kept).name
    flash(_("Merged. Everything is with %(name)s now.", name=name), "good")
    return redirect(_home(_there(KINDS[kind], kept)), 303)


def _there(kind: type[Any], found_id: int) -> Any:
    found = reading().get(kind, found_id)
    if found is None or not found.name:
        raise NotFound
    return found


def _home(one: Lab | Method | Person) -> str:
    """Where the lead looks after it."""
    if isinstance(one, Person):
        return url_for("admin.name", person_id=one.id)
    return url_for("admin.place" if isinstance(one, Lab) else "admin.way", slug=one.slug)


def _merge_page(
    gone: Lab | Method | Person,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    **facts: object,
) -> Response:
    """Choose the other one or, where `?into=` names it, see what will happen."""
    kind: type[Any] = type(gone)
    into = reading().get(kind, number(request.values.get("into", "")) or 0)
    kept = into if into is not None and into.name else None
    wrong = problems or (_wrong(gone, kept) if kept else ())
    return page(
        "admin/merge.html",
        status_code=status,
        kind=aliases.kind_of(kind),
        gone=gone,
        kept=kept,
        home=_home(gone),
        wrong=[sentence(problem) for problem in wrong],
        follows=what_follows(reading(), kind, gone.id) if kept and not wrong else {},
        **facts,
    )


def _wrong(gone: Lab | Method | Person, kept: Lab | Method | Person) -> tuple[Problem, ...]:
    problem = rules.problem(reading(), gone, kept)
    return (problem,) if problem else ()
