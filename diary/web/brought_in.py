"""What moderators are told of a post that was brought in, before they let it out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as lazy

from diary.domain.incoming import Standing
from diary.domain.reconstruction import contradictions, from_json, together
from diary.queries import imports
from diary.queries.rows import PostCard
from diary.text.names import persons_in
from diary.web.session import reading

STOOD = {
    Standing.DRAFT: lazy("It was a draft there, not public."),
    Standing.SCHEDULED: lazy("It was to come out there later."),
    Standing.CLOSED: lazy("It was private there, or behind a password."),
}
FIELDS = {
    "dated": lazy("Day"),
    "title": lazy("Title"),
    "author": lazy("Written by"),
    "role": lazy("Who they are"),
    "organisation": lazy("Organisation"),
}


def beside(card: PostCard, words: Iterable[str]) -> dict[str, Any]:
    """Who may be named, how it stood there, tags, comments, where pages disagree; {} for others."""
    known = imports.provenance(reading(), card.id)
    if known is None:
        return {}
    notes = known.notes
    own = {byline.name for byline in card.bylines}
    return {
        "people": sorted(persons_in("\n".join(words)) - own),
        "stood": STOOD.get(notes.get("standing", "")),
        "tags": notes.get("tags", []),
        "comments": [{**one, "at": _moment(one["at"])} for one in notes.get("comments", [])],
        "disagree": [
            (FIELDS[one.field], one.values)
            for one in contradictions([together(from_json(known.evidence))])
        ]
        if known.evidence
        else [],
    }


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
