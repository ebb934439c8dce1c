"""Where nothing is found: what would be, and how much of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from flask import url_for
from flask_babel import gettext as _

from diary.queries import search
from diary.queries.search import Filters
from diary.text.stem import Term
from diary.web.session import reading as db

SHORTEST = 3
"""Letters that a word must have to be looked for as a beginning."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Another search, and how many posts it finds."""

    said: str
    asked: str
    count: int

    @property
    def address(self) -> str:
        """Where it is."""
        return url_for("search.results", q=self.asked)


def hints(terms: tuple[Term, ...], filters: Filters) -> list[Hint]:
    """What finds something where these words do not; first what changes them least."""
    if filters and (found := _hint(_("Without the filter"), *terms)):
        return [found]
    loosened = [_hint(_("Without quotes"), *_unquoted(terms))] if _unquoted(terms) != terms else []
    alone = [_hint(_("Only this word"), term) for term in terms] if len(terms) > 1 else []
    return [one for one in (*loosened, *alone, *_alike(terms)) if one]


def _unquoted(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    words = chain.from_iterable(
        map(_word, term.words) if term.literal else [term] for term in terms
    )
    return tuple(dict.fromkeys(words))


def _word(word: str) -> Term:
    return Term((word,))


def _alike(terms: tuple[Term, ...]) -> Iterator[Hint | None]:
    """For each word that stands nowhere: those that begin with it, else those that look like it."""
    for term in _unquoted(terms):
        if term.prefix or search.count(db(), (term,)):
            continue
        (word,) = term.words
        begun = Term((word,), prefix=True)
        if len(word) >= SHORTEST and (found := _hint(_("What begins like this"), begun)):
            yield found
        else:
            near = search.near(db(), (term,))
            yield from (_hint(_("This word does stand there"), _word(one)) for one in near)


def _hint(said: str, *terms: Term) -> Hint | None:
    count = search.count(db(), terms)
    return Hint(said, " ".join(map(str, terms)), count) if count else None
