"""Addresses of films elsewhere: known by their form alone, nothing is fetched."""

import html as entities
import re
from urllib.parse import SplitResult, urljoin, urlsplit

MAX_ADDRESS = 1_000
_PEERTUBE = re.compile(r"/(?:w|videos/watch)(?:/p|/playlist)?/[\w-]+/?")
_HOSTS = {
    "youtube.com": r"/watch\?(?:.*&)?v=[\w-]+.*|/(?:shorts|live|embed|v)/[\w-]+.*|/playlist\?.*",
    "youtube-nocookie.com": r"/embed/[\w-]+.*",
    "youtu.be": r"/[\w-]+.*",
    "vimeo.com": r"/(?:.*/)?\d+.*",
    "dailymotion.com": r"/(?:embed/)?video/\w+.*",
    "dai.ly": r"/\w+.*",
    "svtplay.se": r"/(?:video|klipp)/.+",
    "urplay.se": r"/program/.+",
    "facebook.com": r"/watch/?(?:\?.*)?|/(?:.*/)?videos/.+|/reel/.+|/share/[rv]/.+",
    "fb.watch": r"/.+",
    "instagram.com": r"/(?:.*/)?(?:reels?|tv)/[\w-]+.*",
    "tiktok.com": r"/@[^/]+/video/\d+.*|/t/\w+.*",
    "vm.tiktok.com": r"/\w+.*",
    "vt.tiktok.com": r"/\w+.*",
}
_ALONE = re.compile(r'<p dir="auto">(<a rel="[^"]*" href="([^"]*)">)((?:(?!</a>).)*)</a></p>')
_BARE = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#]\S*)?")


def with_cards(html: str) -> str:
    """Sanitised HTML in which a film's link that is a paragraph is marked as a card.

    A bare address gives way to the host's name, which has no direction of its own here.
    """
    return _ALONE.sub(_card, html)


def _card(link: re.Match[str]) -> str:
    opened, label = link[1], link[3]
    address = entities.unescape(link[2])
    if not is_film(address):
        return link[0]
    name = entities.escape(host(address))
    if entities.unescape(label) in {address, address.partition("://")[2], name}:
        return f'<p class="film">{opened}{name}</a></p>'
    return f'<p class="film" dir="auto">{opened}{label}</a></p>'


def is_film(address: str) -> bool:
    """Whether an address leads to one film: of a known house, or of any PeerTube."""
    parts = _web(address)
    if parts is None:
        return False
    name, path = host(address), parts.path + (f"?{parts.query}" if parts.query else "")
    known = _HOSTS.get(name) or _HOSTS.get(name.partition(".")[2])
    return bool((known and re.fullmatch(known, path)) or _PEERTUBE.fullmatch(parts.path))


def host(address: str) -> str:
    """Where an address leads, as readers know it: `youtube.com`; "" if it is none of the web."""
    parts = _web(address)
    return (parts.hostname or "").removeprefix("www.").removeprefix("m.") if parts else ""


def is_web(address: str) -> bool:
    """Whether a link may lead there: http or https (RFC 9110, section 4.2), with a host."""
    return bool(host(address)) and len(address) <= MAX_ADDRESS and not re.search(r"\s", address)


def is_address(address: str) -> bool:
    """Whether an address can be taken apart at all: `https://[` cannot (RFC 3986, 3.2.2)."""
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def joined(base: str, address: str) -> str:
    """An address as it is meant where `base` stands; empty if it cannot be taken apart."""
    try:
        found = urljoin(base, address)
    except ValueError:  # such as `http://[`
        return ""
    return found if is_address(found) else ""


def completed(address: str) -> str:
    """An address typed without its beginning, as people say it; anything else as it is."""
    return f"https://{address}" if _BARE.fullmatch(address) else address


def _web(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        named = parts.scheme.lower() in {"http", "https"} and "." in (parts.hostname or "")
        named = named and parts.port != 0
    except ValueError:  # such as `http://[`, or a port that is none
        return None
    return parts if named else None
