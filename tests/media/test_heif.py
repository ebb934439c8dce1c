"""Made files of a few boxes; whole photos are in test_images."""

import pytest

from diary.media.heif import is_heif, is_sound


def box(kind: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


def an_item(names: bytes) -> bytes:
    """An item's entry: version 2, flags, item 1, unprotected, then type and names."""
    return box(b"infe", b"\2\0\0\0" + b"\0\1" + b"\0\0" + names)


FTYP = box(b"ftyp", b"heic\0\0\0\0mif1")
META = box(b"meta", an_item(b"mime\0application/rdf+xml\0"))
MDAT = box(b"mdat", bytes(100))
LONG_MDAT = b"\0\0\0\1mdat" + (116).to_bytes(8) + bytes(100)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_a_picture_is_known_by_its_brand(brand: bytes):
    assert is_heif(box(b"ftyp", brand))


@pytest.mark.parametrize("brand", [b"isom", b"qt  ", b"M4A "])
def test_a_film_is_none(brand: bytes):
    assert not is_heif(box(b"ftyp", brand))


@pytest.mark.parametrize(
    "data",
    [
        FTYP + META + MDAT,
        FTYP + MDAT + META,
        FTYP + META + LONG_MDAT,
        FTYP + META + b"\0\0\0\0mdat" + bytes(100),
        FTYP + META + MDAT + b"\0\0\0\2 a phone's own remarks",
    ],
    ids=["usual", "pixels first", "64-bit size", "to the end", "with a trailer"],
)
def test_a_whole_file_is_sound(data: bytes):
    assert is_sound(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        FTYP + META,
        FTYP + META + MDAT[:-1],
        FTYP + META + LONG_MDAT[:-1],
        FTYP + MDAT + META[:-1],
        FTYP + box(b"meta", an_item(b"mime\0\xb9pplication/rdf+xml\0")) + MDAT,
        FTYP + box(b"meta", an_item(b"\xffime\0\0")) + MDAT,
    ],
    ids=["empty", "no pixels", "cut", "cut, 64-bit size", "meta cut", "content type", "item type"],
)
def test_a_cut_or_garbled_file_is_not(data: bytes):
    assert not is_sound(data)
