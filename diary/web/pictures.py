"""Renditions of pictures, for those who may see them."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from diary.domain import policy
from diary.domain.errors import NotFound
from diary.queries import pictures
from diary.queries.pictures import Sight
from diary.web.errors import error_page
from diary.web.guards import Access, access, actor
from diary.web.session import reading, release, services

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/pictures/<token>/<int:width>-<stamp>.<extension>")
@access(Access.FORM)
def rendition(token: str, width: int, extension: str, **_stamp: str) -> ResponseReturnValue:
    """One size of a picture; an old stamp gets the current file."""
    sight = pictures.sight(reading(), token, policy.scope(actor()))
    if sight is Sight.GONE:
        return error_page(410)
    found = pictures.rendition(reading(), token, width, extension)
    if found is None or sight is Sight.NONE:
        raise NotFound
    release()
    response = Response(services().store.get(found.key), mimetype=found.media_type)
    response.headers["Cache-Control"] = (
        "public, max-age=86400" if sight is Sight.PUBLIC else "private, no-store"
    )
    if sight is Sight.PUBLIC:
        # Feed readers on other sites show public pictures.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
