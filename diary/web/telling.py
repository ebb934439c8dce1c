"""What to tell writers without e-mail, and readers asked for a language."""

from flask import Blueprint

from diary.queries.moderation import Shown

blueprint = Blueprint("telling", __name__)


def beside(_post: Shown) -> dict[str, object]:
    """What the queue's page needs to show beside a post: who reads its language."""
    return {}
