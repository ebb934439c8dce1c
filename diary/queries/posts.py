"""Posts: what is public, what somebody may see, and how rows become cards."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, joinedload

from diary.media import pieces
from diary.models import (
    Byline,
    Claim,
    Consent,
    Decision,
    Lab,
    Method,
    Picture,
    Post,
    Precision,
    Provenance,
    PublicFile,
    Rendition,
    Revision,
    RevisionMethod,
    ShownPicture,
    Status,
)
from diary.queries.card_parts import BYLINES, CORRECTIONS, METHODS, OF, parts
from diary.queries.kept import kept
from diary.queries.rows import (
    BylineView,
    CorrectionView,
    LabRef,
    MethodRef,
    Neighbour,
    PictureView,
    PostCard,
    RenditionView,
    Slice,
)
from diary.queries.whence import whence

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts somebody may see besides the published ones; `domain.policy` makes it."""

    everything: bool = False
    owner_id: int | None = None
    lab_ids: tuple[int, ...] = ()


NOBODY = Scope()
AT_ONCE = (joinedload(Revision.lab), joinedload(Post.provenance).joinedload(Provenance.mirror))
"""What a card needs and a join brings along."""

OUT = Status.PUBLISHED
PUBLIC = Post.status == OUT
"""What is public: said here, and nowhere else among the queries."""

GONE = Post.sequence.is_not(None) & Post.status.in_([one for one in Status if one is not OUT])
"""What was public and is not any more: taken down, or let out and taken back at once."""

NOT_TAKEN_AWAY = (Picture.hidden_at.is_(None), Picture.recalled_at.is_(None))

SAID_YES = Consent.withdrawn_at.is_(None) & func.coalesce(
    # Nobody who can be recognised, or all of them with a yes; before a moderator decides, the
    # writer's word holds, as for what a trusted author publishes.
    Consent.decision.in_((Decision.NOBODY, Decision.YES)),
    Consent.claim.in_((Claim.NOBODY, Claim.YES)),
)
"""Whether a picture may be shown for what is known of the people in it."""

PICTURED = exists().where(
    ShownPicture.revision_id == Post.live_id,
    ShownPicture.picture_id == Picture.id,
    Consent.picture_id == Picture.id,
    SAID_YES,
    *NOT_TAKEN_AWAY,
)
"""Whether readers see any picture with a post."""

OUTSIDE = exists().where(
    PublicFile.rendition_id == Rendition.id, PublicFile.stamp == Rendition.stamp, PublicFile.there
)
"""Whether the public store has a copy of a rendition."""

SHOWS_PEOPLE = func.coalesce(Consent.decision == Decision.YES, Consent.claim == Claim.YES)
"""Whether somebody in a picture that may be shown can be recognised."""


@cache
def published() -> Select[Post, Revision]:
    """All published posts with their live revision: every public list begins here."""
    return select(Post, Revision).join(Revision, Post.live_id == Revision.id).where(PUBLIC)


def those(ids: Any) -> Select[Post, Revision]:
    """The published posts among those with these ids, or with those of a parameter.

    Whether they are public is asked as no index answers it: SQLite keeps no statistics, and would
    go through all that is public as soon as the ids are ten.
    """
    chosen = select(Post, Revision).join(Revision, Post.live_id == Revision.id)
    return chosen.where(Post.id.in_(ids), PUBLIC.is_(True))


def headings() -> Select[str | None, str, date, Precision, str]:
    """What all published posts are called, as `Neighbour` has it."""
    return published().with_only_columns(
        Post.slug, Revision.heading, Post.dated, Post.precision, Revision.lang
    )


def gone() -> Select[Post, Revision]:
    """All posts that were public and are not any more, with the revision last seen, if kept."""
    return select(Post, Revision).outerjoin(Revision, Post.live_id == Revision.id).where(GONE)


Among = Callable[[], Select[Post, Revision]]
"""Of which posts: `published`, or `gone`."""


def visible_to(scope: Scope) -> ColumnElement[bool]:
    """What `scope` lets somebody see whether published or not; a draft is its owner's alone."""
    own = Post.owner_id == scope.owner_id if scope.owner_id is not None else false()
    theirs = true() if scope.everything else Post.lab_id.in_(scope.lab_ids)
    return or_(own, and_(theirs, Post.status != Status.DRAFT))


@lru_cache
def in_lab(lab_id: int, among: Among = published) -> Select[Post, Revision]:
    """The published posts of a lab."""
    return among().where(Post.lab_id == lab_id)


