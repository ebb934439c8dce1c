"""Keeping the list of those who are never to be shown."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from diary.domain import never_shown as rules
from diary.domain import policy
from diary.domain.errors import Invalid
from diary.queries import consents
from diary.web.forms import Form, line, lines
from diary.web.guards import Access, access, member
from diary.web.rendering import language, page
from diary.web.session import now, reading, undo, writing

blueprint = Blueprint("never_shown", __name__)


@blueprint.get("/moderation/never-shown")
@access(Access.MODERATOR)
def listed() -> ResponseReturnValue:
    """The names, and a form for one more."""
    return _list(Form({}))


def _list(form: Form, status: int = 200) -> Response:
    scope, lang = policy.scope(member()), language()
    labs = consents.lab_choices(reading(), scope.everything, scope.lab_ids, lang)
    whole = [("", _("The whole project"))] if scope.everything else []
    return page(
        "moderation/never_shown.html",
        status_code=status,
        never=consents.never_shown(reading(), scope, lang),
        lab_options=whole + labs,
        form=form,
    )


@blueprint.post("/moderation/never-shown")
@access(Access.MODERATOR)
def keep() -> ResponseReturnValue:
    """Put a name on the list."""
    form = request.form
    name, note = line(form.get("name", "")), lines(form.get("note", "")).strip()
    try:
        rules.keep(writing(), member(), name, note, form.get("lab", ""), now())
    except Invalid as error:
        undo()
        return _list(Form(form, error.problems), 422)
    flash(_("Saved: %(name)s.", name=name), "good")
    return redirect(url_for(".listed"), 303)


@blueprint.post("/moderation/never-shown/<int:one_id>/remove")
@access(Access.MODERATOR)
def remove(one_id: int) -> ResponseReturnValue:
    """Take a name off the list."""
    rules.remove(writing(), member(), one_id, now())
    return redirect(url_for(".listed"), 303)
