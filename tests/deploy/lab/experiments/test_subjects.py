from deploy.lab import servers
from deploy.lab.experiments import subjects


def test_the_compared_servers_are_those_that_can_be_started() -> None:
    known = {name: server.interface for name, server in servers.load().items()}
    assert known == {server: "asgi" if subjects.is_asgi(server) else "wsgi" for server in subjects.ALL_SERVERS}
    assert {server for server in known if servers.load()[server].takes_threads} == set(subjects.THREADED_SERVERS)


def test_every_bare_peer_fits_its_server() -> None:
    for server in subjects.ALL_SERVERS:
        assert servers.peers()[subjects.bare_peer(server)].interface == servers.load()[server].interface
