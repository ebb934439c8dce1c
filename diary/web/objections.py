"""What anybody may ask, to take something down or be helped: form, receipt, answer; recalling."""

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from diary.domain import objections as rules
from diary.domain import policy, throttle
from diary.domain import recall as recalls
from diary.domain.errors import Invalid, NotFound
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Objection
from diary.queries import cards, handouts, objections, posts
from diary.queries.rows import PostCard
from diary.web.calls import Mails, mails_to_leads, queue_mails
from diary.web.forms import Form, line, lines
from diary.web.guards import Access, access, member
from diary.web.news import letter_to_writer
from diary.web.rendering import absolute, diary_site, language, page
from diary.web.session import drop, network, now, reading, services, throttle_key, undo, writing

blueprint = Blueprint("objections", __name__)

TEXT = "text"
"""Chosen in the form: not a picture, but what is written."""
MOST, SPAN = 20, timedelta(hours=1)
"""How many requests may come from one network, and within what time."""


@blueprint.get("/report/<short>")
@access(Access.FORM)
def report(short: str) -> ResponseReturnValue:
    """Which picture is it, or is it the text?"""
    return _form(short, Form({"what": request.args.get("what", "")}))


@blueprint.post("/report/<short>")
@access(Access.FORM)
def send(short: str) -> ResponseReturnValue:
    """Take a request in: what it is about goes out of sight, and its receipt is shown."""
    form = request.form
    what = line(form.get("what", ""))
    asked = rules.Asked(
        token="" if what == TEXT else what,
        words=lines(form.get("words", "")).strip(),
        contact=line(form.get("contact", "")),
        lang=language(),
    )
    if not what:
        return _form(short, Form(form), nothing_chosen=True, status=422)
    site, mails = diary_site(), _mails("objection", title=_card(short).heading)
    terms = rules.Terms(site.hide_on_request, site.requests_a_day, site.answer_days)
    db = writing()
    _spend_one(db)
    try:
        objection = rules.ask(db, short, asked, now(), terms)
    except Invalid as error:
        undo()
        return _form(short, Form(form, error.problems), status=422)
    queue_mails(db, mails)
    return redirect(url_for(".receipt", token=objection.token), 303)


@blueprint.route("/accessibility/report", methods=["GET", "POST"])
@access(Access.FORM)
def barrier() -> ResponseReturnValue:
    """What cannot be got at in the diary: for anybody; its receipt has the answer."""
    if request.method != "POST":
        return _barrier_form(Form({}))
    form = request.form
    words, contact = lines(form.get("words", "")).strip(), line(form.get("contact", ""))
    days, mails = diary_site().answer_days, _mails("barrier")
    db = writing()
    _spend_one(db)
    try:
        objection = rules.report_barrier(db, words, contact, language(), now(), days)
    except Invalid as error:
        undo()
        return _barrier_form(Form(form, error.problems), status=422)
    queue_mails(db, mails)
    return redirect(url_for(".receipt", token=objection.token), 303)


def _barrier_form(form: Form, status: int = 200) -> Response:
    return page("objections/barrier.html", status_code=status, form=form, noindex=True)


@blueprint.get("/report/receipt/<token>")
@access(Access.FORM)
def receipt(token: str) -> ResponseReturnValue:
    """What became of a request; whoever has the address may see it."""
    found = objections.receipt(reading(), token)
    if found is None:
        raise NotFound
    return page("objections/receipt.html", one=found, noindex=True)


def _form(short: str, form: Form, *, nothing_chosen: bool = False, status: int = 200) -> Response:
    return page(
        "objections/form.html",
        status_code=status,
        post=_card(short),
        form=form,
        nothing_chosen=nothing_chosen,
        noindex=True,
    )


def _card(short: str) -> PostCard:
    found = cards.at(reading(), posts.slug_of(reading(), short) or "", language())
    if found is None:
        raise NotFound
    return found


def _mails(name: str, **facts: str) -> Mails:
    return mails_to_leads(name, link=absolute(url_for(".listed")), **facts)


def _spend_one(db: Session) -> None:
    """Count a request against its network; raises TooManyTries past the limit."""
    throttle.spend(db, throttle_key("report", network()), MOST, SPAN, now())


# ---------------------------------------------------------------- for those who answer


@blueprint.get("/moderation/requests")
@access(Access.MODERATOR)
def listed() -> ResponseReturnValue:
    """The requests, the most urgent first."""
    return _list(Form({}))


def _list(form: Form, status: int = 200) -> Response:
    found = objections.listed(reading(), policy.scope(member()))
    return page("objections/list.html", status_code=status, requests=found, form=form)


@blueprint.post("/moderation/requests/<int:objection_id>")
@access(Access.MODERATOR)
def answer(objection_id: int) -> ResponseReturnValue:
    """Take it away for good, let it stay, or say what was done about a barrier."""
    decision = request.form.get("decision")
    away = decision == "away"
    words = lines(request.form.get("words", "")).strip()
    asked = reading().get(Objection, objection_id)
    taken_down = Verdict(Step.WITHDRAW, 0, reason=rules.WHY)
    told = letter_to_writer(asked.post_id, taken_down) if asked and asked.post_id else None
    db, store, actor = writing(), services().store, member()
    try:
        files = rules.answer(
            db, store, actor, objection_id, now(), away=away, words=words, letter=told
        )
    except Invalid as error:
        undo()
        return _list(Form({"which": objection_id, "words": words}, error.problems), 422)
    drop(files)
    done = {"away": _("Taken away for good."), "told": _("Answered.")}
    flash(done.get(decision or "", _("It stays.")), "good")
    return redirect(url_for(".listed"), 303)


@blueprint.post("/moderation/<int:post_id>/pictures/<token>/recall")
@access(Access.MODERATOR)
def recall(post_id: int, token: str) -> ResponseReturnValue:
    """Take a picture away for good, everywhere."""
    drop(recalls.recall(writing(), services().store, member(), post_id, token, now()))
    flash(_("Taken away for good."), "good")
    if handouts.is_held(reading(), token):
        flash(_("Copies that were handed out hold it still. The lead finds them in the overview."))
    return redirect(url_for("moderation.show", post_id=post_id), 303)
