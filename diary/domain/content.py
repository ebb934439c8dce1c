"""What somebody is writing, before it becomes a revision: plain values and their checks."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from diary.domain.errors import Problem
from diary.models import Claim, Kind, Precision, SecondKind, Voice
from diary.text.films import is_web
from diary.text.plain import has_control, tidy_line

MAX_BODY = 100_000
MAX_LINE = 200
MAX_WORDS_ON_PICTURE = 1_000
MAX_PICTURES = 12
EARLIEST = date(1900, 1, 1)
MAX_BYLINES = 8


@dataclass(frozen=True, slots=True)
class BylineContent:
    """A name to stand under the post; without a person it is somebody new."""

    name: str
    role: str = ""
    kind: Kind = Kind.RESIDENT
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class PictureContent:
    """A picture of the post by its token, with the words on it and the writer's claim."""

    token: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    link: str = ""
    claim: Claim = Claim.UNANSWERED
    focus_x: float = 0.5
    focus_y: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a writer decides about a post. `lab` and `methods` are slugs.

    `lang` and `second_lang` are guessed from the words until they are chosen by hand. `scribe` is
    who wrote it down for those under it. `inspired_by` is another post's address: its short one, or
    what was typed as long as that leads nowhere.
    """

    dated: date
    title: str = ""
    body: str = ""
    lang: str = "sv"
    lang_chosen: bool = False
    gist: str = ""
    second_kind: SecondKind | None = None
    second_lang: str = ""
    second_lang_chosen: bool = False
    second_body: str = ""
    scribe: str = ""
    precision: Precision = Precision.DAY
    lab: str = ""
    methods: tuple[str, ...] = ()
    voice: Voice | None = None
    inspired_by: str = ""
    bylines: tuple[BylineContent, ...] = ()
    pictures: tuple[PictureContent, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show anybody."""
        return not (self.title.strip() or self.body.strip() or self.pictures)

    def with_pictures(self, pictures: Iterable[PictureContent]) -> "Content":
        """The same with other pictures."""
        return replace(self, pictures=tuple(pictures))


def to_json(content: Content) -> dict[str, Any]:
    """Content as a working copy keeps it."""
    return {**asdict(content), "dated": content.dated.isoformat()}


def from_json(values: dict[str, Any]) -> Content:
    """The content a working copy holds; one kept by an older version may lack the newer fields."""
    kept = {"lang_chosen": True, "second_lang_chosen": True, **values}
    kind, voice = kept.get("second_kind"), kept["voice"]
    kept["dated"] = date.fromisoformat(kept["dated"])
    kept["precision"] = Precision(kept["precision"])
    kept["second_kind"] = SecondKind(kind) if kind else None
    kept["voice"] = Voice(voice) if voice else None
    kept["methods"] = tuple(kept["methods"])
    kept["bylines"] = tuple(
        BylineContent(**{**byline, "kind": Kind(byline["kind"])}) for byline in kept["bylines"]
    )
    kept["pictures"] = tuple(
        PictureContent(**{**picture, "claim": Claim(picture["claim"])})
        for picture in kept["pictures"]
    )
    return Content(**kept)


def same(one: Content, other: Content) -> bool:
    """Whether a reader would see no difference between two contents."""
    return _seen(one) == _seen(other)


def _seen(content: Content) -> Content:
    bylines = tuple(replace(byline, person_id=None) for byline in content.bylines)
    return replace(content, bylines=bylines, lang_chosen=True, second_lang_chosen=True)


def problems(
    content: Content, *, today: date, labs: Collection[str], methods: Collection[str]
) -> tuple[Problem, ...]:
    """What is wrong with a content, field by field; `labs` and `methods` are the known slugs."""
    return (
        *line_problems("title", content.title),
        *line_problems("gist", content.gist),
        *line_problems("inspired_at", content.inspired_by),
        *text_problems("body", content.body, MAX_BODY),
        *text_problems("second_body", content.second_body, MAX_BODY),
        *_second_problems(content),
        *_choice_problems(content, today, labs, methods),
        *_byline_problems(content.bylines),
        *_picture_problems(content.pictures),
    )


def line_problems(
    field: str, text: str, limit: int = MAX_LINE, *, needed: bool = False
) -> Iterable[Problem]:
    """What is wrong with one line of text."""
    if has_control(text) or "\n" in text:
        yield Problem(field, "control")
    elif needed and not tidy_line(text):
        yield Problem(field, "missing")
    elif len(text) > limit:
        yield Problem(field, "too_long", {"limit": limit, "actual": len(text)})


def text_problems(field: str, text: str, limit: int) -> Iterable[Problem]:
    """What is wrong with a text that may have several lines."""
    if has_control(text):
        yield Problem(field, "control")
    elif len(text) > limit:
        yield Problem(field, "too_long", {"limit": limit, "actual": len(text)})


def _second_problems(content: Content) -> Iterable[Problem]:
    if content.second_body.strip() and content.second_kind is None:
        yield Problem("second_kind", "second_kind_missing")


def _choice_problems(
    content: Content, today: date, labs: Collection[str], methods: Collection[str]
) -> Iterable[Problem]:
    if content.dated > today:
        yield Problem("dated", "future")
    if content.dated < EARLIEST:
        yield Problem("dated", "too_early")
    if content.lab and content.lab not in labs:
        yield Problem("lab", "unknown_lab")
    if set(content.methods) - set(methods):
        yield Problem("methods", "unknown_method")


def _byline_problems(bylines: tuple[BylineContent, ...]) -> Iterable[Problem]:
    if len(bylines) > MAX_BYLINES:
        yield Problem("bylines", "too_many", {"limit": MAX_BYLINES})
    for byline in bylines:
        if not byline.name.strip():
            yield Problem("bylines", "missing")
        yield from line_problems("bylines", byline.name)
        yield from line_problems("bylines", byline.role)


def _picture_problems(pictures: tuple[PictureContent, ...]) -> Iterable[Problem]:
    if len(pictures) > MAX_PICTURES:
        yield Problem("photos", "too_many_pictures", {"limit": MAX_PICTURES})
    for picture in pictures:
        for name in ("alt", "caption", "credit"):
            text = getattr(picture, name).replace("\n", " ")
            yield from line_problems(f"{name}-{picture.token}", text, MAX_WORDS_ON_PICTURE)
        if picture.link and not is_web(picture.link):
            yield Problem(f"link-{picture.token}", "not_a_link")
