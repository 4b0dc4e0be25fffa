"""The plots of /compare/ in a real browser: drawn under the strict policy, steady, never the only way to a number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_steadiness import MAX_SHIFT, SHIFT

LINES = "/compare/figures/throughput-latency/"
# How many different colours a canvas shows: an empty one has a single one.
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) seen.add(data.slice(at, at + 4).join());
  return seen.size;
}"""


@pytest.fixture(autouse=True)
def with_figures(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(LINES)
    if page.locator("[data-plot]").count() == 0:
        pytest.skip("the site has no run of the laboratory to draw")


def drawn(page: Page, address: str = LINES) -> None:
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("[...document.querySelectorAll('[data-plot] canvas')].every((one) => one.style.width)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_plot_is_drawn_in_the_colours_of_the_theme(new_page: NewPage, width: int, scheme: str) -> None:
    page = new_page(width=width, scheme=scheme)
    drawn(page)
    page.wait_for_timeout(500)
    for canvas in page.locator("[data-plot] canvas").all():
        assert canvas.evaluate(COLOURS) > 10


def test_nothing_moves_when_the_plots_come(new_page: NewPage) -> None:
    for width in (360, 1280):
        page = new_page(width=width)
        drawn(page)
        assert page.evaluate(SHIFT) < MAX_SHIFT


def test_a_line_is_hidden_and_shown_from_the_keyboard(page: Page) -> None:
    drawn(page)
    button = page.locator("[data-series]").first
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_the_table_behind_a_plot_opens_from_the_keyboard_and_scrolls(new_page: NewPage) -> None:
    page = new_page(width=360)
    drawn(page)
    page.locator(".plot summary").first.focus()
    page.keyboard.press("Enter")
    table = page.locator(".plot .compare-scroll").first
    expect(table).to_be_visible()
    page.keyboard.press("Tab")
    expect(table).to_be_focused()


def test_without_scripts_the_tables_and_the_form_have_every_number(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(LINES)
    expect(page.locator("canvas").first).to_be_hidden()
    page.locator(".plot summary").first.click()
    expect(page.locator(".plot table").first).to_be_visible()
    page.goto("/compare/choose/")
    page.locator("main form [name=requests_per_second]").fill("50")
    page.locator("main form button.button--primary").click()
    expect(page).to_have_url(re.compile("requests_per_second=50"))
    expect(page.locator("#answer table")).to_be_visible()


def test_two_topologies_are_chosen_and_set_side_by_side(page: Page) -> None:
    page.goto("/compare/topologies/")
    page.locator("#b").select_option("split_gthread")
    page.locator(".pair-form button").click()
    expect(page.locator(".sides thead th").nth(2)).to_have_text("split_gthread")
    expect(page.locator(".sides-differs").first).to_be_visible()


def test_only_pages_with_plots_load_the_library(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("/compare/", "/compare/figures/", "/compare/claims/", "/compare/choose/", "/compare/topologies/"):
        page.goto(address, wait_until="networkidle")
    assert not [url for url in asked if "chart" in url or "plots" in url]
    page.goto(LINES, wait_until="networkidle")
    assert len([url for url in asked if "chart" in url]) == 1
