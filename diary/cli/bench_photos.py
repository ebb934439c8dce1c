"""What photos of 12 megapixels cost, beside Pillow's plain way to the same files."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from PIL import ExifTags, Image, ImageChops, ImageCms, ImageOps

from diary.demo.drawing import draw
from diary.media import pieces
from diary.media.images import Prepared, prepare
from diary.media.preview import Look
from diary.media.preview import draw as draw_card

SIZE = (4032, 3024)
KINDS: dict[str, dict[str, object]] = {
    "JPEG": {},
    "JPEG, turned": {"turned": True},
    "JPEG, Display P3, turned": {"turned": True, "wide": True},
    "PNG": {"kind": "PNG"},
    "WebP": {"kind": "WEBP"},
}
CARD = "card, beside a JPEG's"
INKS = ("#1f4e79", "#fffdf8")
TIMES = 3


@dataclass(frozen=True, slots=True)
class Photo:
    """One kind of photo: processor seconds of ours and of the plain way, and peak memory in MB."""

    kind: str
    ours: float
    plain: float
    memory: int
    plain_memory: int

    @property
    def ratio(self) -> float:
        """How many times as long ours takes."""
        return self.ours / self.plain


def measure() -> list[Photo]:
    """Measure each kind, each way in a process of its own so that its peak is its own."""
    rows = []
    for kind, options in KINDS.items():
        data = a_photo(**options)  # type: ignore[arg-type]
        (ours, memory), (plain, plain_memory) = (_apart(way, data) for way in (prepare, plainly))
        rows.append(Photo(kind, ours, plain, memory, plain_memory))
    return [*rows, _card()]


def _card() -> Photo:
    """A link's card, beside making all that is stored of the photo in it."""
    photo = a_photo()
    jpeg = next(one.data for one in prepare(photo).renditions if one.extension == "jpg")
    (ours, memory), (plain, plain_memory) = _apart(a_card, jpeg), _apart(prepare, photo)
    return Photo(CARD, ours, plain, memory, plain_memory)


def a_card(picture: bytes) -> bytes:
    """A card with a picture and a title of two lines."""
    look = Look("Solen vill inte gå ner", "sv", False, "BIS i Boden", "Dagboken", *INKS)
    return draw_card(look, picture)


def a_photo(kind: str = "JPEG", *, turned: bool = False, wide: bool = False) -> bytes:
    """A scene as a camera would bring it: large, with noise, perhaps held upright."""
    scene = draw("market", "boden", "bench").convert("RGB").resize(SIZE)
    noise = Image.effect_noise(SIZE, 10)
    image = ImageChops.add(scene, Image.merge("RGB", [noise] * 3), offset=-128)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6 if turned else 1
    options: dict[str, object] = {"exif": exif, "quality": 88}
    if wide:
        options["icc_profile"] = _a_wide_profile()
    return _saved(image, kind, **options)


def _a_wide_profile() -> bytes:
    """sRGB with the red of Display P3 (in D50): converting takes as long as from that."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = profile.index(b"rXYZ")
    start = int.from_bytes(profile[at + 4 : at + 8]) + 8
    red = b"".join(round(part * 65536).to_bytes(4, signed=True) for part in (0.515, 0.241, -0.001))
    return profile[:start] + red + profile[start + 12 :]


def plainly(data: bytes) -> list[bytes]:
    """The same files by open, turn, convert, resize and save alone."""
    with Image.open(BytesIO(data)) as source:
        kind = source.format
        image = ImageOps.exif_transpose(source).convert("RGB")
    if profile := image.info.get("icc_profile"):
        wide = ImageCms.ImageCmsProfile(BytesIO(profile))
        image = ImageCms.profileToProfile(image, wide, ImageCms.createProfile("sRGB")) or image
    original = {"lossless": True, "method": 0, "quality": 0} if kind == "PNG" else {"quality": 88}
    files = [_saved(image, "WEBP" if kind == "PNG" else "JPEG", **original)]
    upright = image.height > image.width
    large = (1200, 1600) if upright else (1600, 1200)
    for width in (480, 960, large[0]):
        sized = image.resize((width, width * image.height // image.width))
        files.append(_saved(sized, "WEBP", quality=80, method=2))
    card = image.resize((1200, 1200 * image.height // image.width))
    files.append(_saved(card, "JPEG", quality=82, optimize=True))
    if upright:
        piece = image.crop(pieces.box(image.size, "50-50"))
        for width in (480, 960):
            sized = piece.resize((width, width * 3 // 4))
            files.append(_saved(sized, "WEBP", quality=80, method=2))
    return files


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _apart(
    way: Callable[[bytes], Prepared | list[bytes] | bytes], data: bytes
) -> tuple[float, int]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_cost, way, data).result()


def _cost(way: Callable[[bytes], Prepared | list[bytes] | bytes], data: bytes) -> tuple[float, int]:
    """The least processor time of some runs, and what the process grew by in MB."""
    before, least = _memory("VmRSS"), float("inf")
    for _ in range(TIMES):
        start = time.process_time()
        way(data)
        least = min(least, time.process_time() - start)
    return least, _memory("VmHWM") - before


def _memory(name: str) -> int:
    """Memory of the process now (VmRSS) or at most since this was asked for, where Linux tells."""
    proc = Path("/proc/self")
    if not proc.exists():
        return 0
    now = int((proc / "status").read_text().partition(f"{name}:")[2].split()[0]) // 1024
    (proc / "clear_refs").write_text("5")  # forget the most so far (proc(5))
    return now
