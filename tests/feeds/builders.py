"""Plain builders of feeds for the tests of this room."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from diary.feeds import Category, Entry, Feed, FeedAuthor, FeedPicture, SecondText

HOME = "https://diary.example"
NOON = datetime(2019, 5, 3, 12, 0, tzinfo=UTC)


def a_picture(number: int = 1, **changes: Any) -> FeedPicture:
    picture = FeedPicture(
        url=f"{HOME}/pictures/token{number}/960-abc.jpg",
        media_type="image/jpeg",
        length=48_000 + number,
        width=960,
        height=640,
        alt="Två barn vid ett bord",
        caption="Kafékväll",
        credit="Petra",
    )
    return replace(picture, **changes)


def an_entry(number: int = 1, **changes: Any) -> Entry:
    entry = Entry(
        uid=uuid.UUID(int=number),
        url=f"{HOME}/posts/post-{number}",
        title=f"Inlägg {number}",
        html='<p>Vi satt <a href="/posts/soffan">i soffan</a>.</p>',
        summary="Vi satt i soffan.",
        lang="sv",
        published=NOON + timedelta(days=number),
        updated=NOON + timedelta(days=number, hours=2),
        authors=(FeedAuthor("Amal", "ny i Boden", None),),
        categories=(Category(f"{HOME}/labs", "boden", "BIS i Boden"),),
        pictures=(),
        rights=None,
    )
    return replace(entry, **changes)


def a_feed(*entries: Entry, **changes: Any) -> Feed:
    feed = Feed(
        uid=uuid.UUID(int=2**64).urn,
        title="Dagboken",
        subtitle="Vi som bor här skriver.",
        lang="sv",
        home_url=f"{HOME}/",
        self_url=f"{HOME}/feed",
        icon=f"{HOME}/static/img/icon.png",
        rights="CC BY 4.0",
        updated=NOON + timedelta(days=40),
        entries=entries,
    )
    return replace(feed, **changes)


def a_rich_feed() -> Feed:
    """Every kind of entry: no, one and several pictures, authors, categories; Arabic; no body."""
    arabic = an_entry(
        4,
        title="مقهى اللغة",
        html="<p>جلسنا معا.</p>",
        summary="جلسنا معا.",
        lang="ar",
        authors=(FeedAuthor("أمل", "جديدة في بودن", f"{HOME}/authors/amal"),),
        gist="Ett språkkafé.",
        second=SecondText("På lätt svenska", "sv", "<p>Vi satt ihop.</p>"),
        written_for="Petra skrev det här åt أمل.",
    )
    two_by_two = an_entry(
        3,
        authors=(FeedAuthor("Amal", "", None), FeedAuthor("Åke", "granne", None)),
        categories=(
            Category(f"{HOME}/labs", "boden", "BIS i Boden"),
            Category(f"{HOME}/methods", "choir", "Kör & sång"),
        ),
        pictures=(a_picture(1), a_picture(2, caption="", credit="", alt="")),
        rights="© Amal",
    )
    bare = an_entry(1, html="", summary="", authors=(), categories=())
    return a_feed(arabic, two_by_two, an_entry(2, pictures=(a_picture(3),)), bare)
