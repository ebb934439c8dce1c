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
_QUOTES = str.maketrans("“”„«»″", '""""""')
# Short vowels and the stretcher are written in Arabic or left out at will.
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_ARABIC_FORMS = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_OWN_LETTERS = frozenset("åäöæø")
_PLAIN = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ł": "l", "ı": "i"})

# What Swedish Snowball takes apart or leaves apart. Keys and values are found under each other.
_SWEDISH = {
    "läslandet": "läsland", "landet": "land", "länder": "land", "böcker": "bok", "städer": "stad",
    "händer": "hand", "bönder": "bonde", "nätter": "natt", "tänder": "tand", "fötter": "fot",
    "män": "man", "männen": "man", "söner": "son", "döttrar": "dotter", "bröder": "bror",
    "mödrar": "mor", "fäder": "far", "museer": "museum", "museet": "museum", "kaféet": "kafé",
    "kaféer": "kafé", "kafeer": "kafe", "caféer": "café", "caféet": "café", "avtalen": "avtal",
    "avtalet": "avtal", "samtalet": "samtal", "samtalen": "samtal", "jobben": "jobb",
    "jobbet": "jobb", "träffen": "träff", "träffar": "träff", "möten": "möte", "mötet": "möte",
    "skolan": "skola", "gatan": "gata", "kvinnan": "kvinna", "flickan": "flicka",
    "pojken": "pojke", "frågan": "fråga", "resan": "resa", "kyrkan": "kyrka", "veckan": "vecka",
    "människan": "människa", "läxan": "läxa", "lärarna": "lärare", "utvecklarna": "utvecklare",
    "metoden": "metod", "metoder": "metod", "förening": "förening", "föreningar": "förening",
}  # fmt: skip

# Words that others are made of, as a diary of a neighbourhood joins them.
_PARTS = frozenset(
    """
    kör kören körer café caféet caféer kafé kaféet kaféer kväll kvällen kvällar skola skolan skolor
    plats platsen platser möte mötet möten samtal samtalet samtalen metod metoden metoder bok boken
    böcker träff träffen träffar dag dagen dagar grupp gruppen grupper jobb jobbet jobben avtal
    avtalet avtalen cirkel cirkeln cirklar fest festen fester språk språket konst konsten modell
    modellen utvecklare utvecklaren utvecklarna berättelse berättelsen berättelser gård gården
    gårdar hus huset husen land landet arbete arbetet lag laget mat maten sång sången musik musiken
    teater teatern bild bilden bilder verkstad verkstaden vandring vandringen vandringar odling
    odlingen lägenhet lägenheten förening föreningen föreningar läxa läxhjälp hjälp hjälpen ungdom
    ungdomar barn barnen kvinnor bibliotek biblioteket marknad marknaden frukost frukosten torg
    torget område området områden
    """.split()
)


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a post: its text, its language, and whether it is a title."""

    text: str
    lang: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for: a word, the beginning of one, or words in a row."""

    words: tuple[str, ...]
    prefix: bool = False

    def at(self, level: int) -> tuple[str, ...]:
        """What counts as this term at a level, each to be looked for with its digit."""
        if level <= 2:
            return (" ".join(self.words),)
        if len(self.words) > 1:
            return ()  # a phrase is looked for as it is written
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
    steps = [word]
    if name == "swedish" and (known := _known_form(word)):
        steps.append(known)
    while True:
        shorter = snowballstemmer.stemmer(name).stemWord(steps[-1])
        if shorter in steps or len(shorter) < _SHORTEST_STEM:
            return steps
        steps.append(shorter)


def _known_form(word: str) -> str:
    """What the table makes of a word, or of the last part of a compound."""
    last = word if word in _SWEDISH else (parts(word) or ("",))[-1]
    return word.removesuffix(last) + _SWEDISH[last] if last in _SWEDISH else ""


def parts(word: str) -> tuple[str, ...]:
    """What a Swedish compound is made of, where its last part is a word known here."""
    for cut in range(3, len(word) - 2):
        if word[cut:] in _PARTS and (cut > 3 or word[:cut] in _PARTS):
            head = word[:cut]
            unlinked = head[:-1] if head[-1] == "s" and len(head) > 4 else head
            return (*dict.fromkeys((unlinked, head)), word[cut:])
    return ()


def query_stems(word: str) -> tuple[str, ...]:
    """The stems of a word whose language is not known; its parts are not looked for."""
    return tuple(
        dict.fromkeys(chain.from_iterable(_steps(word, name) for name in _of_script(word)))
    )


def _of_script(word: str) -> Sequence[str]:
    return ("arabic",) if "\u0600" <= word[0] <= "\u06ff" else ("swedish", "english")


def marked(pieces: Iterable[Said]) -> str:
    """All the words a post is found by, each behind the digit of its level.

    Words as written stand in their order, pieces apart, so that phrases are found; the others once.
    """
    exact: list[str] = []
    more: dict[str, None] = {}
    for piece in pieces:
        level = 1 if piece.title else 2
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
            terms[Term(tuple(found))] = None
        elif found:
            *whole, last = found
            terms.update(dict.fromkeys(Term((word,)) for word in whole))
            terms[Term((last,), prefix=single.endswith("*"))] = None
    return tuple(terms)[:MOST_TERMS]


def hits(text: str, terms: Iterable[Term], lang: str) -> list[tuple[int, int]]:
    """Where in a text something stands that a query finds, from and to, in order."""
    wanted, begun = set[str](), set[str]()
    for term in terms:
        forms = {form for word in term.words for form in Term((word,)).at(4)}
        wanted |= {*term.words, *forms}
        wanted |= {fold(form, keep_own=True) for form in forms}
        begun |= set(term.words) if term.prefix else set()
    return [
        match.span()
        for match in re.finditer(r"[^\W_]+(?:[\u0610-\u061a\u064b-\u065f\u0670]+[^\W_]*)*", text)
        if _is_hit(words(match[0]), lang, wanted, begun)
    ]


def _is_hit(found: list[str], lang: str, wanted: set[str], begun: set[str]) -> bool:
    return any(
        not wanted.isdisjoint(forms)
        or not wanted.isdisjoint(map(fold, forms))
        or any(form.startswith(start) for form in (word, fold(word)) for start in begun)
        for word in found
        for forms in (stems(word, lang),)
    )
