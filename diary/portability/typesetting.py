"""Typst at work: its fonts, which it wants unpacked, and what they can set."""

import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import BytesIO
from math import sqrt
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

LONGEST = 30 * 60
"""Seconds that a document may take: a book of 1,000 posts takes a minute."""


class NotSet(Exception):
    """A document could not be set; the message says why."""


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
        """Set a template as a tagged PDF (PDF/UA-1, ISO 14289-1). Raises NotSet."""
        when = int(now.timestamp())
        self._compile(template, out, format="pdf", pdf_standards=["ua-1"], timestamp=when)

    def draw(self, template: str, pixels_per_inch: int) -> bytes:
        """Draw a template of one page as a PNG. Raises NotSet."""
        drawn = self.folder / "drawn.png"
        self._compile(template, drawn, format="png", ppi=pixels_per_inch)
        return drawn.read_bytes()

    def _compile(self, template: str, out: Path, **options: Any) -> None:
        """Typst keeps in memory what it has set, for the next time: a process gives it back."""
        for file in TEMPLATES.glob("*.typ"):
            (self.folder / file.name).write_bytes(file.read_bytes())
        order = json.dumps([str(self.folder), template, str(out.resolve()), options])
        try:
            done = subprocess.run(  # noqa: S603 (this program)
                [sys.executable, "-m", __name__, order],
                cwd=PACKAGE.parent,
                capture_output=True,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotSet(f"Typst was not ready after {LONGEST // 60} minutes.") from None
        if done.returncode:
            raise NotSet(f"Typst could not set it: {done.stderr.strip() or done.returncode}")


def _typeset(folder: str, template: str, out: str, options: dict[str, Any]) -> None:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(folder, "fonts")],
    )
    try:
        typst.Compiler(Path(folder, template), folder, fonts).compile(output=out, **options)
    except typst.TypstError as error:
        sys.exit(error.diagnostic)


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


if __name__ == "__main__":
    _typeset(*json.loads(sys.argv[1]))
