"""`import --from wxr`: posts from WordPress' own export (WXR 1.0 to 1.2), read as a stream."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from diary.domain.content import Content
from diary.domain.incoming import (
    Author,
    Batch,
    Comment,
    Found,
    Incoming,
    IncomingPicture,
    LeftOut,
    Note,
    Standing,
)
from diary.portability.html_markdown import parted, with_lead
from diary.portability.html_markdown import read as from_html
from diary.portability.wordpress_html import Attachment, Attachments, as_html
from diary.portability.wxr_file import Fields, WxrFile, fields, local_name, metas, opened
from diary.text.films import is_address
from diary.text.languages import LIKELY, guess, of_site
from diary.text.plain import as_text, slug, tidy, tidy_line

_STANDINGS = {
    "publish": Standing.OUT,
    "future": Standing.SCHEDULED,
    "draft": Standing.DRAFT,
    "pending": Standing.DRAFT,
}
_GONE = {"trash", "auto-draft"}
_NO_DAY = "0000-00-00"
_TAGS = {"category", "post_tag", "tag"}  # the domains of `category`; others are a plugin's own
_A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Export:
    """What has to be known before the first post is read: small records, no texts."""

    files: tuple[WxrFile, ...]
    site: str = ""
    lang: str = ""
    posts: int = 0
    authors: dict[str, str] = field(default_factory=dict)
    attachments: Attachments = field(default_factory=Attachments)
    blocks: dict[str, str] = field(default_factory=dict)
    """What posts show by reference: WordPress' synced patterns."""
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def world(self) -> str:
        """The site's name among all sources."""
        where = urlsplit(self.site)
        return f"wxr/{where.netloc}{where.path.rstrip('/')}"

    def notes(self) -> Iterator[Note]:
        """What was no post."""
        yield "Not brought in", (f"{count} {kind}" for kind, count in sorted(self.skipped.items()))
        mended = (f"{one.path.name}: {one.mended}" for one in self.files if one.mended)
        yield "Letters that were not in the file's encoding; look whether they are right", mended


def read(path: Path, lang: str) -> Batch:
    """The posts of an export, in `lang` where neither they nor the site tell another language.

    The file is read twice, for what posts refer to may stand behind them: the first time for
    authors and attachments, the second for posts, one at a time. Raises NotReadable for a file
    that is no such export.
    """
    export = Export(opened(path))
    for file in export.files:
        for element in file:
            _survey(export, element)
    return Batch(_found(export, lang), export.posts, export.notes)


# ---------------------------------------------------------------- the first reading


def _survey(export: Export, element: Any) -> None:
    name, words = local_name(element), (element.text or "").strip()
    if name in {"base_blog_url", "link"} and words and is_address(words):
        export.site = words if name == "base_blog_url" or not export.site else export.site
    elif name == "language":
        export.lang = words
    elif name == "author":
        said = fields(element)
        _know(export, said.get("author_login", ""), said.get("author_display_name", ""))
    elif name == "item":
        _survey_item(export, fields(element), element)


def _know(export: Export, login: str, name: str) -> None:
    """A mail address, which WordPress takes for a login and so for a name, stays out of sight."""
    export.authors[login] = tidy_line(name or login).partition("@")[0]


def _survey_item(export: Export, said: Fields, element: Any) -> None:
    kind, key = said.get("post_type", "post"), said.get("post_id", "")
    address = said.get("attachment_url") or said.get("guid", "")
    if kind == "attachment" and is_address(address):
        export.attachments.add(
            Attachment(
                id=key,
                parent=said.get("post_parent", ""),
                url=address,
                alt=tidy_line(_meta(element, "_wp_attachment_image_alt")),
                caption=as_text(said.get("excerpt", "")),
            )
        )
    elif kind == "wp_block":
        export.blocks[key] = said.get("encoded", "")
    elif kind == "guest-author":  # of the plugin Co-Authors Plus
        _know(export, _meta(element, "cap-user_login"), said.get("title", ""))
    elif _is_post(said):
        export.posts += 1
    else:
        export.skipped[{"post": "posts in the bin"}.get(kind, f"of the kind {kind}")] += 1


def _meta(element: Any, key: str) -> str:
    return next(iter(metas(element, key)), "")


# ---------------------------------------------------------------- the second


def _found(export: Export, lang: str) -> Found:
    for file in export.files:
        for element in file:
            said = fields(element)
            if local_name(element) == "item" and _is_post(said):
                yield _post(export, said, element, lang, damaged=bool(file.damage))
        if file.damage:
            yield LeftOut(file.path.name, file.damage)


def _is_post(said: Fields) -> bool:
    return said.get("post_type", "post") == "post" and said.get("status") not in _GONE


