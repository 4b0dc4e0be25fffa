"""What is done to each subject. Every measurement gives the cells' metrics, with their units in their names."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deploy.lab import generator
from deploy.lab.chat.pinging import pinging, quantile
from deploy.lab.chat.subjects import STREAM, Chat
from deploy.lab.generator import ChatLoad, FanLoad
from deploy.lab.running import Subject

TEXT_BYTES = 64
TUTORIAL_PATH = "/ws/chat/lobby/"
AROUND = ('{"message": "', '"}')
FEW = 20
SETTLE_SECONDS = 1.0


@dataclass(frozen=True)
class Scale:
    """So many speak in the fan-out, and so many in the room where only one listens: a message each at a time."""

    rounds: int
    seconds: float
    warm_up_seconds: float
    fan_sockets: tuple[int, ...]
    fan_speakers: int
    send_speakers: int
    idle_sockets: int
    many_sockets: int
    many_seconds: float

    @property
    def speakers(self) -> int:
        return max(self.fan_speakers, self.send_speakers)


QUICK = Scale(1, 1.0, 0.3, (20,), 10, 16, 100, 150, 3.0)
# Long enough for three rounds of pings of Daphne's own, and for two of the "head" frames that an idle stream gets.
FULL = Scale(3, 6.0, 2.0, (100, 500), 50, 64, 1000, 5000, 60.0)


@dataclass(frozen=True)
class Cell:
    """One scenario with one subject, measured once. ``flaws``: why it must not be quoted, or what was lost."""

    scenario: str
    subject: str
    sockets: int
    metrics: Mapping[str, float]
    flaws: list[str] = field(default_factory=list)


def fan_out_of_chat(subject: Subject, chat: Chat, name: str, sockets: int, scale: Scale, cpu: int | None) -> Cell:
    def load(rate: float | None) -> ChatLoad:
        return generator.chat(
            subject.port,
            "/ws/",
            STREAM,
            sockets=sockets,
            cookies=chat.cookies[: min(scale.fan_speakers, sockets)],
            seconds=scale.seconds,
            warm_up_seconds=scale.warm_up_seconds,
            rate=rate,
            payload_bytes=TEXT_BYTES,
            cpu=cpu,
        )

    used = subject.usage().cpu_seconds
    full = load(None)
    used = subject.usage().cpu_seconds - used
    half = load(max(1.0, full.kept_per_second / 2))
    metrics = {
        "deliveries_per_second": full.deliveries_per_second,
        "messages_per_second": full.kept_per_second,
        "half_per_second": half.kept_per_second,
        "p50_ms": half.latency.p50_us / 1000,
        "p99_ms": half.latency.p99_us / 1000,
        "max_ms": half.latency.max_us / 1000,
        "confirmed_p99_ms": half.confirming.p99_us / 1000,
        "server_us_per_delivery": used / max(1, full.deliveries) * 1e6,
        "lags": float(full.lags + half.lags),
        **_client(full.cpu_seconds, full.seconds, full.deliveries_per_second),
    }
    return Cell("fan-out", name, sockets, metrics, [*_losses(full, "at full speed"), *_losses(half, "at half speed")])


def fan_out_of_peer(subject: Subject, name: str, sockets: int, scale: Scale, cpu: int | None) -> Cell:
    is_library = name == "websockets"

    def load(rate: float | None) -> FanLoad:
        return generator.ws_fan(
            subject.port,
            "/fan" if is_library else TUTORIAL_PATH,
            sockets=sockets,
            senders=min(scale.fan_speakers, sockets),
            seconds=scale.seconds,
            warm_up_seconds=scale.warm_up_seconds,
            rate=rate,
            payload_bytes=TEXT_BYTES,
            around=("", "") if is_library else AROUND,
            headers={"Origin": f"http://127.0.0.1:{subject.port}"},
            cpu=cpu,
        )

    full = load(None)
    half = load(max(1.0, full.deliveries_per_second / sockets / 2))
    metrics = {
        "deliveries_per_second": full.deliveries_per_second,
        "messages_per_second": full.deliveries_per_second / sockets,
        "half_per_second": half.deliveries_per_second / sockets,
        "p50_ms": half.latency.p50_us / 1000,
        "p99_ms": half.latency.p99_us / 1000,
        "max_ms": half.latency.max_us / 1000,
        **_client(full.cpu_seconds, full.seconds, full.deliveries_per_second),
    }
    missing = [(load.expected - load.deliveries, "full" if load is full else "half") for load in (full, half)]
    flaws = [f"{count} deliveries were lost at {speed} speed" for count, speed in missing if count]
    return Cell("fan-out", name, sockets, metrics, flaws)


def client_ceiling(subject: Subject, sockets: int, scale: Scale, cpu: int | None) -> Cell:
    """How fast the client that follows the chat is, against the library that broadcasts the chat's frames."""
    load = generator.chat(
        subject.port,
        "/ws/",
        STREAM,
        sockets=sockets,
        cookies=[""] * min(scale.fan_speakers, sockets),
        seconds=scale.seconds,
        warm_up_seconds=scale.warm_up_seconds,
        rate=None,
        payload_bytes=TEXT_BYTES,
        cpu=cpu,
    )
    metrics = {
        "deliveries_per_second": load.deliveries_per_second,
        **_client(load.cpu_seconds, load.seconds, load.deliveries_per_second),
    }
    return Cell("client", "websockets", sockets, metrics, _losses(load, "at full speed"))


