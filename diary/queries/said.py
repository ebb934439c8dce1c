"""What readers see of a post, piece by piece: what it is found by, and what is shown of it then."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Method
from diary.queries.rows import PostCard
from diary.text.plain import as_text
from diary.text.stem import Said

Names = Mapping[int, list[Said]]
"""By id of a lab or method: what it is called, in every language."""


def _names(session: Session, kind: type[Any], main: str) -> Names:
    """What all labs or methods are called; `main` is the diary's main language."""
    rows = session.execute(select(kind.id, kind.name, kind.short_names))
    part = kind.__name__.lower()
    return {
        one: [
            Said(name, main, part),
            *(Said(short, lang, part) for lang, short in shorts.items() if short),
        ]
        for one, name, shorts in rows
    }


def all_names(session: Session, main: str) -> tuple[Names, Names]:
    """The names of all labs and of all methods."""
    return _names(session, Lab, main), _names(session, Method, main)


def pieces(card: PostCard, labs: Names, methods: Names, main: str) -> Iterator[Said]:
    """All that a reader sees of a post, the title first, then its texts."""
    yield Said(card.title, card.lang, "title")
    yield Said(as_text(card.html), card.lang, "text")
    yield Said(card.gist, main, "gist")
    yield Said(as_text(card.second_html), card.second_lang, "second")
    for picture in card.pictures:
        yield Said(picture.caption, card.lang, "caption")
        yield Said(picture.alt, card.lang, "alt")
        yield Said(picture.credit, card.lang, "credit")
    for one in card.bylines:
        yield Said(", ".join(filter(None, (one.name, one.role))), card.lang, "byline")
    yield Said(card.scribe, card.lang, "scribe")
    yield from labs.get(card.lab.id, ()) if card.lab else ()
    for method in card.methods:
        yield from methods.get(method.id, ())
