"""Texts and queries as words to search by.

A word is kept as it is written (NFC, case folded), as its stems, and folded to plain letters; a
digit before it says which, and whether it stands in a title. The smaller digit is the better
find, so that a search's order is said by the words themselves.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import snowballstemmer

RECIPE = 1
"""Raised when the same text gives other words; `diary render` then makes the rows anew."""
LEVELS = 6
"""Exact in a title 1, in a text 2; as a stem 3 and 4; folded 5 and 6."""
LONGEST_WORD = 60
MOST_TERMS = 12
_SHORTEST_STEM = 3
_STEMMERS = {"sv": "swedish", "en": "english", "ar": "arabic"}
_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'"([^"]*)(?:"|$)|([^\s"]+)')
_WRITTEN = re.compile("[^\\W_]+(?:[\u0610-\u061a\u064b-\u065f\u0670]+[^\\W_]*)*")
_QUOTES = str.maketrans("“”„«»″", '""""""')
# Short vowels and the stretcher are written in Arabic or left out at will.
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_ARABIC_FORMS = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_OWN_LETTERS = frozenset("åäöæø")
_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ł": "l", "ı": "i"})

# What a Swedish word comes from, where Snowball does not say so or says it wrongly; a word that is
# its own is left as it is. Compounds end in them, too.
_SWEDISH = {
    "läslandet": "läsland", "länder": "land", "böcker": "bok", "städer": "stad", "händer": "hand",
    "bönder": "bonde", "nätter": "natt", "tänder": "tand", "fötter": "fot", "män": "man",
    "männen": "man", "söner": "son", "döttrar": "dotter", "bröder": "bror", "mödrar": "mor",
    "fäder": "far", "museer": "museum", "museet": "museum", "nycklar": "nyckel",
    "cirklar": "cirkel", "titlar": "titel", "artiklar": "artikel", "rumm": "rum", "hemm": "hem",
    "programm": "program", "café": "kafé", "cafe": "kafe", "konstigt": "konstig",
    "konstiga": "konstig", "konstig": "konstig", "kors": "kors", "korset": "kors",
    **{one: one for one in "redan sedan innan nästan sådan annan ovan mycket inget vilket".split()},
}  # fmt: skip

# The definite forms that Snowball leaves alone: huset, skolan, nyckeln, rektorn.
_DEFINITE = {"et": "", "an": "a", "eln": "el", "torn": "tor", "sorn": "sor"}

# Words that others are made of, as a diary of a neighbourhood joins them.
_PARTS = frozenset(
    """
    aktivitet arbete avtal barn berättelse besök bibliotek bild bok bord bostad brev buss café kafé
    cirkel cykel dag deltagare fest film flicka folk forskare fråga frukost förening förälder
    gata granne grupp gård hall handling hem hjälp hus historia jobb kassa kort konsert konst kontor
    kunskap kurs kvinna kväll kyrka kök kör lab labb land ledare lokal lägenhet läsning läxa lärare
    maskin mat marknad metod modell musik möte nyckel odling område park plats pojke program projekt
    prov resa rum samtal sal schema skola sommar språk stad teater text torg träff träning trädgård
    ungdom utveckling utvecklare vandring verksamhet verkstad vecka vän workshop
    """.split()
)
_WHOLE = frozenset(
    """
    måndag tisdag onsdag torsdag fredag lördag söndag vardag middag eftermiddag förmiddag
    centrum automat diplomat manifest resultat schem stadg
    """.split()
)
"""Words that only look as if they were joined."""
_DERIVED = ("ning", "skap", "lig", "ig", "het", "er", "are", "ande", "else")
"""What makes a new word of the one before it, so that this one is not meant any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a post: its text, its language and what it is; `title` counts most."""

    text: str
    lang: str
    part: str = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for: a word, the beginning of one, or `literal` words in a row."""

    words: tuple[str, ...]
    prefix: bool = False
    literal: bool = False

    def __str__(self) -> str:
        """As it is typed."""
        typed = " ".join(self.words)
        return f'"{typed}"' if self.literal else f"{typed}*" if self.prefix else typed

    def at(self, level: int) -> tuple[str, ...]:
        """What counts as this term at a level, each to be looked for with its digit."""
        if level <= 2:
            return (" ".join(self.words),)
        if self.literal:
            return ()  # what stands in quotes is looked for as it is written
        (word,) = self.words
        if level <= 4:
            return (word,) if self.prefix else tuple(query_stems(word))
        near = {word} if self.prefix else {word, *query_stems(word)}
        return tuple(sorted({fold(one, keep_own=True) for one in near}))


def words(text: str) -> list[str]:
    """The words of a text in order: NFC, case folded, Arabic without its optional marks."""
    plain = _ARABIC_MARKS.sub("", unicodedata.normalize("NFC", text))
    folded = unicodedata.normalize("NFC", plain.casefold())
    return [word[:LONGEST_WORD] for word in _WORD.findall(folded)]


def fold(word: str, *, keep_own: bool = False) -> str:
    """A word in plain letters; with `keep_own` å, ä and ö stay: whoever types them means them."""
    letters = "".join(
        letter
        if keep_own and letter in _OWN_LETTERS
        else "".join(
            c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c)
        )
        for letter in word.translate(_ARABIC_FORMS)
    )
    plain = letters if keep_own else letters.translate(_PLAIN)
    return "".join(_WORD.findall(plain)) or word


@lru_cache(maxsize=20_000)
def stems(word: str, lang: str) -> tuple[str, ...]:
    """Every step of the repeated stem with the word itself first, and the same of its parts."""
    name = _STEMMERS.get(lang.partition("-")[0])
    if name is None:
        return (word,)
    found = dict.fromkeys(_steps(word, name))
    if name == "swedish":
        for part in parts(word):
            found.update(dict.fromkeys(_steps(part, name)))
    return tuple(found)


