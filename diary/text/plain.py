"""Plain text: cleaned, shortened, made into addresses; no markup comes out of here."""

import html as entities
import re
import unicodedata
from collections.abc import Callable
from itertools import chain, count
from typing import Literal

from anyascii import anyascii

# What no text may hold: controls but tab and line feed, lone surrogates, and the noncharacters
# (Unicode 16, section 23.7), some of which diary.text.markdown uses for itself.
_LAST_OF_PLANES = "".join(chr(p | 0xFFFE) + chr(p | 0xFFFF) for p in range(0, 0x110000, 0x10000))
_CONTROL = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_LAST_OF_PLANES}]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
# In one line these turn the words after it around (UAX #9); joiners and plain marks, which
# Persian, Arabic and emoji need, stay. (The byte order mark is one of them by history.)
_INVISIBLE = re.compile("[\u200b\ufeff\u202a-\u202e\u2060\u2066-\u2069]")
_TAG = re.compile(r"""</?([a-z0-9]+)(?:"[^"]*"|[^">])*>""", re.IGNORECASE)
_INLINE = {"a", "b", "code", "del", "em", "i", "ins", "s", "small", "strong", "sub", "sup", "u"}
_SENTENCE = re.compile(r"""(?:[!?…؟۔。]|(?<=[^\W\d_]{2})\.(?!\s+[\da-zåäöéü]))["”’»)]*(?=\s|$)""")
HEADING_LENGTH = 70
_SHORTEST_HEADING = 12
_RTL_LANGUAGES = {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"}
_RTL_SCRIPTS = {"adlm", "arab", "aran", "hebr", "nkoo", "rohg", "syrc", "thaa"}


def has_control(text: str) -> bool:
    """Whether the text holds a character that `tidy` would remove for safety's sake."""
    return bool(_CONTROL.search(_LINE_END.sub("\n", text)))


def tidy(text: str) -> str:
    """The same text in Unicode's NFC, lines ended by \\n, without controls and trailing space."""
    text = _CONTROL.sub("", _LINE_END.sub("\n", text))
    lines = unicodedata.normalize("NFC", text).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def tidy_line(text: str, limit: int | None = None) -> str:
    """A title, name or caption: one line, at most `limit` characters, "" if nothing is seen."""
    line = " ".join(_INVISIBLE.sub("", tidy(text)).split())
    if all(unicodedata.category(character)[0] in "CZ" for character in line):
        return ""
    return line if limit is None else _whole_characters(line, limit)


def carries(text: str, names: set[str]) -> bool:
    """Whether one of the names, case-folded, stands in a text as words of their own."""
    words = tidy_line(text.replace("\n", " ")).casefold()
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) for name in names)


def as_text(html: str) -> str:
    """The words of rendered HTML in one line; blocks and line breaks become a space."""
    return " ".join(_lines(html))


def _lines(html: str) -> list[str]:
    """The words of rendered HTML, line by line as they are seen."""
    text = _TAG.sub(lambda tag: "" if tag[1].lower() in _INLINE else "\0", html)
    tidied = (" ".join(line.split()) for line in _INVISIBLE.sub("", text).split("\0"))
    return [entities.unescape(line) for line in tidied if line]


def first_name(name: str) -> str:
    """What is shown of somebody under 18, whoever typed how much more."""
    return tidy_line(name).partition(" ")[0]


def heading(title: str, html: str) -> str:
    """What a post is called: its title, else the first words of its rendered body."""
    return title or first_words(html, HEADING_LENGTH)


def first_words(html: str, length: int = 60) -> str:
    """What a post without a title is called: its first sentence if it fits, else its start.

    A very short one ("Hej!") takes the next along, a longer one never what is below it.
    """
    lines = _lines(html)
    alone = bool(lines) and len(lines[0]) >= _SHORTEST_HEADING
    text = lines[0] if alone else " ".join(lines)
    ends = (end.end() for end in _SENTENCE.finditer(text[: length + 1]))
    first = next((end for end in ends if _SHORTEST_HEADING <= end <= length), None)
    return text[:first] if first else _cut(text, length)


def rest_after(html: str, heading: str, length: int = 220) -> str:
    """The opening below a heading made by `first_words`: what follows, never said twice."""
    text = as_text(html)
    said = heading.removesuffix("…")
    if not said or not text.startswith(said):
        return _cut(text, length)
    rest = text[len(said) :].lstrip(" ,;:…")
    goes_on = rest and text[: len(said) + 1] != heading and heading.endswith("…")
    return _cut(f"… {rest}" if goes_on else rest, length)


def slug(text: str, limit: int = 80) -> str:
    """Lower-case ASCII for an address, other scripts transliterated; "" if nothing remains."""
    seen = "".join(c for c in text if unicodedata.category(c) not in {"So", "Sk", "Cs"})
    letters = re.sub(r"['’`]", "", anyascii(unicodedata.normalize("NFC", seen)).lower())
    name = "-".join(re.findall("[a-z0-9]+", letters))
    if len(name) <= limit:
        return name
    return name[: limit + 1].rpartition("-")[0] or name[:limit]


def free(wanted: str, taken: Callable[[str], bool], between: str = "-") -> str:
    """The wanted name if nobody has taken it, else with the first number from 2 on."""
    numbered = (f"{wanted}{between}{number}" for number in count(2))
    return next(name for name in chain((wanted,), numbered) if not taken(name))


def direction(lang: str) -> Literal["ltr", "rtl"]:
    """The direction of a language tag (BCP 47): its script's, if it names one."""
    language, *subtags = lang.lower().replace("_", "-").split("-")
    script = next((tag for tag in subtags if len(tag) == 4 and tag.isalpha()), None)
    rtl = script in _RTL_SCRIPTS if script else language in _RTL_LANGUAGES
    return "rtl" if rtl else "ltr"


def _cut(text: str, length: int) -> str:
    """At most `length` characters, ended at a word where there is one."""
    if len(text) <= length:
        return text
    words = text[:length].rpartition(" ")[0]
    kept = words if len(words) > length // 2 else _whole_characters(text, length - 1)
    return kept.rstrip(" ,;:.–-…") + "…"


def _whole_characters(text: str, limit: int) -> str:
    """The first `limit` code points, less what would tear an accent or an emoji apart."""
    end = limit
    while 0 < end < len(text) and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[: end or limit].rstrip()


def _joins(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M"
        or character in "\u200c\u200d"
        or (
            "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        )
    )
