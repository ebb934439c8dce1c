"""What the page of a post shows: the post, what stands around it, and what belongs to it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from diary.queries import related
from diary.queries.cards import cards
from diary.queries.journey import Around, Filters, around
from diary.queries.kept import kept
from diary.queries.plain import answers
from diary.queries.related import Weighed
from diary.queries.rows import PostCard


@dataclass(frozen=True, slots=True)
class PostPage:
    """A post with what stands around it and the posts that belong to it most.

    `is_named` says whether its texts name a post, or any names it.
    """

    card: PostCard
    around: Around
    more: tuple[PostCard, ...]
    is_named: bool


def post_page(session: Session, post: Row[Any], filters: Filters, lang: str) -> PostPage:
    """The page of a post on a walk through what a filter lets through.

    It takes one query, two where few posts are close, and what cards take.
    """
    (card,) = cards(session, [post], lang)
    methods = tuple(one.id for one in card.methods)
    beside, close = _beside(session, post, methods, filters)
    shown = [one.slug for one in (beside.earlier, beside.later) if one]
    more = related.most_related(session, post, methods, close, lang, without=shown)
    return PostPage(card, beside, more, close.named)


@kept
def _beside(
    session: Session, post: Row[Any], methods: tuple[int, ...], filters: Filters
) -> tuple[Around, Weighed]:
    place = around(post.stands_on, post.sequence, filters)
    return answers(session, place, related.weighed(post, methods))
