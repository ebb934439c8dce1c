"""Renditions of pictures, for those who may see them; and the pieces that lists need."""

from contextlib import suppress

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from diary.domain import crops, policy
from diary.domain.content import Content
from diary.domain.errors import NotFound
from diary.domain.pictures import store_renditions
from diary.media import images
from diary.media.storage import NotStored, StorageError
from diary.models import Post
from diary.queries import pictures
from diary.queries.pictures import Sight
from diary.web.errors import error_page
from diary.web.guards import Access, access, actor
from diary.web.session import commit_now, now, reading, release, services, writing

blueprint = Blueprint("pictures", __name__)

OF_PEOPLE = "noindex, noimageindex"
"""Who can be recognised has said yes to being in the diary, not in search engines; the first word
is what these heed for a picture's own address, the second for pages."""


@blueprint.get("/pictures/<token>/<int:width>-<stamp>.<extension>")
@blueprint.get("/pictures/<token>/<crop>/<int:width>-<stamp>.<extension>")
@access(Access.FORM)
def rendition(
    token: str, width: int, extension: str, crop: str = "", **_stamp: str
) -> ResponseReturnValue:
    """One size of a picture or of a piece of it; an old stamp gets the current file."""
    sight = pictures.sight(reading(), token, policy.scope(actor()))
    if sight is Sight.GONE:
        return error_page(410)
    found = pictures.rendition(reading(), token, width, extension, crop)
    if found is None or sight is Sight.NONE:
        raise NotFound
    people = pictures.shows_people(reading(), found.picture_id)
    release()
    try:
        data = services().store.get(found.key)
    except NotStored:  # lost: `diary check` says so
        raise NotFound from None
    response = Response(data, mimetype=found.media_type)
    response.headers["Cache-Control"] = (
        "public, max-age=86400" if sight is Sight.PUBLIC else "private, no-store"
    )
    if sight is Sight.PUBLIC:
        # Feed readers on other sites show public pictures.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if people:
        response.headers["X-Robots-Tag"] = OF_PEOPLE
    return response


def cut_pieces(post: Post, content: Content) -> None:
    """Cut what lists show of the pictures just saved, and commit it; called after a commit.

    A picture that cannot be cut now (no room, no file) is cut by the style sheet meanwhile.
    """
    wanted = crops.missing_crops(reading(), post, content)
    if not wanted:
        return
    release()
    store = services().store
    made = []
    for piece in wanted:
        with suppress(images.ImageRefused, StorageError):
            renditions = images.cropped(store.get(piece.original_key), piece.focus)
            store_renditions(store, renditions)
            made.append((piece.picture_id, renditions))
    db = writing()
    for picture_id, renditions in made:
        crops.add_crops(db, picture_id, renditions, now())
    commit_now()
