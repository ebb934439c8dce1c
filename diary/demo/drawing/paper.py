"""What the press adds at last: a breath of grain, so that flat colour looks printed."""

from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageFilter

SLACK = 64
SPECKS = (1640, 1240)
TURNS = {
    "down": None,
    "up": Image.Transpose.FLIP_TOP_BOTTOM,
    "right": Image.Transpose.ROTATE_90,
    "left": Image.Transpose.ROTATE_270,
}


@lru_cache(maxsize=1)
def _specks() -> Image.Image:
    """Even noise, its grains about two pixels wide."""
    w, h = SPECKS
    noise = Image.frombytes("L", (w, h), Random(1957).randbytes(w * h))
    return noise.resize((w * 2, h * 2), Image.Resampling.BILINEAR)


@lru_cache(maxsize=4)
def _slope(toward: str) -> Image.Image:
    """Black turning white in one direction."""
    slope, turn = Image.linear_gradient("L"), TURNS[toward]
    return slope.transpose(turn) if turn is not None else slope


def spatter(size: tuple[int, int], toward: str, strength: float) -> Image.Image:
    """A mask of specks that thicken in one direction up to `strength` (0 … 1)."""
    width, height = min(size[0], SPECKS[0] * 2), min(size[1], SPECKS[1] * 2)
    slope = _slope(toward).point([round(value * strength) for value in range(256)])
    slope = slope.resize((width, height), Image.Resampling.BILINEAR)
    mask = ImageChops.subtract(slope, _specks().crop((0, 0, width, height)), scale=0.25)
    return mask if mask.size == size else mask.resize(size)


@lru_cache(maxsize=2)
def _stock(size: tuple[int, int]) -> Image.Image:
    """Paper a little larger than the picture: near white, softly mottled."""
    wide, high = size[0] + SLACK, size[1] + SLACK
    rng = Random(1919)

    def noise(step: int) -> Image.Image:
        w, h = wide // step + 2, high // step + 2
        small = Image.frombytes("L", (w, h), rng.randbytes(w * h))
        return small.resize((w * step, h * step), Image.Resampling.BICUBIC).crop((0, 0, wide, high))

    mottle = Image.blend(noise(5), noise(23), 0.5).filter(ImageFilter.GaussianBlur(2))
    grain = Image.blend(noise(1), noise(2), 0.5)
    both = Image.blend(mottle, grain, 0.35)
    return both.point(
        [round(243 + value / 255 * 17) if value < 180 else 255 for value in range(256)]
    )


def print_on_paper(image: Image.Image, rng: Random) -> Image.Image:
    """The drawing in, the same with the paper showing through out."""
    x, y = rng.randrange(SLACK), rng.randrange(SLACK)
    stock = _stock(image.size).crop((x, y, x + image.width, y + image.height))
    return ImageChops.multiply(image, Image.merge("RGB", (stock, stock, stock)))
