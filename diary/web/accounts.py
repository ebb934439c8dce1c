"""The door: logging in and out, and the language picked by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    after_this_request,
    jsonify,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from diary.domain import accounts, devices, policy, throttle
from diary.domain.errors import NotAllowed, TooManyTries
from diary.models import Account, Device
from diary.web.browsers import coarse_name
from diary.web.forms import Form, line
from diary.web.guards import (
    SHARED_COOKIE,
    TURN,
    WHO,
    Access,
    LoginNeeded,
    User,
    access,
    actor,
    from_script,
    mark_shared,
    member,
    on_shared,
    shared_device,
    stay,
    written_by,
)
from diary.web.kept import CARRIED, KEPT, carry_on, drop, kept, own_words, typed
from diary.web.rendering import LANGUAGE_COOKIE, page, remember_language
from diary.web.session import (
    commit_now,
    network,
    now,
    reading,
    release,
    throttle_key,
    today,
    undo,
    writing,
)

blueprint = Blueprint("accounts", __name__)


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
    who = f"#{account.id}" if account else accounts.normal(name)
    return Tries(throttle_key("account", who), throttle_key("address", network()))


@blueprint.route("/login", methods=["GET", "POST"])
@access(Access.FORM)
def login() -> ResponseReturnValue:
    """Log in with user name or e-mail address and password."""
    tries = request.method == "POST" and not {"name", "password"}.isdisjoint(request.form)
    if actor() is not None and not (tries and on_shared()):
        return redirect(where_to(), 303)
    if not tries:
        return login_page()
    try:
        return _try_to_log_in(request.form.get("name", ""), request.form.get("password", ""))
    except TooManyTries as error:
        return have_wait(error, login_page)


def have_wait(error: TooManyTries, show: Callable[[str, int], Response]) -> Response:
    """The form once more, shown with a sentence and a status to who has to wait."""
    undo()
    wait = format_timedelta(timedelta(seconds=error.seconds), granularity="second")
    answer = show(_("Too many tries. Wait %(time)s and try again.", time=wait), 429)
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
        answer = login_page(_("User name and password do not fit together."), 422)
        throttle.failed(writing(), tries.keys, now())
        return answer
    throttle.succeeded(writing(), tries.keys, tries.account, now())
    return let_in(still(reading(), *known))


def let_in(account: Account) -> ResponseReturnValue:
    """Begin a session and lead on, with what was typed before it; in the writing transaction."""
    enter(account)
    waits, onward = kept(), where_to()
    # A page is made within no transaction, and the try is forgotten whatever comes.
    commit_now()
    return own_words() or (carry_on(waits, onward) if waits else redirect(onward, 303))


def login_page(wrong: str = "", status: int = 200, carried: str = "") -> Response:
    """The login form, with what came along."""
    onward = local(request.values.get("next")) or ""
    # A form that came too late may hold a name that is no user name.
    form = Form({} if carried else {"name": line(request.form.get("name", ""))})
    return page(
        "accounts/login.html",
        status_code=status,
        form=form,
        wrong=wrong,
        onward=onward,
        kept=kept(),
        prefix=KEPT,
        shared=shared_device() is not None,
        carried=carried or request.form.get(CARRIED, ""),
    )


# ---------------------------------------------------------------- a session that ended meanwhile


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
        kept=typed(),
        prefix=KEPT,
    )


@blueprint.app_errorhandler(CSRFError)
def send_again(_error: CSRFError) -> ResponseReturnValue:
    """The form is from before the present session: it is shown with a key that fits."""
    undo()
    if from_script():
        return jsonify(csrf=True), 400
    writer = written_by()
    if (writer or on_shared()) and writer != member().account_id:
        return drop()
    return carry_on(typed(), request.path, 400)


def where_to() -> str:
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


def oneself(db: Session) -> Account:
    """The account of who is logged in."""
    return still(db, member().account_id, current_user.epoch)


def enter(account: Account) -> None:
    """Begin a session, in the request's writing transaction.

    On a device of one's own it stays for a year; on a shared one for ten idle minutes.
    """
    device = shared_device()
    if device is None:
        name = coarse_name(request.user_agent.string)
        device = devices.add(reading(), account, name, now(), today())
    begin(account, device)
    shared_id, lang = None if device.account_id else device.id, account.language or ""

    @after_this_request
    def remember(answer: Response) -> Response:
        if shared_id:
            mark_shared(answer, shared_id)
        if shared_id or LANGUAGE_COOKIE not in request.cookies:
            remember_language(answer, lang)
        return answer


def begin(account: Account, device: Device) -> None:
    """Begin a session on a known device; nothing of an earlier one stays in it."""
    session.clear()
    user = User(account, device)
    session.permanent = not user.on_shared
    if user.on_shared:
        session[TURN] = devices.next_turn(reading(), device)
        stay()
    login_user(user)


def leave() -> None:
    """End the session in this browser, and leave nothing of it there."""
    if on_shared():
        devices.next_turn(writing(), reading().get_one(Device, current_user.device_id))
    elif actor() is not None:
        devices.revoke(writing(), member(), current_user.device_id, now())
    logout_user()
    session.clear()
    after_this_request(sweep)


def sweep(answer: Response) -> Response:
    """Have the browser forget what it kept; the next person on a shared one picks a language."""
    # Words that wait on this phone go with the session; the page has warned of them.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    if SHARED_COOKIE in request.cookies:
        answer.delete_cookie(LANGUAGE_COOKIE)
    return answer


@blueprint.post("/logout")
@access(Access.FORM)
def logout() -> ResponseReturnValue:
    """Log out, so that the next person at a shared tablet finds nothing."""
    onward = WHO if on_shared() else "reading.home"
    leave()
    return redirect(url_for(onward), 303)


@blueprint.post("/language")
@access(Access.FORM)
def language() -> ResponseReturnValue:
    """Pick a language by hand: the only cookie that a visitor can ever get."""
    answer = redirect(local(request.form.get("next")) or url_for("reading.home"), 303)
    remember_language(answer, request.form.get("lang", ""))
    return answer
