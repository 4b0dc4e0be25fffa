from typing import Any

import pytest
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.test import Client
from redis import Redis

from shop.customers.models import User
from tests.programs import skipped_when_missing
from tests.servers import redis_server
from tests.shop.customers.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, password: str = PASSWORD, **fields: str) -> Any:
    return client.post("/account/login/", {"login": "alice@example.com", "password": password, **fields})


def test_a_wrong_password_says_one_message_on_the_form(client: Client, alice: User) -> None:
    page = sign_in(client, "a wrong word").content.decode()
    assert page.count("The email address and/or password you specified are not correct.") == 1
    form = page.split('action="/account/login/"')[1].split("</form>")[0]
    assert 'role="alert"' in form
    assert 'value="alice@example.com"' in form


def test_an_unknown_address_says_the_same(client: Client, alice: User) -> None:
    page = sign_in(client, login="nobody@example.com").content.decode()
    assert "The email address and/or password you specified are not correct." in page


def test_signing_in_is_heard_by_who_listens(client: Client, alice: User) -> None:
    """The basket of a visitor becomes the person's by this signal."""
    heard = []

    def hear(user: User, **kwargs: Any) -> None:
        heard.append(user)

    user_logged_in.connect(hear)
    try:
        sign_in(client)
    finally:
        user_logged_in.disconnect(hear)
    assert heard == [alice]


@pytest.mark.parametrize("typed", ["Alice@Example.com", "alice@example.com"])
def test_capitals_in_an_address_do_not_matter(client: Client, typed: str) -> None:
    User.objects.create_user("ALICE@example.com", PASSWORD)
    assert sign_in(client, login=typed)["Location"] == "/"


def test_who_is_remembered_stays_signed_in_when_the_browser_closes(client: Client, alice: User) -> None:
    assert sign_in(client, remember="on").cookies["sessionid"]["max-age"] != ""
    client.logout()
    assert sign_in(client).cookies["sessionid"]["max-age"] == ""


def test_a_closed_account_says_so_to_who_knows_its_password(client: Client, alice: User) -> None:
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    response = sign_in(client)
    assert response["Location"] == "/account/inactive/"
    assert "This account is closed" in client.get("/account/inactive/").content.decode()


def test_guessing_comes_to_an_end(client: Client, alice: User) -> None:
    for _ in range(5):
        sign_in(client, "a wrong word")
    page = sign_in(client).content.decode()
    assert "Too many failed login attempts" in page
    assert not client.get("/account/login/").wsgi_request.user.is_authenticated


def test_too_many_posts_get_a_page_of_the_shop(client: Client) -> None:
    answers = [sign_in(client, login=f"person{number}@example.com") for number in range(31)]
    assert answers[-1].status_code == 429
    assert "A little slower, please" in answers[-1].content.decode()


@pytest.mark.redis
@pytest.mark.live
def test_with_redis_guesses_are_counted_for_the_whole_site(client: Client, alice: User, settings: Any) -> None:
    """The counts are not in this process: what another has counted is counted."""
    backend = "django.core.cache.backends.redis.RedisCache"
    with skipped_when_missing(), redis_server() as redis:
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": redis.url, "KEY_PREFIX": "ambos"}}
        for _ in range(5):
            sign_in(client, "a wrong word")
        with Redis.from_url(redis.url) as counts:
            assert any(b":login_failed:" in key for key in counts.keys("ambos:*"))
            assert "Too many failed login attempts" in sign_in(client).content.decode()
            counts.flushall()
        assert sign_in(client)["Location"] == "/"
        cache.close()


def test_limits_count_by_the_address_that_the_front_door_saw(client: Client) -> None:
    for number in range(31):
        client.post("/account/login/", {"login": f"p{number}@example.com"}, headers={"X-Real-IP": "192.0.2.1"})
    from_there = client.post("/account/login/", {"login": "p@example.com"}, headers={"X-Real-IP": "192.0.2.1"})
    from_elsewhere = client.post("/account/login/", {"login": "p@example.com"}, headers={"X-Real-IP": "192.0.2.2"})
    assert (from_there.status_code, from_elsewhere.status_code) == (429, 200)


def test_signing_out_asks_first_where_it_came_by_a_link(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "Sign out?" in client.get("/account/logout/").content.decode()
    assert client.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


def test_the_administration_signs_in_by_the_same_door(client: Client, staff: User, alice: User) -> None:
    """So that the limits on guessing hold there, too."""
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2F"
    answer = sign_in(client, login="staff@example.com", next="/admin/")
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 403
