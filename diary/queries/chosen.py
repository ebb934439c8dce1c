"""The pictures on the pages of labs and methods: those chosen, as long as readers see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from diary.models import Consent, Lab, Method, Picture, Post, Revision, ShownPicture
from diary.queries.posts import (
    NOT_TAKEN_AWAY,
    SAID_YES,
    fetch,
    in_lab,
    newest,
    shown_pictures,
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
    found = fetch(
        session,
        posts_of(page)
        .join(ShownPicture, ShownPicture.revision_id == Revision.id)
        .join(Picture, Picture.id == ShownPicture.picture_id)
        .where(Picture.token.in_(page.pictures)),
    )
    by_token = {one.picture.token: one for one in _shown(session, found)}
    return tuple(by_token[token] for token in page.pictures if token in by_token)


def newest_of(session: Session, page: Lab | Method, size: int = NEWEST) -> tuple[Shown, ...]:
    """The first pictures of a page's newest posts that show any."""
    seen = exists().where(
        ShownPicture.revision_id == Revision.id,
        ShownPicture.picture_id == Picture.id,
        Consent.picture_id == Picture.id,
        SAID_YES,
        *NOT_TAKEN_AWAY,
    )
    found, _ = newest(session, posts_of(page).where(seen), None, size)
    by_post = {one.slug: one for one in reversed(_shown(session, found))}
    return tuple(by_post[post.slug] for post, _ in found if post.slug in by_post)


def leading(session: Session, pages: Iterable[Lab | Method]) -> dict[int, Shown]:
    """By the id of each page its first picture: one chosen, else the newest."""
    first = {page.id: pictures(session, page)[:1] or newest_of(session, page, 1) for page in pages}
    return {page_id: found[0] for page_id, found in first.items() if found}


def may_be_chosen(session: Session, page: Lab | Method, token: str) -> bool:
    """Whether readers see a picture in one of the page's posts."""
    its_post = select(Picture.post_id).where(Picture.token == token).scalar_subquery()
    found = fetch(session, posts_of(page).where(Post.id == its_post))
    return token in {one.picture.token for one in _shown(session, found)}


def of_cards(cards: Iterable[PostCard]) -> tuple[Shown, ...]:
    """All pictures of some posts, to choose from."""
    return tuple(
        Shown(picture, card.slug, card.heading, card.lang)
        for card in cards
        for picture in card.pictures
    )


def _shown(session: Session, found: Iterable[tuple[Post, Revision]]) -> list[Shown]:
    posts = {revision.id: (post, revision) for post, revision in found}
    by_revision = shown_pictures(session, posts)
    return [
        Shown(picture, post.slug or "", revision.heading, revision.lang)
        for post, revision in posts.values()
        for picture in by_revision[revision.id]
    ]
