"""The chat beside a page of the shop, and what every page says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.talking import choose, connection, kept, say, sign_up, unique

SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 400);
})"""


def open_beside(page: Page) -> None:
    page.get_by_role("button", name="Chat", exact=False).and_(page.locator("[data-launcher]")).click()
    expect(page.locator("#chat-panel [data-connection][data-state=live]")).to_be_attached()


def test_a_stranger_joins_and_talks_beside_a_print(new_page: NewPage, person: Callable[..., Page]) -> None:
    bob, page, topic = person("Bob"), new_page(), uuid4().hex
    page.goto("/all/")
    open_beside(page)
    panel = page.get_by_role("complementary", name="Chat")
    expect(panel.get_by_label("Your name in the chat")).to_be_focused()
    page.keyboard.type(f"{unique('Ada')}\n")
    expect(panel.locator("[data-composer] textarea")).to_be_focused()
    page.keyboard.type(f"Which paper? {topic}\n")
    expect(kept(bob, topic)).to_be_visible()
    choose(bob, topic, "reply")
    bob.keyboard.type(f"Cotton. {topic[::-1]}\n")
    expect(kept(page, topic[::-1])).to_be_in_viewport()
    assert page.url.endswith("/all/")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_escape_closes_it_and_the_focus_comes_back(person: Callable[..., Page]) -> None:
    ada = person("Ada")
    ada.goto("/")
    open_beside(ada)
    panel, launcher = ada.locator("#chat-panel"), ada.locator("[data-launcher]")
    expect(panel.locator("[data-composer] textarea")).to_be_focused()
    ada.keyboard.type("half a thou")
    ada.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    ada.keyboard.press("Enter")
    expect(panel.locator("[data-composer] textarea")).to_have_value("half a thou")


def test_escape_closes_what_lies_over_it_first(person: Callable[..., Page]) -> None:
    ada, topic = person("Ada"), uuid4().hex
    say(ada, topic)
    expect(kept(ada, topic)).to_be_visible()
    ada.goto("/")
    open_beside(ada)
    choose(ada, topic, "delete")
    expect(ada.locator("dialog[open]")).to_be_visible()
    ada.keyboard.press("Escape")
    expect(ada.locator("dialog[open]")).to_have_count(0)
    expect(ada.locator("#chat-panel")).to_be_visible()


def test_it_stays_open_from_page_to_page_and_nothing_jumps(person: Callable[..., Page]) -> None:
    ada = person("Ada", viewport={"width": 1280, "height": 900})
    ada.goto("/")
    open_beside(ada)
    ada.locator("[data-composer] textarea").fill("a draft")
    ada.goto("/all/")
    expect(ada.locator("#chat-panel [data-connection][data-state=live]")).to_be_attached()
    expect(ada.locator("[data-composer] textarea")).to_have_value("a draft")
    assert ada.evaluate("document.activeElement === document.body"), "it took the focus"
    assert ada.evaluate(SHIFT) < 0.05
    ada.locator("[data-close]").click()
    ada.goto("/")
    expect(ada.locator("#chat-panel")).to_be_hidden()


def test_on_a_telephone_it_covers_the_page_which_rests(person: Callable[..., Page]) -> None:
    ada = person("Ada", viewport={"width": 360, "height": 740})
    ada.goto("/all/")
    open_beside(ada)
    box = ada.locator("#chat-panel").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    assert ada.evaluate("document.querySelector('main').inert")
    ada.goto("/")
    expect(ada.locator("#chat-panel")).to_be_hidden()
    assert not ada.evaluate("document.querySelector('main').inert")


def test_it_is_not_offered_beside_itself(page: Page) -> None:
    page.goto("/chat/")
    expect(page.locator("[data-launcher], #chat-panel")).to_have_count(0)


def test_without_javascript_the_link_leads_to_the_chat(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto("/")
    expect(page.locator("[data-launcher]")).to_be_hidden()
    expect(page.locator("#chat-panel")).to_be_hidden()
    page.get_by_role("navigation", name="Yours").get_by_role("link", name="Chat").click()
    expect(page).to_have_url(re.compile("/chat/$"))


def test_what_is_unread_is_counted_on_every_page_and_read_in_every_tab(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    say(ada, f"I was here {topic}")
    expect(kept(bob, topic)).to_be_visible()
    ada.wait_for_timeout(2500)
    ada.goto("/all/")
    shop = ada.context.new_page()
    shop.goto("/")
    for page in (ada, shop):
        expect(page.locator(".header [data-unread-total]")).to_be_hidden()
    for number in range(2):
        say(bob, f"{topic} news {number}")
    for page in (ada, shop):
        expect(page.locator(".header [data-unread-total] [data-count]")).to_have_text("2")
        expect(page.locator("[data-launcher] [data-words]")).to_have_text(" 2 unread messages")
    shop.reload()
    expect(shop.locator(".header [data-unread-total] [data-count]")).to_have_text("2")
    open_beside(ada)
    expect(kept(ada, f"{topic} news 1")).to_be_in_viewport()
    for page in (ada, shop):
        expect(page.locator(".header [data-unread-total]")).to_be_hidden()


def test_whom_somebody_names_hears_of_it_on_any_page(new_page: NewPage, person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), new_page(), uuid4().hex
    sign_up(bob)
    bob.goto("/chat/")
    name = bob.locator("[data-room]").get_attribute("data-author-name") or ""
    say(bob, f"Here I am {topic}")
    expect(kept(ada, topic)).to_be_visible()
    bob.goto("/all/")
    expect(bob.locator("#toasts")).to_be_attached()
    bob.wait_for_timeout(1000)
    say(ada, f"@{name} look {topic[::-1]}")
    toast = bob.locator(".toast")
    expect(toast).to_contain_text("mentions you in")
    toast.click()
    expect(bob).to_have_url(re.compile(r"/chat/[^/]+/\?at=\d+"))
    expect(kept(bob, topic[::-1])).to_be_in_viewport()
    expect(connection(bob, "live")).to_be_attached()
