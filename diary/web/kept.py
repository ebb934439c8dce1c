"""What waits at the door: words that came when a session had ended, and whom they are shown to."""

import base64
import hashlib
import json
import zlib

from cryptography.fernet import Fernet, InvalidToken
from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.web.guards import WRITER, member
from diary.web.rendering import page
from diary.web.session import services

CARRIED = "carried"
"""The field with what was sent after somebody's time on a shared device was over."""
KEPT = "kept-"
"""Before the names of fields that the login form carries for another form."""
UNKEPT = ("csrf_token", WRITER, "password", "present", "digits", "code")
"""How the names of fields end that must not stand in a page."""
SHOWN = {"title", "body", "gist", "words", "name", "byline_role", "email", "note"}
"""What somebody typed in words, and looks for when a form comes back."""


def kept() -> list[tuple[str, str]]:
    """What the login form brings along of a form that came too late."""
    fields = request.form.items(multi=True)
    return [(name.removeprefix(KEPT), text) for name, text in fields if name.startswith(KEPT)]


def waiting() -> list[tuple[str, str]]:
    """The fields by which another form at the door brings the same along."""
    fields = request.form.items(multi=True)
    return [(name, text) for name, text in fields if name == "next" or name.startswith(KEPT)]


def own_words() -> ResponseReturnValue | None:
    """What came too late on a shared device, back to its writer alone; None if nothing did."""
    carried = unlock(request.form.get(CARRIED, ""), CARRIED)
    if not isinstance(carried, dict):
        return None
    if carried["writer"] != member().account_id:
        return drop()
    return carry_on([(name, text) for name, text in carried["fields"]], carried["onward"])


def drop() -> ResponseReturnValue:
    """Somebody wrote on a shared device and another is here now: it is not shown to them."""
    flash(_("What stood on the page before was not yours. It is not shown to you."), "bad")
    return redirect(url_for("writing.write"), 303)


def typed() -> list[tuple[str, str]]:
    """What a form held, less what must not stand in a page.

    New pictures cannot come along, so what should be sent with them is saved first: they can be
    chosen again, and nothing goes out without them.
    """
    pictures = any(file.filename for files in request.files.listvalues() for file in files)
    late = {("action", "send"): ("action", "save")} if pictures else {}
    fields = request.form.items(multi=True)
    return [late.get(field, field) for field in fields if not field[0].endswith(UNKEPT)]


def carry_on(kept: list[tuple[str, str]], onward: str, status: int = 200) -> Response:
    """What somebody typed before they logged in, to be sent with one tap."""
    shown = [text for name, text in kept if name in SHOWN and text.strip()]
    return page(
        "accounts/carry_on.html",
        status_code=status,
        kept=kept,
        onward=onward,
        shown=shown,
        with_pictures=any(name == "body" for name, _text in kept),
    )


# ---------------------------------------------------------------- on a shared device


def lock(value: object, purpose: str) -> str:
    """A value as text that only this diary can read and have made, for one purpose."""
    return _box(purpose).encrypt(zlib.compress(json.dumps(value).encode())).decode()


def unlock(text: str, purpose: str) -> object:
    """The value locked for a purpose; None for anything else."""
    try:
        packed = _box(purpose).decrypt(text)
    except (InvalidToken, ValueError):  # the latter for what is no ASCII
        return None
    found: object = json.loads(zlib.decompress(packed))
    return found


def _box(purpose: str) -> Fernet:
    key = f"{services().settings.secret_key}:{purpose}".encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key).digest()))
