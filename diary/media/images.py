"""Uploaded pictures made safe to keep, and the sizes that readers are served.

`clean` turns what somebody uploaded into the *cleaned original*: upright, in sRGB, without any
metadata. It is the truth: sizes and pieces are made of its pixels, at upload straight from memory,
later by `renditions` and `cropped` from its stored bytes.

How much memory that may take is said in `memory`.
"""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pi_heif
from PIL import ExifTags, Image, ImageFile

from diary.media import bare, heif, jpeg, kinds, pieces, sizes
from diary.media.blurring import Box, blur
from diary.media.colour import to_srgb
from diary.media.memory import alone, one_at_a_time
from diary.media.sizes import Rendition

MAX_BYTES = 40 * 1024**2
# 64 megapixels as cameras are sold, rounded: those store up to 9280 × 6944 pixels.
MAX_PIXELS = 64_499_999
MAX_WEBP_PIXELS = 40_000_000
"""Its decoder takes 16 bytes a pixel; no camera stores WebP."""
MAX_SIDE = 65_500
"""Pixels along one side: what JPEG can store (libjpeg's JPEG_MAX_DIMENSION)."""

_MAX_LOSSLESS_WEBP = 24_000_000
"""Pixels: its encoder takes 26 bytes each."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")

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

# Of a HEIF file only the picture is wanted: no thumbnails, depth maps, gain maps. More threads
# take a tenth more processor time, and the other core has another picture to see to.
pi_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)
# A second guard, for decoders that reserve memory while opening. It warns above its limit and
# stops above twice that; the rule is `_check_pixels`.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class ImageRefused(Exception):
    """A file that cannot become a picture of a post."""


class NotAnImage(ImageRefused):
    """Not one of the accepted kinds: JPEG, PNG, WebP, GIF, HEIF (HEIC), AVIF."""


class IsAFilm(ImageRefused):
    """A film; a still picture of it or a link to it could be sent."""


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


class TooManyPixelsForItsKind(TooManyPixels):
    """Over `limit` pixels in a kind of file that takes more memory than others; JPEG would do."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """The cleaned original: the only form in which an upload is ever stored."""

    data: bytes
    media_type: str
    width: int
    height: int
    extension: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is stored of one picture."""

    original: CleanPicture
    renditions: tuple[Rendition, ...]


@one_at_a_time
def prepare(data: bytes) -> Prepared:
    """Return everything to store of an upload: cleaned original, sizes, the piece of its middle.

    Raises `ImageRefused` for whatever is not a sound picture within the limits.
    """
    with alone():
        original, image = _cleaned(data)
        image = sizes.coarse(image)  # from here on a quarter of the memory
    return Prepared(original, _made(image, _middle(original)))


@one_at_a_time
def moved(data: bytes) -> Prepared:
    """As `prepare`, of a picture that a diary has cleaned before: it keeps its bytes.

    What holds anything but pixels is cleaned as any upload.
    """
    with alone():
        original, image = _cleaned(data)
        if bare.is_bare(data):
            kind = ("image/jpeg", "jpg") if jpeg.is_jpeg(data) else ("image/webp", "webp")
            original = CleanPicture(data, kind[0], *image.size, kind[1])
        image = sizes.coarse(image)
    return Prepared(original, _made(image, _middle(original)))


@one_at_a_time
def blurred(original: bytes, boxes: Iterable[Box], crops: Iterable[str]) -> Prepared:
    """Return everything to store of a cleaned original with these boxes smudged for good.

    `crops` names the pieces to cut. Raises `ImageRefused` if the original is damaged.
    """
    with alone():
        image, without_loss, packing = _pixels(original)
        blur(image, boxes)
        cleaned = _packed(image, without_loss, packing)
        image = sizes.coarse(image)
    return Prepared(cleaned, _made(image, crops))


@one_at_a_time
def from_image(image: Image.Image) -> Prepared:
    """Return everything to store of a picture that the program drew itself."""
    image = to_srgb(image.copy())
    original = _lossless(image)
    return Prepared(original, _made(sizes.coarse(image), _middle(original)))


@one_at_a_time
def clean(data: bytes) -> CleanPicture:
    """Return the cleaned original of an uploaded file. Raises `ImageRefused`.

    Only pixels pass: Exif, XMP, IPTC, comments, text, thumbnails, further frames and whatever
    else lies in the file stay behind. What came without loss (PNG, GIF, lossless WebP) and what
    is transparent is kept without loss, every other picture becomes a JPEG.
    """
    with alone():
        return _cleaned(data)[0]


@one_at_a_time
def renditions(original: bytes, crops: Iterable[str]) -> tuple[Rendition, ...]:
    """Return all sizes, and the pieces of these names, made of a cleaned original's bytes.

    Raises `ImageRefused` if the original is damaged.
    """
    return _made(_reduced(original)[0], crops)


