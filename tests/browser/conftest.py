"""A real Chromium against a whole site: one that this package starts, or the one whose address AMBOS_URL gives.

No test here touches the database, or anything else of the site but its pages: they drive somebody else's site, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.browser.talking import PATIENCE_MILLISECONDS, connection, join, unique
from tests.deploy.compare.made_up import write_run
from tests.programs import find_program, skipped_when_missing
from tests.servers import Site, site

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MILLISECONDS = 15_000
HERE = Path(__file__).parent

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(180))


# Package scope: Playwright runs an event loop in this thread, in which Django's ORM refuses to work for later tests.
@pytest.fixture(scope="package")
def chromium() -> str:
    with skipped_when_missing():
        return find_program("chromium", "chromium")


@pytest.fixture(scope="package")
def own_site(chromium: str) -> Iterator[Site | None]:
    """The site that this package starts; None where somebody else's is driven."""
    if os.environ.get("AMBOS_URL"):
        yield None
        return
    # Nobody is told to talk more slowly who talks as fast as a test.
    haste = {f"CHAT_RATE_{of}": "none" for of in ("USER", "GUEST", "ROOM")}
    with site(env={"SAMPLE_GOODS_COUNT": "8", **haste}) as started:
        # Plots want something to draw, and two runs are something to pick from.
        for name in ("2026-11-20-1000-quick", "2026-11-21-1000-full-of-words-that-are-long"):
            write_run(started.data_dir / "lab" / "results", name)
        yield started


@pytest.fixture(scope="package")
def site_url(own_site: Site | None) -> str:
    return own_site.url if own_site is not None else os.environ["AMBOS_URL"].rstrip("/")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def new_page(browser: Browser, site_url: str) -> Iterator[NewPage]:
    """Makes a page in a browser session of its own. An error in any page's console fails the test at its end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(*, javascript: bool = True, width: int = 1280, locale: str = "en-GB", scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=site_url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "response", lambda answer: complaints.extend([f"{answer.url}: {answer.status}"][: answer.status // 500])
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture
def person(browser: Browser, site_url: str) -> Iterator[Callable[..., Page]]:
    """Somebody in the room. A browser that is cut off complains in its console, so nobody listens to it here."""
    contexts: list[BrowserContext] = []

    def enter(name: str, **options: Any) -> Page:
        contexts.append(browser.new_context(base_url=site_url, locale="en-GB", **options))
        contexts[-1].set_default_timeout(30_000)
        page = contexts[-1].new_page()
        join(page, unique(name))
        expect(connection(page, "live")).to_be_attached(timeout=PATIENCE_MILLISECONDS)
        return page

    yield enter
    for context in contexts:
        context.close()


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors, and whatever the browser says of the content security policy."""
    wrong = message.type == "error" or re.search("content security policy|refused to", message.text, re.IGNORECASE)
    return [f"{message.location.get('url')}: {message.text}"] if wrong else []
