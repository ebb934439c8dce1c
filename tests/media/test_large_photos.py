"""Photos of 48 and 64 megapixels: whole, upright, and within memory."""

from collections.abc import Callable

import pytest
from PIL import Image

from diary.cli.bench_photos import _apart
from diary.media.images import prepare
from tests.media.builders import DISPLAY_P3, distance, encoded, opened
from tests.media.phones import UPRIGHT, a_large_heic, as_seen, enlarged

pytestmark = pytest.mark.drill
ROOM = 600
"""Megabytes one may take; only one is decoded at a time, beside 220 of the idle server."""


def a_large_jpeg(size: tuple[int, int], **options: object) -> bytes:
    """Held upright, in Display P3."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = enlarged(UPRIGHT).resize(size[::-1]).transpose(Image.Transpose.ROTATE_90)
    return encoded(image, "JPEG", exif=exif, icc_profile=DISPLAY_P3, **options)


LARGE: dict[str, Callable[[], bytes]] = {
    "HEIC of 48": lambda: a_large_heic(16, 12),
    "HEIC of 62": lambda: a_large_heic(17, 14),
    "JPEG of 48": lambda: a_large_jpeg((8064, 6048), quality=85),
    "JPEG of 64": lambda: a_large_jpeg((9248, 6936), quality=85),
    "JPEG of 64, progressive": lambda: a_large_jpeg((9248, 6936), quality=80, progressive=True),
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_photo_is_taken_within_memory(kind: str) -> None:
    data = LARGE[kind]()
    prepared = prepare(data)
    original, seen = prepared.original, as_seen(data)
    assert original.width * original.height > 48_000_000
    assert distance(opened(original.data), seen) < 8
    assert max(size.width * size.height for size in prepared.renditions) <= 1600 * 1200
    seconds, memory = _apart(prepare, data)
    print(f"\n{kind}: {seconds:.2f} s of processor time, {memory} MB")  # noqa: T201 (as in ten)
    assert memory < ROOM
