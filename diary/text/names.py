"""Whether a name stands in a text, however it is written there."""

import re
import unicodedata
from collections.abc import Iterable

from diary.text.plain import tidy_line

_TATWEEL = "\u0640"
"""It makes Arabic words longer for looks."""


def fold(text: str) -> str:
    """A text as names are compared: without case, accents and vowel signs, in one line."""
    parts = unicodedata.normalize("NFKD", tidy_line(text).casefold())
    return "".join(c for c in parts if unicodedata.category(c) != "Mn" and c != _TATWEEL)


def named_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that stand in a text as words of their own, a genitive's -s aside."""
    words = fold(text)
    return tuple(
        name
        for name in names
        if (folded := fold(name)) and re.search(rf"(?<!\w){re.escape(folded)}s?(?!\w)", words)
    )


_CAPITAL, _SMALL = "A-ZÅÄÖÆØÉÈÜ", "a-zåäöæøéèáíóúüñçß"
_PERSON = re.compile(
    rf"\b[{_CAPITAL}][{_SMALL}]+(?:-[{_CAPITAL}][{_SMALL}]+)?(?: [{_CAPITAL}]\.?)?"
    rf"(?: (?:von|van|de|af|al|el|bin))? [{_CAPITAL}][{_SMALL}]+(?:-[{_CAPITAL}][{_SMALL}]+)?\b"
)


def persons_in(text: str) -> set[str]:
    """What looks like the full name of somebody in a text; more are found than are persons."""
    return set(_PERSON.findall(text))
