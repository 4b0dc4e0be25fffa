"""What holds for every page: the door that answered, language, theme, policy, and errors in the shop's look."""

import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.test import AsyncClient, Client, RequestFactory

from config import errors
from shop.catalogue.models import Product
from shop.customers.models import User

PAGES = [
    "/",
    "/all/",
    "/p/waves/",
    "/basket/",
    "/chat/",
    "/compare/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/nothing/",
]
PAGES_OF_ONES_OWN = [
    "/account/",
    "/account/email/",
    "/account/password/change/",
    "/account/logout/",
    "/orders/",
]


def assert_keeps_the_policy(page: str) -> None:
    assert not re.findall(r"<[^>]*\sstyle\s*=", page), "an inline style"
    assert not re.findall(r"<[^>]*\son\w+\s*=", page), "an inline handler"
    assert "<style" not in page
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.S):
        assert "src=" in attributes or 'type="application/json"' in attributes, f"an inline script: {body[:80]}"


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_a_strict_policy_and_keeps_it(client: Client, waves: Product, address: str) -> None:
    response = client.get(address, follow=True)
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert_keeps_the_policy(response.content.decode())


@pytest.mark.parametrize("address", PAGES_OF_ONES_OWN)
def test_so_has_every_page_of_a_person(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    assert_keeps_the_policy(page)
    assert 'class="header"' in page
    assert f'data-live-stream="user:{alice.pk}"' in page


def test_the_wsgi_door_says_who_answered_in_header_and_footer(client: Client, db: None) -> None:
    response = client.get("/all/")
    assert re.fullmatch(
        r"door=wsgi; server=\S+; process=\S+:\d+; ms=[\d.]+; queries=\d+", response.headers["X-Served-By"]
    )
    assert 'class="served-by"' in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_asgi_door_says_so_too() -> None:
    from asgiref.sync import async_to_sync

    response = async_to_sync(AsyncClient().get)("/all/")
    assert response.headers["X-Served-By"].startswith("door=asgi; ")
    assert int(response.headers["X-Served-By"].rsplit("queries=", 1)[1]) > 0
    assert "<b>ASGI</b>" in response.content.decode()


def test_the_footers_figures_are_nearly_those_of_the_header(client: Client, waves: Product) -> None:
    response = client.get("/p/waves/")
    total = int(response.headers["X-Served-By"].rsplit("queries=", 1)[1])
    said = re.search(r"with (\d+) SQL", response.content.decode())
    assert said
    assert int(said[1]) == total > 0


def test_the_demonstration_can_be_switched_off(client: Client, db: None, settings: pytest.FixtureRequest) -> None:
    settings.SHOW_SERVED_BY = False  # type: ignore[attr-defined]
    response = client.get("/all/")
    assert "X-Served-By" not in response.headers
    assert 'class="served-by"' not in response.content.decode()


def test_a_theme_is_kept_and_leads_back_to_the_page(client: Client, db: None) -> None:
    assert "data-theme" not in client.get("/all/").content.decode()
    response = client.post("/theme/", {"theme": "dark", "next": "/all/?sort=price"})
    assert response.headers["Location"] == "/all/?sort=price"
    assert 'data-theme="dark"' in client.get("/all/").content.decode()
    client.post("/theme/", {"theme": "auto"})
    assert "data-theme" not in client.get("/all/").content.decode()


@pytest.mark.parametrize("theme", ["", "pink", '"><script>'])
def test_what_is_no_theme_is_none(client: Client, db: None, theme: str) -> None:
    assert client.post("/theme/", {"theme": theme}).status_code == 302
    client.cookies["theme"] = "pink"
    assert "data-theme" not in client.get("/all/").content.decode()


def test_the_theme_switch_leads_to_no_other_site(client: Client, db: None) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"


def test_only_a_form_changes_the_theme(client: Client, db: None) -> None:
    assert client.get("/theme/").status_code == 405


def test_the_language_switch_keeps_the_page(client: Client, db: None) -> None:
    response = client.post("/i18n/setlang/", {"language": "es", "next": "/all/?sort=price"})
    assert response.headers["Location"] == "/all/?sort=price"
    assert '<html lang="es"' in client.get("/all/").content.decode()


def test_a_page_that_is_not_there_says_so_in_the_shops_look(client: Client, db: None) -> None:
    response = client.get("/nothing/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Nothing hangs here" in page
    assert 'class="header"' in page


def test_a_host_that_is_not_ours_gets_an_error_page_and_no_500(client: Client, db: None) -> None:
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "We could not read that request" in response.content.decode()


def test_what_is_forbidden_says_so(rf: RequestFactory, db: None) -> None:
    assert errors.bad_request(rf.get("/"), SuspiciousOperation()).status_code == 400
    response = errors.permission_denied(rf.get("/"), PermissionError())
    assert response.status_code == 403
    assert "This is not for you to see" in response.content.decode()


def test_a_form_without_its_token_gets_a_page_that_says_what_to_do(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "The form did not come through" in response.content.decode()


def test_the_page_of_our_own_failure_needs_no_database() -> None:
    # No database fixture: a query would raise.
    response = errors.server_error(HttpRequest())
    assert response.status_code == 500
    page = response.content.decode()
    assert "The press has jammed" in page
    assert_keeps_the_policy(page)


@pytest.mark.parametrize(
    "word", ["next", "0", "a\x00b", "{{7*7}}", "//evil.example", "https://evil.example/", "\\\\evil"]
)
def test_a_theme_leads_back_to_a_page_of_ours_or_to_the_first(client: Client, db: None, word: str) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": word})
    assert response.status_code == 302
    assert "evil" not in response["Location"]


def test_the_office_bears_the_shops_name(admin_client: Client) -> None:
    page = admin_client.get("/admin/").content.decode()
    assert "· Ambos</title>" in page
    assert "Django administration" not in page
