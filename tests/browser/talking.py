"""What a test does in a room, and how it tells how things stand there."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

# A loaded machine starts a Daphne in half a minute.
PATIENCE_MILLISECONDS = 90_000
# The same as POST /chat/live/frame does for the page, so often as a test needs a full room.
FILL = """async ({ stream, count, topic }) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  let last = 0;
  for (let number = 1; number <= count; number += 1) {
    const cid = crypto.randomUUID();
    const frame = { t: "send", id: cid, stream, cid, data: { text: `${topic} ${number}` } };
    const answer = await fetch("/chat/live/frame", { method: "POST", headers, body: JSON.stringify(frame) });
    const { seq, code } = await answer.json();
    if (code === "rate") { await new Promise((resolve) => setTimeout(resolve, 1000)); number -= 1; continue; }
    if (!seq) throw new Error(code);
    last = seq;
  }
  return last;
}"""


def unique(name: str) -> str:
    """A name that nobody else has: letters alone, so that it is one word."""
    return f"{name} {''.join(character for character in uuid4().hex if character.isalpha())}"


def join(page: Page, name: str) -> None:
    page.goto("/chat/")
    page.get_by_label("Your name in the chat").fill(name)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("[data-composer]")).to_be_visible()


def say(page: Page, text: str) -> None:
    page.locator("[data-composer] textarea").fill(text)
    page.get_by_role("button", name="Send").click()


def sign_up(page: Page) -> None:
    """An account of one's own; its name in the chat is the e-mail address up to its @."""
    page.goto("/account/signup/")
    page.locator("[name=email]").fill(f"{uuid4().hex}@example.com")
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill("Wall-paper-2026-lovelace")
    page.locator("main form.panel button:not([name])").click()
    page.wait_for_url(lambda url: "/signup/" not in url)


def connection(page: Page, state: str) -> Locator:
    return page.locator(f"[data-connection][data-state={state}]")


def kept(page: Page, text: str) -> Locator:
    """The message that says this, once the server keeps it."""
    return page.locator(".message[data-seq]").filter(has_text=text)


def choose(page: Page, text: str, act: str) -> None:
    """From the menu of the message that says this."""
    message = kept(page, text)
    message.hover()
    message.locator("[data-more]").click()
    page.locator(f"[data-menu] [data-act={act}]").click()


def fill(page: Page, topic: str, count: int) -> int:
    """So many messages in the page's room; the number of the last."""
    stream = page.locator("[data-room]").get_attribute("data-live-stream")
    last: int = page.evaluate(FILL, {"stream": stream, "count": count, "topic": topic})
    return last
