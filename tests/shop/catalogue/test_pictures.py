import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.utils.translation import override
from PIL import Image, ImageCms
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from shop.catalogue.models import Picture, Product
from shop.catalogue.pictures import PictureRefused, add_picture
from shop.catalogue.renditions import folder, prepare, widths_for
from tests.shop.catalogue.drawings import picture_file

pytestmark = pytest.mark.django_db


def add(product: Product, content: bytes, filename: str = "photo.jpg") -> Picture:
    return add_picture(product=product, content=content, filename=filename)


def kept_original(picture: Picture) -> Image.Image:
    with picture.original.open("rb") as file:
        image: Image.Image = Image.open(BytesIO(file.read()))
    return image


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises an enormous picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_picture_of_every_kind_is_taken(waves: Product, kind: str) -> None:
    picture = add(waves, picture_file(kind))
    assert (picture.width, picture.height) == (700, 350)
    assert {path.name for path in folder(picture.digest).iterdir()} == {
        "320.webp", "320.jpg", "640.webp", "640.jpg", "700.webp", "700.jpg",
    }  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(8000, 8000), (12_000, 12_000), (60_000, 60_000)])
def test_a_bomb_is_refused_by_its_header(waves: Product, width: int, height: int) -> None:
    with pytest.raises(PictureRefused, match=r"photo.jpg: The picture has more than 40 million pixels"):
        add(waves, png_that_claims(width, height))


def test_of_many_frames_only_the_first_is_decoded(waves: Product) -> None:
    frames = [Image.new("RGB", (400, 400), (shade, 0, 0)) for shade in range(60)]
    file = BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    picture = add(waves, file.getvalue())
    assert getattr(kept_original(picture), "n_frames", 1) == 1


def test_a_file_of_too_many_bytes_is_refused(waves: Product, settings: Settings) -> None:
    settings.PICTURE_MAX_BYTES = 1024 * 1024
    with pytest.raises(PictureRefused, match="larger than 1 MB"):
        add(waves, b"\0" * (1024 * 1024 + 1))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_truncated_picture_is_refused(waves: Product, kind: str) -> None:
    noise = BytesIO()
    Image.effect_noise((500, 500), 80).convert("RGB").save(noise, kind)
    with pytest.raises(PictureRefused):
        add(waves, noise.getvalue()[: len(noise.getvalue()) // 2])
    assert not waves.pictures.exists()


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>alert(1)</script></html>", b"<svg xmlns='x'/>", b"BM" + b"\0" * 60]
)
def test_what_is_no_picture_is_refused_whatever_its_name(waves: Product, content: bytes) -> None:
    with pytest.raises(PictureRefused, match="not a JPEG, PNG, WebP, AVIF or GIF"):
        add(waves, content, "photo.jpg")


def test_a_file_name_leads_nowhere(waves: Product, media: Path) -> None:
    picture = add(waves, picture_file(), "../../etc/passwd\0.jpg")
    assert Path(picture.original.path).is_relative_to(media / "originals")
    with pytest.raises(PictureRefused, match=r"^passwd: "):
        add(waves, b"no picture", "..\\..\\etc/passwd")


def test_a_picture_taken_sideways_stands_upright(waves: Product) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right
    picture = add(waves, picture_file(exif=exif))
    assert (picture.width, picture.height) == (350, 700)
    with Image.open(folder(picture.digest) / "350.jpg") as shown:
        red, _green, blue = shown.getpixel((175, 40))  # type: ignore[misc]
    assert red > 200 > 60 > blue


def test_where_a_photo_was_taken_is_kept_nowhere(waves: Product) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 28.0, 0.0)})
    content = picture_file(exif=exif, comment=b"at home")
    assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)
    picture = add(waves, content)
    kept = kept_original(picture)
    assert not kept.getexif()
    assert b"at home" not in Path(picture.original.path).read_bytes()
    for path in folder(picture.digest).iterdir():
        with Image.open(path) as rendition:
            assert not rendition.getexif()


def test_a_file_of_pixels_alone_is_kept_as_it_came(waves: Product) -> None:
    content = picture_file()
    assert Path(add(waves, content).original.path).read_bytes() == content


def test_a_colour_profile_is_converted(waves: Product) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    picture = add(
        waves, picture_file(icc_profile=profile.tobytes())
    )  # one that does not even fit: as if there were none
    assert "icc_profile" not in kept_original(picture).info


