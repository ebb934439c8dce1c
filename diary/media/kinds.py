"""What a file is by its first bytes, never by its name."""

from diary.media.heif import is_heif

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_MOVING_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"pnot"}
"""What MP4, 3GP and QuickTime begin with (ISO/IEC 14496-12; QuickTime before it had a `ftyp`)."""
_SOUND = {b"M4A ", b"M4B "}
_FILMS = (b"\x1aE\xdf\xa3", b"\0\0\1\xba", b"FLV\1")
"""WebM and Matroska (EBML, RFC 8794, section 11.2.1), MPEG programme streams, Flash."""


def is_picture(data: bytes) -> bool:
    """Tell JPEG, PNG, WebP, GIF, HEIF and AVIF; SVG, TIFF or PDF are asked no further."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return data.startswith(_PICTURES) or is_webp or is_heif(data)


def is_film(data: bytes) -> bool:
    """Tell films as phones make them: MP4, QuickTime, 3GP, WebM; AVI and MPEG too."""
    if is_heif(data) or data[8:12] in _SOUND:
        return False
    is_avi = data[:4] == b"RIFF" and data[8:12] == b"AVI "
    return data[4:8] in _MOVING_BOXES or is_avi or data.startswith(_FILMS)
