"""The index of a book: by lab, method and person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from anyascii import anyascii

from diary.portability.book_entries import Binder, Chapter
from diary.queries.whole import Taken

LAST = str.maketrans({"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c"})
"""What Swedish has after z: `{` is the next character."""

Line = tuple[str, tuple[str, ...]]
"""A name with the ids of its posts."""


@dataclass(frozen=True, slots=True)
class Register:
    """A part of the index."""

    name: str
    lines: tuple[Line, ...]


def registers(
    binder: Binder, taken: Sequence[Taken], chapters: Iterable[Chapter]
) -> tuple[Register, ...]:
    """All parts that have lines; each line's posts in the order of the book's pages."""
    entries = chain.from_iterable(chapter.entries for chapter in chapters)
    place = {entry.id: number for number, entry in enumerate(entries)}.__getitem__

    def lined(name: str, lines: Iterable[Line]) -> Register:
        return Register(name, tuple((of, tuple(sorted(ids, key=place))) for of, ids in lines))

    _ = binder.words.gettext
    parts = (
        lined(binder.called("labs", _("Places")), _labs(binder, taken)),
        lined(binder.called("methods", _("Ways of working")), _methods(binder, taken)),
        lined(_("People"), _people(binder, taken)),
    )
    return tuple(part for part in parts if part.lines)


def _id(one: Taken) -> str:
    return f"p-{one.card.short}"


def _labs(binder: Binder, taken: Sequence[Taken]) -> Iterator[Line]:
    for lab in binder.labs:
        found = tuple(_id(one) for one in taken if one.card.lab and one.card.lab.slug == lab.slug)
        if found:
            yield lab.name, found


def _methods(binder: Binder, taken: Sequence[Taken]) -> Iterable[Line]:
    posts: defaultdict[str, list[str]] = defaultdict(list)
    for one in taken:
        for way in one.card.methods:
            posts[way.slug].append(_id(one))
    names = {way.slug: way.short for way in binder.ways}
    return _sorted((names[slug], tuple(found)) for slug, found in posts.items())


def _people(binder: Binder, taken: Sequence[Taken]) -> Iterable[Line]:
    """Each as they were last called; those who share a name with what they last were."""
    posts: defaultdict[int, list[str]] = defaultdict(list)
    last = {}
    of_revision = {one.card.revision_id: one for one in taken}
    for one in sorted(binder.signed, key=lambda s: _place(of_revision[s.revision_id])):
        posts[one.person_id].append(_id(of_revision[one.revision_id]))
        last[one.person_id] = one
    shared = Counter(one.name for one in last.values())
    return _sorted(
        (
            f"{one.name} ({one.role})" if shared[one.name] > 1 and one.role else one.name,
            tuple(dict.fromkeys(posts[person_id])),
        )
        for person_id, one in last.items()
    )


def _place(one: Taken) -> tuple[object, int]:
    return one.card.dated, one.card.sequence or 0


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (anyascii(line[0].casefold().translate(LAST)), line[0]))
