"""Pages, style sheets and feeds, with every address as it is in the frozen site."""

import base64
import re
from collections.abc import Callable
from functools import lru_cache
from html import escape, unescape

from diary.portability.site_addresses import Addresses, Place, relative

_TAG = re.compile(r"""<[a-zA-Z](?:[^"'<>]|"[^"]*"|'[^']*')*>""")
_LINK = re.compile(r'(?<=\s)(href|src|srcset)="([^"]*)"')
_FROZEN = re.compile(rb'(<time class="frozen-day" datetime=")[^<]*(</time>)')
_FONT = re.compile(r'url\("\.\./fonts/([\w-]+\.woff2)(?:\?v=\w+)?"\)')


def page(html: str, here: Place, addresses: Addresses, seen: Callable[[Place], object]) -> str:
    """A page with relative links; `seen` is told where each leads."""
    file = addresses.file(here)

    def link(address: str) -> str:
        to = _placed(addresses, address, here.lang or addresses.main)
        if to is None:
            return address
        seen(to[0])
        _, sign, fragment = address.partition("#")
        return relative(to[1], file) + sign + fragment

    return turned(html, link)


def turned(html: str, link: Callable[[str], str]) -> str:
    """A page with other links; `link` is asked what becomes of each."""

    def attribute(found: re.Match[str]) -> str:
        name, value = found[1], unescape(found[2])
        if name == "srcset":
            sizes = (one.split() for one in value.split(","))
            value = ", ".join(" ".join([link(one[0]), *one[1:]]) for one in sizes if one)
        else:
            value = link(value)
        return f'{name}="{escape(value)}"'

    return _TAG.sub(lambda tag: _LINK.sub(attribute, tag[0]), html)


@lru_cache(maxsize=10_000)
def _placed(addresses: Addresses, address: str, lang: str) -> tuple[Place, str] | None:
    """Where an address leads, and its file: most stand on every page."""
    place = addresses.place(address, lang)
    return (place, addresses.file(place)) if place else None


def feed(text: str, addresses: Addresses, seen: Callable[[Place], object]) -> str:
    """A feed with the addresses of its other documents; they stay whole, as its formats ask."""

    def attribute(found: re.Match[str]) -> str:
        place = addresses.place(unescape(found[0]), addresses.main)
        if place is None or place.lang:
            return found[0]  # pages answer at their old addresses
        seen(place)
        return f"{addresses.home}/{addresses.file(place)}"

    return re.sub(re.escape(addresses.home) + r"/[^\s\"'<>\\]*", attribute, text)


def styles(css: str, font: Callable[[str], bytes]) -> str:
    """A style sheet with its fonts inside: Firefox loads none from another folder of a disk."""

    def embedded(found: re.Match[str]) -> str:
        return f'url("data:font/woff2;base64,{base64.b64encode(font(found[1])).decode()}")'

    return _FONT.sub(embedded, css)


def same_but_for_the_day(one: bytes, other: bytes) -> bool:
    """Whether two files tell the same, whenever they were frozen."""
    return one == other or _FROZEN.sub(rb"\1\2", one) == _FROZEN.sub(rb"\1\2", other)


def stub(to: str, title: str, lang: str) -> str:
    """A page that leads on, where no server does."""
    to, title = escape(to), escape(title)
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<meta charset="utf-8">\n'
        f'<title>{title}</title>\n<meta http-equiv="refresh" content="0; url={to}">\n'
        f'<p><a href="{to}">{title}</a></p>\n</html>\n'
    )
