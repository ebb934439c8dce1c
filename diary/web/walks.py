"""Reading from the beginning: one post after the other, through all or through a filter's part.

The place is kept in the address: `/posts/<slug>?lab=boden` turns the page within that lab.
"""

from dataclasses import dataclass, field
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import Row

from diary.queries import journey
from diary.queries.journey import Filters, Place
from diary.web.journey import asked, chosen, said, with_present_addresses
from diary.web.session import reading as db


@dataclass(frozen=True, slots=True)
class Walk:
    """The way through the journey that a post is read on.

    `query` is how addresses name its filter; `place` says where the post stands.
    """

    filters: Filters
    query: dict[str, Any] = field(hash=False)
    said: tuple[str, ...]
    place: Place | None


def walk(post: Row[Any], lang: str) -> Walk:
    """The walk that the address names; ends the request where another address is meant.

    A filter named by an old address leads to the present one (301); one that does not let this
    post through, to the post alone (302), so that no made-up filter makes a page.
    """
    named = asked()
    filters = with_present_addresses(named)
    if filters != named:
        abort(redirect(_address(post, chosen(filters)), 301))
    place = journey.place(db(), filters, post) if filters else None
    if filters and place is None:
        abort(redirect(_address(post, {})))
    return Walk(filters, chosen(filters), said(filters, lang), place)


def _address(post: Row[Any], filters: dict[str, Any]) -> str:
    return url_for(str(request.endpoint), slug=post.slug, **filters)
