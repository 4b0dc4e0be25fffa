"""Gives products the pictures that an import noted as wanted. Runs after the import's transaction: the network is slow,
and a picture that cannot be had is no reason to keep a product out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote, urljoin

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from shop.catalogue.models import Picture, Variant
from shop.catalogue.pictures import PictureRefused, add_picture, prepare
from shop.catalogue.renditions import Prepared
from shop.exchange.fetching import Fetched, Fetcher, NotFetched
from shop.exchange.models import CarriedVariant, WantedPicture
from shop.exchange.shelf import own_address

AT_ONCE = 4
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Missing:
    handle: str
    url: str
    reason: str


@dataclass(slots=True)
class PictureReport:
    added: int = 0
    missing: list[Missing] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    fetched: Fetched
    prepared: Prepared


def wanted_pictures(handles: Sequence[str]) -> QuerySet[WantedPicture]:
    """What these products still want."""
    return WantedPicture.objects.filter(product__handle__in=handles, duplicate_of=None)


def count_wanted(handles: Sequence[str]) -> int:
    return sum(wanted_pictures(handles[start : start + CHUNK]).count() for start in range(0, len(handles), CHUNK))


def fetch_wanted(
    *, handles: Sequence[str], fetcher: Fetcher, on_progress: Callable[[int], object] = lambda done: None
) -> PictureReport:
    """Fetch what these products want, AT_ONCE at a time. What cannot be had stays wanted, with the reason."""
    report = PictureReport()
    language = translation.get_language() or settings.LANGUAGE_CODE
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fetch") as pool:
        try:
            for wanted, future in _fetched(pool, _wanted_of(handles), fetcher, language):
                _finish(wanted, future, report)
                on_progress(1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return report


def _wanted_of(handles: Sequence[str]) -> Iterator[WantedPicture]:
    for start in range(0, len(handles), CHUNK):
        chunk = wanted_pictures(handles[start : start + CHUNK]).select_related("product")
        yield from list(chunk.order_by("product_id", "position", "pk"))


def _fetched(
    pool: ThreadPoolExecutor, wanted: Iterator[WantedPicture], fetcher: Fetcher, language: str
) -> Iterator[tuple[WantedPicture, Future[_Found]]]:
    """Each wish with its answer as it comes. No more than twice AT_ONCE are under way: pictures are large."""
    under_way: dict[Future[_Found], WantedPicture] = {}
    while True:
        for one in islice(wanted, 2 * AT_ONCE - len(under_way)):
            under_way[pool.submit(_find, one.source_url, fetcher, language)] = one
        if not under_way:
            return
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            yield under_way.pop(future), future


def _find(url: str, fetcher: Fetcher, language: str) -> _Found:
    """Runs in a thread of the pool, and makes no query there."""
    with translation.override(language):
        fetched = _own_file(url) or fetcher.fetch(url)
        return _Found(fetched, prepare(fetched.content))


def _own_file(url: str) -> Fetched | None:
    """The content of an address that is this site's own media folder: read from disk, wherever SITE_URL points."""
    base = urljoin(settings.SITE_URL + "/", settings.MEDIA_URL + "originals/")
    if not url.startswith(base):
        return None
    name = "originals/" + unquote(url.removeprefix(base))
    try:
        if not set(name.split("/")).isdisjoint({"", ".", ".."}):
            raise SuspiciousFileOperation(name)
        with default_storage.open(name) as file:
            return Fetched(file.read(settings.PICTURE_MAX_BYTES + 1), name.rpartition("/")[2])
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise NotFetched(_("this site no longer has it")) from error


def _finish(wanted: WantedPicture, future: Future[_Found], report: PictureReport) -> None:
    try:
        found = future.result()
        take_in(wanted=wanted, content=found.fetched.content, filename=found.fetched.filename, prepared=found.prepared)
        report.added += 1
    except (NotFetched, PictureRefused) as error:
        report.missing.append(Missing(wanted.product.handle, wanted.source_url, str(error)))
        if wanted.problem != str(error):
            wanted.problem = str(error)
            wanted.save(update_fields=["problem"])


@transaction.atomic
def take_in(*, wanted: WantedPicture, content: bytes, filename: str, prepared: Prepared | None = None) -> Picture:
    """The wish comes true. Raises PictureRefused.

    Where the product has the same content from another address, the wish stays as a note of that.
    """
    picture = add_picture(
        product=wanted.product,
        content=content,
        filename=filename,
        alt=wanted.alt,
        position=wanted.position,
        source_url=wanted.source_url,
        prepared=prepared,
    )
    if picture.source_url != wanted.source_url:
        wanted.duplicate_of, wanted.problem = picture, ""
        wanted.save(update_fields=["duplicate_of", "problem"])
    else:
        picture.alt_translations = wanted.alt_translations
        if own_address(picture) == wanted.source_url:
            picture.source_url = ""
        picture.save(update_fields=["alt_translations", "source_url"])
        wanted.delete()
    variants = CarriedVariant.objects.filter(variant__product=wanted.product_id, picture_url=wanted.source_url)
    Variant.objects.filter(carried__in=variants).update(picture=picture)
    variants.update(picture_url="")
    return picture
