"""What has changed from one text to another: paragraphs, then sentences, then words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "added", "removed"]
Op = tuple[str, int, int, int, int]

_PARTS = (
    re.compile(r".+?(?:\n{2,}|\Z)", re.DOTALL),
    re.compile(r"\n+|[^\n]+?(?:[.!?…؟۔።][^\S\n]+|(?=\n)|\Z)"),
    re.compile(r"\S+\s*|\s+"),
)
"""Into what a text is taken apart; only what differs is taken apart further."""
BUDGET = 2_000_000
"""How many pairs of parts are compared at most; what is left is shown as taken out and put in."""
PAIRED = 400
"""Up to how many pairs of changed paragraphs it is looked which was made of which."""
_ALIKE = 0.25
"""Sentences with less in common than this are two sentences, not one changed word by word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of both texts with what came and went in it."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it came or went."""
        return any(piece.kind != "same" for piece in self.pieces)


def marked(before: str, after: str) -> tuple[Line, ...]:
    """Both texts in one, line by line; empty lines are left out."""
    lines: list[list[Piece]] = [[]]
    for piece in _joined(_Comparison().of(before, after)):
        first, *rest = piece.text.split("\n")
        lines[-1].append(Piece(piece.kind, first))
        lines += [[Piece(piece.kind, line)] for line in rest]
    seen = (tuple(piece for piece in line if piece.text.strip()) for line in lines)
    return tuple(Line(line) for line in seen if line)


def _joined(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for kind, run in groupby(pieces, key=lambda piece: piece.kind):
        yield Piece(kind, "".join(piece.text for piece in run))


class _Comparison:
    """One comparison, and how much of its budget is left."""

    def __init__(self) -> None:
        self.left = BUDGET

    def of(self, before: str, after: str, depth: int = 0) -> Iterable[Piece]:
        """What stayed, came and went, in the order of the new text."""
        if not (before and after and depth < len(_PARTS)):
            yield from (Piece("removed", before),) if before else ()
            yield from (Piece("added", after),) if after else ()
            return
        old, new = _PARTS[depth].findall(before), _PARTS[depth].findall(after)
        for kind, a, b, c, d in self._steps(old, new, whole=depth == len(_PARTS) - 1):
            if kind == "equal":
                yield Piece("same", "".join(new[c:d]))
            elif depth == 0 and (b - a) * (d - c) <= PAIRED:
                for was, now in _paired(old[a:b], new[c:d]):
                    yield from self.of(was.rstrip("\n"), now.rstrip("\n"), depth + 1)
                    yield Piece("same", "\n")
            else:
                yield from self.of("".join(old[a:b]), "".join(new[c:d]), depth + 1)

    def _steps(self, old: Sequence[str], new: Sequence[str], *, whole: bool) -> Iterable[Op]:
        """difflib's steps between two lists of parts; white space around a part is no change."""
        a, b = [part.strip() for part in old], [part.strip() for part in new]
        start = _same_at_start(a, b)
        end = _same_at_start(a[start:][::-1], b[start:][::-1])
        a_end, b_end = len(a) - end, len(b) - end
        apart = whole and not start + end
        yield ("equal", 0, start, 0, start)
        yield from self._between(a, b, (start, a_end, start, b_end), apart=apart)
        yield ("equal", a_end, len(a), b_end, len(b))

    def _between(
        self, a: list[str], b: list[str], span: tuple[int, int, int, int], *, apart: bool
    ) -> Iterable[Op]:
        """The steps within a span; with `apart` one step where there is little in common."""
        a_start, a_end, b_start, b_end = span
        pairs = (a_end - a_start) * (b_end - b_start)
        self.left -= pairs
        if pairs and self.left >= 0:
            matcher = SequenceMatcher(None, a[a_start:a_end], b[b_start:b_end])
            if not apart or matcher.ratio() >= _ALIKE:
                for kind, w, x, y, z in matcher.get_opcodes():
                    yield kind, a_start + w, a_start + x, b_start + y, b_start + z
                return
        yield ("replace", *span)


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Each new paragraph with the old one it was made of, if any, both in their order."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    words = [set(part.split()) for part in old]
    start = 0
    for part in new:
        of = set(part.split())
        alike = (n for n in range(start, len(old)) if len(words[n] & of) * 2 >= len(of))
        found = next(alike, None)
        if found is None:
            yield "", part
            continue
        yield "".join(old[start:found]), ""
        yield old[found], part
        start = found + 1
    yield "".join(old[start:]), ""


def _same_at_start(a: Sequence[str], b: Sequence[str]) -> int:
    pairs = enumerate(zip(a, b, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(a), len(b)))
