"""QR codes (ISO/IEC 18004) of addresses, and a card with one as a picture to keep on a phone."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
QUIET = 4
"""Modules of white around a code, as the standard asks for."""
SIZE = (1020, 648)
"""A bank card, 85 × 54 mm at 12 pixels to the millimetre."""


def svg(address: str) -> str:
    """An address as an SVG element: black on white in any colour scheme, as readers need it."""
    return segno.make(address, error="m", micro=False).svg_inline(
        border=QUIET, omitsize=True, light="#fff"
    )


def svg_file(address: str) -> bytes:
    """The same as a file of its own."""
    file = BytesIO()
    segno.make(address, error="m", micro=False).save(
        file, kind="svg", border=QUIET, omitsize=True, light="#fff", xmldecl=False
    )
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class CardFace:
    """What stands on a card; `lines` go below the name."""

    title: str
    name: str
    lines: tuple[str, ...]
    address: str


def card_png(face: CardFace) -> bytes:
    """A card as a PNG, plainly drawn. Words that no font at hand can write are left out."""
    image = Image.new("RGB", SIZE, "#fff")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0] - 1, SIZE[1] - 1), outline="#dcd2c1", width=3)
    code = _code(face.address, 460)
    image.paste(code, (SIZE[0] - code.width - 30, (SIZE[1] - code.height) // 2))
    room = SIZE[0] - code.width - 110
    _line(draw, (50, 50), face.title, 34, room)
    _line(draw, (50, 130), face.name, 76, room)
    for number, line in enumerate(face.lines):
        _line(draw, (50, 300 + number * 66), line, 44, room)
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _code(address: str, width: int) -> Image.Image:
    """A code about so many pixels wide, each module whole pixels."""
    made = segno.make(address, error="m", micro=False)
    scale = max(width // made.symbol_size(border=QUIET)[0], 1)
    file = BytesIO()
    made.save(file, kind="png", scale=scale, border=QUIET)
    return Image.open(file).convert("RGB")


def _line(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, room: int) -> None:
    """A line of words, made smaller until it fits."""
    font = _font(words)
    if font is None:
        return
    while size > 20 and font.font_variant(size=size).getlength(words) > room:
        size -= 2
    draw.text(at, words, fill="#26211b", font=font.font_variant(size=size))


def _font(words: str) -> ImageFont.FreeTypeFont | None:
    """A font that has every letter of some words."""
    for font in _fonts():
        missing = bytes(font.getmask("\U0010fffd"))
        if all(letter == " " or bytes(font.getmask(letter)) != missing for letter in words):
            return font
    return None


@cache
def _fonts() -> tuple[ImageFont.FreeTypeFont, ...]:
    """The diary's own fonts, where Pillow was built to read them, and Pillow's."""
    found = []
    for name in ("literata", "naskh", "literata-ext"):
        with suppress(OSError):
            found.append(ImageFont.truetype(str(FONTS / f"{name}.woff2"), 40))
    pillows = ImageFont.load_default(40)
    return (*found, pillows) if isinstance(pillows, ImageFont.FreeTypeFont) else tuple(found)
