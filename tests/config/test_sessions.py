"""Session cookies that nobody was given."""

import pytest
from django.test import Client

from config.sessions import SessionStore


@pytest.mark.parametrize("cookie", ['"aaaaaaaa\\000"', "x" * 5000, "\xe9" * 8, "UPPERCASE", '"; DROP TABLE"'])
def test_a_strange_session_cookie_is_no_session(client: Client, db: None, cookie: str) -> None:
    assert client.get("/basket/", headers={"cookie": f"sessionid={cookie}"}).status_code == 200


@pytest.mark.parametrize("key", ["aaaaaaaa\x00", "x" * 41, "short", ""])
def test_the_database_is_not_asked_for_a_key_that_it_never_gave(key: str) -> None:
    assert SessionStore(key).session_key is None


def test_a_key_that_was_given_is_known_again(db: None) -> None:
    first = SessionStore()
    first["word"] = "kept"
    first.save()
    assert SessionStore(first.session_key)["word"] == "kept"