def _post(
    export: Export, said: Fields, element: Any, lang: str, *, damaged: bool
) -> Incoming | LeftOut:
    title, key = tidy_line(as_text(said.get("title", ""))), said.get("post_id", "")
    day = next((d for name in ("post_date", "post_modified") if (d := _day(said.get(name)))), None)
    if day is None or not key:
        return LeftOut(title or said.get("link", ""), "it names no day" if key else "it has no id")
    html = as_html(said.get("encoded", ""), key, export.attachments, export.blocks)
    body, shown = from_html(html, export.site)
    standing = _standing(said, damaged=damaged)
    return Incoming(
        key=f"{export.world}/{key}",
        world=export.world,
        content=Content(
            dated=day.date(),
            title=title,
            body=with_lead(as_text(said.get("excerpt", "")), body),
            lang=guess(f"{title}\n{body}", LIKELY, of_site(export.lang, lang)),
        ),
        authors=tuple(_authors(export, said.get("creator", ""), element)),
        pictures=tuple(_pictures(export, _meta(element, "_thumbnail_id"), shown)),
        tags=tuple(dict.fromkeys(_tags(element))),
        standing=standing,
        comments=tuple(_comments(element)),
        source_url=said.get("link", ""),
        slug=slug(unquote(said.get("post_name", ""))),
        addresses=tuple(_addresses(said, metas(element, "_wp_old_slug"))),
        published_at=_moment(said, day) if standing is Standing.OUT else None,
    )


def _standing(said: Fields, *, damaged: bool) -> Standing:
    """Of a damaged file only what came whole is out: what was lost may have been a password."""
    if said.get("post_password") or (damaged and "post_password" not in [*said][:-1]):
        return Standing.CLOSED
    return _STANDINGS.get(said.get("status", ""), Standing.CLOSED)


def _day(text: str | None) -> datetime | None:
    if not text or text.startswith(_NO_DAY):
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _moment(said: Fields, day: datetime) -> datetime:
    """When it came out: by Greenwich, else as the feed says, else by the site's own clock."""
    local = day.replace(tzinfo=UTC)
    if found := _day(said.get("post_date_gmt")):
        return found.replace(tzinfo=UTC)
    try:
        told = parsedate_to_datetime(said.get("pubDate", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return local
    return told if abs(told - local) <= _A_DAY else local  # "30 Nov -0001" is read as 2000


def _authors(export: Export, login: str, element: Any) -> Iterator[Author]:
    """Whoever the plugin Co-Authors Plus names, else who wrote it."""
    together = (tidy_line(child.text or "") for child in _categories(element, {"author"}))
    for key in dict.fromkeys(together) or (login,):
        if name := export.authors.get(key) or tidy_line(key).partition("@")[0]:
            yield Author(name=name, key=key)


def _categories(element: Any, domains: Collection[str]) -> Iterator[Any]:
    for child in element:
        if local_name(child) == "category" and child.get("domain", "category") in domains:
            yield child


def _tags(element: Any) -> Iterator[str]:
    """Categories and tags by the name a reader saw, but for what stands for none."""
    for child in _categories(element, _TAGS):
        name = tidy_line(child.text or "")
        if name and child.get("nicename") != "uncategorized":
            yield name


def _comments(element: Any) -> Iterator[Comment]:
    """What readers wrote and somebody approved: no address of theirs, no pings."""
    for child in element:
        said = fields(child) if local_name(child) == "comment" else {}
        if said.get("comment_approved") != "1":
            continue
        if said.get("comment_type", "") not in {"", "comment"}:
            continue
        at = _day(said.get("comment_date_gmt"))
        words = tidy(from_html(said.get("comment_content", "").replace("\n", "<br>"))[0])
        name = tidy_line(said.get("comment_author", ""))
        yield Comment(name=name, words=words, at=at and at.replace(tzinfo=UTC))


def _addresses(said: Fields, old_slugs: Iterable[str]) -> Iterator[str]:
    """Its address, those by its number, and those it had under earlier slugs."""
    link, guid, slug = (said.get(name, "") for name in ("link", "guid", "post_name"))
    found = [link, guid if guid.startswith("http") else "", f"?p={said['post_id']}"]
    before, at, after = link.rpartition(slug) if slug else ("", "", "")
    found += [before + old + after for old in old_slugs if at]
    yield from dict.fromkeys(filter(None, found))


def _pictures(
    export: Export, featured: str, shown: Iterable[IncomingPicture]
) -> Iterator[IncomingPicture]:
    """The one above the post first; each once, as it was uploaded and not as it was shown."""
    first = export.attachments.by_id.get(featured)
    found: dict[str, IncomingPicture] = {}
    for one in chain([_of(first)] if first else [], shown):
        whole = _whole(export, one)
        found.setdefault(whole.source, whole)
    yield from found.values()


def _whole(export: Export, shown: IncomingPicture) -> IncomingPicture:
    known = export.attachments.at(shown.source)
    return replace(shown, source=known.url, alt=shown.alt or known.alt) if known else shown


def _of(one: Attachment) -> IncomingPicture:
    caption, credit = parted(one.caption)
    return IncomingPicture(source=one.url, alt=one.alt, caption=caption, credit=credit)
