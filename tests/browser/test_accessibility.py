"""Every page kind, in both languages and themes: axe finds nothing, and nothing is cut off, hidden or too small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import WAIT_MILLISECONDS, NewPage
from tests.browser.visits import A_PRINT, walk

# Evaluated by the debugger's protocol, which the content security policy does not bind: the page stays as it is.
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
WIDTHS = [320, 360, 768, 1280]
PAGE_KINDS = 37
# Both themes, both ends of the widths; Spanish, whose words are longer, the other way round.
LOOKS = {
    "en-GB": [("light", 1280), ("dark", 320)],
    "es-ES": [("dark", 1280), ("light", 320)],
}
# What reaches beyond the window, if it does not scroll in a box of its own.
SIDEWAYS = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return null;
  const scrolls = (node) => node && node !== document.body
    && (getComputedStyle(node).overflowX !== "visible" || scrolls(node.parentElement));
  const wide = [...document.querySelectorAll("body *")].filter(
    (node) => node.getBoundingClientRect().right > innerWidth + 1 && !scrolls(node.parentElement));
  return wide.map((node) => `${node.tagName}.${node.className}`).slice(-3).join(" ") || "something";
}"""

# Controls that a finger can miss. Links within a line of text are as high as their line.
SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((node) => node.checkVisibility() && !node.closest("[aria-hidden=true], .skip"))
  .filter((node) => getComputedStyle(node).display !== "inline")
  .map((node) => [node, (node.closest("label") ?? node).getBoundingClientRect()])
  .filter(([, box]) => box.height < 24 || box.width < 24)
  .map(([node]) => node.outerHTML.slice(0, 100))"""

Findings = dict[str, list[str]]

# The walk through the whole site is one fixture, in each language.
pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module", params=list(LOOKS))
def findings(request: pytest.FixtureRequest, browser: Browser, site_url: str) -> Iterator[Findings]:
    """One walk through the site, with every check on every page: most of the time goes into getting there."""
    context = browser.new_context(base_url=site_url, locale=request.param, reduced_motion="reduce")
    context.set_default_timeout(WAIT_MILLISECONDS)
    page = context.new_page()
    found: Findings = defaultdict(list)
    for kind in walk(page):
        found["visited"].append(kind)
        _ask_axe(page, kind, LOOKS[request.param], found["axe"])
        _look_for_sideways_scrolling(page, kind, found["sideways"])
        _resize(page, min(WIDTHS))
        found["small"] += [f"{kind}: {control}" for control in page.evaluate(SMALL)]
        _double_the_text(page, kind, found["large text"])
    yield found
    context.close()


def _ask_axe(page: Page, kind: str, looks: list[tuple[Any, int]], found: list[str]) -> None:
    page.evaluate(AXE)
    for theme, width in looks:
        page.emulate_media(color_scheme=theme)
        _resize(page, width)
        for violation in page.evaluate(RUN_AXE)["violations"]:
            nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            found.append(f"{kind}, {theme}, {width} px: {violation['help']} ({violation['id']}): {nodes}")


def _look_for_sideways_scrolling(page: Page, kind: str, found: list[str]) -> None:
    for width in WIDTHS:
        _resize(page, width)
        if wide := page.evaluate(SIDEWAYS):
            found.append(f"{kind}, {width} px: {wide}")


def _double_the_text(page: Page, kind: str, found: list[str]) -> None:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (768, 1280):
        _resize(page, width)
        if wide := page.evaluate(SIDEWAYS):
            found.append(f"{kind}, {width} px: {wide}")
    page.evaluate("document.documentElement.style.fontSize = ''")


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=800))


def test_axe_finds_nothing_on_any_page(findings: Findings) -> None:
    assert len(findings["visited"]) == PAGE_KINDS
    assert findings["axe"] == []


def test_no_page_scrolls_sideways(findings: Findings) -> None:
    assert findings["sideways"] == []


def test_every_control_is_large_enough_for_a_finger(findings: Findings) -> None:
    assert findings["small"] == []


def test_text_of_twice_the_size_still_fits(findings: Findings) -> None:
    assert findings["large text"] == []


def test_nothing_moves_for_whoever_asked_for_less_motion(browser: Browser, site_url: str) -> None:
    context = browser.new_context(base_url=site_url, reduced_motion="reduce")
    page = context.new_page()
    for address in ("/", "/chat/"):
        page.goto(address)
        moving = page.evaluate("""() => [...document.querySelectorAll("*")].map((node) => getComputedStyle(node))
          .filter((style) => parseFloat(style.transitionDuration) || style.animationName !== "none").length""")
        assert moving == 0
    context.close()


def test_the_systems_own_colours_hide_no_control(browser: Browser, site_url: str) -> None:
    context = browser.new_context(base_url=site_url, forced_colors="active")
    page = context.new_page()
    page.goto("/")
    page.goto(page.locator(A_PRINT).first.get_attribute("href") or "")
    frameless = page.evaluate("""() => [...document.querySelectorAll("main button, main input:not([type=hidden])")]
      .filter((node) => getComputedStyle(node).borderTopWidth === "0px").length""")
    assert frameless == 0
    shown = "(node) => getComputedStyle(node).backgroundColor"
    for chosen, other in (
        (".switch [aria-pressed=true]", ".switch [aria-pressed=false]"),
        (".choice-value[aria-current]", ".choice-value:not([aria-current])"),
    ):
        assert page.locator(chosen).first.evaluate(shown) != page.locator(other).first.evaluate(shown)
    context.close()


def test_paper_gets_the_goods_and_not_the_buttons(new_page: NewPage) -> None:
    page = new_page(scheme="dark")
    page.goto("/")
    page.goto(page.locator(A_PRINT).first.get_attribute("href") or "")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main .price").first).to_be_visible()
    for pressed in (".header nav", ".footer", ".buy"):
        expect(page.locator(pressed).first).to_be_hidden()
    ink = page.evaluate("getComputedStyle(document.body).color.match(/[0-9]+/g).slice(0, 3).map(Number)")
    assert max(ink) < 60
