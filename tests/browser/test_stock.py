"""Somebody buys, and whoever has the same print's page open reads what is left: without a reload, in their language."""

from __future__ import annotations

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.test_purchase import PRINTS, fill_in_the_address
from tests.browser.test_steadiness import SHIFT

Held = list[tuple[Route, APIResponse]]

BUY = 'form[action="/basket/add/"] button[type=submit]'
# What others change of a print's page: each element's name, attributes and words.
PARTS = "[data-stock], .choice, .choice *, .buy, .buy :not([name^=csrf])"
CHANGING = f"""() => [...document.querySelectorAll("{PARTS}")].map((node) => [
  node.tagName,
  ...[...node.attributes].map((one) => `${{one.name}}=${{one.value}}`).sort(),
  [...node.childNodes].filter((one) => one.nodeType === Node.TEXT_NODE).map((one) => one.data.trim()).join(""),
])"""
LIVE = """() => import(document.querySelector("script[src*='live/page']").src)
  .then((page) => page.live().state === "live")"""
RESET = """() => {
  const product = document.getElementById("product");
  product.dispatchEvent(new CustomEvent("live:reset", { bubbles: true }));
  return new Promise((resolve) => document.addEventListener("htmx:load", () => resolve(!product.isConnected)));
}"""


@pytest.fixture
def address(page: Page) -> str:
    """Of a variant of which there is plenty, far from what the other tests buy."""
    page.goto("/all/")
    for print_ in [link.get_attribute("href") or "" for link in reversed(page.locator(PRINTS).all())]:
        page.goto(print_)
        for choice in reversed(page.locator("[data-variant]").all()):
            found = choice.get_attribute("href") or ""
            page.goto(found)
            if stock(page).inner_text() == "In stock":
                return found
            page.goto(print_)
    pytest.fail("There is plenty of nothing in this shop.")


def stock(page: Page) -> Locator:
    return page.locator("[data-stock]")


def open_page(page: Page, address: str) -> Page:
    """A page that would lose its mark if it were loaded again."""
    page.goto(address)
    page.evaluate("window.sameDocument = true")
    page.wait_for_function(LIVE)
    return page


def buy(page: Page, address: str, *, all_but: int = 0) -> None:
    page.goto(address)
    quantity = page.locator("#quantity")
    quantity.fill(quantity.get_attribute("max") or "99")
    page.locator(BUY).click()
    page.wait_for_url("**/basket/")
    if all_but:
        line = page.locator(".basket-line [name=quantity]").first
        with page.expect_response(lambda response: "/basket/" in response.url):
            line.fill(str(int(line.input_value()) - all_but))
            line.press("Enter")
        page.reload()
    page.get_by_role("link", name="Go to checkout").click()
    fill_in_the_address(page)
    page.get_by_role("button", name="Order and pay").click()
    expect(page.locator("[name=news]")).to_be_visible()


def choose_another(page: Page, address: str) -> None:
    page.locator("[data-variant]:not([aria-current])").first.click()
    expect(page.locator(".buy [name=variant]")).not_to_have_value(address.rpartition("=")[2])


def hold_back(page: Page, address: str) -> Held:
    """The answers that the page asked for, and will get when they are old."""
    held: Held = []
    page.route(f"**{address}", lambda route: held.append((route, route.fetch())))
    return held


def test_an_open_page_says_what_is_left_while_somebody_else_buys(new_page: NewPage, address: str) -> None:
    ada, bea, reader = new_page(), new_page(width=360, locale="es-ES"), new_page(javascript=False)
    open_page(ada, address)
    open_page(bea, address)
    expect(stock(bea)).to_have_text("Disponible")

    buy(new_page(), address, all_but=2)
    expect(stock(ada)).to_have_text("Only 2 left")
    expect(stock(bea)).to_have_text("Solo quedan 2")
    expect(ada.locator("#quantity")).to_have_attribute("max", "2")

    # The state is read anew, and then it goes on.
    assert ada.evaluate(RESET)
    choose_another(ada, address)
    bea.locator(BUY).focus()
    buy(new_page(), address)
    expect(ada.locator(f'[data-variant][href="{address}"].choice-value--out')).not_to_have_count(0)
    ada.go_back()
    for open_one, words in ((ada, "Sold out"), (bea, "Agotada")):
        expect(stock(open_one)).to_have_text(words)
        expect(open_one.locator(BUY)).to_have_text(words)
        expect(open_one.locator(BUY)).to_be_disabled()
        assert open_one.evaluate("window.sameDocument") is True
        assert open_one.evaluate(SHIFT) < 0.001
    assert bea.evaluate("document.activeElement.matches('[data-stock]')"), "the reader's place was lost"

    reader.goto(address)
    expect(stock(reader)).to_have_text("Sold out")
    expect(reader.locator(BUY)).to_be_disabled()
    assert ada.evaluate(CHANGING) == open_page(new_page(), address).evaluate(CHANGING), "a new page says something else"


def test_a_part_that_was_asked_for_before_a_purchase_and_comes_after_it_hears_of_it(
    new_page: NewPage, address: str
) -> None:
    ada = open_page(new_page(), address)
    choose_another(ada, address)
    held = hold_back(ada, address)
    with ada.expect_request(f"**{address}"):
        ada.locator(f'[data-variant][href="{address}"]').first.click()
    buy(new_page(), address)
    expect(ada.locator(f'[data-variant][href="{address}"].choice-value--out')).not_to_have_count(0)
    [(route, answer)] = held
    assert "In stock" in answer.text()
    assert "stock--out" not in answer.text()
    route.fulfill(response=answer)
    expect(ada.locator(".buy [name=variant]")).to_have_value(address.rpartition("=")[2])
    expect(stock(ada)).to_have_text("Sold out")
    expect(ada.locator("#quantity")).to_be_disabled()
