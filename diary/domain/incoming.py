"""Posts from elsewhere as every way in hands them over: plain values, one post at a time.

A way in (`portability`) yields `Incoming` and `LeftOut` for what it cannot read; `importing` makes
posts, persons and pictures of them.
"""

import enum
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from diary.domain.content import MAX_LINE, Content
from diary.domain.founding import House
from diary.media.images import Prepared, prepare
from diary.models import Claim, Kind, Origin
from diary.text.plain import tidy_line

_RESIDENT = r"(boende|ungdom i|gymnasieelev)\b"
_RESEARCHERS = ("gästforskare", "följeforskare", "malmö universitet")
_PARTNERS = (
    "volontär", "föreningen", "hyresgästföreningen", "körledare", "konstnär", "kursledare",
    "biodlare", "samtalsledare", "ledare för läslandet",
)  # fmt: skip


class Standing(enum.StrEnum):
    """How a post stood where it comes from. Only what is OUT is ever let out by an import."""

    OUT = "out"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    CLOSED = "closed"
    """Private, or behind a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who stands under the post, as printed there.

    `key` tells two of one name apart within their world (a login name); without one the name does.
    `kind` is judged from the role if it is not given. `uid` is of this diary's own exports alone.
    """

    name: str
    role: str = ""
    kind: Kind | None = None
    key: str = ""
    uid: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPicture:
    """A picture, in the order shown. `source` is its address, or its path within the export.

    It names the picture within its post for good; its file is looked for by it, unless `read` gives
    it. `prepare` makes of the file what is kept. `link` is of a film that the picture stands for.
    """

    source: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    link: str = ""
    focus_x: float = 0.5
    focus_y: float = 0.5
    claim: Claim = Claim.UNANSWERED
    uid: UUID | None = None
    read: Callable[[], bytes] | None = None
    prepare: Callable[[bytes], Prepared] = prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a reader wrote below the post there; moderators alone see it, nobody's mail address."""

    name: str
    words: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A post from elsewhere.

    `key` names it there for good (`wxr/<site>/<id>`). Persons of one `world` (`wxr/<site>`) with
    one key are one; two worlds' are two. `content` holds the words, as Markdown without pictures;
    its bylines and pictures stay empty, for `authors` and `pictures` stand for them. Its `lab` and
    `methods` are slugs here where the source knows them; what it calls otherwise are `tags`.
    `addresses` are where it once stood: whole addresses or paths, `?p=123` among them.
    `published_at` is when it came out there. `post_id` is the post it is known to be, whatever
    its key. `evidence` is what pages say of it (`reconstruction`). `uid`, `short` and `corrections`
    (when, and the line) are of this diary's own exports alone; a post with that uid that was not
    brought in so is left alone. `earlier` is the title of the earlier
    diary it is from, if nobody shall change its words here.
    """

    key: str
    world: str
    content: Content
    authors: tuple[Author, ...] = ()
    pictures: tuple[IncomingPicture, ...] = ()
    tags: tuple[str, ...] = ()
    standing: Standing = Standing.OUT
    comments: tuple[Comment, ...] = ()
    origin: Origin = Origin.MOVED
    source_url: str = ""
    seen_on: str = ""
    slug: str = ""
    addresses: tuple[str, ...] = ()
    published_at: datetime | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    post_id: int | None = None
    uid: UUID | None = None
    short: str = ""
    earlier: str = ""
    corrections: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that could not be read, and why, in plain words."""

    name: str
    why: str


class NotReadable(Exception):
    """The whole file is nothing that this way in reads; the message says so in plain words."""


Found = Iterable[Incoming | LeftOut]
"""What a way in yields: one after the other, never all at once in memory, in any order."""
Note = tuple[str, Iterable[str]]
"""A list of the report: what it is of, and its lines."""


def _none() -> Iterable[Note]:
    return ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a way in finds; `total` posts if it knows, and what somebody should look at.

    `reading` is gone through first, where all must be read before anything can be found: a step for
    each of `files`. `notes` is asked last.
    """

    found: Found
    total: int | None = None
    notes: Callable[[], Iterable[Note]] = _none
    reading: Iterable[object] = ()
    files: int | None = None
    house: House | None = None
    """The places and ways of working that come along."""

    def from_earlier(self, title: str) -> Self:
        """The same as the first part of a diary that goes on, which is called as it is already;
        without a title unchanged."""
        title = tidy_line(title, MAX_LINE)
        if not title:
            return self
        found = (one if isinstance(one, LeftOut) else _earlier(one, title) for one in self.found)
        house = self.house and replace(self.house, uid=None, values={}, withdrawn={})
        return replace(self, found=found, house=house)


def _earlier(item: Incoming, title: str) -> Incoming:
    origin = Origin.MOVED if item.origin is Origin.WRITTEN else item.origin
    return replace(item, earlier=title, origin=origin)


def kind_of(role: str, organisation: str = "") -> Kind:
    """What a person is to the project, judged from the words of the role."""
    words = f"{role} {organisation}".lower()
    if re.match(_RESIDENT, words):
        return Kind.RESIDENT
    for kind, signs in ((Kind.RESEARCHER, _RESEARCHERS), (Kind.PARTNER, _PARTNERS)):
        if any(sign in words for sign in signs):
            return kind
    return Kind.STAFF
