"""All that is public, post by post and in the journey's order, for whoever takes it along."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from diary.media.sizes import WIDTHS, fit
from diary.models import (
    Alias,
    Consent,
    FocusArea,
    Lab,
    Method,
    Picture,
    Post,
    Precision,
    Rendition,
    Revision,
    ShownPicture,
)
from diary.queries.cards import cards_of
from diary.queries.posts import NOT_TAKEN_AWAY, SAID_YES, fetch, gone, published
from diary.queries.rows import PostCard
from diary.queries.site import site
from diary.text.plain import tidy

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class PictureFile:
    """The files of a picture: the largest that pages show, and the original if they show all of it.

    `bytes` is the length of the first; an original that pages show smaller is none to take along.
    """

    uid: UUID
    shown: str
    bytes: int
    original: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A post with its words as they were written.

    `files` are by the picture's token, `old` are addresses it had before, `inspired_by` names
    another post as links do, `place` counts the posts of its day.
    """

    card: PostCard
    body: str
    second_body: str
    files: Mapping[str, PictureFile]
    old: tuple[str, ...]
    inspired_by: str
    place: int

    @property
    def name(self) -> str:
        """What its file is called, and what links name it by."""
        return named(self.card.dated, self.card.slug)


def named(dated: date, slug: str) -> str:
    """A post's name in the folder: its day and its address."""
    return f"{dated}-{slug}"


def part(
    session: Session,
    after: tuple[date, int] | None,
    place: Counter[date],
    chosen: Select[Post, Revision] | None = None,
) -> list[Taken]:
    """The posts that follow a place in the journey, of all or the chosen; `place` counts those of
    its day before."""
    among = published() if chosen is None else chosen
    statement = among.order_by(Post.dated, Post.sequence).limit(AT_ONCE)
    if after is not None:
        statement = statement.where(tuple_(Post.dated, Post.sequence) > tuple_(*after))
    found = fetch(session, statement)
    files = _files(session, [post.id for post, _ in found])
    old = _old_addresses(session, [post.id for post, _ in found])
    names = _names(session, [revision.inspired_by_id for _, revision in found])
    taken = []
    for card, (_, revision) in zip(cards_of(session, found), found, strict=True):
        place[card.dated] += 1
        taken.append(
            Taken(
                card=card,
                body=revision.body,
                second_body=revision.second_body,
                files=files,
                old=tuple(old[card.id]),
                inspired_by=names.get(revision.inspired_by_id or 0, ""),
                place=place[card.dated],
            )
        )
    return taken


def _files(session: Session, posts: Sequence[int]) -> dict[str, PictureFile]:
    statement = (
        select(Picture, Rendition)
        .join(Rendition, Rendition.picture_id == Picture.id)
        .where(Picture.post_id.in_(posts), Rendition.crop == "", Rendition.extension == "webp")
        .order_by(Picture.id, Rendition.width)
    )
    files = {}
    for picture, rendition in session.execute(statement):  # the largest comes last
        size = picture.width, picture.height
        original = picture.original_key if fit(size, WIDTHS[-1]) == size else ""
        files[picture.token] = PictureFile(picture.uid, rendition.key, rendition.bytes, original)
    return files


def _old_addresses(session: Session, posts: Sequence[int]) -> defaultdict[int, list[str]]:
    statement = select(Alias.target_id, Alias.slug).where(Alias.target_id.in_(posts))
    old: defaultdict[int, list[str]] = defaultdict(list)
    for post_id, address in session.execute(
        statement.where(Alias.kind == "post").order_by(Alias.slug)
    ):
        old[post_id].append(address)
    return old


def _names(session: Session, ids: Sequence[int | None]) -> dict[int, str]:
    """The names of those of these posts that are public."""
    wanted = [one for one in ids if one]
    if not wanted:
        return {}
    statement = published().with_only_columns(Post.id, Revision.dated, Post.slug)
    rows = session.execute(statement.where(Post.id.in_(wanted)))
    return {post_id: named(dated, slug or "") for post_id, dated, slug in rows}


def count(session: Session, chosen: Select[Post, Revision] | None = None) -> int:
    """How many posts there are to take along, of all or the chosen."""
    among = published() if chosen is None else chosen
    return session.scalar(among.with_only_columns(func.count())) or 0


def pictures(session: Session, chosen: Select[Post, Revision] | None = None) -> int:
    """How many pictures are shown with them."""
    return session.scalar(_seen(chosen).with_only_columns(func.count())) or 0


def picture_ids(session: Session, chosen: Select[Post, Revision] | None = None) -> list[int]:
    """The pictures that are shown with them."""
    return list(session.scalars(_seen(chosen).with_only_columns(Picture.id)))


def _seen(chosen: Select[Post, Revision] | None) -> Select[Post, Revision]:
    among = published() if chosen is None else chosen
    shown = among.join(ShownPicture, ShownPicture.revision_id == Revision.id)
    shown = shown.join(Picture, ShownPicture.picture_id == Picture.id)
    shown = shown.join(Consent, Consent.picture_id == Picture.id)
    return shown.where(SAID_YES, *NOT_TAKEN_AWAY)


def withdrawn(session: Session) -> dict[str, int]:
    """How many posts were public and are not any more, by the month they were about.

    The month is empty where it is not known. Those of the diary that this one goes on from count.
    """
    counts = Counter(site(session).withdrawn_before)
    rows = session.execute(gone().with_only_columns(Post.dated, Post.precision))
    for dated, precision in rows:
        known = precision in {Precision.DAY, Precision.MONTH}
        counts[f"{dated:%Y-%m}" if known else ""] += 1
    return dict(sorted(counts.items()))


# ---------------------------------------------------------------- places and ways of working


def goals(session: Session) -> list[dict[str, Any]]:
    """The focus areas in their order."""
    found = session.scalars(select(FocusArea).order_by(FocusArea.position, FocusArea.id))
    return [{"slug": one.slug, "uid": str(one.uid), "names": one.names} for one in found]


def labs(session: Session) -> list[dict[str, Any]]:
    """What pages tell of each lab, in the lead's order."""
    found = session.scalars(select(Lab).order_by(Lab.position, Lab.id))
    return [
        {
            "slug": lab.slug,
            "uid": str(lab.uid),
            "name": lab.name,
            "short_names": lab.short_names,
            "place": lab.place,
            "colour": lab.colour,
            "summaries": _tidied(lab.summaries),
            "descriptions": _tidied(lab.descriptions),
            "results": _tidied(lab.results),
            "sources": lab.sources,
            "partners": lab.partners,
            "started": lab.started and lab.started.isoformat(),
            "ended": lab.ended and lab.ended.isoformat(),
            "archived": lab.archived_at is not None,
            "focus_areas": [area.slug for area in lab.focus_areas],
        }
        for lab in found
    ]


def methods(session: Session) -> list[dict[str, Any]]:
    """What pages tell of each method, in the lead's order."""
    found = session.scalars(select(Method).order_by(Method.position, Method.id))
    return [
        {
            "slug": method.slug,
            "uid": str(method.uid),
            "name": method.name,
            "short_names": method.short_names,
            "descriptions": _tidied(method.descriptions),
            "steps": _tidied(method.steps),
            "needs": _tidied(method.needs),
            "sources": method.sources,
            "first_lab": method.first_lab.slug if method.first_lab else "",
            "core": method.core,
            "retired": method.retired_at is not None,
        }
        for method in found
    ]


def _tidied(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: tidy(text) for lang, text in texts.items() if tidy(text)}
