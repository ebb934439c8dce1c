"""The one page that only the frozen site has: where its links to forms lead."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from diary.domain.errors import NotFound
from diary.web.guards import Access, access
from diary.web.rendering import page
from diary.web.session import frozen

blueprint = Blueprint("frozen", __name__)


@blueprint.get("/frozen")
@access(Access.PUBLIC)
def who() -> ResponseReturnValue:
    """Whom to call for what is not possible there; in the running diary there is no such page."""
    if not frozen():
        raise NotFound
    return page("frozen/who.html", noindex=True)
