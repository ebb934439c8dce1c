"""A feed that somebody opens in a browser's window: a page that says what to do with it.

Only `Sec-Fetch-Dest` tells (W3C Fetch Metadata): readers' programs do not send it, while what they
say they accept differs from one to the next. `?raw=1` shows the feed itself.
"""

from collections.abc import Callable
from datetime import date, datetime

from flask import Response, request

from diary.feeds import MEDIA_TYPES, Entry, Feed
from diary.feeds.entries import named
from diary.web.rendering import page
from diary.web.session import services

NAMES = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
SHOWN = 10
"""How many of a feed's posts the page lists."""


def is_feed() -> bool:
    """Whether a feed was asked for, in whichever format."""
    return request.blueprint == "feeds"


def opened() -> bool:
    """Whether a feed was asked for by a person, to be looked at."""
    as_page = request.headers.get("Sec-Fetch-Dest") == "document" and "raw" not in request.args
    return is_feed() and as_page


def answer(feed: Feed, kind: str, write: Callable[[Feed], bytes], changed: datetime) -> Response:
    """The feed as `write` has it, changed when it says; or the page about it."""
    if opened():
        return _about(feed, kind)
    response = Response(write(feed), content_type=f"{MEDIA_TYPES[kind]}; charset=utf-8")
    response.last_modified = changed
    return response


def _about(feed: Feed, kind: str) -> Response:
    sign = "&" if "?" in feed.self_url else "?"
    return page(
        "feeds/opened.html",
        feed=feed,
        name=named(feed),
        kind=NAMES[kind],
        posts=[(named(entry), entry, _published(entry)) for entry in feed.entries[:SHOWN]],
        raw=f"{feed.self_url}{sign}raw=1",
        noindex=True,
    )


def _published(entry: Entry) -> date:
    return entry.published.astimezone(services().settings.zone).date()
