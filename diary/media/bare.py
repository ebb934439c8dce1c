"""Whether a file holds pixels and nothing else: what the diary itself has made is so."""

from diary.media import jpeg

_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


def is_bare(data: bytes) -> bool:
    """Tell a JPEG or WebP file without metadata, profiles, further frames or anything behind it."""
    return jpeg.is_bare(data) if jpeg.is_jpeg(data) else _is_bare_webp(data)


def _is_bare_webp(data: bytes) -> bool:
    """RFC 9649, section 2: chunks of an even length, each with a name and its size."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) != _size(data, 4) + 8:
        return False
    at, names = 12, set()
    while at < len(data):
        names.add(data[at : at + 4])
        size = _size(data, at + 4)
        at += 8 + size + size % 2
    return at == len(data) and names <= _WEBP_CHUNKS


def _size(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
