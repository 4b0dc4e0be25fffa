"""A print bought and a message sent without a mouse; and it is always plain where the keyboard is."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

MAX_TABS = 60
# A card's link draws its outline around the whole card.
FOCUS = """() => {
  const node = document.activeElement;
  const box = node.getBoundingClientRect();
  const outlines = [getComputedStyle(node), getComputedStyle(node, "::after")];
  return {
    text: node.outerHTML.slice(0, 120),
    anywhere: node !== document.body,
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    outlined: outlines.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
  };
}"""


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab until the focus is on it, and look at every stop on the way."""
    for _stop in range(MAX_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        focus = page.evaluate(FOCUS)
        if focus["anywhere"]:
            assert focus["inView"], focus["text"]
            assert focus["outlined"], focus["text"]
        if is_on(page, selector):
            return
    pytest.fail(f"{MAX_TABS} times Tab does not lead to {selector}")


def is_on(page: Page, selector: str) -> bool:
    return bool(page.evaluate("(selector) => document.activeElement.matches(selector)", selector))


def follow(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_print_is_bought_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    assert is_on(page, "main")
    follow(page, 'main a[href="/all/"]')
    follow(page, 'main a[href^="/p/"]')
    choose_another_size(page)
    follow(page, 'form[action="/basket/add/"] button', key="Space")
    take_two(page)
    follow(page, 'main a[href="/checkout/"]')
    type_the_address(page)
    follow(page, "main form button[type=submit]")
    follow(page, ".checkout-order", key="Space")
    follow(page, "[value=approve]")
    expect(page).to_have_url(re.compile("/orders/"))
    expect(page.locator("#order-status[aria-live=polite] [data-state=paid]")).to_be_visible(timeout=60_000)


def choose_another_size(page: Page) -> None:
    tab_to(page, ".choice-value:not([aria-current], .choice-value--out)")
    chosen = page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{chosen}[aria-current]")).to_be_focused()


def take_two(page: Page) -> None:
    tab_to(page, "main [name=quantity]:not([type=hidden])")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#basket-count")).to_contain_text("2")
    expect(page.locator("#basket-news")).to_have_text(re.compile("^2 pieces"))
    expect(page.locator("main [name=quantity]:not([type=hidden])")).to_be_focused()


def type_the_address(page: Page) -> None:
    for name, text in {
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "street": "Calle Mayor 1",
        "postcode": "28013",
        "city": "Madrid",
    }.items():
        tab_to(page, f"main [name={name}]")
        page.keyboard.type(text)
    tab_to(page, "[name=country]")
    with page.expect_response("**/checkout/?country=*"):
        page.keyboard.type("Spain")
    expect(page.locator("[name=country]")).to_have_value("ES")
    assert is_on(page, "[name=country]")
    tab_to(page, "[name=shipping_method]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=shipping_method]").nth(1)).to_be_checked()


def test_the_focus_is_not_lost_with_what_it_stood_on(page: Page) -> None:
    page.goto("/all/")
    page.goto(page.locator('main a[href^="/p/"]').first.get_attribute("href") or "")
    page.locator('form[action="/basket/add/"] button').click()
    tab_to(page, ".basket-line-forms form:last-child button")
    page.keyboard.press("Enter")
    expect(page.locator("#basket .empty")).to_be_visible()
    expect(page.locator("#basket")).to_be_focused()
    expect(page.locator("#basket-news[role=status]")).to_have_text("Nothing in it yet")


def test_a_guest_chats_by_keyboard_alone(new_page: NewPage) -> None:
    page = new_page(width=360)
    page.goto("/chat/")
    tab_to(page, "[name=name]")
    page.keyboard.type(f"Ada {uuid4().hex[:12]}")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-connection][role=status][data-state=live]")).to_be_attached()
    tab_to(page, "[data-composer] textarea")
    page.keyboard.press("Enter")
    expect(page.locator("[data-composer] [role=alert]")).not_to_be_empty()
    assert is_on(page, "[aria-invalid=true]")
    words = f"Does it come framed? {uuid4()}"
    page.keyboard.type(f"{words}\n")
    log = page.get_by_role("log", name="Messages")
    expect(log.locator(".message[data-seq]").get_by_text(words)).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")
    assert is_on(page, "[data-composer] textarea:not([aria-invalid=true])")
    tab_to(page, "[role=log]", back=True)


def test_a_message_is_answered_mended_and_taken_back_by_keyboard_alone(person: Callable[..., Page]) -> None:
    page, words = person("Ada"), uuid4().hex
    field = page.locator("[data-composer] textarea")
    field.focus()
    page.keyboard.type(f"One {words}\nTwo {words}\n")
    expect(page.locator(".message[data-seq]").filter(has_text=words)).to_have_count(2)
    tab_to(page, "[role=log]", back=True)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.innerText").endswith(f"One {words}")
    page.keyboard.press("Enter")
    assert is_on(page, "[data-act=reply]")
    page.keyboard.press("Escape")
    assert is_on(page, ".message[data-seq]"), "the focus did not come back"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type(f"Three {words}\n")
    answer = page.locator(".message[data-seq]").filter(has_text=f"Three {words}")
    expect(answer.locator("[data-quote]")).to_contain_text(f"One {words}")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("!")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text(f"Three {words}!")
    tab_to(page, "[role=log]", back=True)
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    assert is_on(page, "[data-act=delete]")
    page.keyboard.press("Enter")
    assert is_on(page, "dialog [value=no]"), "what cannot be taken back is not the first choice"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Three {words}")).to_have_count(0)
