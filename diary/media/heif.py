"""What must be seen in a HEIF or AVIF file before a decoder may have it (ISO/IEC 14496-12)."""

import re
from collections.abc import Iterator

_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}


def is_heif(data: bytes) -> bool:
    """Tell whether a file names itself a picture in its first box (4.3), not a film."""
    return data[4:8] == b"ftyp" and data[8:12] in _BRANDS


def is_sound(data: bytes) -> bool:
    """Tell whether the file is whole and its items are called by readable names.

    Neither is left to the decoders: libheif paints green what is missing of a photo, and pi-heif
    1.4 ends the whole process at a content type that is not UTF-8.
    """
    boxes = list(_boxes(data))
    is_whole = all(end <= len(data) for kind, _, end in boxes if kind in {b"mdat", b"meta"})
    metas = [data[start:end] for kind, start, end in boxes if kind == b"meta"]
    has_pixels = any(kind == b"mdat" for kind, _, _ in boxes)
    return is_whole and has_pixels and all(map(_names_are_text, metas))


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Walk the outermost boxes (4.2): kind, start, end; what some phones append is no box."""
    at = 0
    while len(header := data[at : at + 16]) >= 8:
        size = int.from_bytes(header[:4])
        if size == 1:
            size = int.from_bytes(header[8:])
        elif size == 0:
            size = len(data) - at
        if size < 8:
            return
        yield header[4:8], at, at + size
        at += size


def _names_are_text(meta: bytes) -> bool:
    """Check each item's type, name and content type (8.11.6, 'infe' of version 2 or 3)."""
    for found in re.finditer(b"infe", meta):
        start = found.start() - 4
        entry = meta[start + 16 : start + int.from_bytes(meta[start : start + 4])]
        if not (entry[:4].isascii() and _is_utf8(entry[4:])):
            return False
    return True


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
