"""A kept EPUB without some of its pictures. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO

from PIL import Image

from diary.media.sizes import encode

PAPER = "#f6f0e4"


def changes(
    names: Iterable[str], read: Callable[[str], bytes], tokens: frozenset[str], now: datetime
) -> dict[str, bytes | None]:
    """What is to be written anew, and which pictures go (None), so that none of these is in it.

    A cover made of one of them becomes blank paper.
    """
    changed: dict[str, bytes | None] = {
        name: None for name in names if name.rpartition("/")[2].removesuffix(".jpg") in tokens
    }
    any_of = "|".join(map(re.escape, sorted(tokens)))
    figure = re.compile(rf'<figure><img src="pictures/(?:{any_of})\.jpg".*?</figure>', re.DOTALL)
    item = re.compile(rf' *<item id="[^"]*" href="pictures/(?:{any_of})\.jpg"[^>]*/>\n?')
    for name in names if tokens else ():
        if name.endswith("/cover.xhtml"):
            if any(f'id="cover-{token}"'.encode() in read(name) for token in tokens):
                page = re.sub(rf' id="cover-(?:{any_of})"', "", read(name).decode())
                changed[name] = page.encode()
                changed[name.replace("cover.xhtml", "cover.jpg")] = _blank(
                    read(name.replace("cover.xhtml", "cover.jpg"))
                )
        elif name.endswith(".xhtml"):
            page = read(name).decode()
            if (cleaned := figure.sub("", page)) != page:
                changed[name] = cleaned.encode()
    for name in names if changed else ():
        if name.endswith(".opf"):
            said = f'<meta property="dcterms:modified">{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}<'
            package = item.sub("", read(name).decode())
            package = re.sub(r'<meta property="dcterms:modified">[^<]*<', said, package)
            changed[name] = package.encode()
    return changed


def _blank(cover: bytes) -> bytes:
    with Image.open(BytesIO(cover)) as image:
        return encode(Image.new("RGB", image.size, PAPER), "JPEG", quality=85)
