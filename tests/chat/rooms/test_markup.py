"""The markup's vectors, which the browser's side runs as well; and that nothing but them becomes HTML."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.rooms.markup import PATTERN, tokens
from chat.rooms.templatetags.chat import shown_text

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "markup.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"][:40] or "empty")
def test_a_text_has_the_tokens_that_the_vector_says(vector: dict[str, Any]) -> None:
    assert tokens(vector["text"]) == vector["tokens"]


def test_markup_is_shown_as_html() -> None:
    assert shown_text("*a* _b_ `c`\nd") == "<strong>a</strong> <em>b</em> <code>c</code>\nd"


def test_a_link_opens_elsewhere_and_recommends_nothing() -> None:
    html = shown_text("See https://example.org/?a=1&b=2.")
    assert re.fullmatch(r"See <a [^>]+>https://example\.org/\?a=1&amp;b=2</a>\.", html)
    for attribute in ('href="https://example.org/?a=1&amp;b=2"', 'target="_blank"', 'rel="nofollow noopener ugc"'):
        assert attribute in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "*<img src=x onerror=alert(1)>*",
        "`</code><script>`",
        'https://example.org/"onclick="alert(1)',
        "https://example.org/'onclick='alert(1)",
        "https://example.org/</a><script>",
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        "&lt;script&gt;",
    ],
)
def test_nothing_that_somebody_writes_becomes_html(text: str) -> None:
    html = shown_text(text)
    assert not re.search(r"<(?!/?(?:strong|em|code|a)\b)", html)
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', html))


def test_what_is_escaped_already_is_shown_as_it_was_written() -> None:
    assert shown_text("&lt;b&gt; & <b>") == "&amp;lt;b&amp;gt; &amp; &lt;b&gt;"


@given(st.text(alphabet="ab *_`\n()[]<>\"'.:/@\ufeff\u00e9😀", max_size=60) | st.text(max_size=60))
def test_no_word_is_lost_or_made_up(text: str) -> None:
    found = tokens(text)
    assert all(written for _kind, written in found)
    assert "".join(_with_markers(kind, written) for kind, written in found) == text


def _with_markers(kind: str, written: str) -> str:
    marker = {"code": "`", "strong": "*", "em": "_"}.get(kind, "")
    return marker + written + marker


@pytest.mark.parametrize(
    "text", ["*a" * 1000, "_a " * 700, "`" * 2000, "http://" * 290, "http://a(" * 220, "http://a" + "." * 1990]
)
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    list(PATTERN.finditer(text))
    assert time.perf_counter() - began < 0.1
