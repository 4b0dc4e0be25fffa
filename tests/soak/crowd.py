"""Many people in the lobby: most listen, some talk, and all come and go."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Sequence
from typing import Any

from tests.live.proxy import Proxy
from tests.live.talking import Talker, join

# Of what is said, so much mends or takes back what was said before.
EDITED_SHARE, DELETED_SHARE = 0.08, 0.04
OPENED_AT_ONCE = 20
# A line that has died is given up sooner than a browser would.
PING_SECONDS, GIVE_UP_SECONDS = 5.0, 10.0


class Person(Talker):
    """A talker who keeps what all of them keep in one place: hundreds of copies of a log would fill our own memory."""

    def __init__(self, url: str, session: str, shared: dict[int, dict[str, Any]]) -> None:
        super().__init__(url, session=session, ping_seconds=PING_SECONDS, give_up_seconds=GIVE_UP_SECONDS)
        self._shared = shared

    @property
    def speaks(self) -> bool:
        return bool(self.session)

    async def _show(self, event: dict[str, Any]) -> None:
        known = self._shared.setdefault(event["seq"], event)
        await super()._show(known if known == event else event)


class Crowd:
    """``people`` are there now; those who left after they had said something are ``gone``."""

    def __init__(self, proxies: Sequence[Proxy], sessions: Sequence[str], *, count: int) -> None:
        self.people: list[Person] = []
        self.gone: list[Person] = []
        self.left = 0
        self._proxies = proxies
        self._sessions = list(sessions)
        self._count = count
        self._shared: dict[int, dict[str, Any]] = {}
        self._said = 0

    @property
    def speakers(self) -> list[Person]:
        return [person for person in self.people if person.speaks]

    async def gather(self) -> None:
        """Everybody comes, some at a time; the first ones are those who speak."""
        for session in self._sessions:
            await self._enter(session)
        while len(self.people) < self._count:
            missing = min(OPENED_AT_ONCE, self._count - len(self.people))
            await asyncio.gather(*(self._enter("") for _ in range(missing)))

    async def talk(self, every_seconds: float) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(every_seconds * random.uniform(0.5, 1.5))
            await self._say_something(random.choice(self.speakers))

    async def come_and_go(self, every_seconds: float) -> None:
        """Until cancelled: somebody leaves for good, and somebody else comes."""
        while True:
            await asyncio.sleep(every_seconds * random.uniform(0.5, 1.5))
            person = random.choice(self.people)
            if person.is_idle:
                self.people.remove(person)
                self.left += 1
                await self._leave(person)
                await self._enter(person.session)

    async def part(self) -> None:
        for start in range(0, len(self.people), OPENED_AT_ONCE):
            await asyncio.gather(*(person.__aexit__() for person in self.people[start : start + OPENED_AT_ONCE]))

    async def _enter(self, session: str) -> None:
        proxy = self._proxies[(len(self.people) + self.left) % len(self._proxies)]
        person = Person(proxy.url, session, self._shared)
        self.people.append(person)
        # In the middle of a fault nobody is let in; it goes on trying by itself.
        with contextlib.suppress(TimeoutError):
            await person.__aenter__()

    async def _leave(self, person: Person) -> None:
        await person.__aexit__()
        if person.kept:
            person.log.clear()
            self.gone.append(person)

    async def _say_something(self, person: Person) -> None:
        self._said += 1
        own = [seq for cid, seq in person.kept.items() if person.said[cid]["t"] == "send"]
        chance = random.random()
        if own and chance < DELETED_SHARE:
            await person.delete(random.choice(own))
        elif own and chance < DELETED_SHARE + EDITED_SHARE:
            await person.edit(random.choice(own), f"{self._said}, said better")
        else:
            await person.say(f"{self._said}: {'word ' * random.randint(1, 30)}".strip())


def enter_names(proxies: Sequence[Proxy], count: int) -> list[str]:
    """The sessions of so many guests, each with a name of their own."""
    return [join(proxies[number % len(proxies)].url, f"Eva {number}") for number in range(count)]
