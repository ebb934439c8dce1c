"""Who reads in one's place while one is away."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from diary.domain import deputies
from diary.domain.errors import Invalid, Problem
from diary.models import Account
from diary.web.forms import Form, day_if_any, number
from diary.web.guards import Access, access, member
from diary.web.rendering import page
from diary.web.session import now, reading, today, undo, writing

blueprint = Blueprint("deputies", __name__)


@blueprint.get("/deputy")
@access(Access.MODERATOR)
def deputy() -> ResponseReturnValue:
    """Who reads in one's place, until when, and who else could."""
    account = reading().get_one(Account, member().account_id)
    is_away = account.deputy_until is not None and account.deputy_until >= today()
    kept = {"deputy": str(account.deputy_id), "until": str(account.deputy_until)} if is_away else {}
    return _page(kept, is_away=is_away)


@blueprint.post("/deputy")
@access(Access.MODERATOR)
def name() -> ResponseReturnValue:
    """Name somebody for a time, or nobody any more."""
    chosen = request.form.get("deputy", "")
    try:
        until = day_if_any(request.form, "until")
        who = (number(chosen) or 0) if chosen else None
        deputies.name(writing(), member(), who, until, now(), today())
    except Invalid as error:
        undo()
        return _page(request.form, error.problems, 422)
    flash(_("Saved."), "good")
    return redirect(url_for("moderation.queue"), 303)


def _page(
    typed: Mapping[str, str],
    problems: Iterable[Problem] = (),
    status: int = 200,
    *,
    is_away: bool = False,
) -> Response:
    others = deputies.could_be(reading(), member())
    return page(
        "moderation/deputy.html",
        status_code=status,
        form=Form(typed, problems),
        others=[(str(one.id), one.person.name) for one in others],
        is_away=is_away,
        today=today(),
    )
