"""A sheet of paper, 100 units wide and 75 high, with scissors and ink."""

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageDraw

from .palettes import Colour, Glaze, Palette, apart, mix, sheer
from .paper import spatter

Point = tuple[float, float]
Ink = Colour | Glaze
WIDTH, HEIGHT = 100.0, 75.0
OVERSAMPLING = 2


class Camera:
    """Turns units into pixels: scaled to cover the size, zoomed a little, perhaps mirrored."""

    def __init__(self, size: tuple[int, int], zoom: float, pan: Point, mirrored: bool) -> None:
        self.scale = max(size[0] / WIDTH, size[1] / HEIGHT) * zoom
        self.dx = size[0] / 2 - self.scale * (WIDTH / 2 + pan[0])
        self.dy = size[1] / 2 - self.scale * (HEIGHT / 2 + pan[1])
        self.mirrored = mirrored

    def at(self, x: float, y: float) -> Point:
        """Units in, pixels out."""
        x = WIDTH - x if self.mirrored else x
        return x * self.scale + self.dx, y * self.scale + self.dy


class Canvas:
    """Draws flat shapes in unit coordinates. A four-part colour is a glaze, others cover."""

    def __init__(
        self,
        image: Image.Image,
        camera: Camera,
        ink: Palette,
        rng: Random,
        season: str,
        origin: Point = (0, 0),
    ) -> None:
        self.image, self.camera, self.ink, self.rng = image, camera, ink, rng
        self.season = season
        self.backdrop: Colour | None = None  # the wall people stand out against
        self.origin = origin
        self._pen = ImageDraw.Draw(image)
        self._glaze = ImageDraw.Draw(image, "RGBA")

    def px(self, x: float, y: float) -> Point:
        """Units in, pixels of this sheet out."""
        px, py = self.camera.at(x, y)
        return px - self.origin[0], py - self.origin[1]

    def _tool(self, colour: Ink) -> ImageDraw.ImageDraw:
        return self._glaze if len(colour) == 4 else self._pen

    # -- shapes -------------------------------------------------------------------------

    def poly(self, points: Sequence[Point], colour: Ink) -> None:
        """A polygon with sharp corners."""
        self._tool(colour).polygon([self.px(*p) for p in points], fill=colour)

    def soft(self, points: Sequence[Point], colour: Ink, r: float = 1.0) -> None:
        """A polygon whose corners are rounded by about `r` units."""
        self.poly(list(rounded(points, r)), colour)

    def curve(self, points: Sequence[Point], colour: Ink) -> None:
        """A closed smooth curve through the points."""
        self.poly(list(smooth(points)), colour)

    def rect(self, x: float, y: float, w: float, h: float, colour: Ink, r: float = 0.0) -> None:
        """A rectangle as cut by hand: its corners are a hair's breadth off."""
        j = min(0.12, w / 40, h / 40)
        points = [
            (px + self.rng.uniform(-j, j), py + self.rng.uniform(-j, j))
            for px, py in ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        ]
        if r:
            self.soft(points, colour, r)
        else:
            self.poly(points, colour)

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Ink) -> None:
        """An upright ellipse around a middle."""
        (x0, y0), (x1, y1) = self.px(x - rx, y - ry), self.px(x + rx, y + ry)
        self._tool(colour).ellipse((min(x0, x1), y0, max(x0, x1), y1), fill=colour)

    def leaf(self, x: float, y: float, rx: float, ry: float, turn: float, colour: Ink) -> None:
        """An ellipse turned by `turn` radians."""
        cos, sin = math.cos(turn), math.sin(turn)
        steps = [i * math.tau / 20 for i in range(20)]
        self.poly(
            [
                (
                    x + rx * math.cos(a) * cos - ry * math.sin(a) * sin,
                    y + rx * math.cos(a) * sin + ry * math.sin(a) * cos,
                )
                for a in steps
            ],
            colour,
        )

    def dot(self, x: float, y: float, r: float, colour: Ink) -> None:
        """A disc."""
        self.oval(x, y, r, r, colour)

    def line(self, points: Sequence[Point], width: float, colour: Ink) -> None:
        """A stroke of even width with round joints and ends."""
        self.limb(points, width, width, colour)

    def limb(self, points: Sequence[Point], first: float, last: float, colour: Ink) -> None:
        """A stroke that tapers from one width to another, with round joints."""
        if len(colour) == 4:
            self.poly(ribbon(list(smooth(points, closed=False)), first, last), colour)
            return
        parts = max(1, len(points) - 1)
        for i, (x, y) in enumerate(points):
            r = (first + (last - first) * i / parts) / 2
            self.oval(x, y, r, r, colour)
            if i:
                before = (first + (last - first) * (i - 1) / parts) / 2
                self._link(points[i - 1], before, (x, y), r, colour)

    def _link(self, a: Point, ra: float, b: Point, rb: float, colour: Ink) -> None:
        length = math.hypot(b[0] - a[0], b[1] - a[1]) or 1e-6
        nx, ny = (a[1] - b[1]) / length, (b[0] - a[0]) / length
        self.poly(
            [
                (a[0] + nx * ra, a[1] + ny * ra),
                (b[0] + nx * rb, b[1] + ny * rb),
                (b[0] - nx * rb, b[1] - ny * rb),
                (a[0] - nx * ra, a[1] - ny * ra),
            ],
            colour,
        )

    def arc(
        self, x: float, y: float, r: float, start: float, end: float, width: float, colour: Ink
    ) -> None:
        """Part of a circle's outline; angles in degrees, clockwise from the right."""
        n = 8 + int(abs(end - start) / 12)
        steps = [math.radians(start + (end - start) * i / n) for i in range(n + 1)]
        self.line([(x + r * math.cos(a), y + r * math.sin(a)) for a in steps], width, colour)

    # -- planes and light ---------------------------------------------------------------

    def fill(self, colour: Ink) -> None:
        """The whole sheet in one colour."""
        self._tool(colour).rectangle((0, 0, *self.image.size), fill=colour)

    def wash(self, y0: float, y1: float, colours: Sequence[Colour]) -> None:
        """A soft change of colour from `y0` down to `y1`, right across the sheet."""
        top, bottom = round(self.px(0, y0)[1]), round(self.px(0, y1)[1])
        steps = 72
        for i in range(steps):
            place = i / (steps - 1) * (len(colours) - 1)
            n = min(int(place), len(colours) - 2)
            colour = mix(colours[n], colours[n + 1], place - n)
            a, b = (top + (bottom - top) * k / steps for k in (i, i + 1))
            self._pen.rectangle((0, a, self.image.width, b + 1), fill=colour)

    def glow(self, x: float, y: float, r: float, colour: Colour, strength: float = 0.5) -> None:
        """Light around a lamp, in printed rings."""
        for i in range(4):
            self.dot(x, y, r * (1 - i * 0.22), sheer(colour, strength * 0.3))

    def spray(
        self, points: Sequence[Point], colour: Colour, strength: float = 0.5, toward: str = "down"
    ) -> None:
        """Fine spatter inside a shape, from none at one edge to dense `toward` the other."""
        spots = [self.px(*p) for p in points]
        left, top = (max(0, math.floor(min(p[i] for p in spots))) for i in (0, 1))
        right = min(self.image.width, math.ceil(max(p[0] for p in spots)))
        bottom = min(self.image.height, math.ceil(max(p[1] for p in spots)))
        if right - left < 2 or bottom - top < 2:
            return
        size = right - left, bottom - top
        shape = Image.new("L", size)
        ImageDraw.Draw(shape).polygon([(x - left, y - top) for x, y in spots], fill=255)
        if self.camera.mirrored:
            toward = {"left": "right", "right": "left"}.get(toward, toward)
        mask = ImageChops.multiply(shape, spatter(size, toward, strength))
        self.image.paste(colour, (left, top), mask)

    @contextmanager
    def inset(self, x: float, y: float, w: float, h: float, r: float = 0.0) -> Iterator["Canvas"]:
        """A hole in the sheet: what is drawn on the canvas given stays inside the box."""
        (xa, y0), (xb, y1) = self.px(x, y), self.px(x + w, y + h)
        x0, x1 = sorted((xa, xb))
        left, top = math.floor(x0), math.floor(y0)
        size = max(1, math.ceil(x1) - left), max(1, math.ceil(y1) - top)
        origin = self.origin[0] + left, self.origin[1] + top
        part = Canvas(Image.new("RGB", size), self.camera, self.ink, self.rng, self.season, origin)
        yield part
        mask = None
        if r:
            mask = Image.new("L", size)
            radius = r * self.camera.scale
            ImageDraw.Draw(mask).rounded_rectangle((0, 0, *size), radius, fill=255)
        self.image.paste(part.image, (left, top), mask)

    # -- chance -------------------------------------------------------------------------

    def dark(self, colour: Colour, share: float) -> Colour:
        """The colour with ink stirred in."""
        return mix(colour, self.ink.ink, share)

    def light(self, colour: Colour, share: float) -> Colour:
        """The colour with paper stirred in."""
        return mix(colour, self.ink.paper, share)

    def standing_out(self, colours: Sequence[Colour]) -> list[Colour]:
        """Those of the colours that can be told from the wall behind."""
        wall = self.backdrop
        return [colour for colour in colours if wall is None or apart(colour, wall) > 110]

    def near(self, value: float, by: float) -> float:
        """A number at most `by` away from the value."""
        return value + self.rng.uniform(-by, by)

    def chance(self, share: float) -> bool:
        """True as often as `share` says."""
        return self.rng.random() < share

    @property
    def snowy(self) -> bool:
        """Whether snow lies on the ground."""
        return self.season == "winter"


