"""Writing: the form, one's own posts, sending and taking back."""

import secrets
from dataclasses import dataclass, replace

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from diary.domain import pictures, policy
from diary.domain import writing as rules
from diary.domain.content import (
    MAX_PICTURES,
    BylineContent,
    Content,
    PictureContent,
    from_json,
)
from diary.domain.errors import NotPossible, Overtaken, Problem
from diary.models import Post, Status
from diary.queries import people
from diary.web import forms
from diary.web.errors import is_full
from diary.web.forms import Arrived, Written
from diary.web.guards import Access, access, member
from diary.web.moderation import house
from diary.web.rendering import language, page, remember_language
from diary.web.session import now, reading, release, services, today, undo, writing
from diary.web.sheet import Sheet, moment, sheet_page

blueprint = Blueprint("writing", __name__)
blueprint.add_app_template_filter(moment)


@blueprint.get("/write")
@access(Access.MEMBER)
def write() -> ResponseReturnValue:
    """An empty form. Nothing is stored until something is sent."""
    return sheet_page(Sheet(_blank(), form_key=secrets.token_urlsafe(16)))


@blueprint.post("/write")
@access(Access.MEMBER)
def begin() -> ResponseReturnValue:
    """What somebody has begun to write."""
    return _take_in(None)


@blueprint.get("/write/<int:post_id>")
@access(Access.MEMBER)
def edit(post_id: int) -> ResponseReturnValue:
    """Writing on; what was sent shows how it stands instead."""
    post = rules.owned(reading(), member(), post_id)
    if not rules.editable(post):
        return redirect(url_for(".sent", post_id=post.id), 303)
    sheet = _sheet(post)
    return sheet_page(replace(sheet, look="look" in request.args, open_rest="rest" in request.args))


@blueprint.post("/write/<int:post_id>")
@access(Access.MEMBER)
def keep(post_id: int) -> ResponseReturnValue:
    """What somebody has written on."""
    return _take_in(post_id)


def _blank() -> Content:
    """What a new form is filled with: today, one's own place and oneself."""
    me = people.writer(reading(), member().account_id)
    oneself = BylineContent(me.name, me.role, me.kind, me.person_id)
    return Content(dated=today(), lang=language(), lab=me.lab, bylines=(oneself,))


def _sheet(post: Post) -> Sheet:
    """The form for a post, filled with what was saved last."""
    copy = rules.working_copy(reading(), member(), post)
    return Sheet(
        from_json(copy.content),
        post_id=post.id,
        published=post.status is Status.PUBLISHED,
        edition=rules.edition(reading(), copy),
        saved_at=copy.saved_at if copy.version else None,
    )


# ---------------------------------------------------------------- taking a form in


@dataclass(slots=True)
class Taken:
    """What became of a form: the post, what is wrong, and whose text is saved."""

    post: Post
    written: Written
    problems: tuple[Problem, ...] = ()
    overtaken: bool = False
    over: bool = False
    """It was sent before and must be taken back first: a second tap, or another tab's form."""


def _take_in(post_id: int | None) -> ResponseReturnValue:
    if post_id is not None:
        rules.owned(reading(), member(), post_id)
    # No transaction is open while pictures are made and stored.
    release()
    arrived = forms.receive(request.files.getlist("photos"), services().store)
    try:
        taken = _save(post_id, arrived)
        if _sends() and not (taken.problems or taken.overtaken or taken.over):
            taken.problems = _send(taken)
        _commit()
    except OperationalError as error:
        undo()
        if not is_full(error):
            raise
        return _no_room(post_id)
    answer = make_response(_answer(taken))
    # Whoever picks another language while writing keeps what they have typed.
    remember_language(answer, request.form.get("language", ""))
    return answer


def _sends() -> bool:
    return request.form.get("action") == "send"


def _commit() -> None:
    """Commit before the page is made: no transaction is open meanwhile, and a full disk is seen."""
    reading().commit()
    undo()


def _author() -> forms.Author:
    return forms.Author(member().person_id, policy.names_voice(member()))


def _save(post_id: int | None, arrived: Arrived) -> Taken:
    session, actor, author = writing(), member(), _author()
    if post_id is None:
        first = forms.read(request.form, _blank(), author).content.with_pictures(())
        key = request.form.get("form_key", "")[:80] or None
        post = rules.start(session, actor, first, now(), key)
    else:
        post = rules.owned(session, actor, post_id, to_change=True)
    base = from_json(rules.working_copy(session, actor, post).content)
    written = forms.read(request.form, base, author)
    content, refused = _with_pictures(post, written.content, arrived)
    content = forms.moved(content, request.form.get("move", ""))
    taken = Taken(post, replace(written, content=content), over=not rules.editable(post))
    taken.problems = (
        *written.problems,
        *arrived.problems,
        *refused,
        *rules.check(session, content, today()),
    )
    try:
        rules.save(session, actor, post, content, now(), _edition(post_id))
    except Overtaken:
        taken.overtaken = True
    return taken