@one_at_a_time
def cropped(original: bytes, focus: tuple[float, float]) -> tuple[Rendition, ...]:
    """Return the 4:3 piece around a focus (0 to 1 each) of a cleaned original's bytes.

    Empty if the whole picture is 4:3. Raises `ImageRefused` if the original is damaged.
    """
    image, size = _reduced(original)
    return sizes.cut(image, [pieces.name(size, focus)])


def _middle(original: CleanPicture) -> list[str]:
    return [pieces.name((original.width, original.height), pieces.MIDDLE)]


def _made(image: Image.Image, crops: Iterable[str]) -> tuple[Rendition, ...]:
    return (*sizes.whole(image), *sizes.cut(image, crops))


def _cleaned(data: bytes) -> tuple[CleanPicture, Image.Image]:
    """The cleaned original and its pixels."""
    image, without_loss, packing = _pixels(data)
    return _packed(image, without_loss, packing), image


def _packed(image: Image.Image, without_loss: bool, packing: dict[str, object]) -> CleanPicture:
    if without_loss or image.mode == "RGBA":
        return _lossless(image)
    encoded = sizes.encode(image, "JPEG", **packing)
    return CleanPicture(encoded, "image/jpeg", *image.size, "jpg")


def _pixels(data: bytes) -> tuple[Image.Image, bool, dict[str, object]]:
    """Upright pixels in sRGB, whether they came without loss, and how a JPEG was packed."""
    with _decoding(data) as source:
        source.load()
        _check_pixels(source.size)  # a HEIF decoder may find another size than the header told
        is_lossless_webp = source.format == "WEBP" and b"VP8L" in data
        without_loss = is_lossless_webp or source.format in {"PNG", "GIF"}
        return to_srgb(_upright(source)), without_loss, jpeg.packing(source)


def _reduced(original: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """A cleaned original's pixels, fewer where that is enough, and its full size.

    A JPEG is unpacked straight to a half, quarter or eighth, which saves most of the time and
    memory. `clean` never does this: the original keeps every pixel.
    """
    with alone(), _decoding(original) as image:
        size = image.size
        times = sizes.coarseness(size)
        image.draft("RGB", (size[0] // times, size[1] // times))
        image.load()
    return sizes.coarse(image), size


@contextmanager
def _decoding(data: bytes) -> Iterator[ImageFile.ImageFile]:
    """Open a picture within the limits; a decoder's failures inside become `ImageRefused`."""
    _check_file(data)
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as source:
            _check_pixels(source.size, source.format)
            yield source
    except (ImageRefused, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(MAX_PIXELS, None) from error
    except Exception as error:  # decoders of damaged files raise whatever they stumble upon
        raise BrokenImage from error


def _check_file(data: bytes) -> None:
    """Refuse what no decoder may see."""
    if kinds.is_film(data):
        raise IsAFilm
    if not kinds.is_picture(data):
        raise NotAnImage
    if len(data) > MAX_BYTES:
        raise TooManyBytes(MAX_BYTES, len(data))
    if heif.is_heif(data) and not heif.is_sound(data):
        raise BrokenImage
    if jpeg.is_jpeg(data) and not jpeg.is_within_reason(data):
        raise BrokenImage


def _check_pixels(size: tuple[int, int], kind: str | None = None) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise TooManyPixels(MAX_PIXELS, width * height)
    if max(size) > MAX_SIDE:
        raise TooManyPixels(MAX_SIDE, max(size))
    if kind == "WEBP" and width * height > MAX_WEBP_PIXELS:
        raise TooManyPixelsForItsKind(MAX_WEBP_PIXELS, width * height)


def _upright(image: Image.Image) -> Image.Image:
    """Turn as Exif tells. HEIF and AVIF carry their own turns, which their decoders settle."""
    for xmp in ("xmp", "XML:com.adobe.xmp"):  # Pillow would look there too, browsers do not
        image.info.pop(xmp, None)
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 (unreadable Exif must not cost anybody their photo)
        turn = None
    return image if turn is None else image.transpose(turn)


def _lossless(image: Image.Image) -> CleanPicture:
    """Keep every pixel: WebP takes a fifth less than PNG in a fifth of the time.

    It also empties what lies hidden under full transparency. Only pictures longer than WebP can
    hold or too large for its encoder's memory become PNG. Methods above 0 take four times as long
    for a tenth less.
    """
    width, height = image.size
    if max(image.size) > sizes.MAX_WEBP_SIDE or width * height > _MAX_LOSSLESS_WEBP:
        data = sizes.encode(image, "PNG", compress_level=1)
        return CleanPicture(data, "image/png", width, height, "png")
    data = sizes.encode(image, "WEBP", lossless=True, method=0, quality=0)
    return CleanPicture(data, "image/webp", width, height, "webp")
