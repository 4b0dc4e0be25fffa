from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shop.catalogue.models import Product
from shop.customers.models import User
from tests.shop.catalogue.drawings import picture_file

ADD = reverse("admin:catalogue_product_add")


def product_form(**changes: Any) -> dict[str, Any]:
    form = {
        "name": "Dunes", "handle": "dunes", "description": "<p>Sand</p>", "tags": "[]", "translations": "{}",
        "status": "active", "published": "on",
        "options-TOTAL_FORMS": "0", "options-INITIAL_FORMS": "0",
        "variants-TOTAL_FORMS": "1", "variants-INITIAL_FORMS": "0",
        "variants-0-position": "1", "variants-0-price": "12.50", "variants-0-weight_grams": "10",
        "pictures-TOTAL_FORMS": "1", "pictures-INITIAL_FORMS": "0",
        "pictures-0-position": "1", "pictures-0-alt_translations": "{}",
    }  # fmt: skip
    return {**form, **changes}


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def test_a_product_with_its_picture_is_made_on_one_page(desk: Client) -> None:
    upload = SimpleUploadedFile("dunes.jpg", picture_file())
    form = product_form(
        description="<p onclick='x()'>Sand</p><script>x()</script>",
        translations='{"es": {"name": "Dunas", "description": "<p>Arena</p><script>x()</script>"}}',
        **{
            "pictures-0-upload": upload,
            "pictures-0-alt": "Sand in the wind",
            "pictures-0-alt_translations": '{"es": "Arena"}',
        },
    )
    response = desk.post(ADD, form)
    assert response.status_code == 302, response.context["errors"]
    product = Product.objects.get(handle="dunes")
    assert product.description == "<p>Sand</p>"
    assert product.translations["es"]["description"] == "<p>Arena</p>"
    assert str(product.price_from) == "12.50"
    picture = product.pictures.get()
    assert (picture.alt, picture.alt_translations) == ("Sand in the wind", {"es": "Arena"})
    page = desk.get(reverse("admin:catalogue_product_change", args=[product.pk]))
    assert picture.digest in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pictures-0-upload": SimpleUploadedFile("a.jpg", b"<html>")}, "a.jpg: This is not a JPEG"),
        ({"pictures-0-alt": "No file"}, "Choose a file."),
        ({"pictures-0-alt": "a", "pictures-0-alt_translations": "[1]"}, "Write {&quot;es&quot;: &quot;...&quot;}."),
        ({"translations": "[1]"}, "Write {&quot;es&quot;: {&quot;name&quot;"),
        ({"translations": '{"es": 1}'}, "Write {&quot;es&quot;: {&quot;name&quot;"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(desk: Client, changes: dict[str, Any], message: str) -> None:
    response = desk.post(ADD, product_form(**changes))
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Product.objects.exists()


def test_a_picture_can_be_described_and_deleted(desk: Client, waves: Product) -> None:
    from shop.catalogue.pictures import add_picture

    picture = add_picture(product=waves, content=picture_file(), filename="a.jpg")
    change = reverse("admin:catalogue_product_change", args=[waves.pk])
    form = product_form(**{
        "name": "Waves", "handle": "waves", "variants-TOTAL_FORMS": "0", "pictures-INITIAL_FORMS": "1",
        "pictures-0-id": picture.pk, "pictures-0-product": waves.pk, "pictures-0-alt": "Lines",
        "pictures-0-position": "4",
    })  # fmt: skip
    assert desk.post(change, form).status_code == 302
    picture.refresh_from_db()
    assert (picture.alt, picture.position) == ("Lines", 4)
    assert desk.post(change, {**form, "pictures-0-DELETE": "on"}).status_code == 302
    assert not waves.pictures.exists()


def test_a_category_below_itself_is_refused_beside_the_field(desk: Client) -> None:
    from shop.catalogue.models import Category

    top = Category.objects.create(slug="top", name="Top")
    form = {"name": "Top", "slug": "top", "parent": top.pk, "position": "0", "translations": "{}"}
    response = desk.post(reverse("admin:catalogue_category_change", args=[top.pk]), form)
    assert "A category cannot be moved below itself." in response.content.decode()
