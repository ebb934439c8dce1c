"""What kinds of posts and of writers are called in the interface."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from diary.models import Kind, Origin, Voice

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
ORIGINS: dict[str, Any] = {
    Origin.WRITTEN: lazy("Written here"),
    Origin.MOVED: lazy("Moved here from another site"),
    Origin.FULL: lazy("Recovered from public traces"),
    Origin.TEASER: lazy("Found in part: the beginning"),
    Origin.TITLE: lazy("Found in part: the title"),
    Origin.EXAMPLE: lazy("Example text"),
}
REASON_WORDS: dict[str, Any] = {
    "who_is_in_the_picture": lazy("Who is in the picture? Have they said yes?"),
    "too_dark": lazy("The picture is too dark to make out. Have you another one?"),
    "describe_the_picture": lazy(
        "What can be seen in the picture? Describe it for those who cannot see it."
    ),
    "who_took_the_picture": lazy("Who took the picture? May it be shown here?"),
    "private_detail": lazy("The text says something private about somebody. May it stand there?"),
    "when_and_where": lazy("When and where was it?"),
    "say_more": lazy("We would like to read more. What happened then?"),
    "asked_by_somebody_in_it": lazy("Somebody in it has asked for that."),
    "wrong_facts": lazy("Something in it is not right."),
    "tells_something_private": lazy("It tells something private about somebody."),
    "posted_twice": lazy("It was there twice."),
}
"""The ready questions of `domain.moderation.REASONS` and `WHY_TAKEN_DOWN`, as writers read them."""


def reason_word(key: str) -> str:
    """A ready question, or why a post was taken down, in words; nothing for none."""
    return str(REASON_WORDS.get(key, ""))


def voice_word(key: str) -> str:
    """A kind of post in words; nothing for none."""
    return str(VOICES.get(key, ""))


def kind_word(key: str) -> str:
    """A kind of writer in words."""
    return str(KINDS[key])


def named(name: str) -> str:
    """A name under a post; whoever asked to be forgotten has none any more."""
    return name or _("Somebody")
