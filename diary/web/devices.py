"""Shared devices, and the list of the devices somebody is logged in on."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, flash, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from diary.domain import accounts, cards, codes, devices, policy, throttle
from diary.domain.errors import Invalid, NotFound, Problem, TooManyTries
from diary.models import Account, Card, Device
from diary.queries import people, site
from diary.web.accounts import enter, have_wait, leave, login_page, still, sweep
from diary.web.browsers import coarse_name
from diary.web.forms import Form, line
from diary.web.guards import (
    IDLE,
    SHARED_COOKIE,
    Access,
    TurnOver,
    access,
    actor,
    mark_shared,
    member,
    on_shared,
    seconds_left,
    shared_device,
    stay,
    written_by,
)
from diary.web.kept import CARRIED, lock, own_words, typed
from diary.web.rendering import language, page
from diary.web.session import (
    commit_now,
    now,
    reading,
    services,
    throttle_key,
    today,
    undo,
    writing,
)

blueprint = Blueprint("devices", __name__)

THANKS = "thanks"
THANKED_FOR = 60
"""Seconds within which the words of thanks are shown, once."""


# ---------------------------------------------------------------- who is writing?


@blueprint.route("/who", methods=["GET", "POST"])
@access(Access.FORM)
def who() -> ResponseReturnValue:
    """On a shared device: come in for a while, by name or card and four digits."""
    device = shared_device()
    if device is None:
        answer = redirect(url_for("accounts.login"), 303)
        if SHARED_COOKIE in request.cookies:
            answer.delete_cookie(SHARED_COOKIE)
        return answer
    if request.method != "POST":
        return _who_page() if actor() is None else redirect(url_for("writing.write"), 303)
    try:
        return _come_in(device)
    except TooManyTries as error:
        return have_wait(error, _who_page)


def _come_in(device: Device) -> ResponseReturnValue:
    name, digits = request.form.get("name", ""), request.form.get("digits", "")
    possible = _possible(name, device)
    tries = _tries(device, name, [account for account, _card in possible])
    throttle.check(reading(), tries, now())
    secret = services().settings.secret_key
    known = [account for account, card in possible if cards.fits(card, digits, secret)]
    if len(known) != 1:
        # Made before the transaction that counts the try, as no page is made within one.
        answer = _who_page(
            _("Two people fit that. Type the code of your card instead.")
            if known
            else _("Name and digits do not fit together. Look at your card."),
            422,
            code=_card_code(name),
        )
        throttle.failed(writing(), tries, now())
        return answer
    (account,) = known
    number, epoch = account.id, account.epoch
    throttle.succeeded(writing(), tries, throttle_key("digits", str(number)), now())
    enter(still(reading(), number, epoch))
    # The page is made within no transaction, and the try is forgotten whatever comes.
    commit_now()
    begun, _more = people.drafts(reading(), member().account_id, size=1)
    return own_words() or redirect(url_for("mine.mine" if begun else "writing.write"), 303)


def _possible(typed: str, device: Device) -> tuple[tuple[Account, Card], ...]:
    """Who may be meant by a name or a card's code, but for those who need a password."""
    account = cards.holder(reading(), typed, services().settings.secret_key)
    card = cards.of(reading(), account.id) if account else None
    if account is None or card is None:
        return devices.called(reading(), typed, device)
    return ((account, card),)


def _card_code(typed: str) -> str:
    """The code that was typed or scanned, if it is a card's: the page keeps it out of sight."""
    known = cards.holder(reading(), typed, services().settings.secret_key)
    return codes.normal(typed) if known else ""


def _tries(device: Device, name: str, possible: list[Account]) -> dict[str, int]:
    """The keys that a try counts under: the device's, and each account's that may be meant."""
    whose = [str(account.id) for account in possible] or [accounts.normal(name)]
    return {
        throttle_key("device", str(device.id)): throttle.FREE_TRIES_OF_ADDRESS,
        **{throttle_key("digits", one): throttle.FREE_TRIES for one in whose},
    }


def _who_page(wrong: str = "", status: int = 200, carried: str = "", code: str = "") -> Response:
    stale = "_user_id" in session and actor() is None
    # A form that came too late may hold a name that the next person must not read.
    name = "" if carried or code else line(request.form.get("name", ""))
    thanked = _thanked()
    if stale:
        session.clear()
    answer = page(
        "devices/who.html",
        status_code=status,
        form=Form({"name": name}),
        wrong=wrong,
        code=code,
        carried=carried or request.form.get(CARRIED, ""),
        thanked=thanked,
    )
    return sweep(answer) if stale else answer


def _thanked() -> str:
    """The name of somebody who has just sent something, for the words that do not stay."""
    name, at = session.pop(THANKS, ("", 0.0))
    return str(name) if now().timestamp() - at < THANKED_FOR else ""


def card_read(code: str) -> Response:
    """Somebody's card was scanned on a shared device.

    Its address stays in the browser's history for the next person, so the digits are asked, too.
    """
    return _who_page(code=code)


@blueprint.app_errorhandler(TurnOver)
def ask_who(_error: TurnOver) -> ResponseReturnValue:
    """What came after the idle minutes waits in the page, and only its writer gets it back."""
    undo()
    carried = {"writer": written_by(), "onward": request.path, "fields": typed()}
    mine = lock(carried, CARRIED) if carried["writer"] else ""
    # The device may have ceased to be shared meanwhile.
    show = login_page if shared_device() is None else _who_page
    return show(_("Your time here was over."), 403, mine)


# ---------------------------------------------------------------- leaving


