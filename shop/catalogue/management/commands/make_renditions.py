"""Make the renditions that are missing, from the originals: after a restored backup, or new widths in the code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from shop.catalogue.models import Picture
from shop.catalogue.pictures import PictureRefused, make_missing


class Command(BaseCommand):
    help = "Makes missing renditions of the products' pictures from their originals."

    def handle(self, *args: Any, **options: Any) -> None:
        made, failed = 0, []
        # disable=None: a bar on a terminal, nothing in a log.
        for picture in tqdm(Picture.objects.order_by("pk").iterator(), total=Picture.objects.count(), disable=None):
            try:
                made += make_missing(picture)
            except (PictureRefused, FileNotFoundError) as error:
                failed.append(f"{picture.product_id}/{picture.pk}: {error}")
        self.stdout.write(f"{made} pictures had renditions made.")
        if failed:
            raise CommandError("\n".join(failed))
