"""Pictures of products: taken in, shown in many widths, cleaned up after their last use. One way in for everybody."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.catalogue import renditions
from shop.catalogue.decoding import Unacceptable
from shop.catalogue.models import Picture, Product

SHOWN_NAME_LENGTH = 80


class PictureRefused(Exception):
    """The file cannot be a picture of a product; the message says why, in the active language."""


def prepare(content: bytes, *, filename: str = "") -> renditions.Prepared:
    """All of an upload that takes time, none that writes. Raises PictureRefused."""
    try:
        return renditions.prepare(content, max_pixels=settings.PICTURE_MAX_PIXELS, max_bytes=settings.PICTURE_MAX_BYTES)
    except Unacceptable as error:
        name = PurePosixPath(filename.replace("\\", "/")).name[:SHOWN_NAME_LENGTH]
        raise PictureRefused(f"{name}: {error}" if name else str(error)) from error


def add_picture(
    *,
    product: Product,
    content: bytes,
    filename: str,
    alt: str = "",
    position: int | None = None,
    source_url: str = "",
    prepared: renditions.Prepared | None = None,
) -> Picture:
    """Give ``product`` the picture; the same content again is the picture that it already has.

    ``filename`` is only for messages: nothing is stored under it. ``prepared``: what ``prepare`` made of this very
    content already, in another process. Raises PictureRefused.
    """
    digest = hashlib.sha256(content).hexdigest()
    if existing := product.pictures.filter(digest=digest).first():
        return existing
    if prepared is None:
        prepared = prepare(content, filename=filename)
    if prepared.digest != digest:
        raise ValueError("What was prepared is another picture.")
    # Before the row: a page that knows of the picture must find its files.
    renditions.write(prepared)
    return _add_row(product, prepared, alt=alt, position=position, source_url=source_url)


@transaction.atomic
def _add_row(
    product: Product, prepared: renditions.Prepared, *, alt: str, position: int | None, source_url: str
) -> Picture:
    Product.objects.select_for_update().get(
        pk=product.pk
    )  # two uploads of one file at once: the second finds the first
    if existing := product.pictures.filter(digest=prepared.digest).first():
        return existing
    last = product.pictures.aggregate(last=Max("position"))["last"] or 0
    picture = Picture.objects.create(
        product=product,
        position=last + 1 if position is None else position,
        original=renditions.original_name(prepared.digest, prepared.extension),
        digest=prepared.digest,
        width=prepared.width,
        height=prepared.height,
        colour=prepared.colour,
        alt=alt,
        source_url=source_url,
    )
    # Again after it: the last other picture with these files may have been deleted in between.
    transaction.on_commit(lambda: renditions.write(prepared))
    return picture


def make_missing(picture: Picture) -> bool:
    """Make a picture's renditions again from its original where one is missing. Says whether there was need.

    Raises PictureRefused, and FileNotFoundError where the original is gone too.
    """
    if not renditions.missing(picture.digest, picture.width):
        return False
    with picture.original.open("rb") as file:
        content = file.read()
    made = prepare(content, filename=str(picture.original))
    # The kept original may be a copy without metadata, of another digest than the upload that gave the name.
    for name, rendition in made.files.items():
        renditions.write_new(renditions.folder(picture.digest) / name, rendition)
    return True


@receiver(post_delete, sender=Picture)
def _remove_files(instance: Picture, **kwargs: object) -> None:
    digest, original = instance.digest, str(instance.original)

    def remove_if_unused() -> None:
        if not Picture.objects.filter(digest=digest).exists():
            renditions.remove(digest, original)

    transaction.on_commit(remove_if_unused)
