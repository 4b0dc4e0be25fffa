"""docker-compose.yml and deploy/topologies/split.toml are the same site; the overrides are the other topologies."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import front, serve
from deploy.topology import FILES, Process, load, names
from tests.programs import Missing, find_program
from tests.servers import skipped_when_missing

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


OVERRIDES = ROOT / "deploy" / "docker" / "compose"


def merged(name: str) -> dict[str, Any]:
    """What Docker Compose itself makes of both files; no engine needs to run for that."""
    with skipped_when_missing():
        docker = find_program("docker", "docker.io")
        files = ["-f", str(ROOT / "docker-compose.yml"), "-f", str(OVERRIDES / f"{name}.yml")]
        command = [docker, "compose", *files, "config", "--format", "json"]
        done = subprocess.run(command, env=QUIET, capture_output=True, text=True, timeout=60, check=False)
        if "is not a docker command" in done.stderr:
            raise Missing("docker compose", "docker-compose")
    assert done.returncode == 0, done.stderr
    content: dict[str, Any] = json.loads(done.stdout)
    return content


# Without what the shell says of a site of its own.
QUIET = {name: word for name, word in os.environ.items() if name in {"PATH", "HOME", "DOCKER_HOST"}}


def test_every_topology_has_its_override_and_no_other_is_there() -> None:
    assert sorted(path.stem for path in OVERRIDES.glob("*.yml")) == names()


@pytest.mark.parametrize("name", names())
def test_an_override_runs_the_processes_of_its_topology(name: str) -> None:
    topology, services = load(name), merged(name)["services"]
    assert {"wsgi", "asgi", "worker"} & set(services) == {process.name for process in topology.processes}
    assert ("nginx" in services) == bool(topology.front.server)
    for process in topology.processes:
        service = services[process.name]
        assert words(service["command"]) == words(list(process.command))
        assert service["stop_grace_period"] == f"{process.stop_seconds:g}s"
        assert service.get("stop_signal", "SIGTERM") == process.stop_signal.name
        expected = {"SERVER_NAME_SHOWN": process.server, "PROCESS_NAME": process.name, "TOPOLOGY": name}
        assert service["environment"].items() >= {**expected, **process.environment}.items()
        for variable, word in topology.environment.items():
            assert without_address(service["environment"][variable]) == without_address(word)


def without_address(word: str) -> str:
    """Containers have names where processes have ports."""
    for other in ("{wsgi.port}", "wsgi:8000"):
        word = word.replace(f"127.0.0.1:{other}", "WSGI").replace(other, "WSGI")
    for other in ("{asgi.port}", "asgi:8000", "8081"):
        word = word.replace(f"127.0.0.1:{other}", "ASGI").replace(other, "ASGI")
    return word


@pytest.mark.parametrize("name", [name for name in names() if load(name).front.server])
def test_an_override_gives_each_path_to_the_same_process(name: str) -> None:
    topology, nginx = load(name), merged(name)["services"]["nginx"]
    for path, variable in front.ROUTE_VARIABLES.items():
        assert nginx["environment"][variable] == f"{topology.routes[path]}:8000"
    assert set(nginx["depends_on"]) == {process.name for process in topology.processes if process.has_port}


@pytest.mark.parametrize("name", names())
def test_an_image_has_the_server_that_its_service_runs(name: str) -> None:
    topology, services = load(name), merged(name)["services"]
    for process in topology.processes:
        served, service = serve.file_of(process.command), services[process.name]
        brings = {
            "granian": "granian",
            "hypercorn": "hypercorn",
            "uvicorn": "uvicorn httptools websockets",
            "uwsgi": "pyuwsgi",
        }
        brings |= {"mod_wsgi-express": "mod_wsgi"}
        wanted = "gevent" if served and "gevent" in served.file else brings.get(served.program if served else "", "")
        assert service["build"].get("args", {}).get("SERVERS", "") == wanted
        # Another content is another image: two under one name would be whichever was built last.
        assert (service["image"] == "ambos") == (not wanted)
