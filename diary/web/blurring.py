"""Blurring what is seen in a picture: boxes drawn by hand or typed, then the deed."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from diary.domain import blurring as rules
from diary.domain.errors import Invalid, Overtaken, Problem
from diary.domain.pictures import store_files
from diary.media import images
from diary.media.blurring import Box
from diary.media.storage import NotStored
from diary.queries.cards import without_words
from diary.web.forms import Form, number
from diary.web.guards import Access, access, member
from diary.web.rendering import house, page
from diary.web.session import drop, now, reading, release, services, writing

blueprint = Blueprint("blurring", __name__)

SIDES = ("left", "top", "width", "height")
"""A box's numbers, in hundredths of the picture's sides."""
MOST = 40
"""Boxes on one picture."""


@blueprint.get("/moderation/<int:post_id>/pictures/<token>/blur")
@access(Access.MODERATOR)
def draw(post_id: int, token: str) -> ResponseReturnValue:
    """The picture, to draw boxes on."""
    return _board(post_id, token, Form({}), ())


@blueprint.post("/moderation/<int:post_id>/pictures/<token>/blur")
@access(Access.MODERATOR)
def blur(post_id: int, token: str) -> ResponseReturnValue:
    """Add a box, take one away, or blur what lies in them; then the old picture is gone."""
    boxes = [box for text in request.form.getlist("box")[:MOST] if (box := _box(text.split()))]
    try:
        boxes += _typed(request.form)
        if "blur" in request.form:
            return _blurred(post_id, token, boxes)
    except Invalid as error:
        return _board(post_id, token, Form(request.form, error.problems), boxes, status=422)
    away = number(request.form.get("away", ""))
    left = [box for place, box in enumerate(boxes) if place != away]
    return _board(post_id, token, Form({}), left)


def _board(
    post_id: int, token: str, form: Form, boxes: Iterable[Box], *, status: int = 200
) -> Response:
    _post, picture = rules.to_blur(reading(), member(), post_id, token, house())
    return page(
        "moderation/blur.html",
        status_code=status,
        picture=without_words(picture, picture.renditions),
        post_id=post_id,
        boxes=[tuple(round(100 * side, 1) for side in box) for box in boxes],
        form=form,
    )


def _blurred(post_id: int, token: str, boxes: list[Box]) -> Response:
    """Do it; no transaction is open while the picture is made and stored."""
    if not boxes:
        raise Invalid((Problem("boxes", "no_box"),))
    decided, store = house(), services().store
    _post, picture = rules.to_blur(reading(), member(), post_id, token, decided)
    original, crops = picture.original_key, {size.crop for size in picture.renditions}
    release()
    try:
        made = images.blurred(store.get(original), boxes, sorted(crops))
    except NotStored:  # another has blurred it or taken it away at this very moment
        raise Overtaken from None
    store_files(store, made)
    new, files = rules.give_way(writing(), store, member(), post_id, token, made, now(), decided)
    drop(files)
    flash(_("Blurred. The picture it was made of is gone for good."), "good")
    return redirect(url_for("moderation.show", post_id=post_id, _anchor=new.token), 303)


def _typed(form: Mapping[str, str]) -> list[Box]:
    """The box of the four fields; none while they are empty. Raises Invalid per field."""
    sides = [form.get(side, "").strip() for side in SIDES]
    if not any(sides):
        return []
    facts: dict[str, str | int] = {"least": 0, "limit": 100}
    wrong = [side for side, text in zip(SIDES, sides, strict=True) if _share(text) is None]
    if wrong:
        raise Invalid(tuple(Problem(side, "not_within", facts) for side in wrong))
    box = _box(sides)
    if box is None:
        raise Invalid((Problem("boxes", "no_box"),))
    return [box]


def _box(sides: list[str]) -> Box | None:
    """A box that covers some of the picture, of four typed numbers; None for anything else."""
    shares = [share for text in sides if (share := _share(text)) is not None]
    if len(sides) != len(SIDES) or len(shares) != len(SIDES):
        return None
    left, top, width, height = shares
    return (left, top, width, height) if left < 1 > top and width > 0 < height else None


def _share(text: str) -> float | None:
    """A typed number from 0 to 100, with a point or a comma, as a share."""
    try:
        share = float(text.replace(",", ".")) / 100
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None