def sends(subject: Subject, chat: Chat, name: str, scale: Scale, cpu: int | None) -> Cell:
    load = generator.chat(
        subject.port,
        "/ws/",
        STREAM,
        sockets=scale.send_speakers + 1,
        listeners=1,
        cookies=chat.cookies[: scale.send_speakers],
        seconds=scale.seconds,
        warm_up_seconds=scale.warm_up_seconds,
        rate=None,
        payload_bytes=TEXT_BYTES,
        cpu=cpu,
    )
    metrics = {
        "sends_per_second": load.kept_per_second,
        "confirmed_p50_ms": load.confirming.p50_us / 1000,
        "confirmed_p99_ms": load.confirming.p99_us / 1000,
        "refused": float(load.refused),
    }
    return Cell("sends", name, scale.send_speakers, metrics, _losses(load, "at full speed"))


def idle_memory(subject: Subject, name: str, sockets: int, cpu: int | None) -> Cell:
    """What one more open socket costs, when the first few have made the server load what it needs for any."""
    is_chat = name.startswith("ambos")
    kind, path = ("chat", "/ws/") if is_chat else ("websocket", "/echo")
    with generator.hold(subject.port, kind, path, connections=FEW, stream=STREAM, cpu=cpu):  # type: ignore[arg-type]
        time.sleep(SETTLE_SECONDS)
        before = subject.usage().pss_kib
        with generator.hold(
            subject.port,
            kind,  # type: ignore[arg-type]
            path,
            connections=sockets,
            stream=STREAM,
            cpu=cpu,
        ) as held:
            time.sleep(SETTLE_SECONDS)
            grown, still_open = subject.usage().pss_kib - before, held.still_open()
    metrics = {
        "kib_per_socket": grown / max(1, still_open),
        "connects_per_second": held.open / max(held.connect_seconds, 0.001),
    }
    return Cell("idle", name, sockets, metrics, _closed(sockets, still_open))


def idle_lag(subject: Subject, name: str, scale: Scale, cpu: int | None) -> Cell:
    sockets = scale.many_sockets
    before = subject.usage().pss_kib
    with generator.hold(subject.port, "chat", "/ws/", connections=sockets, stream=STREAM, cpu=cpu) as held:
        time.sleep(SETTLE_SECONDS)
        used, began = subject.usage(), time.monotonic()
        with pinging(subject.port) as pinger:
            time.sleep(scale.many_seconds)
            trips = pinger.stop()
        spent, seconds = subject.usage().cpu_seconds - used.cpu_seconds, time.monotonic() - began
        still_open = held.still_open()
    metrics = {
        "lag_p50_ms": quantile(trips, 0.5),
        "lag_p99_ms": quantile(trips, 0.99),
        "lag_max_ms": trips[-1],
        "kib_per_socket": (used.pss_kib - before) / max(1, still_open),
        "idle_cpu_percent": spent / seconds * 100,
        "connects_per_second": held.open / max(held.connect_seconds, 0.001),
    }
    return Cell("loop", name, sockets, metrics, _closed(sockets, still_open))


def _client(cpu_seconds: float, seconds: float, per_second: float) -> dict[str, float]:
    """How much of its core the client used, and how many deliveries a whole core would take at that price."""
    share = cpu_seconds / seconds
    return {"client_share": share, "client_ceiling_per_second": per_second / share if share else 0.0}


def _losses(load: ChatLoad, when: str) -> list[str]:
    """What keeps a load from being whole, in words."""

    def told() -> Iterator[str]:
        if load.lost:
            yield f"{load.lost} deliveries were lost"
        if load.complete < load.listeners:
            yield f"{load.listeners - load.complete} of {load.listeners} listeners do not have the whole log"
        if not load.is_whole and not load.lost and load.complete == load.listeners:
            yield f"the numbers do not add up ({load.kept} kept, {load.begun_after} to {load.last})"
        if broken := {name: count for name, count in load.errors.items() if count}:
            yield f"sockets failed: {broken}"
        if load.refused or (load.code and load.code != "rate"):
            yield f'{load.refused} messages were refused (last error "{load.code}")'

    return [f"{what} {when}" for what in told()]


def _closed(wanted: int, open_now: int) -> list[str]:
    return [f"{wanted - open_now} of {wanted} sockets were not open at the end"] if open_now < wanted else []
