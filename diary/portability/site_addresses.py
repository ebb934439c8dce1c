"""Where each address of the diary stands in the frozen site. Pure.

A page becomes the `index.html` of a folder that is called as its address, so that any server
answers the old address, too; in another language than the main one in a folder of that language.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

ELSEWHERE = "/frozen"
"""Where whatever needs a server leads."""
START = "START.html"

_KEPT: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile("/|/(?:labs|methods|authors)/[^/]+"), frozenset({"before"})),
    (
        re.compile(
            "/(?:labs|methods|search|feeds|about|help|press|privacy|accessibility|frozen)"
            r"|/posts/[^/]+|/archive/(?:matrix|undated|\d{4})"
        ),
        frozenset(),
    ),
    (re.compile("/archive"), frozenset({"lab", "method", "after"})),
    (re.compile("/archive/beginning"), frozenset({"lab", "method"})),
    (re.compile(r"/archive/\d{4}/\d\d"), frozenset({"whole", "after"})),
)
"""The pages, and what of their query counts. Walks through a part of the journey are left out: they
would be each post once more for every filter that lets it through."""
_ONCE: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (
        re.compile(r"(?:/(?:labs|methods|authors)/[^/]+)?/feed\.(?:atom|rss|json)"),
        frozenset({"before"}),
    ),
    (
        re.compile(r"/feed/archive/\d+\.(?:atom|rss)|/feeds\.opml|/labs\.css"),
        frozenset(),
    ),
    (re.compile("/(?:static|pictures|search)/.+"), frozenset()),
)
"""What is the same in every language."""

_NAME = re.compile("[a-z0-9_-][a-z0-9._-]{0,59}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
"""What no file of Windows may be called."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address in the frozen site: its path with what counts of its query, and its language.

    `lang` is empty where it is the same in all.
    """

    address: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a diary: where it stands, and the languages that it can be read in."""

    home: str
    main: str
    languages: tuple[str, ...]

    def place(self, link: str, lang: str) -> Place | None:
        """Where a link on a page in a language leads; None if that is no matter of the diary's."""
        if link.startswith(self.home):
            link = link[len(self.home) :] or "/"
        if not link.startswith("/") or link.startswith("//"):
            return None
        try:
            parts = urlsplit(link)
        except ValueError:
            return Place(ELSEWHERE, lang)
        path, query = unquote(parts.path), dict(parse_qsl(parts.query))
        first, slash, rest = path[1:].partition("/")
        if first in self.languages:
            path, lang = slash + rest or "/", first
        return _known(path, query, lang) or Place(ELSEWHERE, lang)

    def file(self, place: Place) -> str:
        """The file of a place, from the site's root on."""
        path, _, query = place.address.partition("?")
        parts = [safe(part) for part in path.split("/") if part]
        if place.lang not in {"", self.main}:
            parts.insert(0, place.lang)
        tail = "-".join(f"{name}-{value}" for name, value in parse_qsl(query))
        if place.lang:
            return "/".join([*parts, f"{safe(tail)}.html" if tail else "index.html"])
        if path.startswith("/pictures/"):
            return path[1:]  # tokens are long and random: no two differ in their case alone
        if tail:
            stem, _, ending = parts[-1].rpartition(".")
            parts[-1] = safe(f"{stem}-{tail}.{ending}")
        return "/".join(parts)


def _known(path: str, query: Mapping[str, str], lang: str) -> Place | None:
    for known, lang_of in ((_KEPT, lang), (_ONCE, "")):
        for pattern, names in known:
            if pattern.fullmatch(path):
                counts = {name: query[name] for name in sorted(names) if query.get(name)}
                address = quote(path)
                return Place(f"{address}?{urlencode(counts)}" if counts else address, lang_of)
    return None


@lru_cache(maxsize=100_000)
def safe(name: str) -> str:
    """A name as a file can have on every system: short, lower case, none that Windows keeps.

    Another one is told by a digest, so that no two come to the same.
    """
    if _NAME.fullmatch(name) and not name.endswith(".") and not _DEVICES.fullmatch(name):
        return name
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    if not re.fullmatch("[a-z0-9]{1,5}", ending):
        stem, dot, ending = name, "", ""
    plain = re.sub("[^a-z0-9]+", "-", stem.lower()).strip("-")[:40]
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    return f"{plain}-{digest}{dot}{ending}".lstrip("-")


def relative(file: str, seen_from: str) -> str:
    """The address of a file as a page in another one names it."""
    here, there = seen_from.split("/")[:-1], file.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return quote("/".join([".."] * (len(here) - same) + there[same:]))
