"""Pictures for tests: real photos from beside the repository, and small drawings."""

import functools
import struct
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

from diary.media import pieces
from diary.media.images import CleanPicture, Prepared, prepare
from diary.media.sizes import Rendition

PHOTOS = Path(__file__).parents[3] / "shared/testdata/photos"
TURNED = [f"orientation/Landscape_{n}.jpg" for n in range(1, 9)]
TURNED += [f"orientation/Portrait_{n}.jpg" for n in (1, 3, 6, 8)]
PLACED = [f"gps/DSCN00{n}.jpg" for n in (10, 12, 21)]
HEIC = "heic/IMG_5195.HEIC"
ALL_PHOTOS = [*TURNED, *PLACED, HEIC]


def photo(name: str) -> bytes:
    path = PHOTOS / name
    if not path.exists():
        pytest.skip("the test photos are not laid beside this repository")
    return path.read_bytes()


@functools.cache
def prepared(name: str) -> Prepared:
    return prepare(photo(name))


def served(name: str) -> list[CleanPicture | Rendition]:
    """All that is kept of a photo: the original as stored, the renditions as served."""
    return everything(prepared(name))


def everything(result: Prepared) -> list[CleanPicture | Rendition]:
    return [result.original, *result.renditions]


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def a_drawing(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """A picture with one red corner, top left: it looks otherwise however it is turned."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 3), fill="red")
    return image.convert(mode)


def distance(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures seen small, from 0 (the same) to 255."""
    small = [image.convert("RGB").resize((60, 60)) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


def piece_of(image: Image.Image, crop: str) -> Image.Image:
    """What a rendition of that name should show; without one the whole."""
    if not crop:
        return image
    left, top, right, bottom = map(round, pieces.box(image.size, crop))
    return image.crop((left, top, right, bottom))


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


def a_profile(**tags: bytes) -> bytes:
    """The profile of sRGB with the data of some tags replaced (ICC.1:2010, 7.3)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for number in range(int.from_bytes(profile[128:132])):
        name, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if name.decode() in tags:
            profile[at + 8 : at + size] = tags[name.decode()]
    return bytes(profile)


def xyz(*values: float) -> bytes:
    return struct.pack(">3i", *(round(value * 65536) for value in values))


# Display P3's primaries, adapted to the D50 of profiles.
DISPLAY_P3 = a_profile(
    rXYZ=xyz(0.51512, 0.24120, -0.00105),
    gXYZ=xyz(0.29198, 0.69225, 0.04189),
    bXYZ=xyz(0.15710, 0.06657, 0.78407),
)
