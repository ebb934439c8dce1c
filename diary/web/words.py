"""What kinds of posts and of writers are called in the interface."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from diary.models import Kind, Voice

VOICES: dict[str, Any] = {
    Voice.EXPERIENCE: lazy("Experience"),
    Voice.THOUGHT: lazy("Thought"),
    Voice.ANALYSIS: lazy("Analysis"),
    Voice.INSIGHT: lazy("Insight"),
    Voice.LESSON: lazy("Lesson"),
}
KINDS: dict[str, Any] = {
    Kind.RESIDENT: lazy("residents"),
    Kind.STAFF: lazy("staff"),
    Kind.PARTNER: lazy("partners"),
    Kind.RESEARCHER: lazy("researchers"),
    Kind.GUEST: lazy("guests"),
}


def voice_word(key: str) -> str:
    """A kind of post in words; nothing for none."""
    return str(VOICES.get(key, ""))


def kind_word(key: str) -> str:
    """A kind of writer in words."""
    return str(KINDS[key])


def named(name: str) -> str:
    """A name under a post; whoever asked to be forgotten has none any more."""
    return name or _("Somebody")
