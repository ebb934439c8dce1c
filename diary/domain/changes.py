"""What a reader of two revisions would see changed: words, pictures, and what stands beside them.

Pure; made from what queries have read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from diary.queries.revisions import Version
from diary.queries.rows import PictureView, PostCard
from diary.text.changes import Line, marked

BESIDE = (
    *("title", "gist", "day", "lab", "methods", "bylines", "scribe", "voice", "lang"),
    *("inspired_by", "second_kind"),
)
"""What stands beside the words, in the order it is told."""
ON_PICTURE = ("alt", "caption", "credit", "link")


@dataclass(frozen=True, slots=True)
class PictureChange:
    """A picture that came, went, or is shown otherwise.

    `what` holds `added` or `removed`, else the names of the words on it that differ, `crop` and
    `moved`.
    """

    picture: PictureView
    before: PictureView
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two revisions; `beside` names fields, `text` and `second` hold both
    texts in one."""

    before: PostCard
    after: PostCard
    beside: tuple[str, ...]
    text: tuple[Line, ...]
    second: tuple[Line, ...]
    pictures: tuple[PictureChange, ...]

    @property
    def differ(self) -> bool:
        """Whether a reader sees any difference."""
        lines = (*self.text, *self.second)
        return bool(self.beside or self.pictures or any(line.changed for line in lines))

    def of(self, token: str) -> PictureChange | None:
        """What became of a picture that is still shown."""
        return next((one for one in self.pictures if one.picture.token == token), None)

    @property
    def still_shown(self) -> tuple[PictureView, ...]:
        """The pictures that came or are shown otherwise."""
        return tuple(one.picture for one in self.pictures if one.what != ("removed",))

    @property
    def removed(self) -> tuple[PictureView, ...]:
        """The pictures that are shown no more."""
        return tuple(one.picture for one in self.pictures if one.what == ("removed",))


def between(before: Version, after: Version) -> Changes:
    """What has changed from one revision to another."""
    old, new = before.card, after.card
    return Changes(
        before=old,
        after=new,
        beside=tuple(name for name in BESIDE if _beside(old, name) != _beside(new, name)),
        text=marked(before.body, after.body),
        second=marked(before.second_body, after.second_body),
        pictures=tuple(_pictures(old.pictures, new.pictures)),
    )


def _beside(card: PostCard, name: str) -> object:
    if name == "day":
        return card.dated, card.precision
    if name == "bylines":
        return [(one.name, one.role, one.kind) for one in card.bylines]
    return getattr(card, name)


def _pictures(
    before: tuple[PictureView, ...], after: tuple[PictureView, ...]
) -> Iterable[PictureChange]:
    old, new = ({one.token: one for one in pictures} for pictures in (before, after))
    moved = _moved([token for token in old if token in new], [t for t in new if t in old])
    for token, picture in new.items():
        if token not in old:
            yield PictureChange(picture, picture, ("added",))
            continue
        was = old[token]
        what = [name for name in ON_PICTURE if getattr(was, name) != getattr(picture, name)]
        what += ["crop"] * ((was.focus_x, was.focus_y) != (picture.focus_x, picture.focus_y))
        what += ["moved"] * (token in moved)
        if what:
            yield PictureChange(picture, was, tuple(what))
    for token, picture in old.items():
        if token not in new:
            yield PictureChange(picture, picture, ("removed",))


def _moved(before: list[str], after: list[str]) -> set[str]:
    stayed = SequenceMatcher(None, before, after).get_matching_blocks()
    return set(after).difference(*(after[one.b : one.b + one.size] for one in stayed))
