"""What was promised is held against what was measured, and what was not measured is not claimed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deploy.lab.chat import telling
from deploy.lab.chat.measuring import Cell
from deploy.lab.chat.pinging import quantile
from deploy.lab.chat.targets import Verdict, medians, verdicts

CHAT, SINGLE, GROUP = "ambos, postgres", "ambos, postgres, one by one", "ambos, postgres, group"


def fan(subject: str, deliveries: float, *, p99: float = 20, flaws: Sequence[str] = ()) -> Cell:
    metrics = {"deliveries_per_second": deliveries, "p99_ms": p99, "client_share": 0.5}
    return Cell("fan-out", subject, 100, metrics, list(flaws))


def cells(**changed: Cell) -> list[Cell]:
    """A run in which every promise is kept."""
    kept = {
        "chat": fan(CHAT, 50_000),
        "memory": fan("tutorial, memory", 1_000),
        "redis": fan("tutorial, Redis", 2_000),
        "bare": fan("websockets", 40_000),
        "group": Cell("sends", GROUP, 64, {"sends_per_second": 3_000}),
        "single": Cell("sends", SINGLE, 64, {"sends_per_second": 300}),
        "consumer": Cell("idle", "consumer", 1000, {"kib_per_socket": 30}),
        "idle": Cell("idle", CHAT, 1000, {"kib_per_socket": 40}),
        "loop": Cell("loop", CHAT, 5000, {"lag_p50_ms": 1, "lag_p99_ms": 5, "lag_max_ms": 30}),
    }
    return list((kept | changed).values())


def missed(found: Sequence[Verdict]) -> list[str]:
    return [verdict.promise for verdict in found if not verdict.reached]


def test_a_run_that_keeps_every_promise_says_so() -> None:
    found = verdicts(cells(), [])
    assert missed(found) == []
    assert len(found) == 7
    assert "25.0 x (50,000 and 2,000/s)" in found[0].found


@pytest.mark.parametrize(
    ("changed", "promise"),
    [
        ({"redis": fan("tutorial, Redis", 2_600)}, "at least 20 x the tutorial"),
        ({"chat": fan(CHAT, 50_000, p99=250)}, "under 250 ms"),
        ({"single": Cell("sends", SINGLE, 64, {"sends_per_second": 301})}, "at least 10 x one commit"),
        ({"idle": Cell("idle", CHAT, 1000, {"kib_per_socket": 45.1})}, "at most 1.5 x a bare consumer"),
        (
            {"loop": Cell("loop", CHAT, 5000, {"lag_p50_ms": 1, "lag_p99_ms": 5, "lag_max_ms": 50})},
            "always under 50 ms",
        ),
        ({"chat": fan(CHAT, 50_000, flaws=["3 deliveries were lost"])}, "nothing lost"),
        ({"bare": fan("websockets", 50_001)}, "as much as the bare library"),
    ],
)
def test_a_promise_that_is_not_kept_is_told(changed: dict[str, Cell], promise: str) -> None:
    [only] = [verdict for verdict in verdicts(cells(**changed), []) if not verdict.reached]
    assert promise in only.promise
    assert only.word == ("not reached (stretch)" if "stretch" in only.promise else "MISSED")


def test_what_was_not_measured_is_neither_reached_nor_missed() -> None:
    [alone] = [cell for cell in cells() if cell.scenario == "loop"]
    words = {verdict.promise: verdict.word for verdict in verdicts([alone], ["PostgreSQL was not started"])}
    assert set(words.values()) == {"NOT MEASURED", "reached"}
    assert words["nothing lost, doubled or out of order"] == "NOT MEASURED"
    assert [word for promise, word in words.items() if "loop" in promise] == ["reached"]


def test_the_middle_of_the_rounds_counts() -> None:
    rounds = [fan(CHAT, value) for value in (10_000, 90_000, 50_000)]
    assert medians(rounds)["fan-out", CHAT, 100]["deliveries_per_second"] == 50_000


def test_the_table_names_what_it_tells_and_what_was_wrong() -> None:
    busy = Cell("fan-out", CHAT, 100, {"deliveries_per_second": 1234.0, "p99_ms": 9.87, "client_share": 0.95})
    lossy = fan("tutorial, memory", 5, flaws=["7 deliveries were lost at full speed"])
    text = "\n".join(telling.tell([busy, lossy], ["sends: it broke"]))
    for told in ("1,234", "9.87", "deliveries/s", "core was full", "7 deliveries were lost", "sends: it broke"):
        assert told in text


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [quantile(values, share) for share in (0.5, 0.99, 1)] == [50, 99, 100]
    assert quantile([7.0], 0.99) == 7.0
