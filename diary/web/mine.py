"""One's own posts: where each stands, answering, taking back, taking down, deleting."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from diary.domain import sent as sent_rules
from diary.domain import writing as rules
from diary.domain.content import from_json
from diary.domain.errors import Invalid, NotPossible
from diary.models import Post, Status
from diary.queries import moderation, people, revisions
from diary.queries.people import Cursor
from diary.web.calls import (
    ByLanguage,
    Mails,
    call_at_once,
    letters_at_once,
    mails_to_leads,
    queue_mails,
)
from diary.web.forms import Form, lines
from diary.web.guards import Access, access, member
from diary.web.rendering import absolute, house, language, page
from diary.web.session import now, reading, today, undo, writing
from diary.web.words import named, reason_word

blueprint = Blueprint("mine", __name__)
blueprint.add_app_template_filter(named)
blueprint.add_app_template_filter(reason_word)


@blueprint.get("/mine")
@access(Access.MEMBER)
def mine() -> ResponseReturnValue:
    """One's own posts and how each stands; further parts of a list stand alone."""
    db, account_id, lang = reading(), member().account_id, language()
    unsent, before = (Cursor.read(request.args.get(name, "")) for name in ("unsent", "before"))
    drafts, more_drafts = ((), None) if before else people.drafts(db, account_id, before=unsent)
    sent, more_sent = ((), None) if unsent else people.sent(db, account_id, lang, before=before)
    first = not (unsent or before)
    back = people.sent(db, account_id, lang, returned=True, size=100)[0] if first else ()
    return page(
        "writing/mine.html",
        back=back,
        changed=revisions.to_answer(db, account_id, lang) if first else (),
        drafts=drafts,
        sent=sent,
        more_drafts=more_drafts and url_for(".mine", unsent=more_drafts),
        more_sent=more_sent and url_for(".mine", before=more_sent),
        first=first,
    )


@blueprint.get("/write/<int:post_id>/sent")
@access(Access.MEMBER)
def sent(post_id: int) -> ResponseReturnValue:
    """Thanks, and how the post stands."""
    post = rules.owned(reading(), member(), post_id)
    return _sent_page(post)


def _sent_page(post: Post, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    found = people.sent_one(reading(), member().account_id, post.id, language())
    if found is None:
        return redirect(url_for("writing.edit", post_id=post.id), 303)
    wait = moderation.usual_wait(reading())
    return page("writing/sent.html", status_code=status, post=found, wait=wait, form=form)


# ---------------------------------------------------------------- a question that came back


@blueprint.post("/write/<int:post_id>/answer")
@access(Access.MEMBER)
def answer(post_id: int) -> ResponseReturnValue:
    """Keep an answer, and send the post again or go on writing."""
    letters = letters_at_once()
    post = rules.owned(writing(), member(), post_id, to_change=True)
    words = lines(request.form.get("words", "")).strip()
    try:
        sent_rules.answer(reading(), member(), post, words, now())
    except Invalid as error:
        undo()
        return _sent_page(post, Form({"words": words}, error.problems), 422)
    if request.form.get("action") == "edit":
        return redirect(url_for("writing.edit", post_id=post.id), 303)
    return _send_again(reading(), post, letters)


def _send_again(session: Session, post: Post, letters: ByLanguage) -> Response:
    """Send what stands there now, unless it waits already (a second tap) or is not fit yet."""
    if post.waiting_id is None:
        content = from_json(rules.working_copy(session, member(), post).content)
        if content.is_empty or rules.check(session, content, today(), post.id):
            flash(_("Something in it is not right yet. Send it from here to see what."), "bad")
            return redirect(url_for("writing.edit", post_id=post.id), 303)
        rules.submit(session, member(), post, now(), house())
        call_at_once(session, post, letters)
    return redirect(url_for(".sent", post_id=post.id), 303)


# ---------------------------------------------------------------- away with it


@blueprint.post("/write/<int:post_id>/take-back")
@access(Access.MEMBER)
def take_back(post_id: int) -> ResponseReturnValue:
    """Take back what nobody has published yet, and write on."""
    post = rules.owned(writing(), member(), post_id, to_change=True)
    try:
        rules.take_back(reading(), member(), post, now())
    except NotPossible:
        undo()
        flash(_("It has been read already, so it cannot be taken back."), "bad")
        return redirect(url_for(".mine"), 303)
    flash(_("Taken back. Only you see it now."), "good")
    return redirect(url_for("writing.edit", post_id=post_id), 303)


@blueprint.post("/write/<int:post_id>/take-down")
@access(Access.MEMBER)
def take_down(post_id: int) -> ResponseReturnValue:
    """Take down what is out; the lead is told."""
    mails = _mails_about(rules.owned(reading(), member(), post_id))
    post = rules.owned(writing(), member(), post_id, to_change=True)
    if post.status is not Status.WITHDRAWN:  # a second tap finds it done
        sent_rules.take_down(reading(), member(), post, now())
        queue_mails(reading(), mails)
    flash(_("Taken down. Nobody sees it any more."), "good")
    return redirect(url_for(".mine"), 303)


def _mails_about(post: Post) -> Mails:
    found = people.sent_one(reading(), member().account_id, post.id, language())
    return mails_to_leads(
        "taken_down",
        name=member().name,
        title=found.card.heading if found else "",
        link=absolute(url_for("moderation.show", post_id=post.id)),
    )


@blueprint.post("/write/<int:post_id>/delete")
@access(Access.MEMBER)
def delete(post_id: int) -> ResponseReturnValue:
    """Delete a draft for good."""
    post = rules.owned(writing(), member(), post_id, to_change=True)
    rules.discard(reading(), member(), post, now())
    flash(_("Deleted."), "good")
    return redirect(url_for(".mine"), 303)
