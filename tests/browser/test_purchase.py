"""The path of a buyer, from the window to "paid", with and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

PRINTS = 'main a[href^="/p/"]'


def choose_a_print(page: Page) -> None:
    page.goto("/")
    page.goto(page.locator('a[href^="/c/"]').first.get_attribute("href") or "")
    page.goto(page.locator(PRINTS).first.get_attribute("href") or "")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def put_it_into_the_basket(page: Page) -> None:
    page.locator('form[action="/basket/add/"] button[type=submit]').first.click()
    page.wait_for_load_state("networkidle")
    page.goto("/basket/")
    page.get_by_role("link", name="Go to checkout").click()


def fill_in_the_address(page: Page) -> None:
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Name", exact=False).and_(page.locator("[name=name]")).fill("Ada Lovelace")
    page.locator("[name=street]").fill("Calle Mayor 1")
    page.locator("[name=postcode]").fill("28013")
    page.locator("[name=city]").fill("Madrid")
    page.locator("[name=country]").select_option("ES")
    page.wait_for_load_state("networkidle")
    if not page.locator("[name=shipping_method]:checked").count() and page.locator("[name=shipping_method]").count():
        page.locator("[name=shipping_method]").first.check()
    page.get_by_role("button", name="Check the order").click()


def order_and_approve(page: Page, *, news: str) -> None:
    if page.get_by_role("button", name="Order and pay").count() == 0:
        # Without JavaScript the ways of sending are offered once the country is known.
        page.locator("[name=shipping_method]").first.check()
        page.get_by_role("button", name="Check the order").click()
    page.get_by_role("button", name="Order and pay").click()
    page.locator("[name=news]").select_option(news)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page).to_have_url(re.compile("/orders/"))


def test_a_guest_buys_a_print_and_sees_it_paid_without_a_reload(page: Page) -> None:
    choose_a_print(page)
    put_it_into_the_basket(page)
    fill_in_the_address(page)
    order_and_approve(page, news="late")
    # The bank's word comes 20 seconds later; the mark would be lost if the page were loaded again.
    expect(page.locator("[data-state=paid]")).to_have_count(0)
    page.evaluate("window.sameDocument = true")
    expect(page.locator("[data-state=paid]")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.sameDocument") is True


def test_a_guest_buys_a_print_without_javascript(new_page: NewPage) -> None:
    page = new_page(javascript=False, width=360)
    choose_a_print(page)
    put_it_into_the_basket(page)
    fill_in_the_address(page)
    order_and_approve(page, news="once")
    for _attempt in range(30):
        if page.locator("[data-state=paid]").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("[data-state=paid]")).to_be_visible()
