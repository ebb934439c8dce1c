"""Pictures as phones, cameras and mischief make them; the real photos lie beside the repository."""

import functools
import struct
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat
from PIL.PngImagePlugin import PngInfo

from diary.media import images
from diary.media.images import (
    BrokenImage,
    CleanPicture,
    ImageRefused,
    NotAnImage,
    Prepared,
    Rendition,
    TooManyBytes,
    TooManyPixels,
    clean,
    from_image,
    prepare,
    renditions,
)

PHOTOS = Path(__file__).parents[3] / "shared/testdata/photos"
TURNED = [f"orientation/Landscape_{n}.jpg" for n in range(1, 9)]
TURNED += [f"orientation/Portrait_{n}.jpg" for n in (1, 3, 6, 8)]
PLACED = [f"gps/DSCN00{n}.jpg" for n in (10, 12, 21)]
HEIC = "heic/IMG_5195.HEIC"
ALL_PHOTOS = [*TURNED, *PLACED, HEIC]


def photo(name: str) -> bytes:
    path = PHOTOS / name
    if not path.exists():
        pytest.skip("the test photos are not laid beside this repository")
    return path.read_bytes()


@functools.cache
def prepared(name: str) -> Prepared:
    return prepare(photo(name))


def served(name: str) -> list[CleanPicture | Rendition]:
    """All that is kept of a photo: the original as stored, the renditions as served."""
    return everything(prepared(name))


