"""Pictures that an import named: fetched once, tried again, never in the way of the goods."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from shop.catalogue.models import Picture, Product, Variant
from shop.catalogue.pictures import add_picture
from shop.exchange.comparing import Outcome
from shop.exchange.models import WantedPicture
from shop.exchange.pictures import PictureReport, fetch_wanted
from shop.exchange.shelf import own_address
from tests.shop.exchange.conftest import Run, exported, exported_rows, mug
from tests.shop.exchange.web import Web, png, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def fetch(web: Web, *handles: str) -> PictureReport:
    return fetch_wanted(handles=list(handles) or ["mug"], fetcher=web.fetcher())


def test_pictures_are_added_with_place_and_words(web: Web, import_rows: Run) -> None:
    first, second = web.serve("/1.png", png("red")), web.serve("/2.png", png("blue"))
    words = {"Image Src": first, "Image Position": "2", "Image Alt Text": "Front", "Image Alt Text (es)": "Frente"}
    import_rows(mug() | words, {"Handle": "mug", "Image Src": second, "Image Position": "1", "Image Alt Text": "Back"})
    assert fetch(web).added == 2
    pictures = list(Picture.objects.values_list("source_url", "position", "alt", "alt_translations"))
    assert pictures == [(second, 1, "Back", {}), (first, 2, "Front", {"es": "Frente"})]
    assert not WantedPicture.objects.exists()


def test_a_variant_has_its_picture(web: Web, import_rows: Run) -> None:
    url = web.serve("/1.png", png())
    import_rows(mug(Variant_Image=url))
    fetch(web)
    picture = Variant.objects.get().picture
    assert picture is not None
    assert picture.source_url == url
    assert exported_rows()[0]["Variant Image"] == url


def test_a_second_run_fetches_nothing_again(web: Web, import_rows: Run) -> None:
    row = mug(Image_Src=web.serve("/1.png", png()), Variant_Image=web.serve("/2.png", png("blue")))
    import_rows(row)
    fetch(web)
    assert import_rows(row).handles(Outcome.UNCHANGED) == ["mug"]
    assert fetch(web).added == 0
    assert len(web.asked) == 2


def test_a_picture_that_cannot_be_had_is_listed_and_tried_again(web: Web, import_rows: Run) -> None:
    row = mug(Image_Src=web.url("/late.png"), Variant_Image=web.url("/late.png"))
    import_rows(row)
    (missing,) = fetch(web).missing
    assert (missing.handle, missing.reason) == ("mug", "the server answered 404")
    assert WantedPicture.objects.get().problem == "the server answered 404"
    before = exported()
    assert web.url("/late.png") in before
    web.serve("/late.png", png())
    assert import_rows(row).handles(Outcome.UNCHANGED) == ["mug"]
    assert fetch(web).added == 1
    assert exported() == before
    assert Variant.objects.get().picture == Picture.objects.get()


def test_what_is_no_picture_is_listed(web: Web, import_rows: Run) -> None:
    import_rows(mug(Image_Src=web.serve("/1.png", b"<html>not here</html>")))
    assert len(fetch(web).missing) == 1
    assert not Picture.objects.exists()


def test_the_same_picture_from_two_addresses_is_one_and_both_are_kept(web: Web, import_rows: Run) -> None:
    rows = [mug(Image_Src=web.serve("/1.png", png())), {"Handle": "mug", "Image Src": web.serve("/2.png", png())}]
    rows[0]["Variant Image"] = web.url("/2.png")
    import_rows(*rows)
    assert fetch(web).added == 2
    assert Picture.objects.count() == 1
    assert Variant.objects.get().picture == Picture.objects.get()
    assert import_rows(*rows).handles(Outcome.UNCHANGED) == ["mug"]
    assert fetch(web).added == 0
    assert [row["Image Src"] for row in exported_rows()] == [row["Image Src"] for row in rows]


def test_many_are_fetched_and_one_bad_one_stops_none(web: Web, import_rows: Run) -> None:
    urls = [web.serve(f"/{n}.png", png(f"rgb({n * 5},0,0)")) for n in range(30)]
    import_rows(mug(Image_Src=web.url("/none.png")), *({"Handle": "mug", "Image Src": url} for url in urls))
    steps: list[int] = []
    report = fetch_wanted(handles=["mug"], fetcher=web.fetcher(), on_progress=steps.append)
    assert (report.added, len(report.missing), sum(steps)) == (30, 1, 31)


@pytest.mark.parametrize("site", ["http://localhost:8080", "https://shop.example.org"])
def test_this_site_s_own_pictures_are_known_without_a_fetch(
    web: Web, waves: Product, tmp_path: Path, settings: Any, site: str
) -> None:
    settings.SITE_URL = site
    picture = add_picture(product=waves, content=png(), filename="a.png", alt="Lines")
    waves.variants.update(picture=picture)
    assert exported_rows()[0]["Image Src"] == own_address(picture) == site + picture.original.url
    call_command("export_products", str(tmp_path / "all.csv"), verbosity=0)
    call_command("import_products", str(tmp_path / "all.csv"), verbosity=0)
    assert not WantedPicture.objects.exists()
    assert Picture.objects.get().alt == "Lines"
    assert web.asked == []


def test_this_site_s_own_pictures_are_read_from_its_disk(web: Web, waves: Product, import_rows: Run) -> None:
    picture = add_picture(product=waves, content=png(), filename="a.png")
    import_rows(mug(Image_Src=own_address(picture)))
    assert fetch(web).missing == []
    assert exported_rows()[-1]["Image Src"] == own_address(picture)
    assert Picture.objects.filter(product__handle="mug", digest=picture.digest, source_url="").exists()


@pytest.mark.parametrize("name", ["gone.png", "../secret_key", "..%2f..%2fsecret_key", "%00", ""])
def test_an_own_address_leads_to_originals_alone(
    web: Web, import_rows: Run, settings: Any, media: Path, name: str
) -> None:
    media.mkdir()
    (media / "secret_key").write_bytes(png())
    (media.parent / "secret_key").write_bytes(png())
    import_rows(mug(Image_Src=f"{settings.SITE_URL}/media/originals/{name}"))
    assert [missing.reason for missing in fetch(web).missing] == ["this site no longer has it"]
