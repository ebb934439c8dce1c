"""A post's revisions: who, when and why; editing somebody's words; corrections."""

from flask import Blueprint

from diary.queries.moderation import Shown

blueprint = Blueprint("history", __name__)


def beside(_post: Shown) -> dict[str, object]:
    """What the queue's page needs to show beside a post: its revisions and edits."""
    return {}
