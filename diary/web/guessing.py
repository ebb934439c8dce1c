"""Codes that somebody types or scans: where they lead, and what guessing them costs."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.domain import cards, codes, invitations, throttle
from diary.domain.errors import InvitationOver, NotFound, Problem
from diary.web.forms import Form, line
from diary.web.kept import waiting
from diary.web.rendering import page
from diary.web.session import network, now, reading, services, throttle_key, writing


def _keys() -> dict[str, int]:
    """What a wrong code counts under, by where the request comes from, and how many are free.

    Right codes count under their own invitation or card and are never kept waiting here, so that
    one who guesses does not shut a class out.
    """
    return {throttle_key("code", network()): codes.FREE_GUESSES}


def _address() -> str:
    """Where the code is sent again: to the kind of paper it was taken for."""
    card = (request.endpoint or "").startswith("cards.")
    return url_for("cards.by_code" if card else "joining.by_code")


def wrong(typed: str) -> Response:
    """Count a wrong code, and ask for it again; raises TooManyTries where there were too many."""
    throttle.check(reading(), _keys(), now())
    # Made before the transaction that counts, as no page is made within one.
    form = Form({"code": line(typed)[:40]}, (Problem("code", "unknown_code"),))
    answer = page(
        "joining/code.html", status_code=404, form=form, address=_address(), carried=waiting()
    )
    throttle.failed(writing(), _keys(), now())
    return answer


def ask() -> ResponseReturnValue:
    """A field for a code, whether it is a poster's or a card's; and where it leads."""
    if request.method != "POST":
        return page("joining/code.html", form=Form({}), address=_address(), carried=[])
    typed = request.form.get("code", "")
    onward = _leads_to(typed)
    return redirect(onward, 303) if onward else wrong(typed)


def _leads_to(typed: str) -> str | None:
    secret, code = services().settings.secret_key, codes.normal(typed)
    if cards.holder(reading(), typed, secret):
        return url_for("cards.card", code=code)
    try:
        invitations.open_invitation(reading(), typed, now(), secret)
    except NotFound:
        return None
    except InvitationOver:
        pass  # its own page says so
    return url_for("joining.join", code=code)
