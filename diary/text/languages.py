"""What language a text is in, as far as its words tell; nothing is asked over a network."""

import re
from collections import Counter
from collections.abc import Container

import pycld2

from diary.text.plain import tidy

LIKELY = frozenset({"sv", "en", "ar", "fa", "so", "fi", "de", "no", "da"})
"""Among which a text that comes from elsewhere is guessed."""
FEWEST_LETTERS = 12
"""Below that the words of one alphabet tell nothing certain."""
_MOSTLY = 70  # per cent of a text that a language has to be

# What the recogniser says → what the diary calls it. In Arabic script its `ku` is Sorani.
_ALIASES = {"hr": "bs", "sr": "bs"}
_HALF_TAKEN_FOR = {"nn": "sv", "no": "sv", "da": "sv"}
# By script: letters that only one of its languages has, and the language without such letters.
_SCRIPTS = {
    "arab": (re.compile("[\u0600-\u06ff\u0750-\u077f]"), "ar"),
    "cyrl": (re.compile("[\u0400-\u04ff]"), "ru"),
    "ethi": (re.compile("[\u1200-\u137f]"), "ti"),
    "latn": (re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]", re.IGNORECASE), ""),
}
_OWN_LETTERS = {
    "arab": (("ckb", "ڕڵۆێەڤ"), ("ps", "ټډړږښڼۍې"), ("fa", "پچژگکی")),
    "cyrl": (("uk", "іїєґ"),),
}
_SCRIPT_OF = {
    **dict.fromkeys(("ar", "ckb", "fa", "ps"), "arab"),
    **dict.fromkeys(("ru", "uk"), "cyrl"),
    "ti": "ethi",
}
# Kurmanji is taken for anything but itself; these are its commonest words.
_KURMANJI = re.compile(
    r"\b(?:û|ê|jî|bû|bûn|min|em|ez|wan|ji|li|bi|di|da|de|ku|îro|me|xwe|gelek|çû|çûn)\b",
    re.IGNORECASE,
)
_KURMANJI_LETTERS = re.compile("[êîû]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)\S{1,64}@\S+", re.IGNORECASE)


def guess(text: str, among: Container[str], otherwise: str) -> str:
    """The language of a text, one of `among`; `otherwise` if it is short, mixed or none of them.

    The same text always gets the same answer, and no text raises.
    """
    words = _NO_WORDS.sub(" ", tidy(text))
    counts = Counter({name: len(own.findall(words)) for name, (own, _) in _SCRIPTS.items()})
    script, letters = counts.most_common(1)[0]
    if letters * 100 < counts.total() * _MOSTLY or not letters:
        return otherwise
    if letters < FEWEST_LETTERS:
        own = script == _SCRIPT_OF.get(otherwise, "latn")
        found = otherwise if own else _by_letters(words, script)
    elif script == "latn" and _is_kurmanji(words):
        found = "ku"
    else:
        found = _recognised(words, script) or _by_letters(words, script)
    return found if found in among else otherwise


def of_site(code: object, otherwise: str) -> str:
    """The language that a whole site says it is in (BCP 47), if its texts are likely to be.

    English is what a site says that was never asked.
    """
    short = str(code or "").partition("-")[0].lower()
    return short if short in LIKELY and short != "en" else otherwise


def _by_letters(text: str, script: str) -> str:
    for lang, letters in _OWN_LETTERS.get(script, ()):
        if any(letter in text.lower() for letter in letters):
            return lang
    return _SCRIPTS[script][1]


def _is_kurmanji(text: str) -> bool:
    words = _WORD.findall(text)
    known = len(_KURMANJI.findall(text))
    return known * 5 >= len(words) and len(_KURMANJI_LETTERS.findall(text)) * 40 >= len(text)


def _recognised(text: str, script: str) -> str:
    try:
        _sure, _bytes, found = pycld2.detect(text, isPlainText=True, bestEffort=True)
    except pycld2.error:  # it takes some characters for broken UTF-8
        return ""
    codes = [(_ALIASES.get(code, code), share) for _name, code, share, _score in found]
    first = codes[0][0]
    if sum(share for code, share in codes if first in (code, _HALF_TAKEN_FOR.get(code))) < _MOSTLY:
        return ""
    return "ckb" if first == "ku" and script == "arab" else first
