"""Pictures as phones and cameras make them: upright, pixels alone, the right sizes."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from diary.media import sizes
from diary.media.images import clean, from_image, prepare, renditions
from diary.media.sizes import Rendition
from tests.media.builders import (
    ALL_PHOTOS,
    HEIC,
    PLACED,
    TURNED,
    a_drawing,
    distance,
    encoded,
    everything,
    opened,
    patched,
    photo,
    piece_of,
    prepared,
    served,
)

# ---------------------------------------------------------------- upright


@pytest.mark.parametrize("name", TURNED)
def test_every_photo_comes_out_upright(name: str):
    upright = opened(photo(f"{name[:-5]}1.jpg"))
    for picture in served(name):
        image = opened(picture.data)
        assert image.size == (picture.width, picture.height)
        like = piece_of(upright, getattr(picture, "crop", ""))
        assert abs(image.width / image.height - like.width / like.height) < 0.01
        assert distance(image, like) < 4


@pytest.mark.parametrize("turn", list(Image.Transpose))
def test_the_measure_of_uprightness_sees_every_turn(turn: Image.Transpose):
    upright = opened(photo("orientation/Landscape_1.jpg"))
    assert distance(upright.transpose(turn), upright) > 20


def test_an_iphone_photo_is_turned_once():
    """In HEIF its own turn alone counts (ISO/IEC 23008-12, 6.5.10), whatever Exif says besides."""
    data = photo(HEIC)
    turned = patched(data, b"\0\0\0\x09irot\0", b"\0\0\0\x09irot\x01")  # once, anticlockwise
    unit, orientation = b"\x01\x28\0\x03\0\0\0\x01\0\x02", b"\x01\x12\0\x03\0\0\0\x01\0\x06"
    image = opened(clean(patched(turned, unit, orientation)).data)
    upright = opened(prepared(HEIC).original.data)
    assert upright.size == (2566, 3313)
    assert distance(image, upright.transpose(Image.Transpose.ROTATE_90)) < 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_kind_is_turned_by_its_exif(kind: str, orientation: int):
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    stored = a_drawing().transpose(back) if back is not None else a_drawing()
    exif = Image.Exif()
    exif[0x0112] = orientation
    cleaned = clean(encoded(stored, kind, exif=exif))
    assert (cleaned.width, cleaned.height) == (60, 40)
    assert distance(opened(cleaned.data), a_drawing()) < 4


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow tells the log, and that is all
def test_unreadable_exif_costs_nobody_their_photo():
    data = encoded(a_drawing(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\xff\x01\x12")
    assert clean(data).width == 60


# ---------------------------------------------------------------- nothing but pixels


def jpeg_markers(data: bytes) -> set[int]:
    """The markers of a JPEG's segments up to the pixels (ITU-T T.81, annex B)."""
    at, found = 2, set()
    while data[at + 1] != 0xDA:
        found.add(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    assert data.endswith(b"\xff\xd9")
    return found


def webp_chunks(data: bytes) -> set[bytes]:
    at, found = 12, set()
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.add(data[at : at + 4])
        at += 8 + size + size % 2
    assert at == len(data) == 8 + int.from_bytes(data[4:8], "little")
    return found


def assert_only_pixels(data: bytes) -> None:
    if data.startswith(b"RIFF"):
        assert webp_chunks(data) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
    else:
        # JFIF header, tables, frame (baseline or progressive)
        assert jpeg_markers(data) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
    for trace in (
        b"Exif\0",
        b"http://ns.adobe.com",
        b"ICC_PROFILE",
        b"Photoshop",
        b"Apple",
        b"JFXX",
    ):
        assert trace not in data
    image = opened(data)
    assert not image.getexif()
    assert set(image.info) <= {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
        "loop", "background", "timestamp", "duration",
    }  # fmt: skip


@pytest.mark.parametrize("name", ALL_PHOTOS)
def test_no_photo_keeps_position_or_any_metadata(name: str):
    for picture in served(name):
        assert_only_pixels(picture.data)


@pytest.mark.parametrize("name", [*PLACED, HEIC])
def test_the_photos_had_a_position_to_lose(name: str):
    assert opened(photo(name)).getexif().get_ifd(0x8825)


SECRET = b"meet me at Bjorkskatan 12"


def hiding_places() -> dict[str, bytes]:
    texts = PngInfo()
    texts.add_text("Comment", SECRET)
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    drawing = a_drawing()
    iptc = b"\xff\xed" + (2 + 14 + len(SECRET)).to_bytes(2) + b"Photoshop 3.0\0" + SECRET
    jpeg = encoded(drawing, "JPEG", comment=SECRET)
    return {
        "JPEG comment": jpeg,
        "JPEG IPTC": jpeg[:2] + iptc + jpeg[2:],
        "JPEG XMP": encoded(drawing, "JPEG", xmp=SECRET),
        "JPEG trailer": encoded(drawing, "JPEG") + b"PK\x03\x04" + SECRET,
        "PNG texts": encoded(drawing, "PNG", pnginfo=texts),
        "PNG trailer": encoded(drawing, "PNG") + SECRET,
        "GIF comment": encoded(drawing, "GIF", comment=SECRET),
        "WebP Exif and XMP": encoded(drawing, "WEBP", exif=b"Exif\0\0" + SECRET, xmp=SECRET),
        "AVIF XMP": encoded(drawing, "AVIF", xmp=SECRET),
    }


@pytest.mark.parametrize("place", hiding_places())
def test_nothing_hidden_beside_the_pixels_passes(place: str):
    data = hiding_places()[place]
    assert SECRET in data
    for picture in everything(prepare(data)):
        assert SECRET not in picture.data
        assert_only_pixels(picture.data)


def test_what_lies_under_transparency_is_emptied():
    hidden = a_drawing()
    hidden.putalpha(0)
    visible = opened(clean(encoded(hidden, "PNG")).data).convert("RGB")
    assert visible.getcolors() == [(60 * 40, (0, 0, 0))]


def test_further_frames_stay_behind():
    frames = [a_drawing(), Image.new("RGB", (60, 40), "blue")]
    for kind in ("MPO", "GIF", "WEBP", "PNG"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        image = opened(clean(data).data)
        assert getattr(image, "n_frames", 1) == 1
        assert distance(image, a_drawing()) < 4


# ---------------------------------------------------------------- what is stored


@pytest.mark.parametrize(
    ("kind", "options", "media_type"),
    [
        ("JPEG", {}, "image/jpeg"),
        ("AVIF", {}, "image/jpeg"),
        ("WEBP", {"quality": 80}, "image/jpeg"),
        ("WEBP", {"lossless": True}, "image/webp"),
        ("PNG", {}, "image/webp"),
        ("GIF", {}, "image/webp"),
    ],
)
def test_what_came_without_loss_stays_without(kind: str, options: dict, media_type: str):
    cleaned = clean(encoded(a_drawing(), kind, **options))
    assert cleaned.media_type == media_type
    assert cleaned.extension == media_type.removeprefix("image/").replace("jpeg", "jpg")


@pytest.mark.parametrize("name", [*TURNED, *PLACED])
def test_a_photo_does_not_grow(name: str):
    assert len(prepared(name).original.data) < 1.05 * len(photo(name))


def test_a_long_drawing_that_webp_cannot_hold_is_kept():
    result = prepare(encoded(a_drawing((30, 17_000)), "PNG"))
    assert (result.original.media_type, result.original.height) == ("image/png", 17_000)
    for rendition in result.renditions:
        assert rendition.height <= sizes.MAX_WEBP_SIDE


# ---------------------------------------------------------------- renditions


def widths(made: Sequence[Rendition], extension: str, crop: str = "") -> list[int]:
    return [r.width for r in made if r.extension == extension and r.crop == crop]


@pytest.mark.parametrize(
    ("width", "webp", "jpeg"),
    [
        (1, [1], 1),
        (300, [300], 300),
        (480, [480], 480),
        (1000, [480, 960, 1000], 1000),
        (1600, [480, 960, 1600], 1200),
        (2500, [480, 960, 1600], 1200),
    ],
)
def test_nothing_is_enlarged_and_there_is_always_one(width: int, webp: list[int], jpeg: int):
    made = prepare(encoded(a_drawing((width, 50)), "PNG")).renditions
    assert widths(made, "webp") == webp
    assert widths(made, "jpg") == [jpeg]
    for rendition in made:
        assert opened(rendition.data).size == (rendition.width, rendition.height)


@pytest.mark.parametrize(
    ("size", "webp", "jpeg"),
    [
        ((2000, 1500), [480, 960, 1600], 1200),
        ((1500, 2000), [480, 960, 1200], 1200),
        ((1080, 2340), [480, 960], 960),
        ((1080, 6000), [480, 960], 960),
        ((4000, 1000), [480, 960, 1600], 1200),
    ],
    ids=["lying", "upright", "a phone's screen", "a long page", "wide"],
)
def test_an_upright_picture_is_no_larger_than_a_lying_one(
    size: tuple[int, int], webp: list[int], jpeg: int
):
    made = from_image(a_drawing(size)).renditions
    assert widths(made, "webp") == webp
    assert widths(made, "jpg") == [jpeg]


@pytest.mark.parametrize("name", ["orientation/Portrait_6.jpg", "gps/DSCN0010.jpg"])
def test_a_file_gives_the_same_bytes_each_time(name: str):
    assert prepare(photo(name)) == prepared(name)


@pytest.mark.parametrize("name", ["orientation/Portrait_6.jpg", HEIC])
def test_made_again_from_the_stored_original_all_looks_the_same(name: str):
    first = prepared(name)
    crops = {r.crop for r in first.renditions} - {""}
    again = renditions(first.original.data, crops)
    assert [(r.width, r.height, r.crop) for r in again] == [
        (r.width, r.height, r.crop) for r in first.renditions
    ]
    for one, other in zip(again, first.renditions, strict=True):
        assert distance(opened(one.data), opened(other.data)) < 2


def test_a_rendition_is_stamped_by_its_content():
    for rendition in from_image(a_drawing()).renditions:
        assert rendition.sha256 == sha256(rendition.data).hexdigest()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_drawn_picture_is_kept_to_the_pixel(mode: str):
    drawing = a_drawing((800, 600), mode)
    drawing.info["comment"] = SECRET
    result = from_image(drawing)
    assert distance(opened(result.original.data), drawing) == 0
    assert renditions(result.original.data, []) == result.renditions
    assert widths(result.renditions, "webp") == [480, 800]
