"""docker-compose.yml and deploy/topologies/split.toml are the same site."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import front
from deploy.topology import FILES, Process, load

ROOT = Path(__file__).resolve().parents[2]
SPLIT = load("split")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    services: dict[str, Any] = content["services"]
    return services


def words(command: list[str]) -> list[str]:
    """``--option=value`` and ``--option value`` are the same; addresses differ by nature."""
    return [
        "ADDRESS" if word in {"{port}", "8000", "0.0.0.0", "127.0.0.1"} or word.endswith((":{port}", ":8000")) else word
        for part in command
        for word in (part.split("=", 1) if part.startswith("--") else [part])
    ]


@pytest.mark.parametrize("process", SPLIT.processes, ids=lambda process: process.name)
def test_each_process_runs_by_the_same_command(process: Process, services: dict[str, Any]) -> None:
    assert words(services[process.name]["command"]) == words(list(process.command))


@pytest.mark.parametrize("process", SPLIT.processes, ids=lambda process: process.name)
def test_each_process_has_the_same_environment_and_as_much_time_to_stop(
    process: Process, services: dict[str, Any]
) -> None:
    service = services[process.name]
    expected = {**process.environment, "SERVER_NAME_SHOWN": process.server, "PROCESS_NAME": process.name}
    for name, value in expected.items():
        assert service["environment"][name] == value
    assert service["environment"]["TOPOLOGY"] == SPLIT.name
    assert service["stop_grace_period"] == f"{process.stop_seconds:g}s"


def test_every_path_is_answered_by_the_same_process(services: dict[str, Any]) -> None:
    environment = services["nginx"]["environment"]
    for path, variable in front.ROUTE_VARIABLES.items():
        assert environment[variable] == f"{SPLIT.routes[path]}:8000"
    assert SPLIT.routes["/static/"] == SPLIT.routes["/media/"] == FILES


def test_the_template_gets_every_variable_it_names(services: dict[str, Any]) -> None:
    template = (ROOT / "deploy/nginx/site.conf.template").read_text(encoding="utf-8")
    assert set(front.VARIABLE.findall(template.split("server_tokens", 1)[1])) == set(services["nginx"]["environment"])


def test_every_service_is_hardened(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name


def test_only_nginx_has_a_port_and_that_on_this_machine_alone(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert services["nginx"]["ports"] == ["${BIND:-127.0.0.1}:${PORT:-8080}:8080"]


def test_no_secret_is_written_down(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for variable in service.get("environment") or {}:
            assert not variable.endswith(("PASSWORD", "SECRET_KEY")), f"{name}: {variable}"
