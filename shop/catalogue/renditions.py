"""From an uploaded file to the files that pages show: pure functions of bytes, and where the results lie.

Everything about a picture is named by the SHA-256 of its upload, so that the same work done twice gives the same files
and an address follows from ``digest`` and ``width`` without a query. The files lie on the file system (MEDIA_ROOT).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image

from shop.catalogue.decoding import Decoded, decode

WIDTHS = (320, 640, 960, 1280, 1920)
# WebP rather than AVIF: measured on ten of the sample prints (960 x 1280 px, one core of two, Pillow 13; means):
# WebP at quality 80, method 2: 48 ms and 87 kB; AVIF at quality 60: speed 9 76 ms and 82 kB, speed 8 305 ms and
# 57 kB; JPEG 5 ms and 147 kB. An upload waits for its renditions, and what AVIF saves at a bearable speed is little.
MODERN, FALLBACK = "webp", "jpg"
WEBP = {"quality": 80, "method": 2}
JPEG = {"quality": 80}


@dataclass(frozen=True)
class Prepared:
    """A picture that may be kept: the original without metadata, and its renditions by file name ("640.avif")."""

    digest: str
    width: int
    height: int
    colour: str
    original: bytes
    extension: str
    files: Mapping[str, bytes]


def widths_for(width: int) -> list[int]:
    """The widths that a picture of ``width`` pixels is offered in; never wider than itself."""
    smaller = [rung for rung in WIDTHS if rung < width]
    return smaller if width > WIDTHS[-1] else [*smaller, width]


def prepare(content: bytes, *, max_pixels: int, max_bytes: int) -> Prepared:
    """Check, decode and encode. Touches neither files nor database, so it may run in another process.

    Raises decoding.Unacceptable.
    """
    decoded = decode(content, max_pixels=max_pixels, max_bytes=max_bytes)
    return Prepared(
        digest=hashlib.sha256(content).hexdigest(),
        width=decoded.image.width,
        height=decoded.image.height,
        colour=mean_colour(decoded.image),
        original=content if decoded.as_it_came else _encoded(decoded),
        extension=decoded.extension,
        files=dict(_files(decoded.image)),
    )


def _encoded(decoded: Decoded) -> bytes:
    """The original again without what its file carried beside the pixels (where a photo was taken, say)."""
    if decoded.extension == "jpg":
        return _save(decoded.image, "JPEG", quality=95, subsampling=0)
    return _save(decoded.image, "PNG")


def _files(image: Image.Image) -> Iterable[tuple[str, bytes]]:
    smaller = image
    # From wide to narrow, each from the one before it: halves the time, and the eye sees no difference.
    for width in reversed(widths_for(image.width)):
        if width != smaller.width:
            height = max(1, round(image.height * width / image.width))
            smaller = smaller.resize((width, height), Image.Resampling.LANCZOS)
        yield f"{width}.{MODERN}", _save(smaller, "WEBP", **WEBP)
        yield f"{width}.{FALLBACK}", _save(on_white(smaller), "JPEG", **JPEG)


def _save(image: Image.Image, kind: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def on_white(image: Image.Image) -> Image.Image:
    """Without transparency, for the format that has none."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def mean_colour(image: Image.Image) -> str:
    red, green, blue = on_white(image).resize((1, 1), Image.Resampling.BOX).tobytes()
    return f"#{red:02x}{green:02x}{blue:02x}"


def _place(digest: str) -> str:
    return f"renditions/{digest[:2]}/{digest}"


def address(digest: str, width: int, extension: str = FALLBACK) -> str:
    """Where a browser finds the rendition of one of the ``widths_for`` the picture."""
    return f"{settings.MEDIA_URL}{_place(digest)}/{width}.{extension}"


def folder(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / _place(digest)


def original_name(digest: str, extension: str) -> str:
    """Where the original lies in MEDIA_ROOT. Nothing of the uploaded file's own name is in it."""
    return f"originals/{digest[:2]}/{digest}.{extension}"


def write(prepared: Prepared) -> None:
    """Write what is missing. Each file appears whole or not at all, whoever else writes the same ones."""
    write_new(Path(settings.MEDIA_ROOT) / original_name(prepared.digest, prepared.extension), prepared.original)
    for name, content in prepared.files.items():
        write_new(folder(prepared.digest) / name, content)


def write_new(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(draft, settings.FILE_UPLOAD_PERMISSIONS)  # noqa: PTH101
        os.replace(draft, path)  # noqa: PTH105
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def missing(digest: str, width: int) -> bool:
    """Whether a rendition of the picture is not there."""
    names = (f"{rung}.{extension}" for rung in widths_for(width) for extension in (MODERN, FALLBACK))
    return not all((folder(digest) / name).exists() for name in names)


def remove(digest: str, original: str) -> None:
    """The files of a picture that nothing shows any more. ``original``: its name in MEDIA_ROOT."""
    shutil.rmtree(folder(digest), ignore_errors=True)
    (Path(settings.MEDIA_ROOT) / original).unlink(missing_ok=True)
