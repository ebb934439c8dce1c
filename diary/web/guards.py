"""Who gets in: every view is closed unless it says otherwise, and one gate for every write."""

import enum
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.routing import IntegerConverter, Map

from diary.domain import accounts, devices, policy
from diary.domain.policy import Actor
from diary.models import Account, Device
from diary.web.session import base_url, now, reading

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])

LOGIN = "accounts.login"
UNTIL = "until"
IDLE = timedelta(minutes=10)
"""How long somebody stays signed in on a shared device without doing anything."""
FORM_BYTES = 2 * 1024**2
"""What a form without pictures may weigh."""
LATE_BYTES = 64 * 1024**2
"""What a form may weigh whose session has ended: its words are kept, but anybody can send it."""

csrf = CSRFProtect()
login_manager = LoginManager()
# It would keep a hash of the member's address and browser in their cookie.
login_manager.session_protection = None


class Id(IntegerConverter):
    """A number in an address that fits into every database's integer; others are not found."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002 (werkzeug's own word)
        super().__init__(map, **{"max": 2**31 - 1, **options})


class LoginNeeded(Exception):
    """Something was sent by somebody whose session has ended: it must not be lost."""


class Access(enum.Enum):
    """Who may call a view."""

    PUBLIC = "public"
    """Everybody; its answers are the same for all visitors and may be kept until a change."""
    FORM = "form"
    """Everybody, but never kept: forms for people who are not logged in."""
    MEMBER = "member"
    MODERATOR = "moderator"
    LEAD = "lead"


def access(level: Access) -> Callable[[View], View]:
    """Open a view to somebody. A view without this is closed to all."""

    def mark(view: View) -> View:
        view.access = level  # type: ignore[attr-defined]
        return view

    return mark


class User(UserMixin):
    """Somebody logged in on a device; raising the account's epoch ends all their sessions."""

    def __init__(self, account: Account, device: Device) -> None:
        self.actor = accounts.actor_of(account)
        self.epoch = account.epoch
        self.device_id = device.id
        self.seen_on = device.seen_on
        self.on_shared = device.account_id is None

    def get_id(self) -> str:
        """The account's id and epoch, and the device's id."""
        return f"{self.actor.account_id}.{self.epoch}.{self.device_id}"


@login_manager.user_loader
def load_user(user_id: str) -> User | None:
    """The user of a session, unless it has ended: there or on all devices."""
    parts = user_id.split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    found = devices.signed_in(reading(), *map(int, parts))
    if found is None:
        return None
    user = User(*found)
    return None if user.on_shared and is_idle() else user


def is_idle() -> bool:
    """Whether nobody has used a shared device for so long that its session is over."""
    return session.get(UNTIL, 0.0) <= now().timestamp()


def stay() -> None:
    """On a shared device: begin the idle minutes anew."""
    session[UNTIL] = (now() + IDLE).timestamp()


def actor() -> Actor | None:
    """Who is logged in."""
    return current_user.actor if current_user.is_authenticated else None


def member() -> Actor:
    """Who is logged in; only for views that need a login."""
    somebody = actor()
    assert somebody is not None  # noqa: S101 (the guard has seen to it)
    return somebody


def access_of(endpoint: str | None) -> Access | None:
    """What a view says of itself; None is closed."""
    view = current_app.view_functions.get(endpoint or "")
    if endpoint == "static":
        return Access.PUBLIC
    return getattr(view, "access", None)


def may_enter(level: Access | None, somebody: Actor | None) -> bool:
    """Whether somebody may call a view of this level."""
    if level in {Access.PUBLIC, Access.FORM}:
        return True
    if level is Access.MEMBER:
        return somebody is not None
    if level is Access.MODERATOR:
        return policy.moderates(somebody)
    return level is Access.LEAD and policy.administers(somebody)


def is_own_write() -> bool:
    """Whether a write was sent by the diary's own pages.

    Browsers say so in Sec-Fetch-Site (W3C Fetch Metadata); older ones at least in Origin
    (RFC 6454, section 7).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == base_url()


def guard() -> ResponseReturnValue | None:
    """Run before every view."""
    if request.method not in SAFE_METHODS and not is_own_write():
        raise Forbidden
    if request.endpoint is None:
        return None
    if has_nul():
        raise NotFound
    level, somebody = access_of(request.endpoint), actor()
    if somebody is not None and current_user.on_shared:
        stay()
    if not may_enter(level, somebody):
        return _turn_away(somebody)
    if level is not Access.MEMBER:
        # Only what members write brings pictures along.
        request.max_content_length = FORM_BYTES
    # Logging in once more only leads on; its form may come from before the session began.
    unsafe = request.method not in SAFE_METHODS and request.endpoint != LOGIN
    if somebody is not None and unsafe:
        csrf.protect()
    return None


def _turn_away(somebody: Actor | None) -> ResponseReturnValue:
    if somebody is not None:
        raise Forbidden
    if request.method not in SAFE_METHODS:
        request.max_content_length = LATE_BYTES
        # Read here and not while the error is shown, so that too much of it gets its own answer.
        request.form.keys()
        raise LoginNeeded
    onward = request.full_path if request.query_string else request.path
    return redirect(url_for(LOGIN, next=onward), 303)


def has_nul() -> bool:
    """Whether an address holds the one character that no database takes (U+0000)."""
    return any("\0" in text for text in (request.path, *request.args, *request.args.values()))


def init_app(app: Flask) -> None:
    """Put the guard before every view."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_CHECK_DEFAULT=False
    )
    csrf.init_app(app)
    login_manager.init_app(app)
    app.before_request(guard)
