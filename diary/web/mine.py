"""One's own posts: where each stands, taking back, deleting."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import writing as rules
from diary.domain.errors import NotPossible
from diary.models import Status
from diary.queries import people
from diary.web.guards import Access, access, member
from diary.web.rendering import language, page
from diary.web.session import now, reading, undo, writing

blueprint = Blueprint("mine", __name__)


@blueprint.get("/write/<int:post_id>/sent")
@access(Access.MEMBER)
def sent(post_id: int) -> ResponseReturnValue:
    """Thanks, and how the post stands."""
    post = rules.owned(reading(), member(), post_id)
    if post.status is Status.DRAFT:
        return redirect(url_for("writing.edit", post_id=post.id), 303)
    (found,) = people.sent(reading(), member().account_id, language(), post_id=post.id)
    return page("writing/sent.html", post=found)


@blueprint.get("/mine")
@access(Access.MEMBER)
def mine() -> ResponseReturnValue:
    """One's own posts and how each stands."""
    account_id = member().account_id
    return page(
        "writing/mine.html",
        drafts=people.drafts(reading(), account_id),
        sent=people.sent(reading(), account_id, language()),
    )


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


@blueprint.post("/write/<int:post_id>/delete")
@access(Access.MEMBER)
def delete(post_id: int) -> ResponseReturnValue:
    """Delete a draft for good."""
    post = rules.owned(writing(), member(), post_id, to_change=True)
    rules.discard(reading(), member(), post, now())
    flash(_("Deleted."), "good")
    return redirect(url_for(".mine"), 303)
