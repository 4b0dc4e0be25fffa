"""One person with two pages open: they are one author, and each page shows all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.live.daphnes import daphnes
from tests.live.invariant import check
from tests.live.talking import Talker, join, talk

pytestmark = [pytest.mark.live, pytest.mark.asyncio]


async def test_two_tabs_at_two_processes_are_one_author_and_show_the_same(tmp_path: Path) -> None:
    with daphnes(tmp_path, 2) as [one, two]:
        ada = await asyncio.to_thread(join, one.url, "Ada")
        async with Talker(one.url, session=ada) as left, Talker(two.url, session=ada) as right:
            await asyncio.gather(talk(left, 4), talk(right, 4))
            # A send that a page repeats after it was loaded anew in another tab.
            same = [await tab.say("said in both", cid="same") for tab in (left, right)]
            await check(one.database_url, [left, right])
            assert left.who == right.who
            assert left.kept[same[0]] == right.kept[same[1]]
            await right.say("something else", cid="same")
            kept = await check(one.database_url, [left])
            await right.until_all_kept(5)
            assert right.refused == {"same": "cid_used"}
            assert len(kept.texts) == 9
