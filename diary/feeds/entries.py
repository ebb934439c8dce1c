"""What a feed holds, before any format: frozen values, and the HTML that readers are shown.

Whatever is handed in is made fit for a feed: characters that XML may not carry are dropped, blank
texts are empty, times are UTC to the second.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from html import escape
from types import MappingProxyType
from urllib.parse import urljoin

from lxml import html as lxml_html

from diary.text.plain import direction

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "atom": "application/atom+xml",
        "rss": "application/rss+xml",
        "json": "application/feed+json",
    }
)

# XML 1.0 section 2.2 allows no other character; U+0080-U+009F and U+FFFD are allowed there, but
# the W3C's validator counts them as signs of a broken encoding.
_UNFIT = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]")
_SRCSET_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(\s+[^,]+)?")
_DEEP = lxml_html.HTMLParser(huge_tree=True)  # the usual one silently drops what is nested deeply


class Fit:
    """Makes every text and time of a dataclass fit for a feed, whoever made it."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # the subclasses are dataclasses
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, fit(value))
            elif isinstance(value, datetime):
                object.__setattr__(self, field.name, _utc(value))


def fit(text: str) -> str:
    fit = _UNFIT.sub("", text)
    return fit if fit.strip() else ""


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"A feed needs times with a zone, not {moment.isoformat()}.")
    return moment.astimezone(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class FeedPicture(Fit):
    """A picture's JPEG rendition; `url` is absolute, `length` is in bytes.

    `link` is the address of a film that it stands for, `host` what that is called.
    """

    url: str
    media_type: str
    length: int
    width: int
    height: int
    alt: str
    caption: str
    credit: str
    link: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class FeedAuthor(Fit):
    """A byline: the name shown, the role as it was then, the author's page if there is one."""

    name: str
    role: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Category(Fit):
    """A lab, method or voice; `scheme` is an absolute address that names the taxonomy."""

    scheme: str
    term: str
    label: str


@dataclass(frozen=True, slots=True)
class SecondText(Fit):
    """A translation of a post, or the post in easy words; `heading` says which."""

    heading: str
    lang: str
    html: str


@dataclass(frozen=True, slots=True)
class Source(Fit):
    """The feed that an entry was copied from (RFC 4287, section 4.2.11), and its page there."""

    uid: str
    title: str
    feed_url: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry(Fit):
    """One post. `html` is the sanitised body alone, `title` plain text and never empty.

    `gist` is its one line in the feed's language where it is in another, `written_for` a sentence
    that says who wrote it down, `corrections` what was wrong and is right now; these and the second
    text's heading are in `feed_lang`.

    Raises ValueError for a time without a zone.
    """

    uid: uuid.UUID
    url: str
    title: str
    html: str
    summary: str
    lang: str
    published: datetime
    updated: datetime
    authors: tuple[FeedAuthor, ...]
    categories: tuple[Category, ...]
    pictures: tuple[FeedPicture, ...]
    rights: str | None
    gist: str = ""
    second: SecondText | None = None
    written_for: str = ""
    corrections: tuple[str, ...] = ()
    corrected_at: tuple[datetime, ...] = ()
    """When each of the corrections was made."""
    feed_lang: str = "sv"
    about: str = ""
    """The day it is about, as exactly as it is known (EDTF: `2019-05`; `XXXX` where it is not)."""
    scribe: str = ""
    """Who wrote it down for its authors."""
    copied_from: Source | None = None

    def __hash__(self) -> int:
        return hash((self.uid, self.updated))  # of all its words it would take long

    @property
    def urn(self) -> str:
        """The id that never changes (RFC 4122 section 3), the same in every format."""
        return self.uid.urn


@dataclass(frozen=True, slots=True)
class Tombstone(Fit):
    """A post that has gone, and when; `title` and `words` say so, and nothing of what it said.

    Atom has a word for it (RFC 6721); the other formats carry an item emptied of all but these.
    """

    uid: uuid.UUID
    published: datetime
    gone: datetime
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Feed(Fit):
    """A feed of one kind: `self_url` is its own address, `uid` a URN, `entries` newest first.

    `updated` is said by the caller, never by the clock, so that equal content is equal bytes.
    Raises ValueError for a time without a zone.
    """

    uid: str
    title: str
    subtitle: str
    lang: str
    home_url: str
    self_url: str
    icon: str | None
    rights: str
    updated: datetime
    entries: tuple[Entry, ...]
    hub_url: str = ""
    """Who tells of changes (WebSub); empty: nobody."""
    tombstones: tuple[Tombstone, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Where the feed goes on, as (relation, address): RFC 5005, sections 3 and 4."""
    archive: bool = False
    """Whether this is an archive document (RFC 5005, section 4)."""


def named(thing: Entry | Feed) -> str:
    """The title; the address where nothing printable is left of it (a blank one is invalid)."""
    return thing.title or (thing.url if isinstance(thing, Entry) else thing.home_url)


def bylines(entry: Entry) -> list[FeedAuthor]:
    """The authors who have a name to print."""
    return [author for author in entry.authors if author.name]


def absolute(html: str, base_url: str) -> str:
    """`html` with every relative address in it made absolute; what is no address stays."""
    if not html.strip():
        return ""  # an empty fragment is an error to the parser
    root = lxml_html.fragment_fromstring(html, create_parent="div", parser=_DEEP)
    root.make_links_absolute(base_url, resolve_base_href=False, handle_failures="ignore")
    for node in root.iter("img", "source"):
        if "srcset" in node.attrib:
            node.set("srcset", _absolute_srcset(node.get("srcset"), base_url))
    whole: str = lxml_html.tostring(root, encoding="unicode")
    return whole.removeprefix("<div>").removesuffix("</div>")


def _absolute_srcset(srcset: str, base_url: str) -> str:
    candidates = _SRCSET_CANDIDATE.findall(srcset)
    return ", ".join(_joined(base_url, address) + size.rstrip() for address, size in candidates)


def _joined(base_url: str, address: str) -> str:
    try:
        return urljoin(base_url, address)
    except ValueError:  # `http://[` and the like: no address, so there is nothing to mend
        return address


def content(entry: Entry) -> str:
    """The whole post as HTML, in its page's order: the first picture, texts, the others, names.

    Classes tell a program what is no part of the text (`portability.mirror_entries` reads them).
    """
    first, *others = [*map(_figure, entry.pictures)] or [""]
    parts = (
        _own("p", entry.gist, entry, "p-summary"),
        first,
        absolute(entry.html, entry.url),
        _second(entry),
        *others,
        *_corrections(entry),
        _signed(entry),
    )
    return f"<div{_tongue(entry.lang)}>{''.join(parts)}</div>"


def _tongue(lang: str) -> str:
    return f' lang="{escape(lang)}" dir="{direction(lang)}"'


def _own(tag: str, text: str, entry: Entry, kind: str = "") -> str:
    """What the diary itself says, in its own language within the post's."""
    if not text:
        return ""
    said = f"<em>{escape(text)}</em>" if text == entry.gist else escape(text)
    return _marked(tag, said, entry, kind)


def _marked(tag: str, said: str, entry: Entry, kind: str) -> str:
    tongue = _tongue(entry.feed_lang) if entry.feed_lang != entry.lang else ""
    marked = f' class="{kind}"' if kind else ""
    return f"<{tag}{marked}{tongue}>{said}</{tag}>"


def _corrections(entry: Entry) -> list[str]:
    times = (*entry.corrected_at, *[None] * len(entry.corrections))
    return [
        _marked("p", _inserted(fit(one), at), entry, "correction")
        for one, at in zip(entry.corrections, times, strict=False)
    ]


def _inserted(line: str, at: datetime | None) -> str:
    said = escape(line)
    return f'<ins datetime="{_utc(at).isoformat()}">{said}</ins>' if at else said


def _second(entry: Entry) -> str:
    second = entry.second
    if second is None or not second.html:
        return ""
    heading = _own("h2", second.heading, entry)
    html = absolute(second.html, entry.url)
    return f"<section>{heading}<div{_tongue(second.lang)}>{html}</div></section>"


def _figure(picture: FeedPicture) -> str:
    lines = [f"<span>{escape(line)}</span>" for line in (picture.caption, picture.credit) if line]
    caption = f"<figcaption>{'<br>'.join(lines)}</figcaption>" if lines else ""
    return (
        f'<figure><img src="{escape(picture.url)}" alt="{escape(picture.alt)}"'
        f' width="{picture.width}" height="{picture.height}">{caption}</figure>{_film(picture)}'
    )


def _film(picture: FeedPicture) -> str:
    name = escape(picture.host or picture.link)
    return (
        f'<p class="film"><a href="{escape(picture.link)}">▶ {name}</a></p>' if picture.link else ""
    )


def _signed(entry: Entry) -> str:
    """Formats know names only; roles would be lost without this line.

    In the classes of an h-card (microformats.org/wiki/h-card), as a program may ask for them, too.
    """
    lines = "<br>".join(map(_card, bylines(entry)))
    roles = f"<p>{lines}</p>" if any(a.role for a in bylines(entry)) else ""
    inner = roles + _own("p", entry.written_for, entry)
    return f"<footer>{inner}</footer>" if inner else ""


def _card(author: FeedAuthor) -> str:
    name, role = escape(author.name), escape(author.role)
    role = f', <span class="p-role">{role}</span>' if role else ""
    return f'<bdi class="h-card"><span class="p-name">{name}</span>{role}</bdi>'
