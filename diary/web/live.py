"""What the script of the writing page asks: saving all along, and pictures one by one."""

import hashlib

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import FileStorage

from diary.domain import pictures
from diary.domain import writing as rules
from diary.domain.content import MAX_PICTURES, from_json
from diary.domain.errors import Invalid, NotPossible, Problem
from diary.models import Picture, Post
from diary.queries import people
from diary.web import forms
from diary.web.errors import sentence
from diary.web.forms import Arrived
from diary.web.guards import Access, access, member
from diary.web.session import commit_now, now, reading, release, services, undo, writing
from diary.web.sheet import moment, picture_html, summary
from diary.web.taking import add, answer_script, said, save

blueprint = Blueprint("live", __name__)


@blueprint.get("/write/token")
@access(Access.MEMBER)
def token() -> ResponseReturnValue:
    """What a page needs that was open while its session ended and another began."""
    return jsonify(csrf_token=generate_csrf(), account=member().account_id)


@blueprint.post("/write/live")
@access(Access.MEMBER)
def keep() -> ResponseReturnValue:
    """Keep the words as they stand. Nothing is sent to anybody."""
    taken = save(forms.number(request.form.get("post", "")), Arrived())
    commit_now()
    refusal = answer_script(taken)
    if refusal is not None:
        return refusal
    copy = rules.working_copy(reading(), member(), taken.post)
    content = from_json(copy.content)
    return jsonify(
        post=taken.post.id,
        action=url_for("writing.edit", post_id=taken.post.id),
        edition=rules.edition(reading(), copy),
        saved=moment(copy.saved_at),
        problems=said(taken.problems),
        lang=content.lang,
        summary=summary(content),
    )


@blueprint.post("/write/<int:post_id>/photos")
@access(Access.MEMBER)
def photo(post_id: int) -> ResponseReturnValue:
    """Take in one picture; the answer names the checksum of what has come and is stored."""
    post = rules.writable(reading(), member(), post_id)
    if not rules.editable(post, member()):
        raise NotPossible
    file = request.files.get("photo") or FileStorage()
    sha256 = checksum(file)
    if request.form.get("sha256") not in {None, "", sha256}:
        return _refused(Problem("photos", "broken_on_the_way"))
    known = pictures.already_sent(reading(), post, sha256)
    # No transaction is open while a picture is made and stored.
    release()
    arrived = Arrived() if known else forms.receive([file], services().store)
    try:
        picture = _put(post_id, arrived, known)
    except Invalid as error:
        undo()
        return _refused(error.problems[0])
    written = from_json(rules.working_copy(reading(), member(), post).content)
    view = people.uploaded(reading(), post_id)[picture.token]
    release()
    return jsonify(token=picture.token, sha256=sha256, html=picture_html(written, view)), 201


def checksum(file: FileStorage) -> str:
    """The SHA-256 of a file as it was sent, hexadecimal; the file is read from its start again."""
    digest = hashlib.sha256()
    while block := file.stream.read(2**20):
        digest.update(block)
    file.stream.seek(0)
    return digest.hexdigest()


def _put(post_id: int, arrived: Arrived, known: Picture | None) -> Picture:
    """Put a picture into what is being written; raises Invalid if it cannot be."""
    if not (known or arrived.photos):
        raise Invalid(arrived.problems or (Problem("photos", "broken_on_the_way"),))
    session = writing()
    post = rules.writable(session, member(), post_id, to_change=True)
    written = from_json(rules.working_copy(session, member(), post).content)
    have = {picture.token for picture in written.pictures}
    picture = known or _row(post, arrived.photos[0])
    if picture.token not in have and len(have) >= MAX_PICTURES:
        facts: dict[str, str | int] = {"limit": MAX_PICTURES, "name": picture.filename}
        raise Invalid((Problem("photos", "left_out", facts),))
    rules.add_pictures(session, member(), post, [picture.token], now())
    commit_now()
    return picture


def _row(post: Post, photo: forms.Photo) -> Picture:
    return pictures.same_picture(reading(), post, photo.prepared) or add(post, photo)


def _refused(problem: Problem) -> ResponseReturnValue:
    status = forms.status([problem])
    hopeless = problem.key in forms.REFUSALS.values()
    return jsonify(sentence=sentence(problem), hopeless=hopeless), status
