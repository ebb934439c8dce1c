"""What people still have of a rebuilt journey: anybody may send it in, and it is read first."""

from datetime import timedelta
from uuid import uuid4

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import sent_in as rules
from diary.domain import throttle
from diary.domain.content import MAX_PICTURES
from diary.domain.errors import Invalid, Problem
from diary.domain.sent_in import Found
from diary.queries import site
from diary.text.languages import guess
from diary.text.plain import tidy_line
from diary.web.calls import call_at_once, letters_at_once
from diary.web.forms import POST_LANGUAGES, Form, day_if_any, line, lines, receive, status
from diary.web.guards import Access, access
from diary.web.rendering import called, language, page
from diary.web.session import (
    commit_now,
    network,
    now,
    reading,
    release,
    services,
    throttle_key,
    today,
    undo,
    writing,
)

blueprint = Blueprint("sent_in", __name__)

MOST, SPAN = 10, timedelta(hours=1)
"""How often one network may send something in: it may be a whole meeting place's."""


@blueprint.route("/archive/send-in", methods=["GET", "POST"])
@access(Access.FORM)
def form() -> ResponseReturnValue:
    """Words and pictures, and how to be reached if one likes."""
    rules.ensure_asked(reading())
    if request.method != "POST":
        return _form(Form({"form_key": uuid4().hex, "lab": request.args.get("lab", "")}))
    try:
        return _take_in()
    except Invalid as error:
        undo()
        return _form(Form(request.form, error.problems), status(error.problems))


def _take_in() -> ResponseReturnValue:
    found = _found()
    throttle.spend(writing(), throttle_key("send in", network()), MOST, SPAN, now())
    commit_now()
    # No transaction is open while pictures are made and stored.
    release()
    arrived = receive(request.files.getlist("photos"), services().store)
    wrong = arrived.problems
    if arrived.left_out:
        wrong = (*wrong, Problem("photos", "too_many_pictures", {"limit": MAX_PICTURES}))
    if wrong:
        raise Invalid(wrong)
    letters = letters_at_once(found.name or _("Somebody"))
    db = writing()
    post = rules.send_in(db, found, arrived.photos, now(), today())
    call_at_once(db, post, letters)
    return redirect(url_for(".thanks"), 303)


def _found() -> Found:
    typed = request.form
    body = lines(typed.get("body", "")).strip()
    return Found(
        form_key=tidy_line(typed.get("form_key", ""), 64) or uuid4().hex,
        body=body,
        lang=guess(body, POST_LANGUAGES, language()),
        dated=day_if_any(typed, "dated"),
        lab=typed.get("lab", ""),
        name=line(typed.get("name", "")),
        contact=line(typed.get("contact", "")),
    )


def _form(form: Form, status: int = 200) -> Response:
    labs = [
        ("", _("Don’t know")),
        *((lab.slug, lab.name) for lab in site.labs(reading(), language())),
    ]
    return page(
        "journey/send_in.html",
        status_code=status,
        form=form,
        labs=labs if len(labs) > 1 else [],
        place=called("lab"),
        noindex=True,
    )


@blueprint.get("/archive/send-in/thanks")
@access(Access.FORM)
def thanks() -> ResponseReturnValue:
    """It has come."""
    rules.ensure_asked(reading())
    return page("journey/sent_in.html", noindex=True)
