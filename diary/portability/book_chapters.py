"""The chapters of a book."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from diary.models import Precision
from diary.portability.book_entries import PLAIN, Binder, Chapter
from diary.queries.whole import Taken


def by_month(binder: Binder, taken: Sequence[Taken]) -> Iterator[Chapter]:
    """The journey in months; what nobody can date stands with what it stands beside."""
    words = binder.words
    months: defaultdict[date | None, list[Taken]] = defaultdict(list)
    month: date | None = None
    for one in taken:
        if one.card.precision != Precision.UNKNOWN:
            month = one.card.dated.replace(day=1)
        months[month].append(one)
    for first, posts in months.items():
        title = words.day(first, "month") if first else words.gettext("undated")
        # Swedish writes months small, but not at the beginning of a line.
        entries = tuple(map(binder.entry, posts))
        yield Chapter(title[:1].upper() + title[1:], PLAIN, "", entries)


def by_lab(binder: Binder, taken: Sequence[Taken]) -> Iterator[Chapter]:
    """The journey lab by lab, in the lead's order; last what is about the whole project."""
    labs: defaultdict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        labs[one.card.lab.slug if one.card.lab else ""].append(one)
    for lab in binder.labs:
        if lab.slug in labs:
            told, entries = binder.summaries.get(lab.slug, ""), map(binder.entry, labs[lab.slug])
            yield Chapter(lab.name, binder.inks[lab.slug], told, tuple(entries))
    if "" in labs:
        name, entries = binder.words.gettext("The whole project"), map(binder.entry, labs[""])
        yield Chapter(name, PLAIN, "", tuple(entries))
