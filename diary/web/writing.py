"""Writing: the form, and sending."""

import secrets
from dataclasses import replace

from flask import Blueprint, flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from diary.domain import writing as rules
from diary.domain.errors import Problem
from diary.models import Post
from diary.web import forms
from diary.web.calls import letters_at_once
from diary.web.devices import left
from diary.web.errors import is_full
from diary.web.guards import Access, access, from_script, member, on_shared
from diary.web.pictures import cut_pieces
from diary.web.rendering import diary_site, remember_language
from diary.web.session import commit_now, reading, release, services, undo
from diary.web.sheet import Sheet, at_time, kept_page, moment, sheet_page
from diary.web.taking import (
    Taken,
    answer_script,
    author,
    blank,
    said,
    save,
    send,
    sheet_of,
    standing,
)

blueprint = Blueprint("writing", __name__)
blueprint.add_app_template_filter(moment)
blueprint.add_app_template_filter(at_time)


@blueprint.get("/write")
@access(Access.MEMBER)
def write() -> ResponseReturnValue:
    """An empty form. Nothing is stored until something is sent."""
    if diary_site().ended_at:
        return redirect(url_for("mine.mine"), 303)
    return sheet_page(Sheet(blank(), form_key=secrets.token_urlsafe(16)))


@blueprint.post("/write")
@access(Access.MEMBER)
def begin() -> ResponseReturnValue:
    """What somebody has begun to write."""
    return _take_in(None)


@blueprint.get("/write/<int:post_id>")
@access(Access.MEMBER)
def edit(post_id: int) -> ResponseReturnValue:
    """Writing on; what was sent shows how it stands instead."""
    post = rules.writable(reading(), member(), post_id)
    if not rules.editable(post, member()):
        return redirect(standing(post), 303)
    sheet = sheet_of(post)
    if diary_site().ended_at:
        return kept_page(sheet)
    return sheet_page(replace(sheet, look="look" in request.args, open_rest="rest" in request.args))


@blueprint.post("/write/<int:post_id>")
@access(Access.MEMBER)
def keep(post_id: int) -> ResponseReturnValue:
    """What somebody has written on."""
    return _take_in(post_id)


# ---------------------------------------------------------------- taking a form in


def _take_in(post_id: int | None) -> ResponseReturnValue:
    if post_id is not None:
        rules.writable(reading(), member(), post_id)
    elif request.form.get("action") == "done" and not _anything():
        return redirect(left(), 303)
    # No transaction is open while pictures are made and stored.
    release()
    arrived = forms.receive(request.files.getlist("photos"), services().store)
    letters = letters_at_once() if _sends() else {}
    try:
        taken = save(post_id, arrived)
        if _sends() and taken.is_fine:
            taken.problems = send(taken, letters)
        commit_now()
    except OperationalError as error:
        undo()
        if not is_full(error):
            raise
        return _no_room(post_id)
    if not (taken.overtaken or taken.over):
        cut_pieces(taken.post, taken.written.content)
    if from_script():
        return answer_script(taken) or _answer_sender(taken)
    answer = make_response(_answer(taken))
    # Whoever picks another language while writing keeps what they have typed.
    remember_language(answer, request.form.get("language", ""))
    return answer


def _anything() -> bool:
    """Whether somebody who is done has begun anything at all."""
    photos = request.files.getlist("photos")
    words = (request.form.get(name, "").strip() for name in ("title", "body"))
    return any(words) or any(photo.filename for photo in photos)


def _sends() -> bool:
    return request.form.get("action") == "send"


def _answer_sender(taken: Taken) -> ResponseReturnValue:
    if taken.problems:
        return jsonify(problems=said(taken.problems)), 422
    return jsonify(go=_onward(taken.post))


def _onward(post: Post) -> str:
    """Where sending leads: to the thanks. On a shared device it ends the session, too."""
    return left(thank=True) if on_shared() else standing(post)


def _answer(taken: Taken) -> ResponseReturnValue:
    post, action = taken.post, request.form.get("action", "save")
    if taken.overtaken:
        return _both_texts(taken)
    if action == "done" and all(problem.field != "photos" for problem in taken.problems):
        return redirect(left(), 303)
    if taken.problems:
        return _back_with_reasons(taken)
    if taken.over or action == "send":
        return redirect(_onward(post), 303)
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
    sheet = replace(sheet_of(taken.post), problems=taken.problems, typed=taken.written.typed)
    return sheet_page(sheet, forms.status(taken.problems))


def _no_room(post_id: int | None) -> Response:
    """The disk is full: nothing could be kept, so all that was typed goes back into the fields."""
    if post_id is None:
        sheet = Sheet(blank(), form_key=request.form.get("form_key", ""))
    else:
        sheet = sheet_of(rules.writable(reading(), member(), post_id))
    written = forms.read(request.form, sheet.content, author())
    problems = (*written.problems, Problem("body", "disk_full"))
    sheet = replace(sheet, content=written.content, typed=written.typed, saved_at=None)
    sheet = replace(sheet, problems=problems, kept=False)
    return sheet_page(sheet, 507)


def _both_texts(taken: Taken) -> Response:
    """One's own text in the fields, what was saved meanwhile beside it; no picture is lost."""
    saved, mine = sheet_of(taken.post), taken.written.content
    have = {picture.token for picture in mine.pictures}
    theirs = (picture for picture in saved.content.pictures if picture.token not in have)
    mine = mine.with_pictures((*mine.pictures, *theirs))
    sheet = replace(saved, content=mine, theirs=saved.content, typed=taken.written.typed)
    sheet = replace(sheet, sent=standing(taken.post) if taken.over else "")
    return sheet_page(replace(sheet, problems=taken.problems, kept=False), 409)