def test_transparency_stays_where_the_format_has_it_and_is_white_elsewhere(waves: Product) -> None:
    file = BytesIO()
    Image.new("RGBA", (400, 400), (255, 0, 0, 0)).save(file, "PNG")
    picture = add(waves, file.getvalue())
    with (
        Image.open(folder(picture.digest) / "400.webp") as modern,
        Image.open(folder(picture.digest) / "400.jpg") as jpeg,
    ):
        assert modern.getpixel((9, 9))[3] == 0  # type: ignore[index]
        assert jpeg.getpixel((9, 9)) == (255, 255, 255)


def test_the_same_picture_twice_is_there_once(waves: Product) -> None:
    content = picture_file()
    assert add(waves, content) == add(waves, content, "another-name.jpg")
    assert waves.pictures.count() == 1


def test_pictures_line_up_in_the_order_they_came(waves: Product) -> None:
    add(waves, picture_file(size=(40, 40)))
    assert add(waves, picture_file(size=(50, 50))).position == 2


def test_the_last_to_be_deleted_takes_the_files_along(
    waves: Product, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    other = Product.objects.create(handle="other", name="Other")
    first, second = add(waves, picture_file()), add(other, picture_file())
    with django_capture_on_commit_callbacks(execute=True):
        first.delete()
    assert folder(second.digest).exists()
    assert Path(second.original.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        other.delete()
    assert not folder(second.digest).exists()
    assert not Path(second.original.path).exists()


def test_nothing_is_enlarged() -> None:
    assert widths_for(100) == [100]
    assert widths_for(960) == [320, 640, 960]
    assert widths_for(1200) == [320, 640, 960, 1200]
    assert widths_for(5000) == [320, 640, 960, 1280, 1920]


def test_the_same_content_gives_the_same_files() -> None:
    limits = {"max_pixels": 10**6, "max_bytes": 10**6}
    assert prepare(picture_file("PNG"), **limits) == prepare(picture_file("PNG"), **limits)


def test_what_was_prepared_from_another_picture_is_not_taken(waves: Product) -> None:
    prepared = prepare(picture_file(size=(40, 40)), max_pixels=10**6, max_bytes=10**6)
    with pytest.raises(ValueError, match="another picture"):
        add_picture(product=waves, content=picture_file(), filename="a.jpg", prepared=prepared)


def test_missing_renditions_are_made_again(waves: Product) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a description, so that the kept original is another file than the upload"
    picture = add(waves, picture_file(exif=exif))
    lost = folder(picture.digest) / "640.webp"
    lost.unlink()
    call_command("make_renditions")
    assert lost.exists()
    Path(picture.original.path).unlink()
    lost.unlink()
    with pytest.raises(CommandError):
        call_command("make_renditions")


def shown(picture: Picture, arguments: str = "") -> str:
    return Template("{% load pictures %}{% picture pic " + arguments + " %}").render(Context({"pic": picture}))


def test_a_browser_is_offered_every_width_and_told_the_size(waves: Product) -> None:
    picture = add(waves, picture_file())
    html = shown(picture, 'sizes="50vw" class="wide"')
    place = f"/media/renditions/{picture.digest[:2]}/{picture.digest}"
    assert f'srcset="{place}/320.webp 320w, {place}/640.webp 640w, {place}/700.webp 700w" sizes="50vw"' in html
    assert f'<img src="{place}/700.jpg" srcset="{place}/320.jpg 320w' in html
    assert 'width="700" height="350"' in html
    assert 'class="wide"' in html
    assert 'loading="lazy"' in html
    assert "style=" not in html


def test_the_largest_of_the_first_screen_is_fetched_first(waves: Product) -> None:
    html = shown(add(waves, picture_file()), "lazy=False")
    assert 'fetchpriority="high"' in html
    assert "loading" not in html


def test_the_alternative_text_speaks_the_readers_language_and_is_escaped(waves: Product) -> None:
    picture = add(waves, picture_file())
    picture.alt, picture.alt_translations = 'Waves" onload="alert(1)', {"es": "Olas"}
    assert 'alt="Waves&quot; onload=&quot;alert(1)"' in shown(picture)
    with override("es"):
        assert 'alt="Olas"' in shown(picture)
