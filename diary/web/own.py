"""One's own account."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from diary.domain import accounts, devices, throttle
from diary.domain.errors import Invalid, Problem
from diary.models import Account, Device
from diary.web.accounts import begin, still, tries_of
from diary.web.forms import Form, line
from diary.web.guards import Access, access, member
from diary.web.rendering import page
from diary.web.session import now, reading, release, undo, writing

blueprint = Blueprint("own", __name__)


@blueprint.route("/me", methods=["GET", "POST"])
@access(Access.MEMBER)
def me() -> ResponseReturnValue:
    """One's own name, address and password."""
    if request.method != "POST":
        return _me_page()
    change = _change_password if "present" in request.form else _change_profile
    try:
        return change()
    except Invalid as error:
        undo()
        return _me_page(request.form, error.problems, 422)


def _own(db: Session) -> Account:
    return still(db, member().account_id, current_user.epoch)


def _change_profile() -> ResponseReturnValue:
    typed = {name: line(request.form.get(name, "")) for name in ("name", "byline_role", "email")}
    db = writing()
    accounts.change_profile(db, _own(db), accounts.Profile(**typed), now())
    flash(_("Saved."), "good")
    return redirect(url_for("own.me"), 303)


def _change_password() -> ResponseReturnValue:
    account = _own(reading())
    tries, stored = tries_of(account.username, account), account.password_hash
    throttle.check(reading(), tries.keys, now())
    release()
    password_hash = accounts.hash_password(request.form.get("password", ""))
    if not accounts.verify(stored, request.form["present"]):
        answer = _me_page({}, (Problem("present", "wrong_password"),), 422)
        throttle.failed(writing(), tries.keys, now())
        return answer
    db = writing()
    throttle.succeeded(db, tries.keys, tries.account, now())
    account = _own(db)
    accounts.set_password(db, account, password_hash, now())
    devices.revoke_others(db, account.id, current_user.device_id, now())
    begin(account, db.get_one(Device, current_user.device_id))
    flash(_("You have a new password. Everywhere else you are logged out."), "good")
    return redirect(url_for("own.me"), 303)


def _me_page(
    typed: Mapping[str, str] | None = None, problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    account = _own(reading())
    person = account.person
    values = {"name": person.name, "byline_role": person.role, "email": account.email or ""}
    return page(
        "accounts/me.html",
        status_code=status,
        form=Form({**values, **(typed or {})}, problems),
        username=account.username,
        shortest=accounts.MIN_PASSWORD,
    )