def form(
    points: str,
    x: float = 0,
    y: float = 0,
    sx: float = 1,
    sy: float | None = None,
) -> list[Point]:
    """The points of a shape written as `"-1,0 0,-2 1,0"`, moved to (x, y) and scaled."""
    sy = sx if sy is None else sy
    return [(x + u * sx, y + v * sy) for u, v in _parsed(points)]


@lru_cache(maxsize=1024)
def _parsed(points: str) -> tuple[Point, ...]:
    pairs = (pair.split(",") for pair in points.split())
    return tuple((float(u), float(v)) for u, v in pairs)


def rounded(points: Sequence[Point], r: float) -> Iterator[Point]:
    """A polygon in, the same with each corner replaced by a short curve out."""
    for i, (x, y) in enumerate(points):
        ends = []
        for other in (points[i - 1], points[(i + 1) % len(points)]):
            length = math.hypot(other[0] - x, other[1] - y) or 1e-6
            share = min(r, length * 0.48) / length
            ends.append((x + (other[0] - x) * share, y + (other[1] - y) * share))
        (ax, ay), (bx, by) = ends
        for t in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
            u = 1 - t
            yield u * u * ax + 2 * u * t * x + t * t * bx, u * u * ay + 2 * u * t * y + t * t * by


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 7) -> Iterator[Point]:
    """A Catmull-Rom curve through the points."""
    n = len(points)
    for i in range(n if closed else n - 1):
        a, b, c, d = (
            points[k % n] if closed else points[max(0, min(n - 1, k))]
            for k in (i - 1, i, i + 1, i + 2)
        )
        for k in range(steps):
            t = k / steps
            yield (_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t))
    if not closed:
        yield points[-1]


def ribbon(points: Sequence[Point], first: float, last: float) -> list[Point]:
    """The outline of a stroke along the points; a glaze must not cover itself."""
    left, right = [], []
    for i, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[max(0, i - 1)], points[min(len(points) - 1, i + 1)]
        length = math.hypot(bx - ax, by - ay) or 1e-6
        half = (first + (last - first) * i / max(1, len(points) - 1)) / 2 / length
        left.append((x - (by - ay) * half, y + (bx - ax) * half))
        right.append((x + (by - ay) * half, y - (bx - ax) * half))
    return left + right[::-1]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    bend = 2 * a - 5 * b + 4 * c - d
    twist = 3 * b - a - 3 * c + d
    return 0.5 * (2 * b + (c - a) * t + bend * t * t + twist * t * t * t)


def season_of(seed: str, rng: Random) -> str:
    """The season of the date in a seed (`…/2019-02-14-…`), or any where there is none."""
    found = re.search(r"\d{4}-(\d\d)", seed)
    month = int(found[1]) if found else rng.randint(1, 12)
    if month in (11, 12, 1, 2, 3):
        return "winter"
    return "spring" if month < 6 else "summer" if month < 9 else "autumn"
