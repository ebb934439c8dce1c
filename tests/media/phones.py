"""Photos as phones send them, 12 or 48 megapixels large, made of the real ones."""

import functools
import struct
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image, ImageChops, ImageOps

from tests.media.builders import DISPLAY_P3, HEIC, encoded, opened, photo

TWELVE = (4032, 3024)
BACK = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}


@functools.cache
def enlarged(name: str, size: tuple[int, int] = TWELVE) -> Image.Image:
    """A photo in a camera's size, upright, with the noise that enlarging leaves out."""
    image = opened(photo(name)).convert("RGB")
    size = size if image.width > image.height else size[::-1]
    noise = Image.effect_noise(size, 10)
    return ImageChops.add(image.resize(size), Image.merge("RGB", [noise] * 3), offset=-128)


def stored(name: str, kind: str = "JPEG", *, turn: int = 1, **options: object) -> bytes:
    """The enlarged photo as a phone held that way stores it (Exif, tag 0x0112)."""
    image = enlarged(name)
    exif = Image.Exif()
    exif[0x0112] = turn
    back = BACK.get(turn)
    return encoded(image if back is None else image.transpose(back), kind, exif=exif, **options)


LYING, UPRIGHT = "orientation/Landscape_1.jpg", "orientation/Portrait_1.jpg"
TEN: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: stored(LYING, quality=88),
    "JPEG, turned right": lambda: stored(UPRIGHT, turn=6, quality=88),
    "JPEG, turned left": lambda: stored(UPRIGHT, turn=8, quality=88),
    "JPEG, upside down": lambda: stored(LYING, turn=3, quality=88),
    "JPEG, Display P3": lambda: stored(LYING, quality=88, icc_profile=DISPLAY_P3),
    "JPEG, Display P3, turned": lambda: stored(UPRIGHT, turn=6, quality=88, icc_profile=DISPLAY_P3),
    "JPEG, progressive": lambda: stored("gps/DSCN0010.jpg", quality=88, progressive=True),
    "JPEG, 4:4:4": lambda: stored("gps/DSCN0012.jpg", quality=92, subsampling="4:4:4"),
    "HEIC": lambda: a_large_heic(8, 6),
    "HEIC, upright": lambda: a_large_heic(6, 8),
}
"""Ten photos of 12 megapixels."""


def as_seen(data: bytes) -> Image.Image:
    """A file as a viewer shows it, in a small copy."""
    image = Image.open(BytesIO(data))
    image.draft("RGB", (600, 600))
    return ImageOps.exif_transpose(image).convert("RGB").resize((600, 600))


def a_large_heic(columns: int, rows: int) -> bytes:
    """The iPhone's photo, its tiles of 512 pixels laid anew and repeated: no encoder is at hand.

    A grid item (ISO/IEC 23008-12, 6.6.2.3) may not name a tile twice, so each is an item of its
    own that shares its data with the first. What is behind the boxes moves by what they grow.
    """
    data = photo(HEIC)
    meta_end = 24 + int.from_bytes(data[24:28])
    part = {kind: data[start:end] for kind, start, end in _boxes(data, 36, meta_end)}
    ipco, ipma = (
        part[b"iprp"][start:end] for _, start, end in _boxes(part[b"iprp"], 8, len(part[b"iprp"]))
    )
    tiles = [1 + row % 6 * 6 + column % 5 for row in range(rows) for column in range(columns)]
    size = columns * 512 - 64, rows * 512 - 48
    ids = struct.pack(f">{len(tiles)}H", *range(1000, 1000 + len(tiles)))
    iinf = _with(part[b"iinf"], 12, 2, _again(part[b"iinf"][14:], 21, 12, tiles), len(tiles))
    dimg = _box(b"dimg", struct.pack(">HH", 43, len(tiles)) + ids)
    iref = _box(b"iref", part[b"iref"][8:12] + dimg + part[b"iref"][12 + 96 :])
    ipco = ipco.replace(struct.pack(">II", 2566, 3313), struct.pack(">II", *size))
    iprp = _box(b"iprp", ipco + _with(ipma, 12, 4, _again(ipma[16:], 6, 0, tiles), len(tiles)))
    idat = _box(b"idat", struct.pack(">4B2H", 0, 0, rows - 1, columns - 1, *size))
    boxes = [part[b"hdlr"], part[b"dinf"], part[b"pitm"], iinf, iref, iprp, idat]
    places = part[b"iloc"][16:]
    places += _again(places, 16, 0, tiles)
    grown = sum(map(len, boxes)) + 16 + len(places) + 12 - (meta_end - 24)
    iloc = _with(part[b"iloc"][:16], 14, 2, _moved(places, grown), len(tiles))
    return data[:24] + _box(b"meta", data[32:36] + b"".join(boxes) + iloc) + data[meta_end:]


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while at < end:
        size = int.from_bytes(data[at : at + 4])
        yield data[at + 4 : at + 8], at, at + size
        at += size


def _box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


def _with(box: bytes, at: int, width: int, entries: bytes, count: int) -> bytes:
    """A box with more entries behind its own; `at` is where it counts them."""
    total = int.from_bytes(box[at : at + width]) + count
    return _box(box[4:8], box[8:at] + total.to_bytes(width) + box[at + width :] + entries)


def _again(entries: bytes, width: int, at: int, tiles: list[int]) -> bytes:
    """The entries of these tiles under new numbers."""
    out = bytearray()
    for number, tile in enumerate(tiles):
        entry = bytearray(entries[(tile - 1) * width : tile * width])
        struct.pack_into(">H", entry, at, 1000 + number)
        out += entry
    return bytes(out)


def _moved(places: bytes, by: int) -> bytes:
    """The places of items (8.11.3, version 1) whose data lies that much further into the file."""
    out = bytearray(places)
    for at in range(0, len(out), 16):
        method, start = struct.unpack_from(">2xH4xI", out, at)
        if method == 0:
            struct.pack_into(">I", out, at + 8, start + by)
    return bytes(out)
