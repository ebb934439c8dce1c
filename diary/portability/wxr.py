"""`import --from wxr`: posts from WordPress' own export (WXR 1.0 to 1.2), read as a stream."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from lxml import etree

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
    NotReadable,
    Standing,
)
from diary.portability.html_markdown import parted
from diary.portability.html_markdown import read as from_html
from diary.portability.wordpress_html import Attachment, Attachments, as_html
from diary.text.languages import LIKELY, guess
from diary.text.plain import as_text, tidy, tidy_line

Fields = dict[str, str]

_STANDINGS = {
    "publish": Standing.OUT,
    "future": Standing.SCHEDULED,
    "draft": Standing.DRAFT,
    "pending": Standing.DRAFT,
}
_GONE = {"trash", "auto-draft"}
_HEAD = 64 * 1024
_FORBIDDEN = bytes({*range(32)} - {9, 10, 13})
_NO_DAY = "0000-00-00"
_TAGS = {"category", "post_tag", "tag"}  # the domains of `category`; others are a plugin's own
_NOT_READ = (
    "This is no WordPress export: choose the .xml file that WordPress writes under Tools, Export."
)


@dataclass(slots=True)
class Export:
    """What has to be known before the first post is read: small records, no texts."""

    site: str = ""
    lang: str = ""
    posts: int = 0
    authors: dict[str, str] = field(default_factory=dict)
    attachments: Attachments = field(default_factory=Attachments)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def world(self) -> str:
        """The site's name among all sources."""
        where = urlsplit(self.site)
        return f"wxr/{where.netloc}{where.path.rstrip('/')}"

    def notes(self) -> Iterator[Note]:
        """What was no post."""
        yield "Not brought in", (f"{count} {kind}" for kind, count in sorted(self.skipped.items()))


def read(path: Path, lang: str) -> Batch:
    """The posts of an export, in `lang` where neither they nor the site tell another language.

    The file is read twice, for what posts refer to may stand behind them: the first time for
    authors and attachments, the second for posts, one at a time. Raises NotReadable for a file
    that is no such export.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    # Real exports have no document type; one that does may define entities without end.
    if b"wordpress.org/export/" not in head or b"<!DOCTYPE" in head:
        raise NotReadable(_NOT_READ)
    export = Export()
    for element in _elements(path):
        _survey(export, element)
    return Batch(_found(path, export, lang), export.posts, export.notes)


def _elements(path: Path) -> Iterator[Any]:
    """The channel's children, each gone once it is read; what is broken is read as far as it goes.

    No entity is resolved and nothing fetched: the file is a stranger's.
    """
    with path.open("rb") as file:
        parsing = etree.iterparse(
            _Clean(file), events=("end",), recover=True, huge_tree=True, resolve_entities=False,
            no_network=True, load_dtd=False,
        )  # fmt: skip
        for _, element in parsing:
            parent = element.getparent()
            if parent is None or _name(parent) != "channel":
                continue
            yield element
            element.clear()
            while element.getprevious() is not None:
                del parent[0]


class _Clean:
    """A file without the control characters that XML forbids and old texts hold."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Bytes, none only at the end."""
        while data := self._file.read(size):
            if clean := data.translate(None, _FORBIDDEN):
                return clean
        return b""


