"""A network that lets no WebSocket pass, and one that lets no stream pass: the same conversation, by other ways."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.talking import PATIENCE_MILLISECONDS, choose, connection, kept, say


def cut_sockets(page: Page) -> None:
    page.context.route_web_socket("**/ws/", lambda socket: socket.close(code=1011))


def hang_sockets(page: Page) -> None:
    def swallow(socket: WebSocketRoute) -> None:
        """Opens, and never says a word."""

    page.context.route_web_socket("**/ws/", swallow)


def cut_streams(page: Page) -> None:
    page.context.route("**/chat/live/events*", lambda route: route.abort())


def come_back(page: Page, words: str) -> None:
    page.reload()
    expect(connection(page, "live")).to_have_text(words, timeout=PATIENCE_MILLISECONDS)


def texts(page: Page, topic: str) -> list[str]:
    return [text for text in page.locator(".message__text").all_text_contents() if topic in text]


def test_all_ways_show_the_same_conversation(person: Callable[..., Page]) -> None:
    ada, bob, cleo, topic = person("Ada"), person("Bob"), person("Cleo"), uuid4().hex
    cut_sockets(bob)
    cut_sockets(cleo)
    cut_streams(cleo)
    come_back(bob, "Live, by event stream")
    come_back(cleo, "Live, by asking again and again")
    pages = {"Ada": ada, "Bob": bob, "Cleo": cleo}
    for turn in range(3):
        for name, page in pages.items():
            say(page, f"{topic} {name} {turn}")
        for page in pages.values():
            for name in pages:
                expect(kept(page, f"{topic} {name} {turn}")).to_have_count(1, timeout=15_000)
    choose(bob, f"{topic} Bob 1", "edit")
    bob.locator("[data-composer] textarea").fill(f"{topic} Bob edited")
    bob.get_by_role("button", name="Save").click()
    for page in pages.values():
        expect(kept(page, f"{topic} Bob edited")).to_have_count(1, timeout=15_000)
        expect(page.locator(".message[data-cid]")).to_have_count(0)
    logs = [texts(page, topic) for page in pages.values()]
    assert all(log == logs[0] for log in logs)
    assert len(logs[0]) == 9


def test_a_socket_that_hangs_gives_way_and_what_works_is_remembered(person: Callable[..., Page]) -> None:
    ada, topic = person("Ada"), uuid4().hex
    hang_sockets(ada)
    come_back(ada, "Live, by event stream")
    sockets = list[WebSocketRoute]()
    ada.context.route_web_socket("**/ws/", lambda socket: sockets.append(socket))
    come_back(ada, "Live, by event stream")
    say(ada, topic)
    expect(kept(ada, topic)).to_be_visible()
    assert sockets == []


def test_a_stream_that_breaks_loses_nothing(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    cut_sockets(ada)
    come_back(ada, "Live, by event stream")
    ada.context.set_offline(True)
    expect(connection(ada, "waiting")).to_be_attached(timeout=PATIENCE_MILLISECONDS)
    say(ada, f"{topic} from a tunnel")
    expect(ada.locator("[data-send-state][data-kind=queued]")).to_be_visible()
    say(bob, f"{topic} from outside")
    expect(kept(bob, topic)).to_be_visible()
    ada.context.set_offline(False)
    for page in (ada, bob):
        for words in ("a tunnel", "outside"):
            expect(kept(page, f"{topic} from {words}")).to_have_count(1, timeout=PATIENCE_MILLISECONDS)
