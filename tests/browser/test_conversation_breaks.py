"""What two people say while the line between them breaks: the same in the end for both, in order, and once."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import chain
from uuid import uuid4

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.talking import PATIENCE_MILLISECONDS, connection, say
from tests.sites import Site


def shown(page: Page, topic: str) -> list[str]:
    return [text for text in page.locator(".message__text").all_text_contents() if text.startswith(topic)]


def agree(topic: str, said: list[list[str]], *pages: Page) -> None:
    """Each page comes to show all that was said, kept, and nothing twice; and all show it in the same order."""
    for page in pages:
        expect(connection(page, "live")).to_be_attached(timeout=PATIENCE_MILLISECONDS)
        for text in chain.from_iterable(said):
            message = page.locator(".message[data-seq]").get_by_text(text, exact=True)
            expect(message).to_have_count(1, timeout=PATIENCE_MILLISECONDS)
        expect(page.locator(".message[data-cid]")).to_have_count(0, timeout=PATIENCE_MILLISECONDS)
    logs = [shown(page, topic) for page in pages]
    assert all(log == logs[0] for log in logs)
    assert len(logs[0]) == sum(map(len, said))
    for texts in said:
        assert [text for text in logs[0] if text in texts] == texts, "somebody's own words are out of order"


def talk(page: Page, topic: str, name: str, numbers: range) -> list[str]:
    texts = [f"{topic} {name} {number}" for number in numbers]
    for text in texts:
        say(page, text)
    return texts


def test_who_was_offline_says_and_hears_everything_afterwards(person: Callable[[str], Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    before = talk(ada, topic, "Ada", range(1))
    expect(bob.get_by_text(before[0])).to_be_visible()
    ada.context.set_offline(True)
    expect(connection(ada, "live")).to_have_count(0)
    from_ada, from_bob = talk(ada, topic, "Ada", range(1, 5)), talk(bob, topic, "Bob", range(4))
    expect(bob.locator(".message[data-seq]").get_by_text(from_bob[-1])).to_be_visible()
    expect(ada.get_by_text(from_bob[-1])).to_have_count(0)
    expect(connection(ada, "waiting")).to_be_attached(timeout=PATIENCE_MILLISECONDS)
    expect(ada.locator("[data-connection]")).to_contain_text("Offline")
    ada.context.set_offline(False)
    agree(topic, [before + from_ada, from_bob], ada, bob)


def test_a_killed_server_loses_nothing_and_the_page_says_how_it_stands(
    person: Callable[[str], Page], own_site: Site | None
) -> None:
    if own_site is None:
        pytest.skip("not run: somebody else's site is not ours to kill")
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    said = [talk(ada, topic, "Ada", range(2)), talk(bob, topic, "Bob", range(2))]
    pid = own_site.kill("asgi")
    for page in (ada, bob):
        expect(connection(page, "live")).to_have_count(0)
    said[0] += talk(ada, topic, "Ada", range(2, 5))
    said[1] += talk(bob, topic, "Bob", range(2, 5))
    own_site.wait_ready(instead_of={"asgi": pid})
    agree(topic, said, ada, bob)


def test_what_was_not_sent_survives_a_reload(person: Callable[[str], Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    cut = [True]

    def line(socket: WebSocketRoute) -> None:
        if not cut:
            socket.connect_to_server()

    ada.route_web_socket("**/ws/", line)
    ada.reload()
    said = talk(ada, topic, "Ada", range(2))
    expect(ada.locator(".message[data-cid]")).to_have_count(2)
    cut.clear()
    ada.reload()
    agree(topic, [said, []], ada, bob)


def test_a_room_that_begins_anew_shows_what_there_is_once(person: Callable[[str], Page]) -> None:
    ada, topic, lines = person("Ada"), uuid4().hex, list[WebSocketRoute]()

    def line(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        lines.append(socket)

    ada.route_web_socket("**/ws/", line)
    ada.reload()
    said = talk(ada, topic, "Ada", range(3))
    agree(topic, [said], ada)
    place = ada.locator("[data-room]").evaluate("element => ({...element.dataset})")
    newest = int(ada.locator(".message[data-seq]").last.get_attribute("data-seq") or 0)
    ada.locator(".message[data-seq]").first.evaluate("node => { node.dataset.before = 'the reset' }")
    reset = {"t": "reset", "stream": place["liveStream"], "epoch": place["liveEpoch"], "seq": newest}
    lines[-1].send(json.dumps(reset))
    expect(ada.locator("[data-before]")).to_have_count(0)
    said += talk(ada, topic, "Ada", range(3, 5))
    agree(topic, [said], ada)


def test_a_ticket_that_has_expired_is_renewed_with_the_page(person: Callable[[str], Page]) -> None:
    ada, lines = person("Ada"), list[WebSocketRoute]()

    def line(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        lines.append(socket)

    ada.route_web_socket("**/ws/", line)
    ada.clock.install()
    ada.reload()
    expect(connection(ada, "live")).to_be_attached(timeout=PATIENCE_MILLISECONDS)
    ada.clock.fast_forward("02:00")
    expect(connection(ada, "live")).to_be_attached(timeout=PATIENCE_MILLISECONDS)
    ada.locator("[data-room]").evaluate("node => { node.dataset.before = 'the reload' }")
    stream = ada.locator("[data-room]").get_attribute("data-live-stream")
    lines[-1].send(json.dumps({"t": "err", "re": f"sub:{stream}", "code": "forbidden", "text": ""}))
    expect(ada.locator("[data-before]")).to_have_count(0)
    expect(connection(ada, "live")).to_be_attached(timeout=PATIENCE_MILLISECONDS)


def test_what_is_refused_says_why_in_view_and_can_be_taken_back_by_keyboard(person: Callable[[str], Page]) -> None:
    ada, text = person("Ada"), f"{uuid4().hex} \u202e"
    for number in range(6):
        say(ada, f"Something to scroll by {number}")
    say(ada, text)
    again = ada.locator(".message--failed").get_by_role("button", name="Take the text back")
    expect(again).to_be_in_viewport(ratio=1)
    again.press("Enter")
    expect(ada.locator("[data-composer] textarea")).to_be_focused()
    expect(ada.locator("[data-composer] textarea")).to_have_value(text)
