"""Who gets in: every view is closed unless it says otherwise, and one gate for every write."""

import enum
import math
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from diary.domain import deputies, devices, policy
from diary.domain.ended import ended_at
from diary.domain.errors import Ended, OwnDeviceOnly
from diary.domain.policy import Actor
from diary.models import Account, Device, begin_writing
from diary.web import ended
from diary.web.session import (
    base_url,
    keep_cookie,
    now,
    reading,
    release,
    seal,
    services,
    today,
    unseal,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])

LOGIN = "accounts.login"
WHO = "devices.who"
SHARED_COOKIE = "shared"
"""In a browser that a coordinator has marked as shared: the device's sealed id."""
WRITER = "writer"
"""On a shared device: who is signed in, sealed into each form."""
UNTIL, TURN = "until", "turn"
"""Of a session on a shared device: when its idle minutes are over, and whose turn it is of."""
NEW = "new"
"""Of a session on a shared device: its account was made there just now."""
IDLE = timedelta(minutes=10)
"""How long somebody stays signed in on a shared device without doing anything."""
UNUSED = frozenset(
    {"static", "pictures.rendition", "pages.labs_css", "phone.module", "devices.sitting"}
)
"""What a page asks for by itself is no use of a shared device."""
CODES = ("joining.join", "joining.by_code", "cards.card", "cards.by_code")
DOORS = frozenset({LOGIN, WHO, "devices.done", "passkeys.sign_in", *CODES})
"""Coming in once more and leaving: their forms may come from before the session began."""
FROM_OUTSIDE = frozenset({"phone.share"})
"""What may be written without coming from any page, as the phone's own menu for sharing is none
(its Sec-Fetch-Site is "none"): it only opens a draft."""
ONE_CLICK = frozenset({"subscriptions.stop"})
"""What a mail program may write, from anywhere and without a cookie (RFC 8058, section 3.1): the
signed address is the proof."""
UNGUARDED = DOORS | FROM_OUTSIDE | ONE_CLICK
"""What is written without a session's token."""
FIRST_CARD = "cards.own"
PAPER = "standing.file_paper"
OWN_DEVICE_ONLY = frozenset(
    {FIRST_CARD, "cards.picture", "own.take_out", "own.forget_me", "devices.own",
     "devices.sign_out", "devices.sign_out_elsewhere", "passkeys.own", "passkeys.add",
     "passkeys.remove", "passkeys.options_to_add"}
)  # fmt: skip
"""What opens or closes a whole account: four digits on a shared device are too little for it."""
FORM_BYTES = 2 * 1024**2
"""What a form without pictures may weigh."""
SENT_IN, SENT_IN_BYTES = "sent_in.form", 64 * 1024**2
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


