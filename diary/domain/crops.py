"""The 4:3 pieces around the foci, and sizes of an older recipe: what is missing, and its rows.

Both are made with no transaction open (`media.images`), their files stored, then the rows added.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, selectinload

from diary.domain.content import Content
from diary.domain.journal import show_change
from diary.domain.pictures import row
from diary.media import pieces, sizes
from diary.models import Picture, Post, Rendition, ShownPicture

Focus = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A piece that is not cut yet; `original_key` is where its picture's pixels lie."""

    picture_id: int
    original_key: str
    focus: Focus


@dataclass(frozen=True, slots=True)
class Outdated:
    """A picture whose sizes are of an older recipe, and the names of all pieces it needs."""

    picture_id: int
    original_key: str
    crops: tuple[str, ...]


def missing_crops(session: Session, post: Post, content: Content) -> tuple[Wanted, ...]:
    """The pieces around a content's foci that its pictures lack."""
    foci = {shown.token: [(shown.focus_x, shown.focus_y)] for shown in content.pictures}
    statement = (
        select(Picture)
        .where(Picture.post_id == post.id, Picture.token.in_(foci))
        .order_by(Picture.id)
    )
    found = session.scalars(statement.options(selectinload(Picture.renditions)))
    return tuple(wanted for picture in found for wanted in _wanted(picture, foci[picture.token]))


def add_crops(
    session: Session, picture_id: int, made: Iterable[sizes.Rendition], now: datetime
) -> None:
    """The rows of pieces whose files are stored; those that another has added are left."""
    picture = _locked(session, picture_id)
    if picture.recalled_at is not None:
        return
    have = {(size.crop, size.width) for size in picture.renditions}
    picture.renditions.extend(row(size) for size in made if (size.crop, size.width) not in have)
    _seen_anew(session, picture, now)


# ---------------------------------------------------------------- all of the diary's pictures


def all_missing(session: Session) -> tuple[Wanted, ...]:
    """The pieces that any revision's pictures lack, of pictures that are not outdated."""
    foci = _foci(session)
    return tuple(
        wanted
        for picture in session.scalars(_kept().where(~_OUTDATED))
        for wanted in _wanted(picture, foci[picture.id])
    )


def outdated(session: Session) -> tuple[Outdated, ...]:
    """The pictures that have a size of an older recipe."""
    return _to_make(session, _OUTDATED)


def lacking(session: Session, keys: Collection[str]) -> tuple[Outdated, ...]:
    """The pictures that have no sizes, or of whose sizes one lies under these keys."""
    sizes_of = exists().where(Rendition.picture_id == Picture.id)
    return _to_make(session, ~sizes_of | sizes_of.where(Rendition.key.in_(keys)))


def _to_make(session: Session, which: ColumnElement[bool]) -> tuple[Outdated, ...]:
    foci = _foci(session)
    return tuple(
        Outdated(picture.id, picture.original_key, tuple(_names(picture, foci[picture.id])))
        for picture in session.scalars(_kept().where(which))
    )


def replace_renditions(
    session: Session, picture_id: int, made: Iterable[sizes.Rendition], now: datetime
) -> None:
    """The rows of sizes and pieces made again, in the stead of all there were."""
    picture = _locked(session, picture_id)
    if picture.recalled_at is not None:
        return
    for size in picture.renditions:
        session.delete(size)
    session.flush()
    session.expire(picture, ["renditions"])
    picture.renditions.extend(row(size) for size in made)
    _seen_anew(session, picture, now)


def _locked(session: Session, picture_id: int) -> Picture:
    """A picture as it stands now: whoever else cuts it waits."""
    return session.get_one(Picture, picture_id, populate_existing=True, with_for_update=True)


_OUTDATED = exists().where(Rendition.picture_id == Picture.id, Rendition.recipe < sizes.RECIPE)


def _kept() -> Select[Picture]:
    statement = select(Picture).where(Picture.recalled_at.is_(None)).order_by(Picture.id)
    return statement.options(selectinload(Picture.renditions))


def _foci(session: Session) -> defaultdict[int, set[Focus]]:
    """Where each picture is or was in focus; the middle always, as that is what comes first."""
    foci: defaultdict[int, set[Focus]] = defaultdict(lambda: {pieces.MIDDLE})
    statement = select(ShownPicture.picture_id, ShownPicture.focus_x, ShownPicture.focus_y)
    for picture_id, x, y in session.execute(statement.distinct()):
        foci[picture_id].add((x, y))
    return foci


def _names(picture: Picture, foci: Iterable[Focus]) -> dict[str, Focus]:
    """The pieces' names, each with a focus that has it; none where the whole picture is 4:3."""
    size = picture.width, picture.height
    return {name: focus for focus in foci if (name := pieces.name(size, focus))}


def _wanted(picture: Picture, foci: Iterable[Focus]) -> Iterator[Wanted]:
    have = {size.crop for size in picture.renditions}
    for name, focus in _names(picture, foci).items():
        if name not in have:
            yield Wanted(picture.id, picture.original_key, focus)


def _seen_anew(session: Session, picture: Picture, now: datetime) -> None:
    """A public page names other files now."""
    session.flush()
    live = select(Post.id).where(Post.id == picture.post_id, Post.live_id.is_not(None))
    if session.scalar(live) is not None:
        show_change(session, now)
