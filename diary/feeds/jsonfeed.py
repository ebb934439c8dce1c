"""JSON Feed 1.1 (jsonfeed.org/version/1.1).

What the format has no word for stands in extensions, as it allows: `_byline` in an author (the role
as it was then) and `_picture` in an attachment (width, height, alt text, credit).
"""

import json
from typing import Any

from diary.feeds.entries import (
    Entry,
    Feed,
    FeedAuthor,
    FeedPicture,
    Tombstone,
    bylines,
    content,
    named,
)


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1 in UTF-8; equal feeds give equal bytes."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": named(feed),
        "description": feed.subtitle,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "next_url": dict(feed.links).get("next"),
        "hubs": [{"type": "WebSub", "url": feed.hub_url}] if feed.hub_url else None,
        "icon": feed.icon,
        "language": feed.lang,
    }
    items = [*map(_item, feed.entries), *map(_emptied, feed.tombstones)]
    return json.dumps(_said(document) | {"items": items}, ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    pictures = entry.pictures
    return _said(
        {
            "id": entry.urn,
            "url": entry.url,
            "title": named(entry),
            "content_html": content(entry),
            "summary": entry.summary,
            "image": pictures[0].url if pictures else None,
            "date_published": entry.published.isoformat(),
            "date_modified": entry.updated.isoformat(),
            "authors": [_author(author) for author in bylines(entry)],
            "tags": list(dict.fromkeys(c.label or c.term for c in entry.categories)),
            "language": entry.lang,
            "attachments": [_attachment(picture) for picture in pictures],
        }
    )


def _emptied(one: Tombstone) -> dict[str, Any]:
    return {
        "id": one.uid.urn,
        "title": one.title,
        "content_text": one.words,
        "date_published": one.published.isoformat(),
        "date_modified": one.gone.isoformat(),
    }


def _author(author: FeedAuthor) -> dict[str, Any]:
    byline = {"role": author.role} if author.role else None
    return _said({"name": author.name, "url": author.url, "_byline": byline})


def _attachment(picture: FeedPicture) -> dict[str, Any]:
    return _said(
        {
            "url": picture.url,
            "mime_type": picture.media_type,
            "title": picture.caption or picture.alt,
            "size_in_bytes": picture.length,
            "_picture": _said(
                {
                    "width": picture.width,
                    "height": picture.height,
                    "alt": picture.alt,
                    "credit": picture.credit,
                }
            ),
        }
    )


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    """Only what has a value: the format has no null and readers stumble over empty ones."""
    return {key: value for key, value in fields.items() if value}
