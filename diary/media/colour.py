"""From any colour space, depth and palette to plain sRGB."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageCms


def to_srgb(image: Image.Image) -> Image.Image:
    """Return the bare pixels as RGB, or as RGBA where something is transparent, in sRGB.

    `image` is used up: copying 12 megapixels once more would cost 48 MB.
    """
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    alpha = _alpha(image) if image.has_transparency_data else None
    colours = _apply_profile(image)
    if alpha and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    colours.info = {}  # Pillow writes comments and profiles from here unasked
    return colours


def _alpha(image: Image.Image) -> Image.Image:
    return (image if image.mode in {"RGBA", "LA"} else image.convert("RGBA")).getchannel("A")


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
    profile = image.info.get("icc_profile")
    transform = _transform(profile, plain) if profile else None
    try:
        if transform and plain == "RGB":
            return ImageCms.applyTransform(pixels, transform, inPlace=True) or pixels
        if transform:
            return ImageCms.applyTransform(pixels, transform) or pixels
    except ImageCms.PyCMSError:
        pass  # as below
    return pixels if pixels.mode == "RGB" else pixels.convert("RGB")


@lru_cache(maxsize=8)  # phones of one make carry the same profile
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from a profile to sRGB; none if it is broken or for another kind of picture."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None
