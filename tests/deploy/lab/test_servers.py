"""servers.toml is read strictly, and gives each server the same terms."""

import os
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.lab import servers
from tests.deploy.lab.needs import need

GOOD = """
[mine]
interface = "wsgi"
title = "Mine"
package = "gunicorn"
command = ["gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "{processes}", "{target}"]
environment = {ONE = "1"}
note = "Like no\\nother."
"""
SERVERS = servers.load()
PEERS = servers.peers()
NAMES = {
    "wsgi": ["gunicorn-sync", "gunicorn-gthread", "gunicorn-gevent", "uwsgi", "mod_wsgi", "granian-wsgi"],
    "asgi": ["daphne", "ambos-daphne", "uvicorn", "hypercorn", "gunicorn-asgi", "granian-asgi"],
}


def load(text: str, folder: Path) -> dict[str, servers.Server]:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return servers.load(file)


@pytest.mark.parametrize("interface", NAMES)
def test_six_servers_of_each_interface_are_compared(interface: str) -> None:
    assert [server.name for server in SERVERS.values() if server.interface == interface] == NAMES[interface]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    mine = load(GOOD, tmp_path)["mine"]
    assert (mine.title, mine.interface, mine.package, mine.note) == ("Mine", "wsgi", "gunicorn", "Like no other.")
    assert mine.environment == {"ONE": "1"}
    assert not mine.takes_threads


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('title = "Mine"', "", "mine.toml: mine.title is missing"),
        ('title = "Mine"', "title = 3", "mine.toml: mine.title must be a text in quotes"),
        (
            'title = "Mine"',
            'titel = "Mine"',
            "mine.toml: mine.titel is not known here; known are: also, apt, ",
        ),
        ('"wsgi"', '"cgi"', 'mine.toml: mine.interface must be one of wsgi, asgi, not "cgi"'),
        ("{target}", "{traget}", "mine.toml: mine.command has an unknown placeholder {traget}"),
        ("127.0.0.1:{port}", "127.0.0.1:80", "mine.toml: mine.command says nowhere which {port} to listen on"),
        ('"{target}"]', '"{target}", 3]', "mine.toml: mine.command must be a list of words"),
        ('"gunicorn", "--bind"', '"", "--bind"', "mine.toml: mine.command must be a list of words"),
        ('{ONE = "1"}', "{ONE = 1}", "mine.toml: mine.environment.ONE must be a text in quotes"),
        ("[mine]", "[mine", "mine.toml: not valid TOML: "),
        ("[mine]", "mine = 3\n[other]", "mine.toml: mine must be a table"),
    ],
)
def test_a_mistake_is_told_with_its_place(before: str, after: str, says: str, tmp_path: Path) -> None:
    assert before in GOOD
    with pytest.raises(DeployError) as told:
        load(GOOD.replace(before, after), tmp_path)
    assert str(told.value).startswith(says)


def test_a_command_names_the_peer_the_port_and_how_many_processes(tmp_path: Path) -> None:
    argv, environment = servers.command(load(GOOD, tmp_path)["mine"], PEERS["bare-wsgi"], 8123, processes=3)
    assert argv[1:] == ["--bind", "127.0.0.1:8123", "--workers", "3", "deploy.lab.peers.bare_wsgi:application"]
    assert Path(argv[0]).name == "gunicorn"
    assert Path(argv[0]).is_absolute()
    assert environment["ONE"] == "1"
    assert Path(environment["PYTHONPATH"], "deploy", "lab", "peers").is_dir()


def test_threads_are_given_to_those_who_take_them_and_refused_for_the_others() -> None:
    argv, _ = servers.command(SERVERS["gunicorn-gthread"], PEERS["bare-wsgi"], 8123, threads=8)
    assert argv[argv.index("--threads") + 1] == "8"
    with pytest.raises(DeployError, match="gunicorn-sync takes no threads: 8 cannot be had"):
        servers.command(SERVERS["gunicorn-sync"], PEERS["bare-wsgi"], 8123, threads=8)


def test_a_peer_of_the_other_interface_is_refused() -> None:
    with pytest.raises(DeployError, match="gunicorn-sync is a server for WSGI, but bare-asgi is written for ASGI"):
        servers.command(SERVERS["gunicorn-sync"], PEERS["bare-asgi"], 8123)


@pytest.mark.lab
def test_a_server_that_writes_needs_a_folder() -> None:
    need(SERVERS["mod_wsgi"])
    with pytest.raises(DeployError, match="mod_wsgi needs a folder of its own to write into"):
        servers.command(SERVERS["mod_wsgi"], PEERS["bare-wsgi"], 8123)


