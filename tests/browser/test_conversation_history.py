"""A long conversation: read backwards and forwards without a jump, from a link to one message, and from what is new."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.talking import connection, fill, kept, say

# Where a message stands in the window, for as long as it is watched: how far it has jumped within one frame.
WATCH = """(seq) => {
  const node = document.querySelector(`.message[data-seq="${seq}"]`);
  const log = document.querySelector("[data-log]");
  let [top, scrolled] = [node.getBoundingClientRect().top, log.scrollTop];
  window.jumped = 0;
  const look = () => {
    const now = node.getBoundingClientRect().top;
    if (node.isConnected) window.jumped = Math.max(window.jumped, Math.abs(now - top));
    top = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@pytest.fixture(scope="module")
def topic() -> str:
    return uuid4().hex


@pytest.fixture
def full(person: Callable[..., Page], topic: str) -> tuple[Page, int]:
    """Somebody in a room with many messages, and the number of the last one."""
    ada = person("Ada")
    last = fill(ada, topic, 130)
    ada.goto("/chat/")
    expect(connection(ada, "live")).to_be_attached()
    return ada, last


def log_of(page: Page) -> Locator:
    return page.locator("[data-log]")


def test_older_messages_come_by_themselves_and_nothing_jumps(full: tuple[Page, int], topic: str) -> None:
    ada, last = full
    expect(ada.locator(".message[data-seq]")).to_have_count(50)
    log_of(ada).evaluate("log => { log.scrollTop = 500 }")
    ada.evaluate(WATCH, last - 40)
    log_of(ada).evaluate("log => { log.scrollTop = 350 }")
    expect(ada.locator(".message[data-seq]")).to_have_count(100)
    ada.wait_for_timeout(300)
    assert ada.evaluate("window.jumped") <= 152
    numbers = ada.locator(".message[data-seq]").evaluate_all("nodes => nodes.map((node) => Number(node.dataset.seq))")
    assert numbers == sorted(numbers)


def test_a_link_leads_to_its_message_and_from_there_to_the_newest(full: tuple[Page, int], topic: str) -> None:
    ada, last = full
    wanted = last - 90
    ada.goto(f"{ada.locator('[data-room]').get_attribute('data-room-url')}?at={wanted}")
    linked = ada.locator(f".message[data-seq='{wanted}']")
    expect(linked).to_have_class(re.compile("message--found"))
    expect(linked).to_be_in_viewport()
    say_new = f"{topic} said meanwhile"
    other = ada.context.new_page()
    other.goto("/chat/")
    say(other, say_new)
    expect(kept(other, say_new)).to_be_visible()
    expect(ada.get_by_text(say_new)).to_have_count(0)
    log_of(ada).evaluate("log => { log.scrollTop = log.scrollHeight }")
    expect(ada.locator(f".message[data-seq='{wanted + 40}']")).to_be_attached()
    ada.locator("[data-new]").click()
    expect(kept(ada, say_new)).to_be_in_viewport()
    expect(ada.locator("[data-newer]")).to_be_hidden()


def test_what_is_new_since_last_time_is_marked(full: tuple[Page, int], person: Callable[..., Page], topic: str) -> None:
    ada, _last = full
    # Until the server knows that it was read.
    ada.wait_for_timeout(2500)
    ada.goto("/")
    bob = person("Bob")
    for number in range(3):
        say(bob, f"{topic} news {number}")
    expect(kept(bob, f"{topic} news 2")).to_be_visible()
    ada.goto("/chat/")
    mark = ada.locator(".new")
    expect(mark).to_be_in_viewport()
    expect(mark.locator("xpath=following-sibling::article[1]")).to_contain_text(f"{topic} news 0")
