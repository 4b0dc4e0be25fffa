import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shop.exchange.fetching import Fetcher, NotFetched
from tests.shop.exchange.web import HOST, Web, deaf_port, make_certificate, png, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as running:
        yield running


def refused(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(NotFetched) as error:
        fetcher.fetch(url)
    return str(error.value)


def test_a_picture_is_fetched_with_its_name(web: Web) -> None:
    fetched = web.fetcher().fetch(web.serve("/a%20b/sea%20view.png?v=1", png()))
    assert (fetched.content, fetched.filename) == (png(), "sea view.png")


def test_the_server_is_asked_by_name_at_the_address_that_was_judged(web: Web) -> None:
    web.fetcher().fetch(web.serve("/a.png", png()))
    assert web.asked == [("/a.png", f"{HOST}:{web.port}")]


def test_a_host_is_looked_up_once_so_that_no_second_answer_counts(web: Web) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    assert web.fetcher(look_up=lambda host, port: next(answers)).fetch(web.serve("/a.png", png())).content == png()
    assert next(answers) == ["10.0.0.1"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
def test_without_being_told_otherwise_it_visits_no_closed_host(web: Web, host: str) -> None:
    web.serve("/a.png", png())
    fetcher = Fetcher(max_bytes=1000, ports=lambda scheme, port: True)
    assert refused(fetcher, web.url("/a.png", host)) in {
        f"“{host}” is not on the public internet",
        f"“{host}” is not a host's name",
    }
    assert web.asked == []


def test_a_name_that_leads_to_a_private_address_is_refused(web: Web) -> None:
    fetcher = Fetcher(max_bytes=1000, ports=lambda scheme, port: True, look_up=lambda host, port: ["10.0.0.7"])
    assert refused(fetcher, "http://inside.example/a.png") == "“inside.example” is not on the public internet"


def test_only_the_ports_of_the_web_are_visited() -> None:
    fetcher = Fetcher(max_bytes=1000, look_up=lambda host, port: ["1.1.1.1"])
    assert refused(fetcher, "http://shop.example:6379/a.png") == "port 6379 is not for web pages"
    assert refused(fetcher, "https://shop.example:80/a.png") == "port 80 is not for web pages"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "only http and https"),
        ("picture.png", "only http and https"),
        ("//shop.example/a.png", "only http and https"),
        ("ftp://shop.example/a.png", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("data:image/png;base64,AAAA", "only http and https"),
        ("http://", "only http and https"),
        ("http://user:secret@shop.example/a.png", "a user's name or password"),
        ("http://user@shop.example/a.png", "a user's name or password"),
        ("http://shop.example\\@10.0.0.1/", "not a web address"),
        ("http://shop.example/a b.png", "not a web address"),
        ("http://shop.example/\r\nX: y", "not a web address"),
        ("http://shop.example:99999/", "not a web address"),
        ("http://[::1/", "not a web address"),
    ],
)
def test_what_is_no_web_address_is_refused(url: str, reason: str) -> None:
    assert reason in refused(Fetcher(max_bytes=1000, look_up=lambda host, port: ["10.0.0.1"]), url)


def test_a_redirect_is_followed(web: Web) -> None:
    web.serve("/there.png", png())
    assert web.fetcher().fetch(web.redirect("/here.png", "/there.png", 308)).content == png()


def test_a_redirect_is_judged_like_the_first_address(web: Web) -> None:
    url = web.redirect("/here.png", "http://169.254.169.254/latest/meta-data/")
    fetcher = web.fetcher(ports=lambda scheme, port: True)
    assert refused(fetcher, url) == "“169.254.169.254” is not on the public internet"


def test_a_redirect_cannot_change_to_a_file(web: Web) -> None:
    assert "only http and https" in refused(web.fetcher(), web.redirect("/a.png", "file:///etc/passwd"))


def test_three_redirects_are_enough(web: Web) -> None:
    web.serve("/3", png())
    for step in range(3):
        web.redirect(f"/{step}", f"/{step + 1}")
    assert web.fetcher().fetch(web.url("/0")).content == png()
    assert refused(web.fetcher(), web.redirect("/round", "/round")) == "it leads on more than 3 times"
    assert len([path for path, _host in web.asked if path == "/round"]) == 4


def test_an_answer_that_is_none_is_said(web: Web) -> None:
    assert refused(web.fetcher(), web.url("/nothing.png")) == "the server answered 404"


def test_a_picture_that_says_it_is_too_large_is_not_read(web: Web) -> None:
    assert refused(web.fetcher(max_bytes=100), web.serve("/a.png", b"x" * 101)) == "it has more than 100 bytes"


def test_a_picture_that_does_not_say_how_large_it_is_is_read_up_to_the_limit(web: Web) -> None:
    web.pages["/a.png"] = lambda handler: handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 5_000_000)
    assert refused(web.fetcher(max_bytes=100_000), web.url("/a.png")) == "it has more than 100000 bytes"


def test_a_picture_of_exactly_the_limit_is_taken(web: Web) -> None:
    assert len(web.fetcher(max_bytes=100).fetch(web.serve("/a.png", b"x" * 100)).content) == 100


def test_compression_cannot_hide_a_picture_s_size(web: Web) -> None:
    web.pages["/a.png"] = lambda handler: handler.answer(b"\x1f\x8b not even packed", 200, Content_Encoding="gzip")
    assert web.fetcher().fetch(web.url("/a.png")).content.startswith(b"\x1f\x8b")


def test_half_a_picture_is_none(web: Web) -> None:
    web.pages["/a.png"] = lambda handler: handler.answer(b"half", 200, Content_Length="8")
    assert refused(web.fetcher(), web.url("/a.png")) == "the connection broke"


@pytest.mark.parametrize("head", [True, False])
def test_the_time_limit_is_for_the_whole_and_not_for_each_byte(web: Web, head: bool) -> None:
    started = time.monotonic()
    assert refused(web.fetcher(seconds=0.4), web.drip("/a.png", head=head)) == "it took too long"
    assert time.monotonic() - started < 2


def test_a_server_that_says_nothing_is_left(web: Web) -> None:
    with deaf_port() as port:
        fetcher = web.fetcher(seconds=0.3, ports=lambda scheme, asked: True)
        assert refused(fetcher, f"http://{HOST}:{port}/a.png") == "it took too long"
        assert refused(fetcher, f"https://{HOST}:{port}/a.png") == "it took too long"


def test_a_closed_port_is_said(web: Web) -> None:
    with deaf_port() as port:
        pass
    fetcher = web.fetcher(ports=lambda scheme, asked: True)
    assert refused(fetcher, f"http://{HOST}:{port}/a.png") == "the server cannot be reached"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "server.pem", HOST)


def test_a_certificate_is_checked_against_the_name(certificate: Path) -> None:
    with serving(certificate) as web:
        url = web.serve("/a.png", png())
        assert web.fetcher(ca_file=str(certificate)).fetch(url).content == png()
        other = web.url("/a.png", "other.example")
        assert refused(web.fetcher(ca_file=str(certificate)), other) == "its certificate is not valid"


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with serving(certificate) as web:
        assert refused(web.fetcher(), web.serve("/a.png", png())) == "its certificate is not valid"


def test_https_does_not_lead_to_http(certificate: Path) -> None:
    with serving(certificate) as web:
        url = web.redirect("/a.png", f"http://{HOST}/a.png")
        assert refused(web.fetcher(ca_file=str(certificate)), url) == "it leads from https to an address without"
