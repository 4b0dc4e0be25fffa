"""/compare/ in a real browser: the processes that run tell of themselves, and nothing is wider than a telephone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage


def test_the_running_processes_are_shown(page: Page) -> None:
    page.goto("/compare/")
    for _attempt in range(20):
        if (
            page.get_by_text("Daphne", exact=False).count()
            and page.get_by_role("heading", name=re.compile("^worker")).count()
        ):
            break
        page.wait_for_timeout(1000)
        page.reload()
    for door, server in (("wsgi", "Gunicorn"), ("asgi", "Daphne"), ("worker", "django-tasks")):
        expect(page.get_by_role("heading", name=re.compile(f"^{door} {server}"))).to_be_visible()


def test_the_page_fits_a_telephone(new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto("/compare/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
