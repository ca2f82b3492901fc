"""Tests reach nothing beyond this machine."""

import socket

import pytest

from tests.conftest import BeyondThisMachine, is_loopback


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.0.1", "::1", "localhost", "portal.localhost", b"localhost", None, ""]
)
def test_this_machine_is_reached(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "0.0.0.0", "2001:db8::1", "example.test", "localhost.example.test"])
def test_nothing_else_is_reached(host):
    assert not is_loopback(host)


def test_a_connection_beyond_this_machine_is_refused():
    with socket.socket() as client, pytest.raises(BeyondThisMachine):
        client.connect(("192.0.2.1", 443))


def test_a_name_beyond_this_machine_is_not_even_resolved():
    with pytest.raises(BeyondThisMachine):
        socket.getaddrinfo("example.test", 443)