def _edition(post_id: int | None) -> str:
    """What the form was filled from; a new form's own first copy is what it has just made."""
    return "0.1" if post_id is None else request.form.get("edition", "")


def _with_pictures(
    post: Post, content: Content, arrived: Arrived
) -> tuple[Content, tuple[Problem, ...]]:
    """The content with the post's own pictures only, and those that have just arrived."""
    session, account_id = reading(), member().account_id
    own = people.uploaded(session, post.id)
    kept = [picture for picture in content.pictures if picture.token in own]
    left_out = arrived.left_out
    for name, prepared in arrived.prepared:
        picture = pictures.same_picture(session, post, prepared)
        if picture is not None and any(picture.token == other.token for other in kept):
            continue
        if len(kept) >= MAX_PICTURES:
            left_out = name
            break
        picture = picture or pictures.add_picture(
            session, post, prepared, now(), account_id=account_id, filename=name
        )
        kept.append(PictureContent(picture.token))
    facts: dict[str, str | int] = {"limit": MAX_PICTURES, "name": left_out}
    refused = (Problem("photos", "left_out", facts),) if left_out else ()
    return content.with_pictures(kept), refused


def _send(taken: Taken) -> tuple[Problem, ...]:
    session, actor = reading(), member()
    if taken.written.content.is_empty:
        return (Problem("body", "empty"),)
    if not people.writer(session, actor.account_id).promised:
        if not request.form.get("promised"):
            return (Problem("promised", "missing"),)
        rules.promise(session, actor, now())
    rules.submit(session, actor, taken.post, now(), house())
    return ()


def _answer(taken: Taken) -> ResponseReturnValue:
    post, action = taken.post, request.form.get("action", "save")
    if taken.overtaken:
        return _both_texts(taken)
    if taken.problems:
        return _back_with_reasons(taken)
    if taken.over:
        return redirect(url_for(".sent", post_id=post.id), 303)
    if action == "send":
        return redirect(url_for(".sent", post_id=post.id), 303)
    if action == "preview":
        return redirect(url_for(".edit", post_id=post.id, look=1), 303)
    if action == "save" and not request.form.get("move"):
        flash(_("Saved with us. Not sent yet."), "good")
    return redirect(_back_to_the_place(post, action), 303)


def _back_to_the_place(post: Post, action: str) -> str:
    """The form again, where the button was pressed."""
    order = request.form.get("move", "")
    if order.startswith("byline-"):
        return url_for(".edit", post_id=post.id, rest=1, _anchor="rest")
    anchor = "pictures" if order or action == "upload" else None
    return url_for(".edit", post_id=post.id, _anchor=anchor)


def _back_with_reasons(taken: Taken) -> Response:
    full = any(problem.key == "storage_full" for problem in taken.problems)
    sheet = replace(_sheet(taken.post), problems=taken.problems, typed=taken.written.typed)
    return sheet_page(sheet, 507 if full else 422)


def _no_room(post_id: int | None) -> Response:
    """The disk is full: nothing could be kept, so all that was typed goes back into the fields."""
    if post_id is None:
        sheet = Sheet(_blank(), form_key=request.form.get("form_key", ""))
    else:
        sheet = _sheet(rules.owned(reading(), member(), post_id))
    written = forms.read(request.form, sheet.content, _author())
    problems = (*written.problems, Problem("body", "disk_full"))
    sheet = replace(sheet, content=written.content, typed=written.typed, saved_at=None)
    sheet = replace(sheet, problems=problems, kept=False)
    return sheet_page(sheet, 507)


def _both_texts(taken: Taken) -> Response:
    """One's own text in the fields, what was saved meanwhile beside it; no picture is lost."""
    saved, mine = _sheet(taken.post), taken.written.content
    have = {picture.token for picture in mine.pictures}
    theirs = (picture for picture in saved.content.pictures if picture.token not in have)
    mine = mine.with_pictures((*mine.pictures, *theirs))
    sheet = replace(saved, content=mine, theirs=saved.content, typed=taken.written.typed)
    return sheet_page(replace(sheet, problems=taken.problems, kept=False), 409)


# ---------------------------------------------------------------- one's own posts


@blueprint.get("/write/<int:post_id>/sent")
@access(Access.MEMBER)
def sent(post_id: int) -> ResponseReturnValue:
    """Thanks, and how the post stands."""
    post = rules.owned(reading(), member(), post_id)
    if post.status is Status.DRAFT:
        return redirect(url_for(".edit", post_id=post.id), 303)
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
    return redirect(url_for(".edit", post_id=post_id), 303)


@blueprint.post("/write/<int:post_id>/delete")
@access(Access.MEMBER)
def delete(post_id: int) -> ResponseReturnValue:
    """Delete a draft for good."""
    post = rules.owned(writing(), member(), post_id, to_change=True)
    rules.discard(reading(), member(), post, now())
    flash(_("Deleted."), "good")
    return redirect(url_for(".mine"), 303)
