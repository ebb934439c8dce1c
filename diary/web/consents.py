"""Whether who is seen in a picture has said yes: decisions, standing yeses, blurring."""

from flask import Blueprint

from diary.queries.moderation import Shown

blueprint = Blueprint("consents", __name__)


def beside(_post: Shown) -> dict[str, object]:
    """What the queue's page needs to show beside a post: the decisions about its pictures."""
    return {}
