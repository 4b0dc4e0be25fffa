"""The generator proves itself before it measures others."""

from pathlib import Path

import pytest

from deploy.lab import proving
from deploy.lab.bench import bench
from deploy.lab.profiles import QUICK
from tests.deploy.lab.examples import sample


@pytest.mark.live
def test_the_proof_says_how_fast_the_generator_is_where_nothing_holds_it_back(tmp_path: Path) -> None:
    with bench(QUICK, tmp_path) as laboratory:
        proof = proving.prove(laboratory)

    assert proof["requests_per_second"] > 1000
    assert proof["errors"] == 0
    assert 0 < proof["lag_p50_ms"] <= proof["lag_p99_ms"]


def test_it_is_told_beside_the_fastest_server_that_counts() -> None:
    measured = [sample(100), sample(400, server="uvicorn"), sample(9000, server="uwsgi", flaw="generator late")]

    told = proving.against_fastest({"requests_per_second": 1000}, measured)

    assert told == {"fastest_server": 400, "times_fastest": 2.5}


def test_where_nothing_was_measured_it_is_compared_with_nothing() -> None:
    assert proving.against_fastest({"requests_per_second": 1000}, []) == {"fastest_server": 0}
