"""Uploaded pictures made safe to keep, and the sizes that readers are served.

`clean` turns what somebody uploaded into the *cleaned original*: upright, in sRGB, without any
metadata. `renditions` makes the sizes of the site from the cleaned original's bytes and from
nothing else, so the same recipe gives the same bytes at upload and years later.
"""

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pi_heif
from PIL import ExifTags, Image, ImageCms, ImageFile
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from diary.media import heif

RECIPE = 1
"""Version of the renditions: raised whenever the code below would give other bytes."""

MAX_BYTES = 40 * 1024**2
# 64 megapixels as cameras are sold, rounded: those store up to 9280 × 6944 pixels.
MAX_PIXELS = 64_499_999
MAX_SIDE = 65_500
"""Pixels along one side: what JPEG can store (libjpeg's JPEG_MAX_DIMENSION)."""

WIDTHS = (480, 960, 1600)
JPEG_WIDTH = 1200
MAX_WEBP_SIDE = 16_383
"""RFC 6386, section 9.1: the sides of a WebP image are 14-bit numbers."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")

# What each EXIF orientation asks for (Exif 3.0, tag 0x0112); 1 is upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Of a HEIF file only the picture is wanted: no thumbnails, depth maps, gain maps.
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
# A second guard, for decoders that reserve memory while opening. It warns above its limit and
# stops above twice that; the rule is `_check_pixels`.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class ImageRefused(Exception):
    """A file that cannot become a picture of a post."""


class NotAnImage(ImageRefused):
    """Not one of the accepted kinds: JPEG, PNG, WebP, GIF, HEIF (HEIC), AVIF."""


class BrokenImage(ImageRefused):
    """Begins like an accepted kind but cannot be read to its end."""


class _TooMuch(ImageRefused):
    def __init__(self, limit: int, actual: int | None) -> None:
        super().__init__(limit, actual)
        self.limit = limit
        self.actual = actual


class TooManyBytes(_TooMuch):
    """The file is over `limit` bytes."""


class TooManyPixels(_TooMuch):
    """Over `limit` pixels in all or along one side; `actual` is None where a decoder stopped us."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """The cleaned original: the only form in which an upload is ever stored."""

    data: bytes
    media_type: str
    width: int
    height: int
    extension: str


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size and format that is served; `sha256` (hexadecimal) stamps its address."""

    width: int
    height: int
    extension: str
    media_type: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is stored of one picture."""

    original: CleanPicture
    renditions: tuple[Rendition, ...]


def prepare(data: bytes) -> Prepared:
    """Return everything to store of an upload: cleaned original and renditions.

    Raises `ImageRefused` for whatever is not a sound picture within the limits.
    """
    original = clean(data)
    return Prepared(original, renditions(original.data))


def from_image(image: Image.Image) -> Prepared:
    """Return everything to store of a picture that the program drew itself."""
    original = _lossless(_to_srgb(image.copy()))
    return Prepared(original, renditions(original.data))


def clean(data: bytes) -> CleanPicture:
    """Return the cleaned original of an uploaded file. Raises `ImageRefused`.

    Only pixels pass: Exif, XMP, IPTC, comments, text, thumbnails, further frames and whatever
    else lies in the file stay behind. What came without loss (PNG, GIF, lossless WebP) and what
    is transparent is kept without loss, every other picture becomes a JPEG.
    """
    with _decoding(data) as source:
        source.load()
        _check_pixels(source.size)  # a HEIF decoder may find another size than the header told
        without_loss = source.format in {"PNG", "GIF"} or b"VP8L" in data
        packing = _packing(source)
        image = _to_srgb(_upright(source))
    if without_loss or image.mode == "RGBA":
        return _lossless(image)
    return CleanPicture(_encode(image, "JPEG", **packing), "image/jpeg", *image.size, "jpg")


def renditions(original: bytes) -> tuple[Rendition, ...]:
    """Return the sizes to serve, made from a cleaned original's bytes.

    WebP at 480, 960 and 1600 pixels' width and one JPEG of at most 1200 for feeds, cards and mail.
    Nothing is enlarged: a smaller picture's own width stands in for the larger ones.
    Raises `ImageRefused` if the original is damaged.
    """
    with _decoding(original) as image:
        card_size = _fit(image.size, JPEG_WIDTH)
        sizes = sorted({_fit(image.size, width) for width in WIDTHS}, reverse=True)
        # A JPEG is unpacked straight to a half, quarter or eighth, which saves most of the time and
        # memory. `clean` never does this: the original keeps every pixel.
        image.draft("RGB", sizes[0])
        image.load()
    steps = [_shrink(image, sizes[0])]
    for size in sizes[1:]:
        steps.append(_shrink(steps[-1], size))
    card = _on_white(_shrink(steps[0], card_size))
    return (*map(_as_webp, reversed(steps)), _as_jpeg(card))


@contextmanager
def _decoding(data: bytes) -> Iterator[ImageFile.ImageFile]:
    """Open a picture within the limits; a decoder's failures inside become `ImageRefused`."""
    if len(data) > MAX_BYTES:
        raise TooManyBytes(MAX_BYTES, len(data))
    if not _is_accepted_kind(data):
        raise NotAnImage
    if heif.is_heif(data) and not heif.is_sound(data):
        raise BrokenImage
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as source:
            _check_pixels(source.size)
            yield source
    except (ImageRefused, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(MAX_PIXELS, None) from error
    except Exception as error:  # decoders of damaged files raise whatever they stumble upon
        raise BrokenImage from error


def _is_accepted_kind(data: bytes) -> bool:
    """Tell by the first bytes, never by a name: SVG, TIFF, PDF or a film are asked no further."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return data.startswith(_SIGNATURES) or is_webp or heif.is_heif(data)


def _check_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise TooManyPixels(MAX_PIXELS, width * height)
    if max(size) > MAX_SIDE:
        raise TooManyPixels(MAX_SIDE, max(size))


def _upright(image: Image.Image) -> Image.Image:
    """Turn as Exif tells. HEIF and AVIF carry their own turns, which their decoders settle."""
    for xmp in ("xmp", "XML:com.adobe.xmp"):  # Pillow would look there too, browsers do not
        image.info.pop(xmp, None)
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 (unreadable Exif must not cost anybody their photo)
        turn = None
    return image if turn is None else image.transpose(turn)


def _to_srgb(image: Image.Image) -> Image.Image:
    """Return the bare pixels as RGB, or as RGBA where something is transparent, in sRGB.

    `image` is used up: copying 12 megapixels once more would cost 48 MB.
    """
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    colours = _apply_profile(image)
    if alpha and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    colours.info = {}  # Pillow writes comments and profiles from here unasked
    return colours


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey down; Pillow's own conversion would clip all light tones to white."""
    scaled = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if profile := image.info.get("icc_profile"):
        scaled.info["icc_profile"] = profile
    return scaled


def _apply_profile(image: Image.Image) -> Image.Image:
    """Return opaque RGB, by the embedded colour profile (ICC.1) if there is a sound one."""
    plain = {"1": "L", "LA": "L", "L": "L", "CMYK": "CMYK"}.get(image.mode, "RGB")
    pixels = image if image.mode == plain else image.convert(plain)
    if profile := image.info.get("icc_profile"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(pixels, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a broken profile, or one for another kind of picture
        if converted:
            return converted
    return pixels if pixels.mode == "RGB" else pixels.convert("RGB")


def _packing(source: ImageFile.ImageFile) -> dict[str, object]:
    """Tell how to write a photo as JPEG.

    What was a JPEG keeps its own tables (one per component) and sampling: it neither grows nor
    fades, where any fixed quality made it up to 1.6 times as large and changed it more.
    """
    if isinstance(source, JpegImageFile) and (sampling := get_sampling(source)) >= 0:
        tables = [source.quantization[table] for *_, table in source.layer]
        if all(len(table) == 64 and min(table) > 0 and max(table) < 256 for table in tables):
            return {"qtables": tables, "subsampling": sampling}
    return {"quality": 90, "subsampling": "4:2:0"}


def _lossless(image: Image.Image) -> CleanPicture:
    """Keep every pixel: WebP takes a fifth less than PNG in a fifth of the time.

    It also empties what lies hidden under full transparency. Only pictures longer than WebP can
    hold become PNG. Methods above 0 take four times as long for a tenth less.
    """
    if max(image.size) > MAX_WEBP_SIDE:
        return CleanPicture(_encode(image, "PNG"), "image/png", *image.size, "png")
    data = _encode(image, "WEBP", lossless=True, method=0, quality=0)
    return CleanPicture(data, "image/webp", *image.size, "webp")


def _fit(size: tuple[int, int], width: int) -> tuple[int, int]:
    scale = min(1, width / size[0], MAX_WEBP_SIDE / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrink(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    # Hamming: when shrinking as good as bicubic, in half the time of Lanczos.
    return image if image.size == size else image.resize(size, Image.Resampling.HAMMING)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image.getchannel("A"))
    return page


def _as_webp(image: Image.Image) -> Rendition:
    # Method 2: half the time of the usual 4 for three bytes in a hundred more.
    data = _encode(image, "WEBP", quality=80, method=2)
    return _rendition(image, "webp", "image/webp", data)


def _as_jpeg(image: Image.Image) -> Rendition:
    data = _encode(image, "JPEG", quality=82, progressive=True)
    return _rendition(image, "jpg", "image/jpeg", data)


def _rendition(image: Image.Image, extension: str, media_type: str, data: bytes) -> Rendition:
    sha256 = hashlib.sha256(data).hexdigest()
    return Rendition(*image.size, extension, media_type, data, sha256)


def _encode(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