@lru_cache
def with_method(method_id: int, among: Among = published) -> Select[Post, Revision]:
    """The published posts that name a method."""
    named = select(RevisionMethod.revision_id).where(RevisionMethod.method_id == method_id)
    return among().where(Post.live_id.in_(named))


@lru_cache
def by_person(person_id: int, among: Among = published) -> Select[Post, Revision]:
    """The published posts that carry a person's byline."""
    signed = select(Byline.revision_id).where(Byline.person_id == person_id)
    return among().where(Post.live_id.in_(signed))


def stream(
    session: Session,
    chosen: Select[Post, Revision],
    *,
    before: int | None = None,
    size: int = PAGE_SIZE,
    lang: str = "sv",
) -> Slice:
    """The newest posts of a select by `sequence`, older than `before`."""
    found, after = newest(session, chosen, before, size)
    return Slice(cards(session, found, lang), after)


def stream_with(
    session: Session, uid: str, lang: str, size: int = PAGE_SIZE
) -> tuple[PostCard | None, Slice]:
    """The beginning of the stream, and the published post with this uid whether in it or not.

    Both share one round of queries.
    """
    found, after = newest(session, published(), None, size)
    known = {str(post.uid) for post, _ in found}
    extra = [] if uid in known else _by_uid(session, uid)
    everything = cards(session, [*found, *extra], lang)
    chosen = next((post for post in everything if str(post.uid) == uid), None)
    return chosen, Slice(everything[: len(found)], after)


@kept
def newest(
    session: Session, chosen: Select[Post, Revision], before: int | None, size: int
) -> tuple[list[tuple[Post, Revision]], str | None]:
    """The newest of a select by `sequence`, older than `before`, and the cursor of what follows."""
    statement = chosen.order_by(Post.sequence.desc()).limit(size + 1)
    if before is not None:
        statement = statement.where(Post.sequence < before)
    found = fetch(session, statement)
    after = str(found[size - 1][0].sequence) if len(found) > size else None
    return found[:size], after


def _by_uid(session: Session, uid: str) -> list[tuple[Post, Revision]]:
    try:
        return fetch(session, published().where(Post.uid == UUID(uid)))
    except ValueError:
        return []


def fetch(session: Session, chosen: Select[Post, Revision]) -> list[tuple[Post, Revision]]:
    """Posts with a revision each, and with them what a card needs."""
    return [(post, revision) for post, revision in session.execute(chosen.options(*AT_ONCE))]


@kept
def by_slug(session: Session, slug: str) -> tuple[Post, Revision] | None:
    """The published post at an address."""
    row = session.execute(_at_slug(), {"slug": slug}).first()
    return row and (row[0], row[1])


@cache
def _at_slug() -> Select[Post, Revision]:
    return published().where(Post.slug == bindparam("slug")).options(*AT_ONCE)


def slug_of(session: Session, short: str) -> str | None:
    """The slug of the published post with this short address."""
    statement = published().with_only_columns(Post.slug)
    return session.scalar(statement.where(Post.short == short))


def was_public(session: Session, *, slug: str | None = None, short: str | None = None) -> bool:
    """Whether a withdrawn post once stood at an address."""
    at = Post.slug == slug if slug is not None else Post.short == short
    return session.scalar(select(Post.id).where(at, Post.status == Status.WITHDRAWN)) is not None


def cards(
    session: Session,
    found: Sequence[tuple[Post, Revision]],
    lang: str = "sv",
    *,
    withheld: bool = False,
) -> tuple[PostCard, ...]:
    """Cards of posts as the given revisions show them: four queries, however many posts, and one
    more where any was inspired by another.

    With `withheld` come pictures that readers do not see, for their writer and moderators.
    """
    revisions = tuple(revision.id for _, revision in found)
    methods = parts(session, METHODS, revisions)
    bylines = parts(session, BYLINES, revisions)
    pictures = shown_pictures(session, revisions, withheld=withheld)
    corrections = parts(session, CORRECTIONS, tuple(post.id for post, _ in found))
    sources = _sources(session, {r.inspired_by_id for _, r in found if r.inspired_by_id})
    return tuple(
        PostCard(
            id=post.id,
            uid=post.uid,
            slug=post.slug or "",
            short=post.short,
            status=post.status,
            **{name: getattr(revision, name) for name in _AS_THEY_ARE},
            second_kind=revision.second_kind or "",
            published_at=post.published_at,
            updated_at=post.updated_at,
            sequence=post.sequence,
            lab=lab_ref(revision.lab, lang) if revision.lab else None,
            methods=tuple(method_ref(row, lang) for row in methods[revision.id]),
            voice=revision.voice or "",
            inspired_by=sources.get(revision.inspired_by_id or 0),
            bylines=tuple(BylineView(*row[1:]) for row in bylines[revision.id]),
            pictures=tuple(pictures[revision.id]),
            revision_id=revision.id,
            corrections=tuple(CorrectionView(*row[1:]) for row in corrections[post.id]),
            **whence(post.provenance),
        )
        for post, revision in found
    )


