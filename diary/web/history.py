"""A post's earlier texts, for moderators and its writer: as each read, and brought back."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from diary.domain import edits, policy
from diary.domain import writing as rules
from diary.domain.errors import NotFound, NotPossible, Overtaken
from diary.models import Post
from diary.queries import moderation, revisions
from diary.queries.revisions import Version
from diary.web.calls import call_at_once, letters_at_once
from diary.web.changes import marked
from diary.web.forms import number
from diary.web.guards import Access, access, member
from diary.web.rendering import house, language, page
from diary.web.session import now, reading, undo, writing

blueprint = Blueprint("history", __name__)

TOLD = frozenset(
    {"submit", "publish_own", "take_back", "return", "publish", "release", "schedule", "undo"}
    | {"withdraw", "withdraw_own", "restore", "edit", "accept_edit", "refuse_edit", "bring_back"}
    | {"correct", "answer"}
)
"""The deeds that belong to a text."""
MOST = 500
"""Deeds of one post."""


@blueprint.get("/history/<int:post_id>")
@access(Access.MEMBER)
def listed(post_id: int) -> ResponseReturnValue:
    """Every text of a post: who made it when, and what became of it."""
    scope = policy.scope(member())
    found = _versions(post_id)
    post = reading().get_one(Post, post_id)
    events = moderation.events(reading(), scope, post_id=post_id, size=MOST)
    told = [one for one in reversed(events) if one.action in TOLD]
    deeds = {
        version.id: [one for one in told if one.revision_id == version.id] for version in found
    }
    return page(
        "moderation/history.html",
        versions=tuple(reversed(found)),
        deeds=deeds,
        live_id=post.live_id,
        waiting_id=post.waiting_id,
        status=post.status,
        moderates=_moderates(post),
    )


@blueprint.get("/history/<int:post_id>/<int:revision_id>")
@access(Access.MEMBER)
def show(post_id: int, revision_id: int) -> ResponseReturnValue:
    """One text as it read, marked where it differs from the one before it."""
    found = _versions(post_id)
    known = [version.id for version in found]
    if revision_id not in known:
        raise NotFound
    place = known.index(revision_id)
    post = reading().get_one(Post, post_id)
    present = post.waiting_id or post.live_id
    return page(
        "moderation/version.html",
        version=found[place],
        post=found[place].card,
        can_come_back=rules.editable(post, member()) and revision_id != present,
        present_id=present or 0,
        moderates=_moderates(post),
        **marked(post_id, revision_id, known[place - 1] if place else None),
    )


def _versions(post_id: int) -> tuple[Version, ...]:
    found = revisions.versions(reading(), policy.scope(member()), post_id, language())
    if not found:
        raise NotFound
    return found


def _moderates(post: Post) -> bool:
    return policy.reads(member(), policy.Facts(post.owner_id, post.lab_id))


@blueprint.post("/history/<int:post_id>/<int:revision_id>/back")
@access(Access.MEMBER)
def bring_back(post_id: int, revision_id: int) -> ResponseReturnValue:
    """Bring an older text back as a new one."""
    decided, present = house(), number(request.form.get("present_id", ""))
    letters = letters_at_once()
    try:
        post = edits.bring_back(
            writing(), member(), post_id, revision_id, present or 0, now(), decided
        )
        call_at_once(reading(), post, letters)
    except (Overtaken, NotPossible):
        undo()
        flash(_("Something has happened since. Look at it once more."), "bad")
        return redirect(url_for(".listed", post_id=post_id), 303)
    waits = post.waiting_id is not None
    flash(
        _("Brought back. It waits to be read.") if waits else _("Brought back. It is out."), "good"
    )
    return redirect(url_for(".listed", post_id=post_id), 303)


# ---------------------------------------------------------------- what others made of one's words


@blueprint.get("/write/<int:post_id>/changed")
@access(Access.MEMBER)
def changed(post_id: int) -> ResponseReturnValue:
    """What somebody else has changed in one's words."""
    post = rules.owned(reading(), member(), post_id)
    edited = revisions.edited(reading(), post)
    if edited is None:
        return redirect(url_for("mine.mine"), 303)
    found = {version.id: version for version in _versions(post_id)}
    return page(
        "writing/changed.html",
        edited=edited,
        post=found[edited.newest_id].card,
        out=post.live_id in edited.ids,
        **marked(post_id, edited.newest_id, edited.before_id),
    )


@blueprint.post("/write/<int:post_id>/changed")
@access(Access.MEMBER)
def answer(post_id: int) -> ResponseReturnValue:
    """Say that it is fine, or that one wants one's own words back."""
    revision_id = number(request.form.get("revision_id", "")) or 0
    letters = letters_at_once()
    try:
        if request.form.get("action") == "refuse":
            post = edits.refuse(writing(), member(), post_id, revision_id, now())
            call_at_once(reading(), post, letters)
            back, waits = _("Your words are back."), _("Your words are back. They wait to be read.")
            flash(waits if post.waiting_id else back, "good")
        else:
            edits.accept(writing(), member(), post_id, revision_id, now())
            flash(_("Thank you."), "good")
    except Overtaken:
        undo()
        flash(_("Something has happened since. Look at it once more."), "bad")
        return redirect(url_for(".changed", post_id=post_id), 303)
    return redirect(url_for("mine.mine"), 303)
