"""Joining by an invitation: scan or type its code, choose a name, write."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.addresses import new_uid
from diary.domain import accounts, devices, invitations, policy
from diary.domain.errors import Invalid, NotFound, Problem
from diary.models import Account, Role
from diary.web import browsers, guessing
from diary.web.accounts import enter
from diary.web.forms import Form, line
from diary.web.guards import NEW, WHO, Access, access, actor, on_shared, shared_device
from diary.web.rendering import language, page
from diary.web.session import (
    base_url,
    now,
    reading,
    release,
    seal,
    services,
    undo,
    unseal,
    writing,
)

blueprint = Blueprint("joining", __name__)

WELCOME = {
    Role.AUTHOR: "writing.write",
    Role.COORDINATOR: "moderation.queue",
    Role.LEAD: "reading.home",
}
"""Where somebody who has just come in finds what to do first."""
A_DAY = 24 * 3600
FORM = "join"


@blueprint.app_context_processor
def around() -> dict[str, object]:
    """What pages for a phone need to know of a browser inside another app."""
    return {
        "app_around": lambda: browsers.app_around(request.user_agent.string),
        "way_out": lambda: (
            browsers.intent(base_url() + request.full_path.rstrip("?"))
            if browsers.is_android(request.user_agent.string)
            else ""
        ),
    }


@blueprint.route("/join", methods=["GET", "POST"])
@access(Access.FORM)
def by_code() -> ResponseReturnValue:
    """Type the short code of a poster."""
    return guessing.ask()


@blueprint.route("/join/<code>", methods=["GET", "POST"])
@access(Access.FORM)
def join(code: str) -> ResponseReturnValue:
    """Make an account from an invitation; looking at it does not use it up."""
    if actor() is not None:
        return page("joining/here.html")
    try:
        return _join(code) if request.method == "POST" else _join_page(code, {})
    except NotFound:
        undo()
        return guessing.wrong(code)
    except Invalid as error:
        undo()
        return _join_page(code, request.form, error.problems, 422)


def _join(code: str) -> ResponseReturnValue:
    newcomer, secret = _newcomer(), services().settings.secret_key
    if (twice := _twice(newcomer)) is not None:
        writing()
        return _come_in(twice, again=True)
    accounts.check_newcomer(reading(), code, newcomer, now(), secret)
    release()
    password_hash = accounts.hash_password(newcomer.password) if newcomer.password else None
    writing()
    twice = _twice(newcomer)
    return _come_in(
        twice or accounts.join(reading(), code, newcomer, password_hash, now(), secret),
        again=twice is not None,
    )


def _twice(newcomer: accounts.Newcomer) -> Account | None:
    """The account that this form has made a moment ago, for the same person alone."""
    found = accounts.just_joined(reading(), newcomer, now())
    if found is None or not policy.needs_password(found.role):
        return found
    password_hash = found.password_hash
    release()
    return found if accounts.verify(password_hash, newcomer.password) else None


def _come_in(account: Account, *, again: bool) -> ResponseReturnValue:
    if again and shared_device() is not None:
        return redirect(url_for(WHO), 303)  # it may be the next person, who went back
    if again:
        devices.revoke_others(reading(), account.id, 0, now())
    enter(account)
    session[NEW] = on_shared()
    if not policy.needs_password(account.role):
        return redirect(url_for("cards.own"), 303)
    flash(
        _(
            "Welcome, %(name)s! You log in with the user name %(username)s.",
            name=account.person.name,
            username=account.username,
        ),
        "good",
    )
    return redirect(url_for(WELCOME[account.role]), 303)


def _newcomer() -> accounts.Newcomer:
    typed = {
        name: line(request.form.get(name, ""))
        for name in ("name", "username", "byline_role", "email")
    }
    return accounts.Newcomer(
        **typed,
        password=request.form.get("password", ""),
        minor="minor" in request.form,
        language=language(),
        uid=_form_uid(),
    )


def _form_uid() -> UUID:
    """The form's own uid: only this diary can have sealed it."""
    sealed = unseal(request.form.get("form", ""), FORM, seconds=A_DAY)
    return UUID(sealed) if isinstance(sealed, str) else new_uid()


def _join_page(
    code: str, typed: Mapping[str, str], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    secret = services().settings.secret_key
    invitation = invitations.open_invitation(reading(), code, now(), secret)
    return page(
        "joining/join.html",
        status_code=status,
        form=Form(typed, problems),
        form_key=seal(str(_form_uid()), FORM),
        role=invitation.role.value,
        needs_password=policy.needs_password(invitation.role),
        invited_to=tuple(lab.name for lab in invitation.labs),
        lab=invitation.labs[0].slug if invitation.labs else "",
        shortest=accounts.MIN_PASSWORD,
    )
