"""Other people's image files: what they may be, and how they become plain sRGB pixels the right way up."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
# What a file of pixels alone says of itself. Anything else (EXIF, XMP, comments, a colour profile) is not kept.
HARMLESS_INFO = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform", "progressive",
    "progression", "gamma", "srgb", "aspect", "transparency", "loop", "background", "timestamp", "duration",
}  # fmt: skip
JPEG_SEGMENTS = {"APP0", "APP14"}
SRGB = ImageCms.createProfile("sRGB")


class Unacceptable(Exception):
    """The file is not a picture that this shop takes; the message says why, for people."""


@dataclass(frozen=True)
class Decoded:
    """``image``: RGB or RGBA. ``as_it_came``: the file itself may be kept, it says nothing beside its pixels."""

    image: Image.Image
    extension: str
    as_it_came: bool


def decode(content: bytes, *, max_pixels: int, max_bytes: int) -> Decoded:
    """The first frame of the file. Its size is read from the header, and refused there, before a pixel is decoded."""
    if len(content) > max_bytes:
        raise Unacceptable(_("The file is larger than %(limit)d MB.") % {"limit": max_bytes // 1024 // 1024})
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many(max_pixels) from error
    except Exception as error:  # Pillow's plug-ins raise what they please on broken headers
        raise Unacceptable(_("This is not a JPEG, PNG, WebP, AVIF or GIF picture.")) from error
    if image.width * image.height > max_pixels:
        raise _too_many(max_pixels)
    try:
        image.load()
        return _plain(image)
    except Exception as error:
        raise Unacceptable(_("The picture is damaged or incomplete.")) from error


def _too_many(max_pixels: int) -> Unacceptable:
    return Unacceptable(_("The picture has more than %(limit)d million pixels.") % {"limit": max_pixels // 1_000_000})


def _plain(image: Image.Image) -> Decoded:
    kind = "JPEG" if image.format == "MPO" else image.format or ""
    as_it_came = _says_only_pixels(image, kind)
    upright = in_srgb(ImageOps.exif_transpose(image))
    upright.info = {}
    if as_it_came:
        return Decoded(upright, EXTENSIONS[kind], True)
    return Decoded(upright, "jpg" if kind == "JPEG" else "png", False)


def _says_only_pixels(image: Image.Image, kind: str) -> bool:
    if kind not in EXTENSIONS or image.format == "MPO" or image.mode not in {"RGB", "RGBA", "L", "P"}:
        return False
    if getattr(image, "is_animated", False) or image.getexif():
        return False
    segments = {name for name, _content in getattr(image, "applist", [])}
    empty = {key for key, value in image.info.items() if not value}
    return segments <= JPEG_SEGMENTS and set(image.info) - empty <= HARMLESS_INFO


def in_srgb(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shows through, in the colours that browsers assume."""
    profile = image.info.get("icc_profile")
    see_through = image.has_transparency_data
    if image.mode.startswith("I") or image.mode == "F":  # 16-bit grey
        image = Image.fromarray((np.asarray(image).clip(0, 65535).astype(np.uint32) >> 8).astype(np.uint8))
    if image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        image = image.convert("RGBA" if see_through else "RGB")
    alpha = image.convert("RGBA").getchannel("A") if see_through else None
    colours = _converted(image.convert("RGB") if image.mode == "RGBA" else image, profile)
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a broken profile, or one for another kind of pixels: as if there were none
        if converted is not None:
            return converted
    return image.convert("RGB")