class ClosingRequest(Request):
    """A request that leaves no file open, not even one that breaks off while it comes in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._streams = ExitStack()

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        return self._streams.enter_context(super()._get_file_stream(*args, **kwargs))

    def close(self) -> None:
        self._streams.close()


class LoginNeeded(Exception):
    """Something was sent by somebody whose session has ended: it must not be lost."""


class TurnOver(LoginNeeded):
    """So it was on a shared device: it must not be lost, nor be shown to the next person."""


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
        self.actor = deputies.reader(reading(), account, today())
        self.epoch = account.epoch
        self.device_id = device.id
        self.seen_on = device.seen_on
        self.on_shared = device.account_id is None
        self.turn = device.turn

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
    over = user.on_shared and (session.get(TURN) != user.turn or seconds_left() == 0)
    return None if over else user


def ask_nobody() -> None:
    """Take whoever asks for a visitor from here on: the database cannot tell who it is."""
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 (there is no other way)


def seconds_left() -> int:
    """How long the session on a shared device holds if nobody uses it."""
    return max(0, math.ceil(session.get(UNTIL, 0.0) - now().timestamp()))


def stay() -> None:
    """On a shared device: begin the idle minutes anew."""
    session[UNTIL] = (now() + IDLE).timestamp()


def on_shared() -> bool:
    """Whether somebody is logged in on a shared device."""
    return bool(current_user.is_authenticated and current_user.on_shared)


def shared_device() -> Device | None:
    """The shared device this browser was marked as."""
    device_id = unseal(request.cookies.get(SHARED_COOKIE, ""), SHARED_COOKIE)
    return devices.shared(reading(), device_id) if isinstance(device_id, int) else None


def mark_shared(answer: Response, device_id: int) -> None:
    """Mark the browser as a shared device for a year."""
    keep_cookie(answer, SHARED_COOKIE, seal(device_id, SHARED_COOKIE))


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
    if request.endpoint in ONE_CLICK:
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" or (site == "none" and request.endpoint in FROM_OUTSIDE)
    return request.headers.get("Origin") == base_url()


def guard() -> ResponseReturnValue | None:
    """Run before every view."""
    changes = request.method not in SAFE_METHODS
    if changes and not is_own_write():
        raise Forbidden
    if request.endpoint is None:
        return None
    if has_nul():
        raise NotFound
    level, somebody = access_of(request.endpoint), actor()
    if somebody is not None and request.endpoint not in UNUSED:
        _note_use()
    if not may_enter(level, somebody):
        return _turn_away(somebody)
    if level is not Access.MEMBER and request.endpoint != PAPER:
        # Only what members write brings pictures along, a signed paper's picture, and what is
        # sent in by anybody.
        request.max_content_length = SENT_IN_BYTES if request.endpoint == SENT_IN else FORM_BYTES
    if request.endpoint in OWN_DEVICE_ONLY and not _sees_first_card():
        own_device_only()
    if somebody is not None and changes and request.endpoint not in UNGUARDED:
        csrf.protect()
    if ended.closes(request.endpoint, changes=changes) and ended_at(reading()):
        raise Ended
    return None


def own_device_only() -> None:
    """Raise OwnDeviceOnly on a shared device, by whatever way somebody came in."""
    if on_shared():
        raise OwnDeviceOnly


def _sees_first_card() -> bool:
    """Whoever has just joined on a shared device has nothing else to come in with again."""
    reads = request.method in SAFE_METHODS and request.endpoint == FIRST_CARD
    return reads and session.get(NEW, False)


def _note_use() -> None:
    """Somebody is at their device: once a day it is noted, in a transaction of its own."""
    if current_user.on_shared:
        stay()
    if current_user.seen_on == today():
        return
    release()
    with suppress(OperationalError), services().sessions() as db:  # a full disk hinders no reading
        begin_writing(db)
        devices.see(db, current_user.device_id, today())
        db.commit()


def from_script() -> bool:
    """Whether a page's script asks, and not the browser itself."""
    return request.accept_mimetypes.best == "application/json"


def _turn_away(somebody: Actor | None) -> ResponseReturnValue:
    if somebody is not None:
        raise Forbidden
    shared = shared_device() is not None
    if from_script():
        # Its page keeps what was typed and leads to the login.
        page = urlsplit(request.referrer or "").path
        return jsonify(login=url_for(WHO) if shared else url_for(LOGIN, next=page)), 401
    if request.method not in SAFE_METHODS:
        request.max_content_length = LATE_BYTES
        # Read here and not while the error is shown, so that too much of it gets its own answer.
        request.form.keys()
        raise TurnOver if shared or written_by() else LoginNeeded
    if shared:
        # Where the one before wanted to go is nothing to the next one.
        return redirect(url_for(WHO), 303)
    onward = request.full_path if request.query_string else request.path
    return redirect(url_for(LOGIN, next=onward), 303)


def written_by() -> object:
    """Whose session a shared device's form was made in; None for a form of any other device."""
    return unseal(request.form.get(WRITER, ""), WRITER)


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
