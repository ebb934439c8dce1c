"""Accounts: logging in and out, joining, one's own account, and the language picked by hand."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from diary.domain import accounts, invitations, policy, throttle
from diary.domain.errors import Invalid, NotAllowed, Problem, TooManyTries
from diary.models import Account, Role
from diary.web.forms import Form, line
from diary.web.guards import Access, LoginNeeded, User, access, actor, member
from diary.web.rendering import page, remember_language
from diary.web.session import now, reading, release, services, undo, writing

blueprint = Blueprint("accounts", __name__)

KEPT = "kept-"
"""Before the names of fields that the login form carries for another form."""
SHOWN = {"title", "body", "gist", "words", "name", "byline_role", "email", "note"}
"""What somebody typed in words, and looks for when a form comes back."""


def local(path: str | None) -> str | None:
    """An address on this diary that a form sends along, or None: `//host` and `/\\host` lead away.

    Browsers drop tabs and line ends in addresses (WHATWG URL), so these lead away, too.
    """
    if not path or not path.startswith("/") or not path.isprintable():
        return None
    return None if "\\" in path or path.startswith("//") else path


# ---------------------------------------------------------------- logging in and out


@dataclass(frozen=True, slots=True)
class Tries:
    """The keys that one try at a password counts under."""

    account: str
    address: str

    @property
    def keys(self) -> dict[str, int]:
        """The keys with how many tries are free."""
        return {
            self.account: throttle.FREE_TRIES,
            self.address: throttle.FREE_TRIES_OF_ADDRESS,
        }


def tries_of(name: str, account: Account | None) -> Tries:
    """The keys for a try at a password from where the request comes.

    An account has one, whether its user name or its e-mail address was typed.
    """
    secret, time = services().settings.secret_key, now()
    who = f"#{account.id}" if account else accounts.normal(name)
    return Tries(
        throttle.key_of(secret, "account", who, time),
        throttle.key_of(secret, "address", _network(request.remote_addr or ""), time),
    )


def _network(address: str) -> str:
    """One household's addresses: an IPv6 subscriber has at least a /64 (RFC 4291, 2.5.4)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address


@blueprint.route("/login", methods=["GET", "POST"])
@access(Access.FORM)
def login() -> ResponseReturnValue:
    """Log in with user name or e-mail address and password."""
    if actor() is not None:
        return redirect(_onward(), 303)
    if request.method != "POST":
        return _login_page()
    try:
        return _try_to_log_in(request.form.get("name", ""), request.form.get("password", ""))
    except TooManyTries as error:
        undo()
        wait = format_timedelta(timedelta(seconds=error.seconds), granularity="second")
        answer = _login_page(_("Too many tries. Wait %(time)s and try again.", time=wait), 429)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer


def _try_to_log_in(name: str, password: str) -> ResponseReturnValue:
    account = accounts.candidate(reading(), name)
    tries = tries_of(name, account)
    throttle.check(reading(), tries.keys, now())
    known = (account.id, account.epoch) if account else (0, 0)
    password_hash = account.password_hash if account else None
    release()
    if not accounts.verify(password_hash, password):
        # Made before the transaction that counts the try, as no page is made within one.
        answer = _login_page(_("User name and password do not fit together."), 422)
        throttle.failed(writing(), tries.keys, now())
        return answer
    throttle.succeeded(writing(), tries.keys, tries.account, now())
    enter(_still(reading(), *known))
    kept = _kept()
    if kept:
        # The page is made within no transaction, and the try is forgotten whatever comes.
        reading().commit()
        undo()
        return _carry_on(kept, _onward())
    return redirect(_onward(), 303)


def _login_page(wrong: str = "", status: int = 200) -> Response:
    onward = local(request.values.get("next")) or ""
    form = Form({"name": line(request.form.get("name", ""))})
    return page(
        "accounts/login.html",
        status_code=status,
        form=form,
        wrong=wrong,
        onward=onward,
        kept=_kept(),
        prefix=KEPT,
    )


# ---------------------------------------------------------------- a session that ended meanwhile


def _kept() -> list[tuple[str, str]]:
    """What the login form brings along of a form that came too late."""
    fields = request.form.items(multi=True)
    return [(name.removeprefix(KEPT), text) for name, text in fields if name.startswith(KEPT)]


@blueprint.app_errorhandler(LoginNeeded)
def log_in_first(_error: LoginNeeded) -> ResponseReturnValue:
    """Nothing typed is lost: it waits in the login form, and is shown again after that."""
    undo()
    return page(
        "accounts/login.html",
        status_code=403,
        form=Form({}),
        wrong=_("You have been logged out. Log in, and your words come along."),
        onward=request.path,
        kept=_typed(),
        prefix=KEPT,
    )


@blueprint.app_errorhandler(CSRFError)
def send_again(_error: CSRFError) -> ResponseReturnValue:
    """The form is from before the present session: it is shown with a key that fits."""
    undo()
    return _carry_on(_typed(), request.path, 400)


def _typed() -> list[tuple[str, str]]:
    """What a form held, less what must not stand in a page."""
    fields = request.form.items(multi=True)
    return [(name, text) for name, text in fields if not name.endswith(("csrf_token", "password"))]


def _carry_on(kept: list[tuple[str, str]], onward: str, status: int = 200) -> Response:
    shown = [text for name, text in kept if name in SHOWN and text.strip()]
    return page(
        "accounts/carry_on.html",
        status_code=status,
        kept=kept,
        onward=onward,
        shown=shown,
        with_pictures=any(name == "body" for name, _text in kept),
    )


def _onward() -> str:
    """Where somebody who has logged in wanted to go, else where their work is."""
    return local(request.values.get("next")) or url_for(
        "moderation.queue" if policy.moderates(actor()) else "writing.write"
    )


def _still(db: Session, account_id: int, epoch: int) -> Account:
    """The account, unless it was closed or its password changed since it was looked at."""
    account = accounts.find(db, account_id, epoch)
    if account is None:
        raise NotAllowed
    return account


def enter(account: Account) -> None:
    """Begin a session of one's own; nothing of an earlier one stays in it."""
    session.clear()
    session.permanent = True
    login_user(User(accounts.actor_of(account), account.epoch))


@blueprint.post("/logout")
@access(Access.FORM)
def logout() -> ResponseReturnValue:
    """Log out, so that the next person at a shared tablet finds nothing."""
    logout_user()
    session.clear()
    answer = redirect(url_for("reading.home"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.post("/language")
@access(Access.FORM)
def language() -> ResponseReturnValue:
    """Pick a language by hand: the only cookie that a visitor can ever get."""
    answer = redirect(local(request.form.get("next")) or url_for("reading.home"), 303)
    remember_language(answer, request.form.get("lang", ""))
    return answer


# ---------------------------------------------------------------- joining


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


# ---------------------------------------------------------------- one's own account


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
    return _still(db, member().account_id, current_user.epoch)


def _change_profile() -> ResponseReturnValue:
    typed = {name: line(request.form.get(name, "")) for name in ("name", "byline_role", "email")}
    db = writing()
    accounts.change_profile(db, _own(db), accounts.Profile(**typed), now())
    flash(_("Saved."), "good")
    return redirect(url_for("accounts.me"), 303)


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
    enter(account)
    flash(_("You have a new password. Everywhere else you are logged out."), "good")
    return redirect(url_for("accounts.me"), 303)


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
