"""The card that other programs show for a link: picture, words and colour as one JPEG.

Their common size is 1200 × 630 pixels. Words are set in one font for all scripts (`fonts/`), as
HarfBuzz joins and orders the letters of one font only. Right-to-left scripts and marks above and
below letters need Raqm in Pillow, which loads the system's FriBidi: without it such words are left
out rather than drawn wrong.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, features

from diary.media.memory import one_at_a_time
from diary.media.sizes import encode

RECIPE = 1
"""Raised whenever the code below would draw otherwise: the cards' addresses hang on it."""
SIZE = WIDTH, HEIGHT = 1200, 630
MAX_BYTES = 250_000

_FONT = Path(__file__).parent / "fonts" / "cards.woff2"
_PICTURE = 660
"""Width of the picture; the words have the rest."""
_EDGE = 56
_SIZES = (72, 64, 56, 50, 44, 40)
_SMALL = 28
_LEADING = 1.28
_QUALITIES = (85, 75, 60, 40)


@dataclass(frozen=True, slots=True)
class Look:
    """What a card says: `words` large, in the language `lang`; `place` above, `diary` below them.

    Right to left (`rtl`) the words begin at the right. `fill` and `ink` are colours as #rrggbb, of
    the ground and of the words.
    """

    words: str
    lang: str
    rtl: bool
    place: str
    diary: str
    fill: str
    ink: str


@one_at_a_time
def draw(look: Look, picture: bytes = b"", focus: tuple[float, float] = (0.5, 0.5)) -> bytes:
    """Return the card as a JPEG of at most `MAX_BYTES`, with a picture cut around its focus.

    What is not in the font or cannot be set right here is left out; so is a damaged picture.
    """
    card = Image.new("RGB", SIZE, look.fill)
    shown = _cut(picture, focus) if picture else None
    if shown:
        card.paste(shown, (WIDTH - _PICTURE if look.rtl else 0, 0))
    _write(card, look, WIDTH - 2 * _EDGE - (_PICTURE if shown else 0))
    return _packed(card)


def _packed(card: Image.Image) -> bytes:
    files = (encode(card, "JPEG", quality=quality, optimize=True) for quality in _QUALITIES)
    return next(data for data in files if len(data) <= MAX_BYTES)


def _cut(picture: bytes, focus: tuple[float, float]) -> Image.Image | None:
    try:
        with Image.open(BytesIO(picture), formats=["JPEG"]) as source:
            image = source.convert("RGB")
    except OSError:
        return None
    scale = min(image.width / _PICTURE, image.height / HEIGHT)
    wide, high = _PICTURE * scale, HEIGHT * scale
    left = max(min(focus[0] * image.width - wide / 2, image.width - wide), 0)
    top = max(min(focus[1] * image.height - high / 2, image.height - high), 0)
    box = (left, top, min(left + wide, image.width), min(top + high, image.height))
    return image.resize((_PICTURE, HEIGHT), Image.Resampling.BICUBIC, box=box)


# ---------------------------------------------------------------- words


def _write(card: Image.Image, look: Look, room: int) -> None:
    """Set the words beside the picture, or over the whole card."""
    pen, side = ImageDraw.Draw(card), "r" if look.rtl else "l"
    start = _EDGE + room if look.rtl else WIDTH - _EDGE - room
    for words, y, edge in ((look.place, _EDGE, "a"), (look.diary, HEIGHT - _EDGE, "d")):
        pen.text((start, y), _one_line(words, room), look.ink, _font(_SMALL), side + edge)
    size, lines = _set(drawable(look.words), room, HEIGHT - 4 * _EDGE)
    script: Any = _script(look)
    top = (HEIGHT - len(lines) * size * _LEADING) / 2
    for number, words in enumerate(lines, 1):
        at = start, top + (number - 0.25) * size * _LEADING
        pen.text(at, words, look.ink, _font(size), side + "s", **script)


def _one_line(words: str, room: int) -> str:
    return next(iter(_lines(drawable(words), _font(_SMALL), room, 1)), "")


def _set(words: str, room: int, height: int) -> tuple[int, list[str]]:
    """The largest size at which the words fit, and their lines; at the smallest they are cut."""
    most = 0
    for size in _SIZES:
        most = int(height / (size * _LEADING))
        lines = list(_lines(words, _font(size), room, most + 1))
        if len(lines) <= most and all(_font(size).getlength(one) <= room for one in words.split()):
            return size, lines
    return _SIZES[-1], list(_lines(words, _font(_SIZES[-1]), room, most))


def _lines(words: str, font: ImageFont.FreeTypeFont, room: int, most: int) -> Iterator[str]:
    """At most so many lines, cut between words; a word longer than a line is cut itself."""
    waiting = words.split()
    for number in range(1, most + 1):
        if not waiting:
            return
        count = _fitting(waiting, " ", font, room)
        if count == 0:
            cut = _fitting(waiting[0], "", font, room)
            waiting[:1], count = [waiting[0][:cut], waiting[0][cut:]], 1
        line, waiting = " ".join(waiting[:count]), waiting[count:]
        yield line + "…" if waiting and number == most else line


def _fitting(parts: list[str] | str, between: str, font: ImageFont.FreeTypeFont, room: int) -> int:
    """How many parts fit into a line."""
    count = 0
    while count < len(parts) and font.getlength(between.join(parts[: count + 1])) <= room:
        count += 1
    return count


def drawable(words: str) -> str:
    """The words as far as they can be drawn: signs the font lacks go; empty if letters lack."""
    kept = [c for c in words if _in_font(c) or unicodedata.category(c) not in _SIGNS]
    if not all(map(_in_font, kept)) or (any(map(_is_joined, kept)) and not has_raqm()):
        return ""
    return " ".join(word for word in "".join(kept).split() if word.strip(_JOINERS))


_SIGNS = frozenset({"So", "Sk", "Cf", "Co", "Cn", "Mn", "Me"})
"""Emoji with what colours and joins them, and what nobody sees: no words hang on these."""


_JOINERS = "\u200c\u200d\u200e\u200f"


@cache
def has_raqm() -> bool:
    """Whether right-to-left words can be drawn here."""
    return bool(features.check("raqm"))


def _is_joined(character: str) -> bool:
    marks = unicodedata.bidirectional(character) in {"R", "AL", "AN"}
    return marks or unicodedata.category(character) == "Mn"


@cache
def _font(size: int, layout: ImageFont.Layout | None = None) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size, layout_engine=layout)


@lru_cache(maxsize=5000)
def _in_font(character: str) -> bool:
    """Whether the font has a glyph of its own for it, as far as can be seen."""
    if character.isspace() or character in _JOINERS:
        return True
    plain = _font(20, ImageFont.Layout.BASIC)
    return bytes(plain.getmask(character)) != bytes(plain.getmask("\U0010ffff"))


def _script(look: Look) -> dict[str, str]:
    """What Raqm is told of the words: Persian has other digits than Arabic."""
    return {"direction": "rtl" if look.rtl else "ltr", "language": look.lang} if has_raqm() else {}
