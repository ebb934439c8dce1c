"""Passkeys: one's own, and signing in with one."""

import secrets
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from diary.domain import passkeys
from diary.domain.errors import NotAllowed
from diary.domain.passkeys import Ceremony, PasskeyRefused
from diary.models import Passkey
from diary.web.accounts import let_in, login_page, oneself, where_to
from diary.web.guards import Access, access, actor, member, shared_device
from diary.web.rendering import diary_site, page
from diary.web.session import base_url, now, reading, seal, services, undo, unseal, writing

blueprint = Blueprint("passkeys", __name__)

ADD, SIGN_IN = "add a passkey", "sign in with a passkey"


# ---------------------------------------------------------------- one's own


@blueprint.get("/me/passkeys")
@access(Access.MEMBER)
def own() -> ResponseReturnValue:
    """One's own passkeys."""
    return _own_page()


@blueprint.post("/me/passkeys/options")
@access(Access.MEMBER)
def options_to_add() -> ResponseReturnValue:
    """What the browser is asked to make."""
    account = oneself(reading())
    ceremony = _begin(ADD, _here())
    return jsonify(passkeys.options_to_add(reading(), account, diary_site().title, ceremony))


@blueprint.post("/me/passkeys")
@access(Access.MEMBER)
def add() -> ResponseReturnValue:
    """Keep a passkey that the browser has made."""
    answer = request.form.get("credential", "")
    name = request.form.get("name", "").strip() or _("Passkey")
    try:
        ceremony = _ceremony_of(answer, ADD, _here())
        writing()
        passkeys.add(reading(), oneself(reading()), name, answer, ceremony, now())
    except PasskeyRefused:
        undo()
        return _own_page(_("That did not work. Nothing was changed; try once more."), 422)
    flash(_("You can log in with this passkey from now on."), "good")
    return redirect(url_for("passkeys.own"), 303)


@blueprint.post("/me/passkeys/<int:passkey_id>/remove")
@access(Access.MEMBER)
def remove(passkey_id: int) -> ResponseReturnValue:
    """Remove a passkey; doing so twice does no harm."""
    writing()
    passkeys.remove(reading(), oneself(reading()), passkey_id, now())
    flash(_("Removed. It opens nothing here any more."), "good")
    return redirect(url_for("passkeys.own"), 303)


def _here() -> list[int]:
    return [member().account_id, current_user.device_id]


def _own_page(wrong: str = "", status: int = 200) -> Response:
    rows = [_row(passkey) for passkey in passkeys.of(reading(), oneself(reading()).id)]
    return page("accounts/passkeys.html", status_code=status, passkeys=rows, wrong=wrong)


def _row(passkey: Passkey) -> dict[str, object]:
    zone = services().settings.zone
    return {
        "id": passkey.id,
        "name": passkey.name,
        "made": passkey.made_at.astimezone(zone).date(),
        "used": passkey.used_at.astimezone(zone).date() if passkey.used_at else None,
    }


# ---------------------------------------------------------------- signing in


@blueprint.post("/login/passkey/options")
@access(Access.FORM)
def options_to_sign_in() -> ResponseReturnValue:
    """What the browser is asked to sign."""
    _no_shared_device()
    return jsonify(passkeys.options_to_sign_in(_begin(SIGN_IN, [])))


@blueprint.post("/login/passkey")
@access(Access.FORM)
def sign_in() -> ResponseReturnValue:
    """Log in with a passkey; what waits in the login form comes along."""
    if actor() is not None:
        return redirect(where_to(), 303)
    _no_shared_device()
    answer = request.form.get("credential", "")
    try:
        ceremony = _ceremony_of(answer, SIGN_IN, [])
        return let_in(passkeys.sign_in(writing(), answer, ceremony, now()))
    except PasskeyRefused:
        undo()
        return login_page(_("This passkey does not open the diary. Log in another way."), 422)


def _no_shared_device() -> None:
    if shared_device() is not None:
        raise NotAllowed


# ---------------------------------------------------------------- challenges


def _begin(purpose: str, whose: list[int]) -> Ceremony:
    """A new challenge: random, and sealed, so that nothing has to be kept until it is answered."""
    return _ceremony(seal([secrets.token_urlsafe(16), whose], purpose).encode())


def _ceremony_of(answer: str, purpose: str, whose: list[int]) -> Ceremony:
    """The ceremony that an answer belongs to: one begun here a moment ago, by the same session.

    Raises PasskeyRefused for any other.
    """
    challenge = passkeys.challenge_of(answer)
    seconds = int(passkeys.CHALLENGE_LASTS.total_seconds())
    found = unseal(challenge.decode("latin-1"), purpose, seconds=seconds)
    if not isinstance(found, list) or found[1] != whose:
        raise PasskeyRefused
    return _ceremony(challenge)


def _ceremony(challenge: bytes) -> Ceremony:
    origin = base_url()
    return Ceremony(urlsplit(origin).hostname or "", origin, challenge)