def _name(element: Any) -> str:
    """The local name, told apart where WordPress has two: http and https namespaces are one."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return (
        "excerpt"
        if name.localname == "encoded" and "excerpt" in (name.namespace or "")
        else (name.localname)
    )


def _fields(element: Any) -> Fields:
    return {_name(child): child.text or "" for child in element if not len(child)}


# ---------------------------------------------------------------- the first reading


def _survey(export: Export, element: Any) -> None:
    name, words = _name(element), (element.text or "").strip()
    if name in {"base_blog_url", "link"} and words:
        export.site = words if name == "base_blog_url" or not export.site else export.site
    elif name == "language":
        export.lang = words.partition("-")[0].lower()
    elif name == "author":
        said = _fields(element)
        export.authors[said.get("author_login", "")] = said.get("author_display_name", "")
    elif name == "item":
        _survey_item(export, _fields(element), element)


def _survey_item(export: Export, said: Fields, element: Any) -> None:
    kind = said.get("post_type", "post")
    if kind == "attachment":
        export.attachments.add(
            Attachment(
                id=said.get("post_id", ""),
                parent=said.get("post_parent", ""),
                url=said.get("attachment_url") or said.get("guid", ""),
                alt=tidy_line(_metas(element).get("_wp_attachment_image_alt", "")),
                caption=as_text(said.get("excerpt", "")),
            )
        )
    elif kind == "post" and said.get("status") not in _GONE:
        export.posts += 1
    else:
        export.skipped[{"post": "posts in the bin"}.get(kind, f"of the kind {kind}")] += 1


def _metas(element: Any) -> Fields:
    pairs = (_fields(child) for child in element if _name(child) == "postmeta")
    return {pair.get("meta_key", ""): pair.get("meta_value", "") for pair in pairs}


# ---------------------------------------------------------------- the second


def _found(path: Path, export: Export, lang: str) -> Found:
    for element in _elements(path):
        if _name(element) != "item":
            continue
        said = _fields(element)
        if said.get("post_type", "post") == "post" and said.get("status") not in _GONE:
            yield _post(export, said, element, lang)
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 4096), 2)
        if b"</rss>" not in file.read():
            yield LeftOut(path.name, "the file ends early; what stands before its end was read")


def _post(export: Export, said: Fields, element: Any, lang: str) -> Incoming | LeftOut:
    title, key = tidy_line(as_text(said.get("title", ""))), said.get("post_id", "")
    day = next((d for name in ("post_date", "post_modified") if (d := _day(said.get(name)))), None)
    if day is None or not key:
        return LeftOut(title or said.get("link", ""), "it names no day" if key else "it has no id")
    html = as_html(said.get("encoded", ""), key, export.attachments)
    body, shown = from_html(html, export.site)
    standing = _standing(said)
    return Incoming(
        key=f"{export.world}/{key}",
        world=export.world,
        content=Content(
            dated=day.date(),
            title=title,
            body=_with_lead(as_text(said.get("excerpt", "")), body),
            lang=guess(f"{title}\n{body}", LIKELY, _language(export.lang, lang)),
        ),
        authors=_authors(export, said.get("creator", "")),
        pictures=tuple(_pictures(export, _metas(element).get("_thumbnail_id", ""), shown)),
        tags=tuple(_tags(element)),
        standing=standing,
        comments=tuple(_comments(element)),
        source_url=said.get("link", ""),
        slug=said.get("post_name", ""),
        addresses=_addresses(said),
        published_at=_moment(said, day) if standing is Standing.OUT else None,
    )


def _standing(said: Fields) -> Standing:
    if said.get("post_password"):
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
    if found := _day(said.get("post_date_gmt")):
        return found.replace(tzinfo=UTC)
    try:
        return parsedate_to_datetime(said.get("pubDate", "")).astimezone(UTC)
    except ValueError:
        return day.replace(tzinfo=UTC)


def _language(code: str, otherwise: str) -> str:
    # English is what a site says that was never asked.
    return code if code in LIKELY and code != "en" else otherwise


def _with_lead(lead: str, body: str) -> str:
    return f"{lead}\n\n{body}".strip() if lead and lead not in body else body


def _authors(export: Export, login: str) -> tuple[Author, ...]:
    name = tidy_line(export.authors.get(login) or login)
    return (Author(name=name, key=login),) if name else ()


def _tags(element: Any) -> Iterator[str]:
    """Categories and tags by the name a reader saw, but for what stands for none."""
    for child in element:
        if _name(child) == "category" and child.get("domain", "category") in _TAGS:
            name = tidy_line(child.text or "")
            if name and child.get("nicename") != "uncategorized":
                yield name


def _comments(element: Any) -> Iterator[Comment]:
    """What readers wrote and somebody approved: no address of theirs, no pings."""
    for child in element:
        said = _fields(child) if _name(child) == "comment" else {}
        if said.get("comment_approved") != "1":
            continue
        if said.get("comment_type", "") not in {"", "comment"}:
            continue
        at = _day(said.get("comment_date_gmt"))
        words = tidy(from_html(said.get("comment_content", "").replace("\n", "<br>"))[0])
        name = tidy_line(said.get("comment_author", ""))
        yield Comment(name=name, words=words, at=at and at.replace(tzinfo=UTC))


def _addresses(said: Fields) -> tuple[str, ...]:
    guid = said.get("guid", "")
    found = (said.get("link", ""), guid if guid.startswith("http") else "", f"?p={said['post_id']}")
    return tuple(dict.fromkeys(one for one in found if one))


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
