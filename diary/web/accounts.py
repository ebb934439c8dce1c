"""The door: logging in and out, and the language picked by hand."""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from diary.domain import accounts, devices, policy, throttle
from diary.domain.errors import NotAllowed, TooManyTries
from diary.models import Account, Device
from diary.web.forms import Form, line
from diary.web.guards import Access, LoginNeeded, User, access, actor, member, stay
from diary.web.rendering import page, remember_language
from diary.web.session import now, reading, release, services, today, undo, unseal, writing

blueprint = Blueprint("accounts", __name__)

SHARED_COOKIE = "shared"
"""In a browser that a coordinator has marked as shared: the device's sealed id."""
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
    enter(still(reading(), *known))
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


def still(db: Session, account_id: int, epoch: int) -> Account:
    """The account, unless it was closed or its password changed since it was looked at."""
    account = accounts.find(db, account_id, epoch)
    if account is None:
        raise NotAllowed
    return account


def enter(account: Account) -> None:
    """Begin a session of one's own, in the request's writing transaction.

    On a device of one's own it stays for a year; on a shared one for ten idle minutes.
    """
    device = shared_device() or devices.add(reading(), account, "", now(), today())
    begin(account, device)


def begin(account: Account, device: Device) -> None:
    """Begin a session on a known device; nothing of an earlier one stays in it."""
    session.clear()
    user = User(account, device)
    session.permanent = not user.on_shared
    if user.on_shared:
        stay()
    login_user(user)


def shared_device() -> Device | None:
    """The shared device this browser was marked as."""
    device_id = unseal(request.cookies.get(SHARED_COOKIE, ""), SHARED_COOKIE)
    return devices.shared(reading(), device_id) if isinstance(device_id, int) else None


@blueprint.post("/logout")
@access(Access.FORM)
def logout() -> ResponseReturnValue:
    """Log out, so that the next person at a shared tablet finds nothing."""
    if actor() is not None and not current_user.on_shared:
        devices.revoke(writing(), current_user.device_id, now(), by_id=member().account_id)
    logout_user()
    session.clear()
    answer = redirect(url_for("reading.home"), 303)
    # Words that wait on this phone go with the session; the page has warned of them.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@blueprint.post("/language")
@access(Access.FORM)
def language() -> ResponseReturnValue:
    """Pick a language by hand: the only cookie that a visitor can ever get."""
    answer = redirect(local(request.form.get("next")) or url_for("reading.home"), 303)
    remember_language(answer, request.form.get("lang", ""))
    return answer
