"""The words for what the laboratory measures, and numbers as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from deploy.compare.runs import Figure

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

METRICS: dict[str, str | _StrPromise] = {
    "requests_per_second": _("Requests a second"),
    "requests_per_second_per_mib": _("Requests a second per MiB"),
    "p50_ms": _("Middle, ms"),
    "p90_ms": _("90 %, ms"),
    "p99_ms": _("99 %, ms"),
    "p999_ms": _("99.9 %, ms"),
    "errors": _("Errors"),
    "cpu_us_per_request": _("Processor time a request, µs"),
    "cpu_us_per_message": _("Processor time a message, µs"),
    "pss_mib": _("Memory, MiB"),
    "threads": _("Threads"),
    "open_files": _("Open files"),
    "fast_p50_ms": _("Quick ones, middle, ms"),
    "fast_max_ms": _("Quick ones, worst, ms"),
    "fast_answered_share": _("Quick ones answered in time, share"),
    "kib_per_connection": _("A connection, KiB"),
    "held": _("Connections held"),
    "answers": _("Still answers (1: yes)"),
    "connects_per_second": _("New connections a second"),
    "idle_cpu_percent": _("Processor while idle, %"),
    "messages_per_second": _("Messages a second"),
    "deliveries_per_second": _("Deliveries a second"),
    "finished": _("Request finished (1: yes)"),
    "close_code": _("Close code"),
    "stop_seconds": _("Stopped after, s"),
    "left_behind": _("Processes left behind"),
    "grown_mib": _("Grown by, MiB"),
    "checks": _("Checks"),
    "failed": _("Failed"),
    "upgraded": _("Upgraded (1: yes)"),
    "status": _("Status"),
    "scopes": _("Kinds of ASGI scope"),
    "http2": _("HTTP/2 (1: yes)"),
    "page_p50_ms": _("Page, middle, ms"),
    "page_p99_ms": _("Page, 99 %, ms"),
    "message_p99_ms": _("Message, 99 %, ms"),
    "delivered_share": _("Messages delivered, share"),
    "generator_share": _("Generator's share of its core"),
    "lag_p99_ms": _("Generator's lag, 99 %, ms"),
    "configuration_lines": _("Lines of configuration"),
    "code_lines": _("Lines of code"),
    "us_per_request": _("A request takes, µs"),
    "cpu_us_per_delivery": _("Processor time a delivery, µs"),
    "max_ms": _("Slowest, ms"),
    "unanswered": _("Unanswered at the end"),
    "requests": _("Requests"),
    "taken_mib": _("Taken, MiB"),
}

KEYS: dict[str, str | _StrPromise] = {
    "server": _("Server"),
    "interface": _("Interface"),
    "peer": _("Application"),
    "processes": _("Processes"),
    "threads": _("Threads"),
    "concurrency": _("Requests at once"),
    "connections": _("Connections"),
    "endpoint": _("Endpoint"),
    "load": _("Load"),
    "kind": _("Kind"),
    "page": _("Page"),
    "view": _("View"),
    "signal": _("Signal"),
    "processor": _("Processor"),
    "cores": _("Cores"),
    "server_core": _("Core of the server"),
    "generator_core": _("Core of the generator"),
    "memory_mib": _("Memory, MiB"),
    "system": _("System"),
    "kernel": _("Kernel"),
    "architecture": _("Architecture"),
    "virtual": _("Virtual machine"),
    "governor": _("Frequency governor"),
    "load_before": _("Load before the run"),
    "load_after": _("Load after the run"),
    "busy": _("Who else was busy"),
    "requests_per_second": _("Requests a second"),
    "lag_p99_ms": _("Lag, 99 %, ms"),
}

VALUES: dict[str, str | _StrPromise] = {
    "": _("not said"),
    "saturation": _("as much as goes"),
    "common": _("the same rate for all"),
    "list": _("list of goods"),
    "product": _("one product"),
    "basket": _("basket"),
    "sync": _("plain view"),
    "async": _("async view"),
    "polls": _("chat by asking"),
    "sockets": _("chat over sockets"),
    "http": _("HTTP"),
    "websocket": _("WebSocket"),
}

# The questions of deploy/meanings.py, and what a topology adds to them.
MEANINGS: dict[str, str | _StrPromise] = {
    "server": _("Server"),
    "command": _("Command"),
    "processes": _("How many processes answer"),
    "threads": _("What one process does at a time"),
    "start": _("Where the code is loaded"),
    "time-out": _("When a request is given up"),
    "stop": _("What becomes of work under way at the end"),
    "keep-alive": _("How long an idle connection stays"),
    "proxy trust": _("Whose word counts about who asks"),
    "request limits": _("How large a request may be, how many at a time"),
    "socket limits": _("How large a WebSocket's message may be"),
    "ping": _("How a browser that is gone is found"),
    "recycling": _("When a process is replaced"),
    "logs": _("What is written down"),
    "told to stop": _("How it is told to stop"),
    "environment": _("Environment"),
}

# Codes and counts, which have no thousands and no decimals.
CODES = {"close_code", "status"}


def metric(name: str) -> str:
    return str(METRICS.get(name, name.replace("_", " ")))


def key(name: str) -> str:
    return str(KEYS.get(name, name.replace("_", " ")))


def meaning(question: str) -> str:
    return str(MEANINGS.get(question, question))


def value(name: str, case_value: str | int | float) -> str:
    if name == "load" and isinstance(case_value, float):
        return f"{case_value * 100:.0f} %"
    return str(VALUES.get(case_value, case_value)) if isinstance(case_value, str) else f"{case_value:g}"


def number(amount: float) -> str:
    """Three digits are as many as a measurement deserves."""
    size = abs(amount)
    if size >= 100 or amount == int(amount):
        decimals = 0
    elif size >= 10:
        decimals = 1
    else:
        decimals = 2 if size >= 1 else 3
    return number_format(round(amount, decimals), decimal_pos=decimals, force_grouping=True)


def figure(name: str, measured: Figure) -> str:
    """``2,350 (2,310–2,402)``: the middle and its interval, where there is one."""
    if name in CODES:
        return f"{measured.median:.0f}"
    low, high = number(measured.low), number(measured.high)
    middle = number(measured.median)
    return middle if low == high else f"{middle} ({low}–{high})"
