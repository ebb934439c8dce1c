"""The frozen site's search: an index in plain scripts, which static/frozen/search.js reads.

A page opened from a disk may not fetch, but it may load scripts. So the index is cut into scripts
that each call `diarySearch` with a piece of it; a search loads the few that its words stand in.

- `search/index.js`: how it is cut, and the tables of `text/stem`.
- `search/words-<n>.js`: words in order, with the posts that each stands in, as `Index` writes them.
- `search/posts-<n>.js`: what is shown of `queries/frozen.DOCUMENTS` sequences' posts.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import post_path
from diary.queries import frozen, site
from diary.queries.rows import PostCard
from diary.text.stem import Said, tables

PIECE = 60_000
"""Characters of words and posts in one script."""
_MARKED = re.compile("([1-6])(.+)")
_POSTING = re.compile("([0-9a-z]+)([A-P])")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Index:
    """From words to the posts that hold them.

    A word's posts are written as the distance of each sequence from the one before, in base 36,
    and a letter from A on: four times how the word stands in the title (not 0, as written 1, as a
    stem 2, folded 3) and how in the texts.
    """

    def __init__(self) -> None:
        self._posts: dict[str, bytearray] = {}
        self._last: dict[str, int] = {}

    def add(self, sequence: int, marked: str) -> None:
        """A post's marked words (`text/stem.marked`); sequences come in order."""
        for word, letter in places(marked).items():
            distance = sequence - self._last.get(word, 0)
            self._last[word] = sequence
            posts = self._posts.setdefault(word, bytearray())
            posts += f"{base36(distance)}{letter}".encode()

    def scripts(self) -> Iterator[tuple[str, str]]:
        """The scripts' numbers' first words, and the scripts."""
        words = sorted(self._posts, key=_as_scripts_sort)
        part: dict[str, str] = {}
        size = 0
        for word in words:
            if size > PIECE:
                yield next(iter(part)), call("words", part)
                part, size = {}, 0
            part[word] = self._posts[word].decode()
            size += len(word) + len(part[word])
        if part:
            yield next(iter(part)), call("words", part)


def places(marked: str) -> dict[str, str]:
    """The letter of each of a post's marked words."""
    found_at: dict[str, list[int]] = {}
    for found in map(_MARKED.fullmatch, marked.split()):
        if found:
            rank, in_text = (int(found[1]) + 1) // 2, int(found[1]) % 2 == 0
            place = found_at.setdefault(found[2], [0, 0])
            place[in_text] = min(rank, place[in_text] or rank)
    return {word: chr(ord("A") + 4 * title + text) for word, (title, text) in found_at.items()}


def postings(posts: str) -> Iterator[tuple[int, str]]:
    """The sequences of a word's posts, each with its letter."""
    sequence = 0
    for distance, letter in _POSTING.findall(posts):
        sequence += int(distance, 36)
        yield sequence, letter


def _as_scripts_sort(word: str) -> bytes:
    """JavaScript compares strings by their UTF-16 units."""
    return word.encode("utf-16-be")


def base36(number: int) -> str:
    """A number as JavaScript's `parseInt(…, 36)` reads it."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def words(sessions: sessionmaker[Session], languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The scripts of the index of words, each with its path."""
    index, after = Index(), 0
    while True:
        with sessions() as session:
            found = frozen.words(session, after)
        for sequence, marked in found:
            index.add(sequence, marked)
        if len(found) < frozen.AT_ONCE:
            break
        after = found[-1][0]
    firsts = []
    for number, (first, script) in enumerate(index.scripts()):
        firsts.append(first)
        yield f"search/words-{number}.js", script
    with sessions() as session:
        labs = _labs(session, languages)
    head = {"firsts": firsts, "each": frozen.DOCUMENTS, "labs": labs, "stem": tables()}
    yield "search/index.js", call("index", head)


def _labs(session: Session, languages: Iterable[str]) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for lang in languages:
        for lab in site.labs(session, lang):
            names.setdefault(lab.slug, {})[lang] = lab.short
    return names


def texts(
    sessions: sessionmaker[Session], number: int, file_of: Callable[[str], str], main: str
) -> Iterator[tuple[str, str]]:
    """The script of what is shown of the posts that share it, with its path; none without posts."""
    with sessions() as session:
        found = frozen.documents(session, number, main)
    if found:
        shown = {card.sequence: _shown(card, said, file_of, main) for card, said in found}
        yield f"search/posts-{number}.js", call("posts", shown)


def _shown(
    card: PostCard, said: list[Said], file_of: Callable[[str], str], main: str
) -> dict[str, Any]:
    known = card.precision != "unknown"
    length = {"year": 4, "month": 7}.get(card.precision, 10)
    return {
        "file": file_of(post_path(card.slug)),
        "heading": card.heading,
        "opening": card.opening,
        "lang": card.lang,
        "day": card.dated.isoformat()[:length] if known else "",
        "lab": card.lab.slug if card.lab else "none",
        "by": _by(card),
        "said": [[one.text, one.lang or main, one.part] for one in said if one.text],
    }


def _by(card: PostCard) -> str:
    names = ", ".join(one.name for one in card.bylines if one.name)
    return (
        ", ".join(filter(None, (names, card.bylines[0].role))) if len(card.bylines) == 1 else names
    )


def call(name: str, value: object) -> str:
    """A script that hands over a value."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"diarySearch.{name}({data});\n"
