"""The names under posts: what the lead says of persons, with or without an account."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import persons as rules
from diary.domain import taxonomy
from diary.domain.errors import Invalid, NotFound, Problem
from diary.models import Kind, Person
from diary.queries import persons
from diary.queries.persons import Somebody
from diary.web.forms import Form, line, number
from diary.web.guards import Access, access, member
from diary.web.rendering import page
from diary.web.session import now, reading, undo, writing
from diary.web.tending import blueprint, tell_address, typed, typed_word
from diary.web.words import KINDS


@blueprint.route("/names", methods=["GET", "POST"])
@access(Access.LEAD)
def names() -> ResponseReturnValue:
    """Everybody who writes or is written as author; a name looked for stands in no address."""
    wanted = line(request.form.get("q", ""))
    after = number(request.values.get("after", ""))
    found, more = persons.listed(reading(), name=wanted, after=after)
    return page("admin/names.html", persons=found, wanted=wanted, more=more)


@blueprint.route("/names/<int:person_id>", methods=["GET", "POST"])
@access(Access.LEAD)
def name(person_id: int) -> ResponseReturnValue:
    """One person: what they are called, and where their page is."""
    somebody = _found(person_id)
    if request.method != "POST":
        return _name_page(somebody, _values(somebody))
    try:
        details = rules.Details(typed("name"), typed("byline_role"), typed_word(Kind, "kind"))
        rules.save(writing(), member(), person_id, details, now())
    except Invalid as error:
        undo()
        return _name_page(somebody, request.form, error.problems, 422)
    flash(_("Saved: %(name)s.", name=details.name), "good")
    return redirect(url_for(".names"), 303)


@blueprint.post("/names/<int:person_id>/address")
@access(Access.LEAD)
def page_address(person_id: int) -> ResponseReturnValue:
    """Give a person's page another address."""
    somebody, wanted = _found(person_id), typed("address")
    if not somebody.page:
        raise NotFound
    try:
        address = taxonomy.move(writing(), member(), Person, somebody.page, wanted, now())
    except Invalid as error:
        undo()
        typed_too = {**_values(somebody), "address": wanted}
        return _name_page(somebody, typed_too, error.problems, 422)
    tell_address(url_for("reading.author", slug=somebody.page), somebody.page, address)
    return redirect(url_for(".name", person_id=person_id), 303)


@blueprint.route("/names/<int:person_id>/split", methods=["GET", "POST"])
@access(Access.LEAD)
def split(person_id: int) -> ResponseReturnValue:
    """Which of somebody's posts are another person's."""
    somebody = _found(person_id)
    if request.method != "POST":
        return _split_page(somebody, Form({"name": somebody.name}))
    chosen = [number(text) or 0 for text in request.form.getlist("post")]
    try:
        person = rules.split(writing(), member(), person_id, typed("name"), chosen, now())
    except Invalid as error:
        undo()
        return _split_page(somebody, Form(request.form, error.problems), chosen, 422)
    flash(_("These posts are %(name)s's own now.", name=person.name), "good")
    return redirect(url_for(".name", person_id=person.id), 303)


@blueprint.post("/names/<int:person_id>/use")
@access(Access.LEAD)
def use_name(person_id: int) -> ResponseReturnValue:
    """Put somebody away, or bring them back."""
    somebody, used = _found(person_id), request.form.get("use") == "yes"
    try:
        rules.archive(writing(), member(), person_id, now(), used=used)
    except Invalid as error:
        undo()
        return _name_page(somebody, _values(somebody), error.problems, 422)
    flash(_("Saved: %(name)s.", name=somebody.name), "good")
    return redirect(url_for(".name", person_id=person_id), 303)


def _split_page(
    somebody: Somebody, form: Form, chosen: Iterable[int] = (), status: int = 200
) -> Response:
    before = number(request.args.get("before", ""))
    signed, more = persons.signed(reading(), somebody.id, before=before)
    return page(
        "admin/split.html",
        status_code=status,
        person=somebody,
        form=form,
        signed=signed,
        chosen=chosen,
        older=url_for(".split", person_id=somebody.id, before=more) if more else None,
    )


def _found(person_id: int) -> Somebody:
    somebody = persons.one(reading(), person_id)
    if somebody is None:
        raise NotFound
    return somebody


def _values(somebody: Somebody) -> dict[str, str]:
    return {
        "name": somebody.name,
        "byline_role": somebody.role,
        "kind": somebody.kind,
        "address": somebody.page,
    }


def _name_page(
    somebody: Somebody,
    values: Mapping[str, Any],
    problems: Iterable[Problem] = (),
    status: int = 200,
) -> Response:
    return page(
        "admin/name.html",
        status_code=status,
        person=somebody,
        form=Form(values, problems),
        kinds=list(KINDS.items()),
    )
