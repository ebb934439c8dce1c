"""`import --from ghost`: posts from Ghost's own export, a JSON file."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from diary.domain.content import Content
from diary.domain.incoming import (
    Author,
    Batch,
    Incoming,
    IncomingPicture,
    LeftOut,
    Note,
    NotReadable,
    Standing,
)
from diary.portability.ghost_words import Unreadable, from_lexical, from_mobiledoc
from diary.portability.html_markdown import parted, with_lead
from diary.portability.html_markdown import read as from_html
from diary.text.languages import LIKELY, guess, of_site
from diary.text.plain import as_text, slug, tidy_line

Row = Mapping[str, Any]

_STANDINGS = {
    "published": Standing.OUT,
    "scheduled": Standing.SCHEDULED,
    "draft": Standing.DRAFT,
    "sent": Standing.CLOSED,  # by mail, to subscribers alone
}
_HOME = "__GHOST_URL__"
"""What an export writes for the address of its own site."""


@dataclass(frozen=True, slots=True)
class Export:
    """The tables of an export that tell of posts."""

    world: str
    lang: str
    zone: ZoneInfo
    permalinks: str
    posts: Sequence[Row]
    metas: dict[str, Row]
    authors: dict[str, list[Row]]
    tags: dict[str, list[Row]]


def read(path: Path, lang: str) -> Batch:
    """The posts of an export, those without a language of their own in `lang`.

    Ghost writes one JSON document, so it is held in memory whole: it has words, no pictures.
    Raises NotReadable for a file that is no such export.
    """
    export = _export(path, lang)
    posts = [post for post in export.posts if not _is_page(post)]
    pages = len(export.posts) - len(posts)
    notes: list[Note] = [("Not brought in", [f"{pages} pages"])] if pages else []
    return Batch((_read(post, export) for post in posts), len(posts), lambda: notes)


def _is_page(post: Row) -> bool:
    return bool(post.get("page")) or post.get("type", "post") != "post"  # the first before 3.0


def _export(path: Path, lang: str) -> Export:
    try:
        return _loaded(json.loads(path.read_bytes()), lang)
    except (ValueError, OSError, LookupError, AttributeError, TypeError, RecursionError) as wrong:
        raise NotReadable(
            "This is no export of Ghost: choose the .json file that Ghost writes under "
            "Settings, Export."
        ) from wrong


def _loaded(document: Any, lang: str) -> Export:
    parts = document.get("db", document)
    data = (parts[0] if isinstance(parts, list) else parts)["data"]
    settings = {row["key"]: row.get("value") for row in data.get("settings", ())}
    named = settings.get("site_uuid") or slug(str(settings.get("title") or "")) or "site"
    return Export(
        world=f"ghost/{named}",
        lang=of_site(settings.get("locale") or settings.get("lang"), lang),
        zone=_zone(settings.get("timezone") or settings.get("activeTimezone")),
        permalinks=str(settings.get("permalinks") or "/:slug/"),
        posts=[dict(post) for post in data["posts"]],
        metas={row["post_id"]: row for row in data.get("posts_meta", ())},
        authors=_joined(data, "users", "posts_authors", "author_id"),
        tags=_joined(data, "tags", "posts_tags", "tag_id"),
    )


def _joined(data: Row, table: str, between: str, key: str) -> dict[str, list[Row]]:
    """The rows of a table that belong to each post, in their order."""
    rows = {row["id"]: row for row in data.get(table, ())}
    found: dict[str, list[Row]] = defaultdict(list)
    for pair in sorted(data.get(between, ()), key=lambda pair: pair.get("sort_order") or 0):
        if pair[key] in rows:
            found[pair["post_id"]].append(rows[pair[key]])
    if key == "author_id":  # before 1.22 a post had one author
        for post in data["posts"]:
            if post["id"] not in found and post.get("author_id") in rows:
                found[post["id"]].append(rows[post["author_id"]])
    return found


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name or "UTC"))
    except (ValueError, OSError):
        return ZoneInfo("UTC")


# ---------------------------------------------------------------- a post


def _read(post: Row, export: Export) -> Incoming | LeftOut:
    try:
        return _one(post, export)
    except (LookupError, AttributeError, TypeError, ValueError):
        return LeftOut(str(post.get("title") or post.get("id")), "it is not as Ghost writes posts")


def _one(post: Row, export: Export) -> Incoming | LeftOut:
    title = tidy_line(str(post.get("title") or ""))
    name = title or str(post.get("slug") or post.get("id"))
    moment = _moment(post.get("published_at")) or _moment(post.get("created_at"))
    if moment is None:
        return LeftOut(name, "it names no day")
    try:
        body, pictures = from_html(_html(post).replace(_HOME, ""))
    except Unreadable as wrong:
        return LeftOut(name, str(wrong))
    standing = _STANDINGS.get(str(post.get("status")), Standing.CLOSED)
    if standing is Standing.OUT and (post.get("visibility") or "public") != "public":
        standing = Standing.CLOSED
    return Incoming(
        key=f"{export.world}/{post['id']}",
        world=export.world,
        content=Content(
            dated=moment.astimezone(export.zone).date(),
            title=title,
            body=with_lead(tidy_line(str(post.get("custom_excerpt") or "")), body),
            lang=of_site(post.get("locale"), guess(f"{title}\n{body}", LIKELY, export.lang)),
        ),
        authors=tuple(
            Author(name=tidy_line(row["name"]), key=row["slug"])
            for row in export.authors.get(post["id"], ())
        ),
        pictures=tuple(_pictures(post, export.metas.get(post["id"], post), pictures)),
        tags=tuple(row["name"] for row in export.tags.get(post["id"], ()) if _public(row)),
        standing=standing,
        source_url=str(post.get("canonical_url") or "").replace(_HOME, ""),
        slug=slug(str(post.get("slug") or "")),
        addresses=(_address(post, moment.astimezone(export.zone), export.permalinks),),
        published_at=_moment(post.get("published_at")) if standing is Standing.OUT else None,
    )


def _html(post: Row) -> str:
    """The words as HTML: from the document they were written as, else as Ghost rendered them."""
    for name, read_ in (("lexical", from_lexical), ("mobiledoc", from_mobiledoc)):
        if post.get(name):
            try:
                return read_(post[name])
            except Unreadable:
                if not post.get("html"):
                    raise
    return str(post.get("html") or "")


def _pictures(post: Row, meta: Row, shown: Iterable[IncomingPicture]) -> Iterator[IncomingPicture]:
    """The one above the post first; each once."""
    feature = str(post.get("feature_image") or "").replace(_HOME, "")
    caption, credit = parted(as_text(str(meta.get("feature_image_caption") or "")))
    alt = tidy_line(str(meta.get("feature_image_alt") or ""))
    first = IncomingPicture(source=feature, alt=alt, caption=caption, credit=credit)
    seen: set[str] = set()
    for picture in chain([first] if feature else [], shown):
        if picture.source not in seen:
            seen.add(picture.source)
            yield picture


def _public(tag: Row) -> bool:
    return (tag.get("visibility") or "public") == "public" and not tag["name"].startswith("#")


def _address(post: Row, day: datetime, permalinks: str) -> str:
    values = {":slug": post.get("slug"), ":id": post["id"]}
    values |= {":year": f"{day:%Y}", ":month": f"{day:%m}", ":day": f"{day:%d}"}
    for name, value in values.items():
        permalinks = permalinks.replace(name, str(value or ""))
    return permalinks


def _moment(value: object) -> datetime | None:
    """A moment as Ghost writes it: UTC, in words or (before 1.0) in milliseconds since 1970."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000, UTC)
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
