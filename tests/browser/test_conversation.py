"""Two people in the public room, each in a browser of their own."""

from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage


def join(page: Page, name: str) -> None:
    page.goto("/chat/")
    page.get_by_label("Your name in the chat").fill(name)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("[data-composer]")).to_be_visible()


def say(page: Page, text: str) -> None:
    page.locator("[data-composer] textarea").fill(text)
    page.get_by_role("button", name="Send").click()


def test_two_browsers_chat(new_page: NewPage) -> None:
    ada, bob = new_page(), new_page(width=360)
    join(ada, "Ada")
    join(bob, "Bob")
    question, answer = f"Is this paper heavy? {uuid4()}", f"Yes, 250 grams. {uuid4()}"
    for page in (ada, bob):
        expect(page.locator("[data-connection][data-state=live]")).to_be_attached()
    say(ada, question)
    expect(bob.get_by_role("log").get_by_text(question)).to_be_visible()
    say(bob, answer)
    expect(ada.get_by_role("log").get_by_text(answer)).to_be_visible()
    expect(ada.get_by_role("log").get_by_text(question)).to_have_count(1)


def test_a_guest_writes_without_javascript(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    join(page, "Cleo")
    words = f"Plain forms will do. {uuid4()}"
    say(page, words)
    expect(page.get_by_role("log").get_by_text(words)).to_be_in_viewport()
