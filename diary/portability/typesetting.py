"""Typst at work: its fonts, which it wants unpacked, and what they can set."""

import json
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import BytesIO
from math import sqrt
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from fontTools.ttLib import TTFont
from PIL import Image

from diary.media.sizes import encode

PACKAGE = Path(__file__).parents[1]
TEMPLATES = PACKAGE / "templates/book"
FONTS = {
    "Literata": "static/fonts/literata.woff2",
    "Literata Extra": "static/fonts/literata-ext.woff2",
    "Literata Italic": "static/fonts/literata-italic.woff2",
    "Hanken Grotesk": "static/fonts/hanken-grotesk.woff2",
    "Noto Naskh Arabic": "static/fonts/naskh.woff2",
    "Cards": "media/fonts/cards.woff2",
}
"""By the family a font is given: two files of one family would hide each other."""
DPI = 200
LINKED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{1}" height="{2}">'
    '<image href="{0}.jpg" width="{1}" height="{2}"/></svg>'
)


class Bench:
    """A folder in which a document is set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lacking = 0
        """How many characters no font has: they are left out."""

    def put(self, name: str, values: Any) -> None:
        """Write what a template reads, without what cannot be set."""
        text = json.dumps(values, ensure_ascii=False)
        (self.folder / name).write_text("".join(map(self._settable, text)), "utf-8")

    def _settable(self, character: str) -> str:
        if ord(character) in covered() or unicodedata.category(character) == "Cf":
            return character
        plain = unicodedata.normalize("NFKC", character)
        if plain != character and all(ord(one) in covered() for one in plain) and '"' not in plain:
            return plain
        self.lacking += 1
        return ""

    def picture(self, name: str, data: bytes, mm: float) -> None:
        """Store a JPEG that will be so many millimetres wide, at 200 pixels an inch, as `name`.svg.

        One with up to twice the pixels is left as it is: it would lose more than it saves. Typst
        unpacks pictures and keeps them so, but for those that an SVG links to (SVG 2, 12.2).
        """
        width = round(mm / 25.4 * DPI)
        with Image.open(BytesIO(data)) as image:
            size = image.size
            if image.width > width * sqrt(2):
                size = width, max(1, round(image.height * width / image.width))
                image.draft("RGB", size)
                small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
                data = encode(small, "JPEG", quality=82)
        (self.folder / f"{name}.jpg").write_bytes(data)
        (self.folder / f"{name}.svg").write_text(LINKED.format(name, *size), "utf-8")

    def set(self, template: str, out: Path, now: datetime) -> None:
        """Set a template as a tagged PDF (PDF/UA-1, ISO 14289-1)."""
        when = now.replace(microsecond=0)
        self._compile(template, output=out, format="pdf", pdf_standards=["ua-1"], timestamp=when)

    def draw(self, template: str, pixels_per_inch: int) -> bytes:
        """Draw a template of one page as a PNG."""
        drawn = self._compile(template, format="png", ppi=pixels_per_inch)
        assert isinstance(drawn, bytes)  # noqa: S101 (several pages would be a list)
        return drawn

    def _compile(self, template: str, **options: Any) -> Any:
        for file in TEMPLATES.glob("*.typ"):
            (self.folder / file.name).write_bytes(file.read_bytes())
        # Typst keeps in memory what it has set, for the next time: a process gives it back.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            return pool.submit(_compiled, self.folder, template, options).result()


def _compiled(folder: Path, template: str, options: dict[str, Any]) -> Any:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[folder / "fonts"],
    )
    try:
        return typst.Compiler(folder / template, folder, fonts).compile(**options)
    except typst.TypstError as error:
        raise ValueError(error.diagnostic) from None  # the other cannot leave its process


@contextmanager
def bench() -> Iterator[Bench]:
    """A bench with the fonts on it, cleared away afterwards."""
    with TemporaryDirectory() as folder:
        fonts = Path(folder, "fonts")
        fonts.mkdir()
        for family in FONTS:
            font = _opened(family)
            font.flavor = None
            if family != "Literata Italic":
                font["name"].setName(family, 1, 3, 1, 0x409)
            font.save(fonts / f"{family}.ttf")
        yield Bench(Path(folder))


def _opened(family: str) -> TTFont:
    return TTFont(PACKAGE / FONTS[family])


@cache
def covered() -> frozenset[int]:
    """The characters that some font has."""
    return frozenset().union(*(_opened(family).getBestCmap() for family in FONTS))


def subtag(lang: str) -> str:
    """The language of a tag (BCP 47) without script and region, as Typst takes it."""
    return lang.partition("-")[0].lower()
