"""The bench's round: which subject is started with what, and what is measured on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.lab.chat import measuring
from deploy.lab.chat.measuring import Cell, Scale
from deploy.lab.chat.subjects import Chat, Subjects

# What starting a server takes, and what lies between two loads.
START_SECONDS, BETWEEN_SECONDS = 5.0, 1.0
CONNECTS_PER_SECOND = 700
ONE_COMMIT = {"LIVE_SENDS_A_COMMIT": "1"}
NO_REDIS = ""


@dataclass(frozen=True)
class Station:
    """One start of one subject. ``seconds``: expected, for the progress bar."""

    name: str
    seconds: float
    measure: Callable[[], Iterator[Cell]]


def stations(
    subjects: Subjects, chats: Sequence[Chat], redis_url: str | None, scale: Scale, cpu: int | None
) -> list[Station]:
    """A round's; without ``redis_url`` the tutorial's layer is in memory alone."""
    made = Maker(subjects, scale, cpu)
    peers = [made.tutorial("tutorial, memory", NO_REDIS)]
    peers += [made.tutorial("tutorial, Redis", redis_url)] if redis_url else []
    return [
        *(made.fan(chat) for chat in chats),
        *peers,
        made.library(),
        *(made.sends(chat, kind, environment) for chat in chats for kind, environment in commits().items()),
        made.consumer(),
        made.idle(chats[0]),
        made.loop(chats[0]),
    ]


def commits() -> Mapping[str, Mapping[str, str]]:
    return {"group": {}, "one by one": ONE_COMMIT}


@dataclass(frozen=True)
class Maker:
    subjects: Subjects
    scale: Scale
    cpu: int | None

    def fan(self, chat: Chat) -> Station:
        name = f"ambos, {chat.database}"

        def measure() -> Iterator[Cell]:
            with self.subjects.chat(chat, {}) as subject:
                for sockets in self.scale.fan_sockets:
                    yield measuring.fan_out_of_chat(subject, chat, name, sockets, self.scale, self.cpu)

        return Station(f"fan-out, {name}", self._fan_seconds, measure)

    def tutorial(self, name: str, redis_url: str) -> Station:
        def measure() -> Iterator[Cell]:
            with self.subjects.tutorial(redis_url) as subject:
                for sockets in self.scale.fan_sockets:
                    yield measuring.fan_out_of_peer(subject, name, sockets, self.scale, self.cpu)

        return Station(f"fan-out, {name}", self._fan_seconds, measure)

    def library(self) -> Station:
        def measure() -> Iterator[Cell]:
            with self.subjects.library() as subject:
                for sockets in self.scale.fan_sockets:
                    yield measuring.fan_out_of_peer(subject, "websockets", sockets, self.scale, self.cpu)
                    yield measuring.client_ceiling(subject, sockets, self.scale, self.cpu)

        return Station("fan-out, websockets", 1.5 * self._fan_seconds, measure)

    def sends(self, chat: Chat, kind: str, environment: Mapping[str, str]) -> Station:
        name = f"ambos, {chat.database}, {kind}"

        def measure() -> Iterator[Cell]:
            with self.subjects.chat(chat, environment) as subject:
                yield measuring.sends(subject, chat, name, self.scale, self.cpu)

        return Station(f"sends, {name}", START_SECONDS + self._load_seconds, measure)

    def consumer(self) -> Station:
        def measure() -> Iterator[Cell]:
            with self.subjects.consumer() as subject:
                yield measuring.idle_memory(subject, "consumer", self.scale.idle_sockets, self.cpu)

        return Station("idle, consumer", self._idle_seconds, measure)

    def idle(self, chat: Chat) -> Station:
        name = f"ambos, {chat.database}"

        def measure() -> Iterator[Cell]:
            with self.subjects.chat(chat, {}) as subject:
                yield measuring.idle_memory(subject, name, self.scale.idle_sockets, self.cpu)

        return Station(f"idle, {name}", self._idle_seconds, measure)

    def loop(self, chat: Chat) -> Station:
        name = f"ambos, {chat.database}"

        def measure() -> Iterator[Cell]:
            with self.subjects.chat(chat, {}) as subject:
                yield measuring.idle_lag(subject, name, self.scale, self.cpu)

        opening = self.scale.many_sockets / CONNECTS_PER_SECOND
        return Station(f"loop, {name}", START_SECONDS + opening + self.scale.many_seconds, measure)

    @property
    def _load_seconds(self) -> float:
        return self.scale.warm_up_seconds + self.scale.seconds + BETWEEN_SECONDS

    @property
    def _fan_seconds(self) -> float:
        return START_SECONDS + 2 * len(self.scale.fan_sockets) * self._load_seconds

    @property
    def _idle_seconds(self) -> float:
        return START_SECONDS + 2 * measuring.SETTLE_SECONDS + self.scale.idle_sockets / CONNECTS_PER_SECOND