def _steps(word: str, name: str) -> list[str]:
    """The word and all that it comes from, step by step."""
    steps = [word]
    for one in steps:  # grows while it is walked
        shorter = _origins(one) if name == "swedish" else [_snowball(one, name)]
        steps += [new for new in shorter if new not in steps and len(new) >= _SHORTEST_STEM]
    return steps


def _snowball(word: str, name: str) -> str:
    return str(snowballstemmer.stemmer(name).stemWord(word))


def _origins(word: str) -> list[str]:
    for cut in (0, *range(2, len(word) - 2)):
        if word[cut:] in _SWEDISH:
            return [word[:cut] + _SWEDISH[word[cut:]]]
    definite = [
        word.removesuffix(ending) + bare
        for ending, bare in _DEFINITE.items()
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM
    ]
    return [_snowball(word, "swedish"), *definite]


def parts(word: str) -> tuple[str, ...]:
    """What a Swedish compound is made of, where one of its parts is a word known here."""
    if not (_PARTS | _WHOLE).isdisjoint(_steps(word, "swedish")):
        return ()
    cuts = [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)]
    for head, tail in cuts:
        if (len(head) > 3 or head in _PARTS) and not _PARTS.isdisjoint(_steps(tail, "swedish")):
            return (*dict.fromkeys((_unlinked(head), head)), tail)
    for head, tail in cuts:
        known = len(head) > 3 and not _PARTS.isdisjoint((head, _unlinked(head)))
        if known and len(tail) > 3 and not tail.startswith(_DERIVED):
            return (_unlinked(head),)
    return ()


def _unlinked(head: str) -> str:
    """The first part of a compound without the s that joins it."""
    return head[:-1] if head[-1] == "s" and len(head) > 4 else head


def query_stems(word: str) -> tuple[str, ...]:
    """The stems of a word whose language is not known; its parts are not looked for."""
    return tuple(
        dict.fromkeys(chain.from_iterable(_steps(word, name) for name in _of_script(word)))
    )


def _of_script(word: str) -> Sequence[str]:
    return ("arabic",) if "\u0600" <= word[0] <= "\u06ff" else ("swedish", "english")


def tables() -> dict[str, Any]:
    """What a port of this module to another language has to know (static/frozen/stem.js)."""
    folds = {c: c.casefold() for c in map(chr, range(0x1_1000)) if c.casefold() != c.lower()}
    return {
        "longest": LONGEST_WORD,
        "most": MOST_TERMS,
        "shortest": _SHORTEST_STEM,
        "swedish": _SWEDISH,
        "definite": _DEFINITE,
        "parts": sorted(_PARTS),
        "whole": sorted(_WHOLE),
        "derived": _DERIVED,
        "own": "".join(sorted(_OWN_LETTERS)),
        "plain": {chr(one): letters for one, letters in _PLAIN.items()},
        "arabic": {chr(one): chr(int(form)) for one, form in _ARABIC_FORMS.items()},
        "folds": folds,
    }


def marked(pieces: Iterable[Said]) -> str:
    """All the words a post is found by, each behind the digit of its level.

    Words as written stand in their order, pieces apart, so that phrases are found; the others once.
    """
    exact: list[str] = []
    more: dict[str, None] = {}
    for piece in pieces:
        level = 1 if piece.part == "title" else 2
        found = words(piece.text)
        exact += [*(f"{level}{word}" for word in found), "0"]
        for word in found:
            forms = stems(word, piece.lang)
            more.update(dict.fromkeys(f"{level + 2}{form}" for form in forms))
            more.update(dict.fromkeys(f"{level + 4}{fold(form)}" for form in forms))
    return " ".join([*exact, *more])


def query(text: str) -> tuple[Term, ...]:
    """What a query asks for: words, `word*`, and "words in a row"; the first few, each once."""
    terms: dict[Term, None] = {}
    for phrase, single in _TERM.findall(text.translate(_QUOTES)):
        found = words(phrase or single)
        if phrase and found:
            terms[Term(tuple(found), literal=True)] = None
        elif found:
            *whole, last = found
            terms.update(dict.fromkeys(Term((word,)) for word in whole))
            terms[Term((last,), prefix=single.endswith("*"))] = None
    return tuple(terms)[:MOST_TERMS]


def hits(text: str, terms: Sequence[Term], lang: str) -> list[tuple[int, int]]:
    """Where in a text (NFC) something stands that a query finds, from and to, in order."""
    spans = [match.span() for match in _WRITTEN.finditer(text)]
    said = ["".join(words(text[start:end])) for start, end in spans]
    found = [
        (start, spans[at + len(term.words) - 1][1])
        for at, (start, _) in enumerate(spans)
        for term in terms
        if at + len(term.words) <= len(spans)
        and _is_hit(tuple(said[at : at + len(term.words)]), term, lang)
    ]
    return [one for at, one in enumerate(found) if not at or one[0] >= found[at - 1][1]]


@lru_cache(maxsize=50_000)
def _is_hit(found: tuple[str, ...], term: Term, lang: str) -> bool:
    if term.literal:
        return found == term.words
    (word,), (wanted,) = found, term.words
    if term.prefix:
        return any(one.startswith(wanted) for one in (word, fold(word)))
    forms = stems(word, lang)
    written, plain = _wanted(term)
    return not (written.isdisjoint(forms) and plain.isdisjoint(map(fold, forms)))


@lru_cache(maxsize=1_000)
def _wanted(term: Term) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(term.at(LEVELS - 2)), frozenset(term.at(LEVELS))