@blueprint.post("/done")
@access(Access.FORM)
def done() -> ResponseReturnValue:
    """Somebody is done: nothing of theirs stays on the device."""
    return redirect(left(), 303)


def left(*, thank: bool = False) -> str:
    """Leave a shared device; gives the address where the next person begins."""
    name = member().name if thank else ""
    leave()
    if name:
        session[THANKS] = (name, now().timestamp())
    return url_for("devices.who")


@blueprint.route("/sitting", methods=["GET", "POST"])
@access(Access.FORM)
def sitting() -> ResponseReturnValue:
    """How many seconds somebody may still be idle; POST says they are still there."""
    if not on_shared():
        return jsonify(seconds=0)
    if request.method == "POST":
        stay()
    return jsonify(seconds=seconds_left(), account=member().account_id)


# ---------------------------------------------------------------- lists


@dataclass(frozen=True, slots=True)
class Row:
    """A device as a list shows it."""

    id: int
    name: str
    lab: str
    seen_on: date
    here: bool


def _row(device: Device, labs: dict[int, str], here: int) -> Row:
    lab = labs.get(device.lab_id, "") if device.lab_id else ""
    return Row(device.id, device.name, lab, device.seen_on, device.id == here)


def _rows(found: tuple[Device, ...], here: int) -> list[Row]:
    labs = {lab.id: lab.short for lab in site.labs(reading(), language())}
    return [_row(device, labs, here) for device in found]


def _lab_choices() -> list[tuple[str, str]]:
    """The places where somebody may let a shared device stand; the lead also none."""
    somebody = member()
    labs = [lab for lab in site.labs(reading(), language()) if policy.shares(somebody, lab.id)]
    none = [("", _("The whole project"))] if policy.shares(somebody, None) else []
    return [*((lab.slug, lab.short) for lab in labs), *none]


@blueprint.get("/devices")
@access(Access.MODERATOR)
def shared_ones() -> ResponseReturnValue:
    """The shared devices of one's own places, and marking this one."""
    here = shared_device()
    choices = _lab_choices()
    name = coarse_name(request.user_agent.string)
    return page(
        "devices/shared.html",
        rows=_rows(devices.shared_ones(reading(), member()), here.id if here else 0),
        is_shared=here is not None,
        form=Form({"lab": choices[0][0] if choices else "", "name": name}),
        lab_choices=choices,
        longest=devices.MAX_NAME,
        minutes=int(IDLE.total_seconds() // 60),
    )


@blueprint.post("/devices")
@access(Access.MODERATOR)
def share() -> ResponseReturnValue:
    """This browser is a shared device from now on; whoever marks it is logged out of it."""
    if shared_device() is not None:
        return redirect(url_for(".shared_ones"), 303)
    somebody, slug = member(), request.form.get("lab")
    labs = {lab.slug: lab.id for lab in site.labs(reading(), language())}
    if slug is None or slug not in dict(_lab_choices()):
        raise Invalid((Problem("lab", "unknown_choice"),))
    name = line(request.form.get("name", ""))[: devices.MAX_NAME]
    leave()
    device = devices.share(reading(), somebody, name, labs.get(slug), now(), today())
    answer = redirect(url_for(".who"), 303)
    mark_shared(answer, device.id)
    return answer


@blueprint.post("/devices/<int:device_id>/revoke")
@access(Access.MODERATOR)
def revoke(device_id: int) -> ResponseReturnValue:
    """A shared device is no longer one, or somebody is logged out of their own."""
    here = shared_device()
    device = devices.revoke(writing(), member(), device_id, now())
    if device.account_id is not None:
        flash(_("That device is logged out."), "good")
        return redirect(url_for(".theirs", account_id=device.account_id), 303)
    flash(_("That device is no longer shared. Nobody is logged in on it."), "good")
    answer = redirect(url_for(".shared_ones"), 303)
    if here is not None and here.id == device_id:
        answer.delete_cookie(SHARED_COOKIE)
    return answer


@blueprint.get("/people/<int:account_id>/devices")
@access(Access.MODERATOR)
def theirs(account_id: int) -> ResponseReturnValue:
    """The devices on which somebody one looks after is logged in."""
    account = accounts.looked_after(reading(), member(), account_id)
    return page(
        "devices/theirs.html",
        name=account.person.name,
        account_id=account_id,
        minor=account.person.minor,
        rows=_rows(devices.of(reading(), account_id), 0),
    )


@blueprint.get("/me/devices")
@access(Access.MEMBER)
def own() -> ResponseReturnValue:
    """The devices on which somebody is logged in themselves."""
    found = devices.of(reading(), member().account_id)
    return page("devices/own.html", rows=_rows(found, current_user.device_id))


@blueprint.post("/me/devices/<int:device_id>/sign-out")
@access(Access.MEMBER)
def sign_out(device_id: int) -> ResponseReturnValue:
    """Sign oneself out on one device."""
    if device_id == current_user.device_id:
        leave()
        return redirect(url_for("reading.home"), 303)
    if all(device.id != device_id for device in devices.of(reading(), member().account_id)):
        raise NotFound
    devices.revoke(writing(), member(), device_id, now())
    flash(_("That device is logged out."), "good")
    return redirect(url_for(".own"), 303)


@blueprint.post("/me/devices/sign-out-elsewhere")
@access(Access.MEMBER)
def sign_out_elsewhere() -> ResponseReturnValue:
    """Sign oneself out everywhere but here."""
    devices.revoke_others(writing(), member().account_id, current_user.device_id, now())
    flash(_("You are logged out everywhere else."), "good")
    return redirect(url_for(".own"), 303)
