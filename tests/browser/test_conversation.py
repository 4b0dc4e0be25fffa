"""Two people in the public room, each in a browser of their own."""

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.talking import choose, connection, join, kept, say, unique


def test_two_browsers_chat(new_page: NewPage) -> None:
    ada, bob = new_page(), new_page(width=360)
    join(ada, unique("Ada"))
    join(bob, unique("Bob"))
    question, answer = f"Is this paper heavy? {uuid4()}", f"Yes, 250 grams. {uuid4()}"
    for page in (ada, bob):
        expect(connection(page, "live")).to_be_attached()
    say(ada, question)
    expect(bob.get_by_role("log").get_by_text(question)).to_be_visible()
    say(bob, answer)
    expect(ada.get_by_role("log").get_by_text(answer)).to_be_visible()
    expect(ada.get_by_role("log").get_by_text(question)).to_have_count(1)


def test_a_guest_writes_without_javascript(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    join(page, unique("Cleo"))
    words = f"Plain forms will do. {uuid4()}"
    say(page, words)
    expect(page.get_by_role("log").get_by_text(words)).to_be_in_viewport()


def test_without_javascript_a_message_is_mended_answered_and_taken_back(new_page: NewPage) -> None:
    page, words = new_page(javascript=False), uuid4().hex
    join(page, unique("Cleo"))
    say(page, f"Plain forms will do {words}")
    kept(page, words).locator("[data-more]").click()
    page.locator("form[action$='/edit'] textarea").fill(f"Plain forms still do {words}")
    page.get_by_role("button", name="Save").click()
    expect(kept(page, words)).to_contain_text("Plain forms still do")
    kept(page, words).locator("[data-more]").click()
    page.locator("form[action$='/send'] textarea").fill(f"An answer to {words}")
    page.locator("form[action$='/send'] button").click()
    expect(kept(page, f"An answer to {words}").locator("[data-quote]")).to_contain_text("Plain forms still do")
    kept(page, f"An answer to {words}").locator("[data-more]").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".message--deleted").last).to_be_visible()
    expect(page.get_by_text(f"An answer to {words}")).to_have_count(0)


def test_an_answer_quotes_what_it_answers_and_leads_there(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    say(ada, f"Is this *heavy*, {topic}?")
    choose(bob, topic, "reply")
    expect(bob.locator("[data-mode]")).to_contain_text("Replying to Ada")
    expect(bob.locator("[data-composer] textarea")).to_be_focused()
    bob.keyboard.type(f"250 grams, {topic[::-1]}\n")
    expect(bob.locator("[data-mode]")).to_be_hidden()
    for page in (ada, bob):
        quote = kept(page, topic[::-1]).locator("[data-quote]")
        expect(quote).to_contain_text(f"Is this heavy, {topic}?")
    kept(ada, topic[::-1]).locator("[data-quote] a").click()
    expect(kept(ada, f"Is this heavy, {topic}").first).to_have_class("message message--own message--found")
    ada.reload()
    expect(kept(ada, topic[::-1]).locator("[data-quote]")).to_contain_text(f"Is this *heavy*, {topic}?")


def test_what_is_edited_changes_everywhere_and_says_so(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    say(ada, f"{topic} frmae")
    expect(kept(bob, f"{topic} frmae")).to_be_visible()
    ada.locator("[data-composer] textarea").press("ArrowUp")
    expect(ada.locator("[data-composer] textarea")).to_have_value(f"{topic} frmae")
    ada.locator("[data-composer] textarea").fill(f"{topic} *frame*")
    ada.get_by_role("button", name="Save").click()
    for page in (ada, bob):
        message = kept(page, topic)
        expect(message.locator(".message__text")).to_have_text(f"{topic} frame")
        expect(message.locator("strong")).to_have_text("frame")
        expect(message.locator("[data-edited]")).to_be_visible()
    expect(kept(bob, topic)).to_have_count(1)


def test_what_is_deleted_leaves_its_place_and_no_words(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    say(ada, topic)
    expect(kept(bob, topic)).to_be_visible()
    number = kept(ada, topic).get_attribute("data-seq")
    choose(ada, topic, "delete")
    ada.get_by_role("button", name="Keep it").click()
    expect(kept(ada, topic)).to_be_visible()
    choose(ada, topic, "delete")
    ada.locator("dialog[open]").get_by_role("button", name="Delete").click()
    for page in (ada, bob):
        expect(page.locator(f".message--deleted[data-seq='{number}']")).to_have_count(1)
        expect(page.get_by_text(topic)).to_have_count(0)
    bob.reload()
    expect(bob.locator(f".message--deleted[data-seq='{number}']")).to_be_visible()


def test_what_somebody_says_never_becomes_markup(person: Callable[..., Page]) -> None:
    ada, bob, topic = person("Ada"), person("Bob"), uuid4().hex
    evil = f'{topic} <img src=x onerror="document.title=1"> javascript:alert(1) *<b>x</b>*'
    say(ada, evil)
    for page in (ada, bob):
        text = kept(page, topic).locator(".message__text")
        expect(text).to_have_text(f'{topic} <img src=x onerror="document.title=1"> javascript:alert(1) <b>x</b>')
        assert text.locator("img, b, a").count() == 0
