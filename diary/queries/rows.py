"""The plain rows that queries return and pages, feeds and exports read."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from diary.models import Lab, Method, standing
from diary.text.plain import direction


@dataclass(frozen=True, slots=True)
class LabRef:
    """A lab where it is named: `short` is its short name in the reader's language."""

    id: int
    slug: str
    name: str
    short: str
    place: str
    colour: str


@dataclass(frozen=True, slots=True)
class MethodRef:
    """A method where it is named."""

    id: int
    slug: str
    name: str
    short: str
    core: bool
    retired_at: datetime | None = None


def lab_ref(lab: Lab, lang: str) -> LabRef:
    """A lab as named in an interface language."""
    short = lab.short_names.get(lang) or lab.name
    return LabRef(lab.id, lab.slug, lab.name, short, lab.place, lab.colour)


def method_ref(method: Method | Row[Any], lang: str) -> MethodRef:
    """A method as named in an interface language."""
    short = method.short_names.get(lang) or method.name
    return MethodRef(method.id, method.slug, method.name, short, method.core, method.retired_at)


@dataclass(frozen=True, slots=True)
class BylineView:
    """A name under a post; `page` is the slug of the author's page, if there is one."""

    name: str
    role: str
    kind: str
    page: str | None


@dataclass(frozen=True, slots=True)
class RenditionView:
    """One size of a picture; `bytes` is its length, `crop` names the 4:3 piece it shows."""

    width: int
    height: int
    extension: str
    media_type: str
    stamp: str
    bytes: int
    crop: str = ""
    outside: bool = False
    """Whether the public store has it."""


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture as a post shows it; sizes in pixels, focus from 0 to 1.

    `link` is the address of a film elsewhere that it stands for; `renditions` show the whole
    picture, `pieces` the 4:3 around the focus, smallest first.
    """

    token: str
    alt: str
    caption: str
    credit: str
    link: str
    width: int
    height: int
    focus_x: float
    focus_y: float
    renditions: tuple[RenditionView, ...]
    pieces: tuple[RenditionView, ...] = ()
    people: bool = False
    """Whether somebody in it can be recognised."""
    withheld: str = ""
    """Why readers do not see it: `hidden` or `consent`; empty where they do."""

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height

    @property
    def webp(self) -> tuple[RenditionView, ...]:
        """The sizes for pages, smallest first."""
        return tuple(r for r in self.renditions if r.extension == "webp")

    @property
    def piece(self) -> "PictureView":
        """The 4:3 piece around the focus, for lists; the whole picture where none is cut."""
        if not self.pieces:
            return self
        largest = self.pieces[-1]
        return replace(
            self,
            width=largest.width,
            height=largest.height,
            renditions=(*self.pieces, self.jpeg),
        )

    @property
    def jpeg(self) -> RenditionView:
        """The one size for feeds, cards and mail."""
        return next(r for r in self.renditions if r.extension == "jpg")


@dataclass(frozen=True, slots=True)
class MirrorRef:
    """A diary that this one keeps a twin of, as pages name it."""

    uid: uuid.UUID
    title: str
    home: str
    feed: str
    licence: str


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A note below a post: what was wrong and is right now."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    """A post as lists show it."""

    id: int
    uid: uuid.UUID
    slug: str
    short: str
    status: str
    title: str
    heading: str
    opening: str
    html: str
    lang: str
    gist: str
    second_kind: str
    second_lang: str
    second_html: str
    scribe: str
    dated: date
    precision: str
    published_at: datetime | None
    updated_at: datetime | None
    sequence: int | None
    lab: LabRef | None
    methods: tuple[MethodRef, ...]
    voice: str
    inspired_by: "Neighbour | None"
    """The post that gave the idea, if it is published."""
    bylines: tuple[BylineView, ...]
    pictures: tuple[PictureView, ...]
    provenance: str
    source_url: str
    revision_id: int
    corrections: tuple[CorrectionView, ...]
    mirrored: MirrorRef | None = None
    """The diary that it is copied from; `source_url` is its page there."""
    earlier: str = ""
    """The title of the earlier diary that it is from."""

    def __hash__(self) -> int:
        return hash(self.revision_id)  # all of it would take longer than what is found by it

    @property
    def dir(self) -> str:
        """The direction its language is written in."""
        return direction(self.lang)

    @property
    def stands_on(self) -> date:
        """Where it stands in the journey."""
        return standing(self.dated, self.precision)

    @property
    def picture(self) -> PictureView | None:
        """The first picture."""
        return self.pictures[0] if self.pictures else None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The post before or after another in the journey."""

    slug: str
    heading: str
    dated: date
    precision: str
    lang: str

    @property
    def dir(self) -> str:
        """The direction its language is written in."""
        return direction(self.lang)


@dataclass(frozen=True, slots=True)
class Day:
    """Posts of one day, so that lists print the date once."""

    dated: date
    precision: str
    posts: tuple[PostCard, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a keyset-paged list: `after` is the cursor's value of what follows, or None."""

    posts: tuple[PostCard, ...]
    after: str | None


def by_day(posts: tuple[PostCard, ...]) -> tuple[Day, ...]:
    """Neighbouring posts of the same day joined into one Day each."""
    days: list[Day] = []
    for post in posts:
        if days and (days[-1].dated, days[-1].precision) == (post.dated, post.precision):
            days[-1] = Day(post.dated, post.precision, (*days[-1].posts, post))
        else:
            days.append(Day(post.dated, post.precision, (post,)))
    return tuple(days)
