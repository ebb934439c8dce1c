"""The copies that were handed out of the diary, for the lead."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from diary.queries import handouts
from diary.web.guards import Access, access
from diary.web.reading import cursor
from diary.web.rendering import page
from diary.web.session import reading

blueprint = Blueprint("handouts", __name__)


@blueprint.get("/moderation/copies")
@access(Access.LEAD)
def listed() -> ResponseReturnValue:
    """What was handed out when, to whom, and which copies hold a picture taken away since."""
    found = handouts.listed(reading(), before=cursor())
    older = url_for(".listed", before=found[-1].id) if len(found) == handouts.SHOWN else None
    return page("moderation/copies.html", copies=found, older=older)
