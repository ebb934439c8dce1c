"""What must be known of a JPEG file besides its pixels (ITU-T T.81)."""

import re
from collections.abc import Iterator

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

MAX_SCANS = 100
"""Encoders make ten or so. Each costs a walk through all pixels, and some bytes ask for one."""

_SCAN, _END = 0xDA, 0xD9
_FRAMES = {0xC0, 0xC1, 0xC2}
_PICTURE = {*_FRAMES, 0xC4, 0xDB, 0xDD, 0xE0, _SCAN}
"""Tables, frames and scans, and the JFIF header."""
_ALONE = {0x01, 0xD8}
# Within a scan 0xFF is followed by 0 or a restart marker (B.1.1.5): anything else ends it.
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")


def is_jpeg(data: bytes) -> bool:
    """Tell by the first marker."""
    return data.startswith(b"\xff\xd8")


def is_within_reason(data: bytes) -> bool:
    """Tell whether the picture is built up in no more scans than cameras and programs make."""
    if data.count(b"\xff\xda") <= MAX_SCANS:  # saves the walk, as in nearly every photo
        return True
    return sum(marker == _SCAN for marker in _markers(data)) <= MAX_SCANS


def is_bare(data: bytes) -> bool:
    """Tell whether there is nothing but a grey or three-coloured picture: no Exif, no profile, no
    comment, nothing behind its end."""
    at = 2
    while found := _MARKER.search(data, at):
        marker, at = found[1][0], found.end()
        if marker == _END:
            return at == len(data)
        colours = data[at + 7] if marker in _FRAMES and at + 7 < len(data) else 3
        if marker not in _PICTURE or colours not in {1, 3}:
            return False
        at += int.from_bytes(data[at : at + 2])
    return False


def _markers(data: bytes) -> Iterator[int]:
    """Walk the markers up to the end of the first picture; what follows it is no part of it."""
    at = 2
    while found := _MARKER.search(data, at):
        marker = found[1][0]
        if marker == _END:
            return
        yield marker
        at = found.end()
        if marker not in _ALONE:
            at += int.from_bytes(data[at : at + 2])


def packing(source: ImageFile) -> dict[str, object]:
    """Tell how to write a photo as JPEG.

    What was a JPEG keeps its own tables (one per component) and sampling: it neither grows nor
    fades, where any fixed quality made it up to 1.6 times as large and changed it more.
    """
    if isinstance(source, JpegImageFile) and (sampling := get_sampling(source)) >= 0:
        tables = [source.quantization[table] for *_, table in source.layer]
        if all(len(table) == 64 and min(table) > 0 and max(table) < 256 for table in tables):
            return {"qtables": tables, "subsampling": sampling}
    return {"quality": 90, "subsampling": "4:2:0"}
