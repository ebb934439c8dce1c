"""Pictures that another diary has cleaned keep their bytes; everything else is cleaned."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from diary.media.bare import is_bare
from diary.media.images import moved, prepare
from tests.builders import a_photo


def with_exif(kind: str) -> bytes:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Trappan, 3 tr"
    Image.new("RGB", (64, 48), "#2d5d7b").save(file, kind, exif=exif)
    return file.getvalue()


def saved(kind: str, **options: object) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), "#2d5d7b").save(file, kind, **options)
    return file.getvalue()


CLEAN = {
    "jpeg": prepare(a_photo()).original.data,
    "lossless": prepare(a_photo(kind="PNG")).original.data,
    "lossy": prepare(a_photo()).renditions[0].data,
}


@pytest.mark.parametrize("name", CLEAN)
def test_what_the_diary_has_made_stays_as_it_is(name: str) -> None:
    data = CLEAN[name]
    assert is_bare(data)
    assert moved(data).original.data == data


@pytest.mark.parametrize(
    "data",
    [
        with_exif("JPEG"),
        with_exif("WEBP"),
        saved("JPEG", comment=b"Trappan"),
        saved("JPEG", icc_profile=b"no profile"),
        CLEAN["jpeg"] + b"Trappan",
        CLEAN["lossy"] + b"Trappan",
        CLEAN["jpeg"][:-2] + b"Trappan\xff\xd9" + CLEAN["jpeg"],
    ],
)
def test_whatever_holds_more_is_cleaned(data: bytes) -> None:
    assert not is_bare(data)
    kept = moved(data).original.data
    assert kept != data
    assert b"Trappan" not in kept


def test_other_kinds_are_none() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "Trappan")
    assert not is_bare(saved("PNG", pnginfo=info))
    assert not is_bare(b"")
    assert not is_bare(b"RIFF\0\0\0\0WEBP")
    assert not is_bare(b"\xff\xd8\xff\xd9\xff")
    file = BytesIO()
    Image.new("CMYK", (8, 8)).save(file, "JPEG")
    assert not is_bare(file.getvalue())
