"""What writers without e-mail are still to be told: ready words to share, and a tick when told."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import policy
from diary.domain import telling as rules
from diary.domain.telling import Letter
from diary.queries import tellings
from diary.queries.tellings import ToTell
from diary.web.guards import Access, access, member
from diary.web.news import told
from diary.web.rendering import page
from diary.web.session import now, reading, release, writing

blueprint = Blueprint("telling", __name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """News for a writer, and the words to share."""

    news: ToTell
    words: Letter


@blueprint.get("/moderation/to-tell")
@access(Access.MODERATOR)
def to_tell() -> ResponseReturnValue:
    """Whom to tell what, in their own language."""
    found = tellings.listed(reading(), policy.scope(member()), now())
    release()
    ready = [Ready(one, told(one.news, one.writer, one.question)) for one in found]
    return page(
        "moderation/to_tell.html",
        waiting=[one for one in ready if not one.news.told_by],
        told=[one for one in ready if one.news.told_by],
    )


@blueprint.post("/moderation/to-tell/<int:telling_id>")
@access(Access.MODERATOR)
def tick(telling_id: int) -> ResponseReturnValue:
    """Tick off what was told, or take the tick back."""
    done = request.form.get("action") == "told"
    rules.tick(writing(), member(), telling_id, now(), told=done)
    flash(_("Told.") if done else _("It stands among those to be told again."), "good")
    return redirect(url_for(".to_tell"), 303)
