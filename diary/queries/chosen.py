"""The pictures on the pages of labs and methods: those chosen, as long as readers see them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session

from diary.models import Lab, Method, Picture, Post, Revision
from diary.queries.cards import Rows, newest, rows, shown_pictures
from diary.queries.posts import (
    PICTURED,
    in_lab,
    published,
    with_method,
)
from diary.queries.rows import PictureView, PostCard
from diary.text.plain import direction

NEWEST = 3
"""How many pictures a page shows for which none was chosen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with the post that shows it."""

    picture: PictureView
    slug: str
    heading: str
    lang: str

    @property
    def dir(self) -> str:
        """The direction the post's language is written in."""
        return direction(self.lang)


def posts_of(page: Lab | Method) -> Select[Post, Revision]:
    """The published posts of a lab or method."""
    return in_lab(page.id) if isinstance(page, Lab) else with_method(page.id)


def pictures(session: Session, page: Lab | Method) -> tuple[Shown, ...]:
    """The pictures chosen for a page, in order, that its published posts show."""
    if not page.pictures:
        return ()
    shown = _shown(session, rows(session, _showing_chosen(page)))
    return _in_order(page, chain.from_iterable(shown.values()))


def newest_of(session: Session, page: Lab | Method) -> tuple[Shown, ...]:
    """The first pictures of a page's newest posts that show any."""
    found, _ = newest(session, posts_of(page).where(PICTURED), None, NEWEST)
    return tuple(shown[0] for shown in _shown(session, found).values() if shown)


def leading(session: Session, pages: Sequence[Lab | Method]) -> dict[int, Shown]:
    """By the id of each page its first picture: one chosen, else the newest that leads none of the
    pages before it. Three queries.
    """
    if not pages:
        return {}
    candidates = session.execute(union_all(*chain.from_iterable(map(_candidates, pages)))).all()
    found = published().where(Post.live_id.in_({live for _, live in candidates}))
    shown = _shown(session, rows(session, found.order_by(Post.sequence.desc())))
    first: dict[int, Shown] = {}
    taken = set[str]()
    for page in pages:
        theirs = [one for live in shown if (page.id, live) in candidates for one in shown[live]]
        unseen = (one for one in theirs if one.picture.token not in taken)
        for one in (*_in_order(page, theirs), *unseen, *theirs)[:1]:
            first[page.id] = one
            taken.add(one.picture.token)
    return first


def _candidates(page: Lab | Method) -> Iterator[Select[int, int]]:
    """The live revisions that show a page's chosen pictures, and the newest that show any."""
    newest = posts_of(page).where(PICTURED).order_by(Post.sequence.desc()).limit(NEWEST)
    for posts in (*([_showing_chosen(page)] if page.pictures else ()), newest):
        yield select(literal(page.id), posts.with_only_columns(Post.live_id).subquery())


def _showing_chosen(page: Lab | Method) -> Select[Post, Revision]:
    return posts_of(page).where(PICTURED.where(Picture.token.in_(page.pictures)))


def _in_order(page: Lab | Method, shown: Iterable[Shown]) -> tuple[Shown, ...]:
    by_token = {one.picture.token: one for one in shown}
    return tuple(by_token[token] for token in page.pictures if token in by_token)


def may_be_chosen(session: Session, page: Lab | Method, token: str) -> bool:
    """Whether readers see a picture in one of the page's posts."""
    shown = posts_of(page).where(PICTURED.where(Picture.token == token))
    return session.scalar(shown.with_only_columns(Post.id).limit(1)) is not None


def of_cards(cards: Iterable[PostCard]) -> tuple[Shown, ...]:
    """All pictures of some posts, to choose from."""
    return tuple(
        Shown(picture, card.slug, card.heading, card.lang)
        for card in cards
        for picture in card.pictures
    )


def _shown(session: Session, found: Rows) -> dict[int, tuple[Shown, ...]]:
    """By revision, in order, the pictures that readers see with it."""
    pictures = shown_pictures(session, tuple(row.revision_id for row in found))
    return {
        row.revision_id: tuple(
            Shown(picture, row.slug or "", row.heading, row.lang)
            for picture in pictures[row.revision_id]
        )
        for row in found
    }