_AS_THEY_ARE = (
    "title", "heading", "opening", "html", "lang", "gist", "second_lang", "second_html", "scribe",
    "dated", "precision",
)  # fmt: skip
"""What a card takes over from a revision unchanged."""


def _sources(session: Session, posts: Collection[int]) -> dict[int, Neighbour]:
    if not posts:
        return {}
    chosen = those(posts).with_only_columns(*headings().selected_columns, Post.id)
    return {row[-1]: Neighbour(row[0] or "", *row[1:-1]) for row in session.execute(chosen)}


def lab_ref(lab: Lab, lang: str) -> LabRef:
    """A lab as named in an interface language."""
    short = lab.short_names.get(lang) or lab.name
    return LabRef(lab.id, lab.slug, lab.name, short, lab.place, lab.colour)


def method_ref(method: Method | Row[Any], lang: str) -> MethodRef:
    """A method as named in an interface language."""
    short = method.short_names.get(lang) or method.name
    return MethodRef(method.id, method.slug, method.name, short, method.core, method.retired_at)


@kept
def shown_pictures(
    session: Session, revisions: tuple[int, ...], *, withheld: bool = False
) -> Mapping[int, list[PictureView]]:
    """The pictures of revisions in order: one query.

    Those that readers may not see come only with `withheld`; recalled ones never do.
    """
    sizes: defaultdict[ShownPicture, list[Rendition]] = defaultdict(list)
    shown: dict[ShownPicture, tuple[Picture, bool, bool]] = {}
    outside: set[int] = set()
    found = session.execute(_asked_of_pictures(withheld), {"of": revisions})
    for place, picture, rendition, said_yes, people, there in found:
        sizes[place].append(rendition)
        if there:
            outside.add(rendition.id)
        shown[place] = picture, said_yes, people
    by_revision: defaultdict[int, list[PictureView]] = defaultdict(list)
    for place, (picture, said_yes, people) in shown.items():
        view = _in_place(place, picture, sizes[place], said_yes, outside)
        by_revision[place.revision_id].append(replace(view, people=people))
    return by_revision


@cache
def _asked_of_pictures(
    withheld: bool,
) -> Select[ShownPicture, Picture, Rendition, bool, bool, bool]:
    named = ShownPicture.revision_id.in_(OF)
    seen = true() if withheld else and_(Picture.hidden_at.is_(None), SAID_YES)
    return (
        select(ShownPicture, Picture, Rendition, SAID_YES, SHOWS_PEOPLE, OUTSIDE)
        .join(Picture, ShownPicture.picture_id == Picture.id)
        .join(Consent, Consent.picture_id == Picture.id)
        .join(Rendition, Rendition.picture_id == Picture.id)
        .where(named, Picture.recalled_at.is_(None), seen)
        .order_by(ShownPicture.position, Rendition.width)
    )


def _in_place(
    place: ShownPicture,
    picture: Picture,
    renditions: Iterable[Rendition],
    said_yes: bool,
    outside: Collection[int],
) -> PictureView:
    return replace(
        without_words(picture, renditions, (place.focus_x, place.focus_y), outside),
        alt=place.alt,
        caption=place.caption,
        credit=place.credit,
        link=place.link,
        withheld="hidden" if picture.hidden_at else "" if said_yes else "consent",
    )


def without_words(
    picture: Picture,
    renditions: Iterable[Rendition],
    focus: tuple[float, float] = pieces.MIDDLE,
    outside: Collection[int] = (),
) -> PictureView:
    """A picture before anything is said of it; of its pieces those around `focus`."""
    sizes = [
        RenditionView(
            r.width, r.height, r.extension, r.media_type, r.stamp, r.bytes, r.crop, r.id in outside
        )
        for r in renditions
    ]
    shown = pieces.name((picture.width, picture.height), focus)
    return PictureView(
        token=picture.token,
        alt="",
        caption="",
        credit="",
        link="",
        width=picture.width,
        height=picture.height,
        focus_x=focus[0],
        focus_y=focus[1],
        renditions=tuple(size for size in sizes if not size.crop),
        pieces=tuple(size for size in sizes if shown and size.crop == shown),
    )
