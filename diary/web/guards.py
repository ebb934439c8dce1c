"""Who gets in: every view is closed unless it says otherwise, and one gate for every write."""

import enum
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden

from diary.domain import accounts, policy
from diary.domain.policy import Actor
from diary.web.session import base_url, reading

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])

csrf = CSRFProtect()
login_manager = LoginManager()
# It would keep a hash of the member's address and browser in their cookie.
login_manager.session_protection = None


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
    """Somebody logged in; the id in their session carries the epoch, which ends it when raised."""

    def __init__(self, actor: Actor, epoch: int) -> None:
        self.actor = actor
        self.epoch = epoch

    def get_id(self) -> str:
        """The account's id and epoch."""
        return f"{self.actor.account_id}.{self.epoch}"


@login_manager.user_loader
def load_user(user_id: str) -> User | None:
    """The user of a session, unless the account was closed or its sessions ended."""
    account_id, _, epoch = user_id.partition(".")
    if not (account_id.isdecimal() and epoch.isdecimal()):
        return None
    account = accounts.find(reading(), int(account_id), int(epoch))
    return User(accounts.actor_of(account), account.epoch) if account else None


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
    origin = request.headers.get("Origin", "")
    return urlsplit(origin)[:2] == urlsplit(base_url())[:2]


def guard() -> ResponseReturnValue | None:
    """Run before every view."""
    if request.method not in SAFE_METHODS and not is_own_write():
        raise Forbidden
    if request.endpoint is None:
        return None
    somebody = actor()
    if not may_enter(access_of(request.endpoint), somebody):
        if somebody is not None:
            raise Forbidden
        onward = request.full_path if request.method == "GET" else None
        return redirect(url_for("accounts.login", next=onward), 303)
    if somebody is not None and request.method not in SAFE_METHODS:
        csrf.protect()
    return None


def init_app(app: Flask) -> None:
    """Put the guard before every view."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_CHECK_DEFAULT=False
    )
    csrf.init_app(app)
    login_manager.init_app(app)
    app.before_request(guard)
