"""What a page shows first comes first, and nothing jumps when the rest arrives."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import NewPage
from tests.browser.visits import A_PRINT

MAX_SHIFT = 0.05
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 400);
})"""
LARGEST = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const { element } = list.getEntries().at(-1);
    resolve(element && { tag: element.tagName, loading: element.loading ?? "" });
  }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => resolve(null), 3000);
})"""


def come_late(page: Page) -> None:
    """The first picture and the first typeface arrive when the page has long been drawn."""
    late = {"webp", "woff2"}

    def hold_back(route: Route) -> None:
        ending = route.request.url.rpartition(".")[2]
        if ending in late:
            late.remove(ending)
            page.wait_for_timeout(500)
        route.continue_()

    page.route(re.compile(r"\.(webp|woff2)$"), hold_back)


def pages(page: Page) -> list[str]:
    page.goto("/all/")
    return ["/", "/all/", page.locator(A_PRINT).first.get_attribute("href") or ""]


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_although_picture_and_typeface_come_late(new_page: NewPage, width: int) -> None:
    for address in pages(new_page()):
        page = new_page(width=width)
        come_late(page)
        page.goto(address, wait_until="networkidle")
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        assert page.evaluate(SHIFT) < MAX_SHIFT, address
        assert page.locator("main img:not([width][height])").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_the_largest_thing_of_the_first_screen_does_not_wait(new_page: NewPage, width: int) -> None:
    home, _everything, product = pages(new_page())
    for address in (home, product):
        page = new_page(width=width)
        page.goto(address, wait_until="networkidle")
        largest: dict[str, Any] | None = page.evaluate(LARGEST)
        assert largest, address
        assert largest["loading"] != "lazy", address
        assert page.locator("main img").first.get_attribute("fetchpriority") == "high"
