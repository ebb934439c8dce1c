"""Joining by an invitation."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import accounts, invitations
from diary.domain.errors import Invalid, Problem
from diary.models import Role
from diary.web.accounts import enter
from diary.web.forms import Form, line
from diary.web.guards import Access, access, actor
from diary.web.rendering import page
from diary.web.session import now, reading, release, undo, writing

blueprint = Blueprint("joining", __name__)


@blueprint.route("/join/<token>", methods=["GET", "POST"])
@access(Access.FORM)
def join(token: str) -> ResponseReturnValue:
    """Make an account from an invitation; looking at it does not use it up."""
    if request.method != "POST" or actor() is not None:
        return _join_page(token, {})
    newcomer = _newcomer()
    try:
        accounts.check_newcomer(reading(), token, newcomer, now())
        release()
        password_hash = accounts.hash_password(newcomer.password)
        account = accounts.join(writing(), token, newcomer, password_hash, now())
    except Invalid as error:
        undo()
        return _join_page(token, request.form, error.problems, 422)
    enter(account)
    flash(
        _(
            "Welcome, %(name)s! You log in with the user name %(username)s.",
            name=account.person.name,
            username=account.username,
        ),
        "good",
    )
    return redirect(url_for(WELCOME[account.role]), 303)


WELCOME = {
    Role.AUTHOR: "writing.write",
    Role.COORDINATOR: "moderation.queue",
    Role.LEAD: "reading.home",
}
"""Where somebody who has just joined finds what to do first."""


def _newcomer() -> accounts.Newcomer:
    name = line(request.form.get("name", ""))
    username = line(request.form.get("username", ""))
    return accounts.Newcomer(
        name=name,
        username=username or accounts.suggest_username(reading(), name),
        password=request.form.get("password", ""),
        byline_role=line(request.form.get("byline_role", "")),
        email=line(request.form.get("email", "")),
    )


def _join_page(
    token: str, typed: Mapping[str, str], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    invitation = invitations.open_invitation(reading(), token, now())
    return page(
        "accounts/join.html",
        status_code=status,
        form=Form(typed, problems),
        role=invitation.role.value,
        invited_to=tuple(lab.name for lab in invitation.labs),
        shortest=accounts.MIN_PASSWORD,
    )
