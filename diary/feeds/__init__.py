"""Feeds: neutral entries in, the bytes of Atom, RSS 2.0 and JSON Feed out; and OPML."""

from diary.feeds.atom_rss import atom, rss
from diary.feeds.entries import (
    MEDIA_TYPES,
    Category,
    Entry,
    Feed,
    FeedAuthor,
    FeedPicture,
    SecondText,
    Source,
    Tombstone,
    absolute,
)
from diary.feeds.jsonfeed import json_feed
from diary.feeds.opml import Followed, opml

__all__ = [
    "MEDIA_TYPES",
    "Category",
    "Entry",
    "Feed",
    "FeedAuthor",
    "FeedPicture",
    "Followed",
    "SecondText",
    "Source",
    "Tombstone",
    "absolute",
    "atom",
    "json_feed",
    "opml",
    "rss",
]
