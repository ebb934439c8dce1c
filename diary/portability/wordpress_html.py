"""What WordPress keeps of a post as plain HTML: shortcodes, bare lines and addresses resolved."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import urlsplit

from diary.portability.html_markdown import A_PICTURE

_SIZE = re.compile(r"(?:-\d+x\d+|-scaled|-rotated|-e\d{6,})+(?=\.\w+$)")
"""What WordPress adds to the name of a smaller, turned or cropped copy."""
_CAPTION = re.compile(
    r"\[(?:wp_)?caption\b([^\]]*)\](.*?)\[/(?:wp_)?caption\]", re.DOTALL | re.IGNORECASE
)
_PICTURE = re.compile(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", re.IGNORECASE)
_GALLERY = re.compile(r"(?<!\[)\[gallery\b([^\]]*)\]", re.IGNORECASE)
_PATTERN = re.compile(r"<!-- wp:block \{[^>]{0,500}?\"ref\":(\d+)[^>]{0,500}?\} /-->")
_EMBED = re.compile(r"\[embed\b[^\]]*\]\s*(\S+?)\s*\[/embed\]", re.IGNORECASE)
_SHORTCODE = re.compile(r"\[(/?)([a-z][a-z0-9_-]*)((?:\s[^\[\]]*)?)/?\]", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
_ADDRESS = re.compile(r"\s*[\"']?(https?://[^\s\"']+)[\"']?\s*")
_FREEFORM = re.compile(r"<!-- wp:freeform[^>]*-->(.*?)<!-- /wp:freeform -->", re.DOTALL)
_PAGE_END = re.compile(r"<!--(?:more.*?|nextpage)-->")
_AGAIN = re.compile(
    r"<a\b[^>]{0,1000}\bwp-block-file__button\b[^>]{0,500}>.{0,500}?</a>", re.DOTALL
)
"""The button beside a file's link that leads to the same."""
_BREAK = re.compile(r"<br\s*/?>[ \t]*\n")
_ALONE = re.compile(r"(?m)^[ \t]*(https?://\S+)[ \t]*$")
_BLOCK = re.compile(
    r"\s*</?(?:address|article|aside|blockquote|div|dl|figure|footer|form|h[1-6]|header|hr|iframe|"
    r"li|main|nav|ol|p|pre|section|table|t(?:head|body|foot|[rhd])|d[td]|figcaption|ul|video|audio)\b",
    re.IGNORECASE,
)
_PLAYERS = {"audio", "embed", "playlist", "video"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """An uploaded file; `parent` is the id of the post it was uploaded to."""

    id: str
    parent: str
    url: str
    alt: str = ""
    caption: str = ""


@dataclass(slots=True)
class Attachments:
    """All uploaded files, found by id, by post, or by the address of any of their copies."""

    by_id: dict[str, Attachment] = field(default_factory=dict)
    _of_post: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_path: dict[str, str] = field(default_factory=dict)

    def add(self, one: Attachment) -> None:
        """Take a file in."""
        self.by_id[one.id] = one
        if one.parent and A_PICTURE.search(urlsplit(one.url).path):
            self._of_post[one.parent].append(one.id)
        self._by_path.setdefault(_path(one.url), one.id)

    def pictures_of(self, post_id: str) -> Sequence[str]:
        """The ids of the pictures uploaded to a post."""
        return self._of_post.get(post_id, ())

    def at(self, url: str) -> Attachment | None:
        """The file that an address shows, in whatever size."""
        found = self._by_path.get(_path(url))
        return self.by_id[found] if found else None


def _path(url: str) -> str:
    """What all addresses of a file share: a network of copies puts the site's name before it."""
    path = urlsplit(url).path
    return _SIZE.sub("", path.partition("/uploads/")[2] or path)


def as_html(
    content: str, post_id: str, attachments: Attachments, patterns: Mapping[str, str]
) -> str:
    """A post's content as HTML with its pictures in `figure`s; `post_id` is for its gallery.

    `patterns` are contents that posts show by their id.
    """
    content = _PATTERN.sub(lambda found: patterns.get(found[1], ""), content)
    blocks = "<!-- wp:" in content
    content = _PAGE_END.sub("\n\n", _AGAIN.sub("", content))
    content = _CAPTION.sub(_figure, content)
    content = _GALLERY.sub(lambda found: _gallery(found[1], post_id, attachments), content)
    content = _EMBED.sub(r"\n\n\1\n\n", content)
    content = _without_shortcodes(content)
    content = _ALONE.sub(lambda found: _link(found[1]), content)
    if blocks:
        return _FREEFORM.sub(lambda found: _paragraphs(found[1]), content)
    return _paragraphs(content)


def _figure(found: re.Match[str]) -> str:
    picture = _PICTURE.search(found[2])
    if picture is None:
        return found[2]
    words = (found[2][: picture.start()] + found[2][picture.end() :]).strip()
    words = words or escape(unescape(_attributes(found[1]).get("caption", "")))
    return f"\n\n<figure>{picture[0]}<figcaption>{words}</figcaption></figure>\n\n"


def _attributes(text: str) -> dict[str, str]:
    return {name: a or b or c for name, a, b, c in _ATTRIBUTE.findall(text)}


def _gallery(said: str, post_id: str, attachments: Attachments) -> str:
    """The pictures of a gallery: those it names, else all that were uploaded to the post."""
    named = _attributes(said)
    ids = re.findall(r"\d+", named.get("ids") or named.get("include") or "")
    but = re.findall(r"\d+", named.get("exclude", ""))
    ids = ids or [one for one in attachments.pictures_of(post_id) if one not in but]
    shown = (attachments.by_id.get(one) for one in ids)
    return "\n\n" + "".join(_shown(one) for one in shown if one) + "\n\n"


def _shown(one: Attachment) -> str:
    picture = f'<img src="{escape(one.url)}" alt="{escape(one.alt)}">'
    return f"<figure>{picture}<figcaption>{escape(one.caption)}</figcaption></figure>"


def _without_shortcodes(content: str) -> str:
    """Shortcodes gone, the words between them kept; `[sic]` and `[1]` are none.

    One is known by an attribute, an address, its closing, or as a player.
    """
    closed = {name.lower() for slash, name, _ in _SHORTCODE.findall(content) if slash}

    def kept(found: re.Match[str]) -> str:
        slash, name, rest = found[1], found[2].lower(), found[3]
        if name in _PLAYERS and not slash:
            said = _attributes(rest)
            address = next((said[key] for key in ("src", "mp4", "mp3") if key in said), "")
            return f"\n\n{address}\n\n"
        if alone := _ADDRESS.fullmatch(rest):  # [youtube https://…]
            return f"\n\n{alone[1]}\n\n"
        return "" if slash or "=" in rest or name in closed else found[0]

    return _SHORTCODE.sub(kept, content)


def _link(address: str) -> str:
    address = escape(unescape(address))
    return f'\n\n<p><a href="{address}">{address}</a></p>\n\n'


def _paragraphs(content: str) -> str:
    """Blank lines part paragraphs and line ends stay, as WordPress shows posts without blocks."""
    return "\n".join(_each_paragraph(_BREAK.sub("\n", content.replace("\r\n", "\n")).split("\n\n")))


def _each_paragraph(pieces: Iterable[str]) -> Iterable[str]:
    for piece in (piece.strip() for piece in pieces):
        if piece:
            yield piece if _BLOCK.match(piece) else f"<p>{piece.replace(chr(10), '<br>')}</p>"
