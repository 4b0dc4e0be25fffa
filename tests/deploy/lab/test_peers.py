"""Every peer on every server of its kind starts, does what all do, and stops without leaving anything behind."""

import pytest

from deploy.lab import conformance, running, servers
from tests.deploy.lab.needs import need
from tests.servers import free_port

SERVERS = servers.load()
PEERS = servers.peers()
PAIRS = [(server, peer) for server in SERVERS.values() for peer in PEERS.values() if server.interface == peer.interface]
# A worker that looks once a second whether it may end, on a busy machine.
STOP_SECONDS = 5


@pytest.mark.lab
@pytest.mark.live
@pytest.mark.parametrize(("server", "peer"), PAIRS, ids=[f"{peer.name} on {server.name}" for server, peer in PAIRS])
def test_it_starts_conforms_and_stops(server: servers.Server, peer: servers.Peer) -> None:
    need(server, peer)
    port = free_port()
    with running.own_folder() as folder:
        command, environment = servers.command(server, peer, port, folder=folder)
        with running.started(command, environment, port, folder) as subject:
            assert conformance.check(port, peer.name, peer.interface) == []
            assert subject.is_alive()
            assert subject.stop() < STOP_SECONDS
            assert subject.left_behind == 0


@pytest.mark.lab
@pytest.mark.live
@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
def test_more_than_one_process_serves_and_stops(server: servers.Server) -> None:
    peer = PEERS[f"bare-{server.interface}"]
    need(server, peer)
    port = free_port()
    threads = 2 if server.takes_threads else 1
    with running.own_folder() as folder:
        command, environment = servers.command(server, peer, port, processes=2, threads=threads, folder=folder)
        with running.started(command, environment, port, folder) as subject:
            assert len(subject.pids) >= 3
            assert subject.stop() < STOP_SECONDS
            assert subject.left_behind == 0


def test_the_peers_of_an_interface_answer_the_same_paths() -> None:
    wsgi = {"plain", "json", "row", "rows", "wait", "waits", "waits-threads", "upload", "events", "large"}
    asgi = (wsgi - {"waits-threads"}) | {"wait-blocking", "echo", "fan"}
    for peer in PEERS.values():
        own = set(peer.endpoints) - {"wait-async", "wait-thread"}
        assert own == (wsgi if peer.interface == "wsgi" else asgi - {"echo", "fan"} if "alone" in peer.name else asgi)
