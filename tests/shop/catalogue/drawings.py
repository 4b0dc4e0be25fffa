"""Small pictures for the tests, as files."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture_file(kind: str = "JPEG", size: tuple[int, int] = (700, 350), mode: str = "RGB", **options: Any) -> bytes:
    """Red on the left half, blue on the right."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
