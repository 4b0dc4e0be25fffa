"""Who is here, who is typing, and whom a name means."""

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.talking import connection, kept, say


def name_of(page: Page) -> str:
    return page.locator("[data-room]").get_attribute("data-author-name") or ""


def test_who_is_here_is_shown_and_who_goes_is_not(person: Callable[..., Page]) -> None:
    ada, bob = person("Ada"), person("Bob")
    ada.locator("[data-people] summary").click()
    people = ada.locator("[data-people] li")
    name = name_of(bob)
    expect(people.filter(has_text=name)).to_be_visible()
    expect(people.filter(has_text=name_of(ada))).to_contain_text("you")
    bob.goto("/")
    expect(people.filter(has_text=name)).to_have_count(0, timeout=15_000)


def test_a_sign_shows_who_is_typing_and_goes_with_the_message(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    ada.locator("[data-composer] textarea").press_sequentially(topic[:5])
    expect(bob.locator("[data-typing]")).to_have_text(f"{name_of(ada)} is typing …")
    expect(ada.locator("[data-typing]")).to_have_text("")
    ada.keyboard.type(f"{topic}\n")
    expect(kept(bob, topic)).to_be_visible()
    expect(bob.locator("[data-typing]")).to_have_text("")


def test_a_sign_goes_when_the_text_is_taken_away(person: Callable[..., Page]) -> None:
    ada, bob = person("Ada"), person("Bob")
    ada.locator("[data-composer] textarea").press_sequentially("hm")
    expect(bob.locator("[data-typing]")).to_contain_text("is typing")
    ada.locator("[data-composer] textarea").fill("")
    expect(bob.locator("[data-typing]")).to_have_text("", timeout=4000)


def test_a_name_is_completed_by_keyboard(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    name = name_of(bob)
    expect(ada.locator("[data-people] [data-list] li", has_text=name)).to_be_attached()
    field, people = ada.locator("[data-composer] textarea"), ada.get_by_role("listbox", name="People to mention")
    field.press_sequentially(f"@{name[:8].upper()}")
    expect(people.get_by_role("option", name=name)).to_be_visible()
    chosen = field.get_attribute("aria-activedescendant")
    expect(ada.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(people).to_be_hidden()
    field.fill("")
    field.press_sequentially(f"@{name[:8]}")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(f"@{name} ")
    field.press_sequentially(f"{topic}\n")
    expect(kept(bob, f"@{name} {topic}")).to_be_visible()


def test_whom_a_message_names_hears_of_it_on_the_rooms_own_page_by_the_message_alone(
    person: Callable[..., Page],
) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    say(bob, f"I am here {topic}")
    bob.bring_to_front()
    say(ada, f"@{name_of(bob)} hello {topic}")
    expect(kept(bob, f"hello {topic}")).to_be_visible()
    bob.wait_for_timeout(500)
    expect(connection(bob, "live")).to_be_attached()
    expect(bob.locator(".toast")).to_have_count(0)
