"""Which figures there are: for each question the experiments that answer it, and how their numbers are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Spec:
    """One plot: a metric of an experiment as bars, or as lines over ``x``.

    ``x`` is a key of the cases, or, after "metric:", another metric. ``only`` keeps cells with these values.
    ``columns`` are the metrics of the table behind it; empty: every metric that was measured.
    """

    name: str
    experiment: str
    metric: str
    title: str | _StrPromise
    x: str = ""
    only: Mapping[str, str | int | float] = field(default_factory=dict)
    preferred: Mapping[str, str | int | float] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    # Keys that make two lines or bars of one subject, where others are the reader's to choose.
    named: tuple[str, ...] = ()
    is_plotted: bool = True

    @property
    def x_metric(self) -> str:
        return self.x.removeprefix("metric:") if self.x.startswith("metric:") else ""


@dataclass(frozen=True)
class Topic:
    """A question with its plots. ``says`` tells what was done, ``reading`` how to read it."""

    slug: str
    title: str | _StrPromise
    says: str | _StrPromise
    reading: str | _StrPromise
    specs: tuple[Spec, ...]

    @property
    def experiments(self) -> set[str]:
        return {spec.experiment for spec in self.specs}


LATENCIES = ("p50_ms", "p90_ms", "p99_ms", "p999_ms")
COST = ("cpu_us_per_request", "pss_mib", "threads", "open_files")

TOPICS = (
    Topic(
        "throughput-latency",
        _("Throughput against latency"),
        _(
            "Requests come at random moments, at a quarter, half, three quarters and nine tenths of what a server can "
            "do at most. Latency counts from the moment a request was meant to be sent."
        ),
        _("Further right is more work done; lower is sooner. A line that bends upwards is a server near its end."),
        (
            Spec(
                "load",
                "load",
                "p99_ms",
                _("The slowest request in a hundred, by requests a second"),
                x="metric:requests_per_second",
                preferred={"processes": 1},
                columns=("requests_per_second", *LATENCIES, "errors"),
            ),
            Spec(
                "saturation",
                "load",
                "requests_per_second",
                _("Requests a second at most"),
                only={"load": "saturation"},
                preferred={"processes": 1},
                columns=("requests_per_second", "requests_per_second_per_mib", *LATENCIES),
            ),
        ),
    ),
    Topic(
        "processor-time",
        _("Processor time a request"),
        _("What one request costs in processor time: with a server around it, and the handler by itself."),
        _("Shorter is cheaper. At a thousand microseconds, one core answers a thousand such requests a second."),
        (
            Spec(
                "cost",
                "load",
                "cpu_us_per_request",
                _("A Django page with one row from the database, by server"),
                only={"load": "saturation"},
                preferred={"processes": 1},
                columns=(*COST, "requests_per_second"),
            ),
            Spec(
                "handler",
                "handler_cost",
                "cpu_us_per_request",
                _("The handler alone, without any server"),
                columns=("cpu_us_per_request", "us_per_request", "code_lines"),
                named=("view",),
            ),
            Spec("lines", "handler_cost", "configuration_lines", _("Lines of configuration, by server")),
        ),
    ),
    Topic(
        "frameworks",
        _("Frameworks on the same server"),
        _("The same small endpoints in each framework's own idiom: WSGI ones on Gunicorn, ASGI ones on Uvicorn."),
        _("Longer is more. The bare interface, without any framework, is the limit of what a server could give."),
        (
            Spec(
                "frameworks",
                "frameworks",
                "requests_per_second",
                _("Requests a second at most, by framework"),
                preferred={"endpoint": "row"},
                columns=("requests_per_second", *LATENCIES, *COST),
            ),
        ),
    ),
    Topic(
        "waits",
        _("Waits against requests at once"),
        _("Every request waits 100 ms for somebody else, as for a payment service. More and more come at once."),
        _("A flat line: every process or thread waits. A rising one: others go first. Both scales grow by factors."),
        (
            Spec(
                "waits",
                "waits",
                "requests_per_second",
                _("Requests a second, by requests at once"),
                x="concurrency",
                preferred={"processes": 2, "endpoint": "wait"},
                columns=(
                    "requests_per_second",
                    "requests_per_second_per_mib",
                    "p50_ms",
                    "p99_ms",
                    "pss_mib",
                    "threads",
                ),
            ),
        ),
    ),
    Topic(
        "blocked",
        _("One slow request among fast ones"),
        _("One request takes two seconds; meanwhile, twenty quick ones a second come to the same single process."),
        _("Shorter is better: two seconds mean that the slow one held everybody up."),
        (
            Spec(
                "blocked",
                "blocked",
                "fast_max_ms",
                _("How long the unluckiest quick request waited, in milliseconds"),
                preferred={"endpoint": "wait"},
            ),
        ),
    ),
    Topic(
        "several-calls",
        _("Five calls to others in one request"),
        _("Each request needs five answers from others, 50 ms each: one after the other, in threads, or all at once."),
        _("Shorter is better: 250 ms is one after the other, 50 ms is all at once."),
        (
            Spec(
                "several-calls",
                "several_calls",
                "p50_ms",
                _("The middle request, in milliseconds"),
                preferred={"endpoint": "waits", "concurrency": 1},
            ),
        ),
    ),
    Topic(
        "connections",
        _("Memory a connection"),
        _("Many connections are held open and hardly anything is said: WebSockets and event streams."),
        _("Shorter is cheaper. A server that could not hold all of them says so in the table."),
        (
            Spec("sockets", "idle_sockets", "kib_per_connection", _("An idle WebSocket, in KiB")),
            Spec("streams", "idle_streams", "kib_per_connection", _("An idle event stream, in KiB")),
        ),
    ),
    Topic(
        "websockets",
        _("WebSockets: echo and fan-out"),
        _("Sixty-four sockets get back what they send; then one speaks and a hundred hear it."),
        _("Longer is more."),
        (
            Spec("echo", "websockets", "messages_per_second", _("Echoed messages a second"), only={"kind": "echo"}),
            Spec("fan", "websockets", "deliveries_per_second", _("Deliveries a second"), only={"kind": "fan"}),
        ),
    ),
    Topic(
        "stopping",
        _("When the server is told to stop"),
        _("SIGTERM arrives while a request of two seconds is under way and, on ASGI, a WebSocket is open."),
        _("In the table, 1 under “finished” says: the request was answered; close code 0: the socket was cut."),
        (
            Spec(
                "stopping",
                "stopping",
                "stop_seconds",
                _("Seconds until the last process was gone"),
                columns=("finished", "close_code", "stop_seconds", "left_behind"),
            ),
        ),
    ),
    Topic(
        "slow-reader",
        _("What a slow reader costs"),
        _("Ten clients ask for 20 MiB each and do not read for five seconds; a WebSocket asks for more than it reads."),
        _("Shorter is better: the memory that the server keeps for what nobody takes."),
        (
            Spec(
                "slow-reader",
                "slow_reader",
                "grown_mib",
                _("Memory that the server grew by, in MiB"),
                preferred={"kind": "http"},
            ),
        ),
    ),
    Topic(
        "shop",
        _("The whole shop"),
        _("This very shop with its database, in several ways of running it; then pages and chat at the same time."),
        _("A real page costs far more than an example: here the server matters less."),
        (
            Spec(
                "pages",
                "pages",
                "requests_per_second",
                _("Pages a second at most"),
                only={"load": "saturation"},
                preferred={"page": "list"},
                columns=("requests_per_second", *LATENCIES, *COST),
            ),
            Spec(
                "mixed",
                "mixed",
                "page_p99_ms",
                _("The slowest page in a hundred while people chat, in milliseconds"),
                named=("chat",),
            ),
        ),
    ),
    Topic(
        "conformance",
        _("What runs on what"),
        _("Every application on every server of its kind, each endpoint asked; and who takes a WebSocket."),
        _("“failed” counts the checks that went wrong: 0 is what the interface promises."),
        (
            Spec("conformance", "conformance", "failed", _("Checks of every pair"), is_plotted=False),
            Spec("upgrade", "upgrade", "upgraded", _("Who takes an upgrade to a WebSocket"), is_plotted=False),
        ),
    ),
)

BY_SLUG = {topic.slug: topic for topic in TOPICS}


def topics_of(experiments: list[str] | tuple[str, ...]) -> list[Topic]:
    """The topics that draw any of these experiments, in the order of the topics."""
    return [topic for topic in TOPICS if topic.experiments & set(experiments)]
