import time
from ipaddress import ip_address

import pytest

from shop.exchange.addresses import ClosedAddress, checked, is_public, resolve

CLOSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808",
    "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "4000::1",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_that_are_not_public_are_closed(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_open(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "0", "1.2.3.4.5", "127.0.0.1.", "256.1.1.1", ""],
)
def test_numbers_that_only_some_take_for_an_address_are_refused(host: str) -> None:
    with pytest.raises(ClosedAddress, match="not a host's name"):
        resolve(host, 80, seconds=1, look_up=lambda host, port: ["8.8.8.8"])


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_address_is_its_own_answer(host: str) -> None:
    assert [str(address) for address in resolve(host, 80, seconds=1)] == [host.strip("[]")]


def test_a_name_has_each_address_once() -> None:
    found = resolve("shop.example", 80, seconds=1, look_up=lambda host, port: ["1.1.1.1", "1.1.1.1", "8.8.8.8"])
    assert [str(address) for address in found] == ["1.1.1.1", "8.8.8.8"]


def test_a_name_that_looks_like_hexadecimal_is_a_name() -> None:
    assert resolve("cafe.example", 80, seconds=1, look_up=lambda host, port: ["1.1.1.1"])


def test_a_name_without_address_is_refused() -> None:
    def nothing(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(ClosedAddress, match="cannot be found"):
        resolve("nowhere.example", 80, seconds=1, look_up=nothing)


def never_in_time(host: str, port: int) -> list[str]:
    time.sleep(1)
    return ["1.1.1.1"]


def test_a_resolver_that_does_not_answer_is_left_alone() -> None:
    started = time.monotonic()
    with pytest.raises(ClosedAddress):
        resolve("slow.example", 80, seconds=0.1, look_up=never_in_time)
    assert time.monotonic() - started < 0.9


def test_one_closed_address_among_public_ones_closes_the_host() -> None:
    addresses = [ip_address("8.8.8.8"), ip_address("10.0.0.1")]
    with pytest.raises(ClosedAddress, match="not on the public internet"):
        checked(addresses, "mixed.example", is_public)