def test_no_process_at_all_is_refused() -> None:
    with pytest.raises(DeployError, match="gunicorn-sync cannot run with 0 processes and 1 threads"):
        servers.command(SERVERS["gunicorn-sync"], PEERS["bare-wsgi"], 8123, processes=0)


def test_daphne_in_one_process_listens_itself_and_in_two_shares_a_socket() -> None:
    one, _ = servers.command(SERVERS["daphne"], PEERS["bare-asgi"], 8123)
    two, _ = servers.command(SERVERS["daphne"], PEERS["bare-asgi"], 8123, processes=2)
    assert "tcp:port=8123:interface=127.0.0.1:backlog=1024" in one
    assert two[1:7] == ["-m", "deploy.lab.shared_socket", "--port", "8123", "--processes", "2"]
    assert "{fd}" in two


def test_what_a_server_lacks_is_named_with_what_brings_it(tmp_path: Path) -> None:
    lacking = load(GOOD.replace('package = "gunicorn"', 'package = "no-such-package"'), tmp_path)["mine"]
    said = "Mine is missing: pip package no-such-package (deploy/lab/requirements.txt)"
    assert servers.missing(lacking) == said
    with pytest.raises(DeployError) as told:
        servers.command(lacking, PEERS["bare-wsgi"], 8123)
    assert str(told.value) == said


def test_an_event_loop_that_a_server_would_silently_do_without_is_missed(tmp_path: Path) -> None:
    text = GOOD.replace('package = "gunicorn"', 'package = "gunicorn"\nalso = ["no-such-loop"]')
    assert servers.missing(load(text, tmp_path)["mine"]) == (
        "Mine is missing: pip package no-such-loop (deploy/lab/requirements.txt)"
    )


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
def test_what_a_command_relies_on_is_named(server: servers.Server) -> None:
    assert ("uvloop" in server.command) == ("uvloop" in server.also)


def test_what_has_to_be_compiled_is_named_with_what_compiles_it(tmp_path: Path) -> None:
    text = GOOD.replace('package = "gunicorn"', 'package = "no-such-package"\napt = "apache2-dev"')
    assert servers.missing(load(text, tmp_path)["mine"]) == (
        "Mine is missing: pip package no-such-package (deploy/lab/requirements-compiled.txt), "
        "compiled with apt package apache2-dev"
    )


@pytest.mark.lab
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give its powers away")
def test_apache_is_not_started_as_root(tmp_path: Path) -> None:
    need(SERVERS["mod_wsgi"])
    argv, _ = servers.command(SERVERS["mod_wsgi"], PEERS["bare-wsgi"], 8123, folder=tmp_path)
    assert argv[1] == "--reuid=www-data"
    assert tmp_path.owner() == "www-data"


@pytest.mark.parametrize("server", SERVERS.values(), ids=lambda server: server.name)
def test_a_server_has_the_terms_of_all_or_says_why_not(server: servers.Server) -> None:
    command = " ".join(server.command)
    assert "1024" in command
    assert "127.0.0.1" in command
    assert " 75 " in command or "closes every connection" in server.note or "closed after 60 s" in server.note
    assert server.interface == "wsgi" or "uvloop" in command or "uvloop" in server.note
    assert " 30 " in command
    assert server.note


@pytest.mark.parametrize("list_of_packages", ["requirements.txt", "requirements-compiled.txt"])
def test_every_package_is_pinned_exactly(list_of_packages: str) -> None:
    lines = (servers.FILE.with_name(list_of_packages)).read_text().splitlines()
    pins = [line.partition("#")[0].strip() for line in lines if not line.startswith("#")]
    assert pins
    assert all(pin.count("==") == 1 for pin in pins)


def test_no_package_is_pinned_to_two_versions() -> None:
    files = [*servers.ROOT.glob("requirements*.txt"), *servers.FILE.parent.glob("requirements*.txt")]
    versions: dict[str, set[str]] = {}
    for line in (line for file in files for line in file.read_text().splitlines() if "==" in line):
        name, _, rest = line.partition("==")
        versions.setdefault(name.partition("[")[0].lower(), set()).add(rest.split()[0])
    assert not [name for name, pins in versions.items() if len(pins) > 1]


def test_every_package_that_a_server_or_peer_stands_on_is_in_a_list() -> None:
    files = [servers.ROOT / "requirements.txt", *servers.FILE.parent.glob("requirements*.txt")]
    listed = {line.partition("==")[0].lower() for file in files for line in file.read_text().splitlines()}
    wanted = {package for server in SERVERS.values() for package in (server.package, *server.also)}
    wanted |= {package for peer in PEERS.values() for package in peer.packages}
    assert {name.lower() for name in wanted} <= listed
