"""A walk through every kind of page that a visitor meets, in any language: it goes by names, not by words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from uuid import uuid4

from playwright.sync_api import Page, expect

A_PRINT = 'main a[href^="/p/"]'
BUY = 'form[action="/basket/add/"] button'
SUBMIT = "main form.panel button:not([name])"


def walk(page: Page) -> Iterator[str]:
    """Gives the name of each page kind while it is shown. What the pages need is made on the way, through the pages."""
    yield from _look_around(page)
    yield from _compare(page)
    yield from _buy(page)
    yield from _talk(page)
    yield from _have_an_account(page)


def _look_around(page: Page) -> Iterator[str]:
    page.goto("/")
    yield "home"
    category = page.locator('header a[href^="/c/"]').first.get_attribute("href") or ""
    page.goto("/all/")
    yield "list"
    page.goto(category)
    yield "category"
    page.goto(page.locator(A_PRINT).first.get_attribute("href") or "")
    yield "product"
    product = page.url
    for kind, address in (("lost", "/nowhere/"), ("empty basket", "/basket/")):
        page.goto(address)
        yield kind
    page.goto(product)


def _compare(page: Page) -> Iterator[str]:
    product = page.url
    page.goto("/compare/")
    yield "compare"
    for name in ("topologies", "claims", "figures", "figures/waits", "figures/slow-reader", "choose", "run"):
        page.goto(f"/compare/{name}/")
        for details in page.locator("main details:not([open]) summary").all()[:2]:
            details.click()
        yield f"compare {name}"
    page.goto("/compare/claims/")
    page.goto(page.locator('main a[href^="/compare/claims/"]').nth(1).get_attribute("href") or "")
    yield "compare claim"
    page.goto(product)


def _buy(page: Page) -> Iterator[str]:
    page.locator(BUY).click()
    yield "basket"
    page.goto("/checkout/")
    yield "checkout"
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    yield "checkout with errors"
    _say_where_to(page)
    yield "review"
    _order(page)
    yield "sandbox"
    page.locator("[value=second_step]").click()
    yield "sandbox, second step"
    page.locator("[name=code]").fill("123")
    page.locator("[value=code]").click()
    expect(page.locator("[data-state=paid]")).to_be_visible(timeout=60_000)
    yield "order"


def _say_where_to(page: Page) -> None:
    for name, value in {
        "email": "ada@example.com",
        "name": "Augusta Ada King, Countess of Lovelace",
        "street": "Calle Mayor 1",
        "postcode": "28013",
        "city": "Madrid",
    }.items():
        page.locator(f"main [name={name}]").fill(value)
    with page.expect_response("**/checkout/?country=*"):
        page.locator("[name=country]").select_option("PT")
    page.locator("[name=shipping_method]").first.check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[name=checkout_key]")).to_be_attached()


def _order(page: Page) -> None:
    page.locator(".checkout-order").click()
    expect(page.locator("[name=news]")).to_be_visible()


def _somebody_else_speaks(page: Page) -> None:
    """Another guest, without a script: there is somebody to be named."""
    browser = page.context.browser
    assert browser is not None
    origin = page.evaluate("location.origin")
    with contextlib.closing(browser.new_context(base_url=origin, java_script_enabled=False)) as context:
        other = context.new_page()
        other.goto("/chat/")
        other.locator("[name=name]").fill(f"Ines {uuid4().hex[:12]}")
        other.locator(".naming__form button").click()
        other.locator("[data-composer] textarea").fill("I am here, too.")
        other.locator("[data-composer] button[type=submit]").click()


def _talk(page: Page) -> Iterator[str]:
    page.goto("/chat/")
    yield "chat, nameless"
    _somebody_else_speaks(page)
    page.locator("[name=name]").fill(f"Ada {uuid4().hex[:12]}")
    page.locator(".naming__form button").click()
    expect(page.locator("[data-connection][data-state=live]")).to_be_attached()
    texts = [f"Is this paper heavy? {uuid4()}", "A-word-without-an-end-" * 12]
    for text in texts:
        page.locator("[data-composer] textarea").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("[data-log] .message[data-seq]").get_by_text(text).last).to_be_visible()
    yield "chat"
    page.locator("[data-people] summary").click()
    page.locator("[data-composer] textarea").press_sequentially("@")
    expect(page.locator("[data-suggestions]")).to_be_visible()
    yield "chat, names offered"
    page.locator("[data-composer] textarea").fill("")
    page.locator("[data-people] summary").click()
    page.locator(".message [data-more]").last.click()
    expect(page.locator("[data-menu]")).to_be_visible()
    yield "chat, a message's menu"
    page.locator("[data-act=reply]").click()
    yield "chat, answering"
    page.goto(page.locator(".message [data-more]").last.get_attribute("href") or "")
    yield "chat, one message"
    page.goto("/all/")
    page.locator("[data-launcher]").click()
    expect(page.locator("#chat-panel [data-connection][data-state=live]")).to_be_attached()
    yield "chat beside the shop"
    page.locator("[data-close]").click()


def _have_an_account(page: Page) -> Iterator[str]:
    for kind, address in (("login", "/account/login/"), ("password reset", "/account/password/reset/")):
        page.goto(address)
        yield kind
    page.goto("/account/signup/")
    yield "signup"
    page.locator("[name=email]").fill("nobody@example.com")
    page.locator("[name=password1]").fill("1234")
    page.locator("[name=password2]").fill("1234")
    page.locator(SUBMIT).click()
    expect(page.locator(".field-error").first).to_be_visible()
    yield "signup with errors"
    page.locator("[name=email]").fill(f"{uuid4()}@example.com")
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill("Wall-paper-2026-lovelace")
    page.locator(SUBMIT).click()
    page.wait_for_url(lambda url: "/signup/" not in url)
    for kind, address in (
        ("account", "/account/"),
        ("e-mail address", "/account/email/"),
        ("no orders", "/orders/"),
    ):
        page.goto(address)
        yield kind
    page.goto("/all/")
    page.goto(page.locator(A_PRINT).first.get_attribute("href") or "")
    page.locator(BUY).click()
    page.goto("/checkout/")
    _say_where_to(page)
    _order(page)
    page.goto("/orders/")
    yield "orders"
