"""Posts as lists and pages show them: cards, each from one row and what belongs to it.

They are most of what visitors read, so they are made of plain rows, not of SQLAlchemy's objects;
and those that visitors get are kept, for a post that is added makes no other one's card another.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Select, and_, bindparam, select, true
from sqlalchemy.orm import Session

from diary.media import pieces
from diary.models import (
    Consent,
    Lab,
    Mirror,
    Origin,
    Picture,
    Post,
    Provenance,
    Rendition,
    Revision,
    ShownPicture,
)
from diary.queries.card_parts import BYLINES, CORRECTIONS, METHODS, OF, parts
from diary.queries.kept import kept
from diary.queries.plain import at_most, told
from diary.queries.posts import (
    OUTSIDE,
    SAID_YES,
    SHOWS_PEOPLE,
    headings,
    published,
    those,
)
from diary.queries.rows import (
    BylineView,
    CorrectionView,
    LabRef,
    MirrorRef,
    Neighbour,
    PictureView,
    PostCard,
    RenditionView,
    Slice,
    method_ref,
)

PAGE_SIZE = 20
MOST_KEPT = 500
"""How many cards, and rows of posts, a process keeps; those that were longest not asked for go."""

_POST = ("id", "uid", "slug", "short", "status", "published_at", "updated_at", "sequence")
_REVISION = (
    "title", "heading", "opening", "html", "lang", "gist", "second_kind", "second_lang",
    "second_html", "scribe", "dated", "precision", "voice",
)  # fmt: skip
_ORIGIN = ("source_url", "earlier", "origin")
_MIRROR = ("uid", "title", "home", "feed", "licence")
_LAB = ("id", "slug", "name", "short_names", "place", "colour")
_TAKEN = (*_POST, *_REVISION, "revision_id")
"""What a card takes over unchanged: the beginning of its row."""


def _columns(table: Any, names: Iterable[str]) -> Iterable[Any]:
    return (getattr(table, name) for name in names)


_ROW = (
    select(
        *_columns(Post, _POST),
        *_columns(Revision, _REVISION),
        Revision.id.label("revision_id"),
        Revision.inspired_by_id,
        *_columns(Lab, _LAB),
        *_columns(Provenance, _ORIGIN),
        *_columns(Mirror, _MIRROR),
    )
    .select_from(Revision)
    .join(Post, Post.id == Revision.post_id)
    .outerjoin(Lab, Revision.lab_id == Lab.id)
    .outerjoin(Provenance, Provenance.post_id == Post.id)
    .outerjoin(Mirror, Provenance.mirror_id == Mirror.id)
    .where(Revision.id.in_(OF))
)
"""What a card begins with."""
_PLACED = Post.dated.label("stands_on"), Post.lab_id
"""Where it is found; a revision that waits may be about another day and lab."""
_FOUND = (
    *_columns(Post, ("id", "uid", "slug", "short", "sequence", "updated_at")),
    *_PLACED,
    *_columns(Revision, ("heading", "lang")),
    Revision.id.label("revision_id"),
)

Rows = Sequence[Row[Any]]
"""Posts with a revision each, by what lists choose and place them, as `rows` tells of them."""


@lru_cache(maxsize=200)
def _rows_of(chosen: Select[Post, Revision]) -> Select[Any]:
    return chosen.with_only_columns(*_FOUND, maintain_column_froms=True)


def rows(session: Session, chosen: Select[Post, Revision], **named: Any) -> Rows:
    """Posts with a revision each; `named` are the parameters of `chosen`."""
    return told(session, _rows_of(chosen), named).all()


# ---------------------------------------------------------------- lists


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
    extra = [] if uid in {str(row.uid) for row in found} else _by_uid(session, uid)
    everything = cards(session, [*found, *extra], lang)
    chosen = next((post for post in everything if str(post.uid) == uid), None)
    return chosen, Slice(everything[: len(found)], after)


@kept
def newest(
    session: Session, chosen: Select[Post, Revision], before: int | None, size: int
) -> tuple[Rows, str | None]:
    """The newest of a select by `sequence`, older than `before`, and the cursor of what follows."""
    found = rows(session, _newest(chosen, size, before is None), before=before)
    after = str(found[size - 1].sequence) if len(found) > size else None
    return found[:size], after


@lru_cache(maxsize=200)
def _newest(chosen: Select[Post, Revision], size: int, first: bool) -> Select[Post, Revision]:
    older = chosen if first else chosen.where(Post.sequence < bindparam("before", type_=Integer))
    return older.order_by(Post.sequence.desc()).limit(at_most(size + 1))


def _by_uid(session: Session, uid: str) -> Rows:
    try:
        return rows(session, _with_uid(), uid=UUID(uid))
    except ValueError:
        return []


@cache
def _with_uid() -> Select[Post, Revision]:
    return published().where(Post.uid == bindparam("uid"))


def at(session: Session, slug: str, lang: str) -> PostCard | None:
    """The card of the published post at an address."""
    found = row_at(session, slug)
    return cards(session, [found], lang)[0] if found else None


@kept
def row_at(session: Session, slug: str) -> Row[Any] | None:
    """The published post at an address; it is remembered as its card is."""
    since = session.info.get(_SINCE)
    place = [] if since is None else _row_place(since, slug)
    if not place:
        place.extend(rows(session, _at_slug(), slug=slug))
    return place[0] if place else None


@cache
def _at_slug() -> Select[Post, Revision]:
    return published().where(Post.slug == bindparam("slug"))


# ---------------------------------------------------------------- cards


def cards_of(
    session: Session,
    found: Iterable[tuple[Post, Revision]],
    lang: str = "sv",
    *,
    withheld: bool = False,
) -> tuple[PostCard, ...]:
    """Cards of posts as the given revisions show them.

    With `withheld` come pictures that readers do not see, for their writer and moderators.
    """
    revisions = (revision.id for _, revision in found)
    return tuple(card for card, _ in _made(session, revisions, lang, withheld=withheld))


def remember(session: Session, since: Hashable) -> None:
    """From now on what `rows` finds in this session is public, it and its cards those of `since`:
    of one diary, and one `State.cards_since` of it that was read before."""
    session.info[_SINCE] = since


_SINCE = "cards since"


@lru_cache(MOST_KEPT)
def _row_place(_since: Hashable, _slug: str) -> list[Row[Any]]:
    """Where the row of a post is kept; what no post stands at takes a place, too."""
    return []


@lru_cache(MOST_KEPT)
def _place(_since: Hashable, _lang: str, _revision: int) -> list[PostCard]:
    """Where a card is kept."""
    return []


def cards(session: Session, found: Iterable[Row[Any]], lang: str = "sv") -> tuple[PostCard, ...]:
    """Cards of what `rows` has found: five queries, however many posts, and one more where any was
    inspired by another; none for those that are remembered."""
    return cards_at(session, [row.revision_id for row in found], lang)


def cards_at(session: Session, revisions: Sequence[int], lang: str) -> tuple[PostCard, ...]:
    """The same by the ids of their revisions."""
    since = session.info.get(_SINCE)
    if since is None:
        return tuple(card for card, _ in _made(session, revisions, lang))
    places = [_place(since, lang, revision) for revision in revisions]
    known = {revision: place[0] for revision, place in zip(revisions, places, strict=True) if place}
    new = [revision for revision in revisions if revision not in known]
    for card, lasts in _made(session, new, lang):
        known[card.revision_id] = card
        if lasts:
            _place(since, lang, card.revision_id).append(card)
    return tuple(known[revision] for revision in revisions)


def _made(
    session: Session, wanted: Iterable[int], lang: str, *, withheld: bool = False
) -> Iterator[tuple[PostCard, bool]]:
    """Cards, and whether each stays as it is while posts are added: what inspired a post may come
    out later."""
    revisions = tuple(wanted)
    if not revisions:
        return
    rows = {row.revision_id: row for row in told(session, _ROW, {"of": revisions})}
    methods = parts(session, METHODS, revisions)
    bylines = parts(session, BYLINES, revisions)
    pictures = shown_pictures(session, revisions, withheld=withheld)
    corrections = parts(session, CORRECTIONS, tuple(row.id for row in rows.values()))
    inspiring = {row.inspired_by_id for row in rows.values() if row.inspired_by_id}
    sources = _sources(session, inspiring)
    for revision in revisions:
        row = rows[revision]
        card = PostCard(
            **_taken(row),
            **_told(lang, *row[len(_TAKEN) + 1 :]),
            methods=tuple(method_ref(one, lang) for one in methods[revision]),
            inspired_by=sources.get(row.inspired_by_id or 0),
            bylines=tuple(BylineView(*one[1:]) for one in bylines[revision]),
            pictures=pictures[revision],
            corrections=tuple(CorrectionView(*one[1:]) for one in corrections[row[0]]),
        )
        yield card, row.inspired_by_id is None


def _taken(row: Sequence[Any]) -> dict[str, Any]:
    taken = dict(zip(_TAKEN, row, strict=False))
    return taken | {name: taken[name] or "" for name in ("slug", "second_kind", "voice")}


def _told(lang: str, *row: Any) -> dict[str, Any]:
    """Of the lab, and of where the post comes from."""
    lab_id, slug, name, short_names, place, colour, source_url, earlier, origin, *mirror = row
    return {
        "lab": lab_id and LabRef(lab_id, slug, name, short_names.get(lang) or name, place, colour),
        "source_url": source_url or "",
        "earlier": earlier or "",
        "provenance": origin or Origin.WRITTEN,
        "mirrored": MirrorRef(*mirror) if mirror[0] else None,
    }


def _sources(session: Session, posts: Collection[int]) -> dict[int, Neighbour]:
    if not posts:
        return {}
    found = told(session, headings(those(posts)).add_columns(Post.id))
    return {post: Neighbour(slug or "", *rest) for slug, *rest, post in found}


# ---------------------------------------------------------------- pictures

_PICTURE = ("token", "width", "height")
_FOCUS, _WORDS = ("focus_x", "focus_y"), ("alt", "caption", "credit", "link")
_PLACE = (
    *(ShownPicture.id, ShownPicture.revision_id, Picture.hidden_at, SAID_YES),
    *_columns(Picture, _PICTURE),
    *_columns(ShownPicture, (*_FOCUS, *_WORDS)),
    SHOWS_PEOPLE,
)
_SHOWN = (*_PICTURE, *_FOCUS, *_WORDS, "people")
_SIZES = ("width", "height", "extension", "media_type", "stamp", "bytes", "crop")
_SIZE = (*_columns(Rendition, _SIZES), OUTSIDE)


@kept
def shown_pictures(
    session: Session, revisions: tuple[int, ...], *, withheld: bool = False
) -> Mapping[int, tuple[PictureView, ...]]:
    """The pictures of revisions in order: one query.

    Those that readers may not see come only with `withheld`; recalled ones never do.
    """
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in told(session, _asked_of_pictures(withheld), {"of": revisions}):
        found[row.revision_id].append(row)
    return defaultdict(tuple, {one: _views(of) for one, of in found.items()})


def _views(rows: Iterable[Row[Any]]) -> tuple[PictureView, ...]:
    shown: defaultdict[tuple[Any, ...], list[RenditionView]] = defaultdict(list)
    for row in rows:
        shown[row[: len(_PLACE)]].append(RenditionView(*row[len(_PLACE) :]))
    return tuple(
        _view(
            sizes,
            withheld="hidden" if hidden_at else "" if said_yes else "consent",
            **dict(zip(_SHOWN, picture, strict=True)),
        )
        for (_place, _revision, hidden_at, said_yes, *picture), sizes in shown.items()
    )


@cache
def _asked_of_pictures(withheld: bool) -> Select[Any]:
    named = ShownPicture.revision_id.in_(OF)
    seen = true() if withheld else and_(Picture.hidden_at.is_(None), SAID_YES)
    return (
        select(*_PLACE, *_SIZE)
        .join_from(ShownPicture, Picture)
        .join(Consent, Consent.picture_id == Picture.id)
        .join(Rendition, Rendition.picture_id == Picture.id)
        .where(named, Picture.recalled_at.is_(None), seen)
        .order_by(ShownPicture.position, Rendition.width)
    )


def _view(sizes: Sequence[RenditionView], **told: Any) -> PictureView:
    shown = pieces.name((told["width"], told["height"]), (told["focus_x"], told["focus_y"]))
    return PictureView(
        **told,
        renditions=tuple(size for size in sizes if not size.crop),
        pieces=tuple(size for size in sizes if shown and size.crop == shown),
    )


def without_words(picture: Picture, renditions: Iterable[Rendition]) -> PictureView:
    """A picture before anything is said of it; of its pieces those around its middle."""
    sizes = [RenditionView(*(getattr(one, name) for name in _SIZES)) for one in renditions]
    told = {name: getattr(picture, name) for name in _PICTURE}
    focus = dict(zip(_FOCUS, pieces.MIDDLE, strict=True))
    return _view(sizes, **told, **focus, **dict.fromkeys(_WORDS, ""))
