"""Deciding about many imported pictures at once."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.wrappers import Response

from diary.domain import consents as rules
from diary.domain import policy
from diary.domain.errors import Invalid, Problem
from diary.queries import consents
from diary.web.forms import Form, number
from diary.web.guards import Access, access, member
from diary.web.moderation import typed_ruling
from diary.web.rendering import house, page
from diary.web.session import now, reading, services, undo, writing

blueprint = Blueprint("undecided", __name__)


@blueprint.get("/moderation/pictures")
@access(Access.MODERATOR)
def listed() -> ResponseReturnValue:
    """Pictures of imported posts that nobody has decided about."""
    return _list(Form({"picture": ()}))


def _list(form: Form, status: int = 200) -> Response:
    scope = policy.scope(member())
    after = number(request.values.get("after", ""))
    found, more = consents.undecided(reading(), scope, after=after)
    return page(
        "moderation/undecided.html",
        status_code=status,
        pictures=found,
        total=consents.count_undecided(reading(), scope),
        after=after,
        older=url_for(".listed", after=more) if more else None,
        form=form,
    )


@blueprint.post("/moderation/pictures")
@access(Access.MODERATOR)
def decide() -> ResponseReturnValue:
    """One decision for all that are ticked, or for all on the page."""
    form, decided, zone = request.form, house(), services().settings.zone
    tokens = form.getlist("shown" if "all" in form else "picture")[: consents.A_PAGE]
    if not tokens:
        return _list(Form({**form, "picture": ()}, (Problem("picture", "nothing_ticked"),)), 422)
    try:
        ruling = typed_ruling()
        count = rules.rule_all(writing(), member(), tokens, ruling, now(), decided, zone)
    except Invalid as error:
        undo()
        typed = {**form, "picture": form.getlist("picture")}
        return _list(Form(typed, error.problems), 422)
    flash(ngettext("%(num)s picture decided.", "%(num)s pictures decided.", count), "good")
    return redirect(url_for(".listed", after=number(form.get("after", ""))), 303)