def everything(result: Prepared) -> list[CleanPicture | Rendition]:
    return [result.original, *result.renditions]


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def a_drawing(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """A picture with one red corner, top left: it looks otherwise however it is turned."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 3), fill="red")
    return image.convert(mode)


def distance(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures seen small, from 0 (the same) to 255."""
    small = [image.convert("RGB").resize((60, 60)) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


# ---------------------------------------------------------------- upright


@pytest.mark.parametrize("name", TURNED)
def test_every_photo_comes_out_upright(name: str):
    upright = opened(photo(f"{name[:-5]}1.jpg"))
    for picture in served(name):
        image = opened(picture.data)
        assert image.size == (picture.width, picture.height)
        assert abs(image.width / image.height - upright.width / upright.height) < 0.01
        assert distance(image, upright) < 4


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


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


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


# ---------------------------------------------------------------- colour


def a_profile(**tags: bytes) -> bytes:
    """The profile of sRGB with the data of some tags replaced (ICC.1:2010, 7.3)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for number in range(int.from_bytes(profile[128:132])):
        name, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        if name.decode() in tags:
            profile[at + 8 : at + size] = tags[name.decode()]
    return bytes(profile)


def xyz(*values: float) -> bytes:
    return struct.pack(">3i", *(round(value * 65536) for value in values))


# Display P3's primaries, adapted to the D50 of profiles.
DISPLAY_P3 = a_profile(
    rXYZ=xyz(0.51512, 0.24120, -0.00105),
    gXYZ=xyz(0.29198, 0.69225, 0.04189),
    bXYZ=xyz(0.15710, 0.06657, 0.78407),
)


def p3_to_srgb(*colour: int) -> tuple[int, ...]:
    """The same by the book: undo the curve, change primaries (CSS Color 4, 10.2), redo it."""
    matrix = ((1.2249, -0.2247, 0), (-0.0420, 1.0419, 0), (-0.0197, -0.0786, 1.0979))
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    mixed = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in matrix]
    return tuple(round(255 * (1.055 * c ** (1 / 2.4) - 0.055)) for c in mixed)


def pixel(picture: CleanPicture | Rendition, at: tuple[int, int] = (5, 5)) -> tuple[int, ...]:
    colour = opened(picture.data).getpixel(at)
    assert isinstance(colour, tuple)
    return colour


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 2) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_wide_colour_space_is_brought_to_srgb(kind: str):
    colour = (200, 100, 90)
    data = encoded(Image.new("RGB", (20, 20), colour), kind, icc_profile=DISPLAY_P3)
    assert not is_near(p3_to_srgb(*colour), colour, by=8)
    assert is_near(pixel(clean(data)), p3_to_srgb(*colour), by=4)


def test_a_profile_leaves_transparency_alone():
    image = Image.new("RGBA", (20, 20), (200, 100, 90, 128))
    cleaned = clean(encoded(image, "PNG", icc_profile=DISPLAY_P3))
    assert is_near(pixel(cleaned), (*p3_to_srgb(200, 100, 90), 128))


@pytest.mark.parametrize("profile", [b"no profile at all", DISPLAY_P3])
@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_profile_that_does_not_fit_is_left_out(mode: str, profile: bytes):
    image = Image.new("RGB", (20, 20), "white").convert(mode)
    assert is_near(pixel(clean(encoded(image, "JPEG", icc_profile=profile))), (255, 255, 255))


def test_print_colours_become_screen_colours():
    image = Image.new("CMYK", (20, 20), (0, 255, 255, 0))
    cleaned = clean(encoded(image, "JPEG"))
    assert cleaned.media_type == "image/jpeg"
    assert is_near(pixel(cleaned), (255, 0, 0), by=4)


@pytest.mark.parametrize(("stored", "shown"), [(0, 0), (20_000, 78), (40_000, 156), (65_535, 255)])
def test_sixteen_bits_of_grey_become_eight(stored: int, shown: int):
    image = Image.new("I;16", (20, 20), stored)
    assert is_near(pixel(clean(encoded(image, "PNG"))), (shown,) * 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_looks_the_same_afterwards(mode: str):
    drawing = a_drawing(mode=mode)
    cleaned = clean(encoded(drawing, "PNG"))
    assert opened(cleaned.data).mode == "RGB"
    assert distance(opened(cleaned.data), drawing) == 0


def test_transparency_is_kept_and_white_where_a_format_has_none():
    image = a_drawing(mode="RGBA")
    image.putpixel((0, 39), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP", "AVIF"):
        result = prepare(encoded(image, kind))
        assert opened(result.original.data).mode == "RGBA"
        webp, jpeg = result.renditions
        assert opened(webp.data).mode == "RGBA"
        assert min(pixel(jpeg, at=(0, 39))) > 200


def test_a_transparent_colour_of_a_palette_is_kept():
    image = a_drawing(mode="P")
    colour = image.getpixel((59, 39))
    cleaned = clean(encoded(image, "GIF", transparency=colour))
    assert opened(cleaned.data).getchannel("A").getpixel((59, 39)) == 0


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
        assert rendition.height <= images.MAX_WEBP_SIDE


# ---------------------------------------------------------------- renditions


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
    assert [r.width for r in made if r.media_type == "image/webp"] == webp
    assert [r.width for r in made if r.media_type == "image/jpeg"] == [jpeg]
    for rendition in made:
        assert opened(rendition.data).size == (rendition.width, rendition.height)


@pytest.mark.parametrize("name", ["orientation/Portrait_6.jpg", "gps/DSCN0010.jpg"])
def test_the_same_recipe_gives_the_same_bytes(name: str):
    first = prepared(name)
    assert prepare(photo(name)) == first
    assert renditions(first.original.data) == first.renditions


def test_a_rendition_is_stamped_by_its_content():
    for rendition in from_image(a_drawing()).renditions:
        assert rendition.sha256 == sha256(rendition.data).hexdigest()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_drawn_picture_is_kept_to_the_pixel(mode: str):
    drawing = a_drawing((700, 500), mode)
    drawing.info["comment"] = SECRET
    result = from_image(drawing)
    assert distance(opened(result.original.data), drawing) == 0
    assert renditions(result.original.data) == result.renditions
    assert [r.width for r in result.renditions] == [480, 700, 700]


# ---------------------------------------------------------------- refused


def a_huge_png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")


def a_huge_jpeg(width: int, height: int) -> bytes:
    data = bytearray(encoded(a_drawing(), "JPEG"))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def a_huge_gif() -> bytes:
    data = bytearray(encoded(a_drawing(), "GIF"))
    struct.pack_into("<HH", data, 6, 65_000, 65_000)
    return bytes(data)


def a_huge_webp() -> bytes:
    data = bytearray(encoded(a_drawing(), "WEBP", xmp=b"x"))
    data[24:30] = (16_382).to_bytes(3, "little") * 2
    return bytes(data)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "bomb",
    [
        a_huge_png(),
        a_huge_jpeg(20_000, 20_000),
        a_huge_jpeg(9000, 9000),
        a_huge_gif(),
        a_huge_webp(),
    ],
    ids=["PNG", "JPEG", "JPEG of 81 MP", "GIF", "WebP"],
)
def test_a_small_file_that_claims_to_be_huge_is_refused(bomb: bytes):
    assert len(bomb) < 5000
    with pytest.raises(TooManyPixels) as caught:
        prepare(bomb)
    assert caught.value.limit == images.MAX_PIXELS
    assert caught.value.actual in {None, 9000 * 9000}


def test_a_line_longer_than_any_photo_is_refused():
    with pytest.raises(TooManyPixels) as caught:
        clean(a_huge_jpeg(65_501, 1))
    assert (caught.value.limit, caught.value.actual) == (65_500, 65_501)


def test_a_phone_of_64_megapixels_is_within_the_limit():
    images._check_pixels((9280, 6944))


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    data = encoded(a_drawing(), "JPEG")
    data += bytes(images.MAX_BYTES + 1 - len(data))
    with pytest.raises(TooManyBytes) as caught:
        prepare(data)
    assert (caught.value.limit, caught.value.actual) == (41_943_040, 41_943_041)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        "Vi träffas på torsdag.".encode(),
        SVG,
        b"<?xml version='1.0'?>" + SVG,
        b"%PDF-1.7\n%",
        b"PK\x03\x04" + bytes(30),
        b"\0\0\0\x18ftypisom" + bytes(30),
        b"\0\0\0\x14ftypqt  " + bytes(30),
        b"RIFF\x24\0\0\0WAVEfmt ",
        encoded(a_drawing(), "TIFF"),
        encoded(a_drawing(), "BMP"),
        encoded(a_drawing(), "ICO"),
    ],
)
def test_what_is_no_picture_is_said_to_be_none(data: bytes):
    with pytest.raises(NotAnImage):
        prepare(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_said_to_be_broken(kind: str, part: float):
    data = encoded(Image.effect_noise((60, 40), 90), kind)
    with pytest.raises(BrokenImage):
        prepare(data[: int(len(data) * part)])


@pytest.mark.parametrize("size", [12, 2000, 3015, 400_000, 833_000])
def test_a_truncated_iphone_photo_is_said_to_be_broken(size: int):
    with pytest.raises(BrokenImage):
        prepare(photo(HEIC)[:size])


@pytest.mark.parametrize("name", [b"\xb9pplication/rdf+xml", b"application/rdf\xffxml"])
def test_an_iphone_photo_with_unreadable_names_is_broken_and_ends_no_process(name: bytes):
    with pytest.raises(BrokenImage):
        clean(patched(photo(HEIC), b"application/rdf+xml", name))


def test_what_a_phone_appends_to_its_photo_does_no_harm():
    assert clean(photo(HEIC) + b"SEFH" + bytes(40)) == prepared(HEIC).original


def test_every_refusal_is_one_of_a_kind():
    for refusal in (NotAnImage, BrokenImage, TooManyBytes, TooManyPixels):
        assert issubclass(refusal, ImageRefused)


@functools.cache
def small_pictures() -> list[bytes]:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    drawing = a_drawing((24, 16))
    pictures = [
        encoded(drawing, kind, exif=exif, icc_profile=DISPLAY_P3)
        for kind in ("JPEG", "PNG", "WEBP", "AVIF")
    ]
    palette = encoded(drawing.convert("P"), "PNG", transparency=bytes(range(200)))
    cmyk = encoded(drawing.convert("CMYK"), "JPEG")
    mpo = encoded(drawing, "MPO", save_all=True, append_images=[drawing])
    return [*pictures, palette, cmyk, mpo, encoded(drawing, "GIF")]


garbled = st.builds(
    lambda data, changes, cut: functools.reduce(
        lambda all_, change: all_[: change[0]] + change[1] + all_[change[0] + len(change[1]) :],
        changes,
        data,
    )[:cut],
    st.sampled_from(range(8)).map(lambda number: small_pictures()[number]),
    st.lists(st.tuples(st.integers(0, 1500), st.binary(min_size=1, max_size=4)), max_size=6),
    st.none() | st.integers(0, 1500),
)


@pytest.mark.filterwarnings("ignore")  # as in production, where a decoder's warning stops nothing
@settings(max_examples=150, deadline=None)
@given(garbled)
def test_a_garbled_picture_is_prepared_or_refused_and_nothing_else(data: bytes):
    try:
        result = prepare(data)
    except ImageRefused:
        return
    for picture in everything(result):
        assert opened(picture.data).size == (picture.width, picture.height)
