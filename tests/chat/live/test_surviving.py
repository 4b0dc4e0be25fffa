"""Whatever a browser sends, its socket answers and lives."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.rooms.models import Room
from tests.chat.browser import Browser
from tests.chat.live.test_protocol import anything, nearly_frames

pytestmark = pytest.mark.django_db(transaction=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text() | st.builds(json.dumps, anything) | st.builds(json.dumps, nearly_frames), max_size=10))
def test_no_frame_kills_a_socket(room: Room, texts: list[str]) -> None:
    async def talk() -> None:
        async with Browser() as browser:
            for text in texts:
                await browser.send_text(text)
            await browser.send(t="ping", id="the-end")
            while (await browser.receive()).get("re") != "the-end":
                pass

    asyncio.run(talk())
