"""What is the internet, and what is this machine or a private network, however it is written."""

import pytest

from bot.domain.addresses import is_private_literal, is_public

PRIVATE = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),  # noqa: S104
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1"),
)
PUBLIC = ("8.8.8.8", "93.184.215.14", "2606:4700::6810:84e5", "::ffff:8.8.8.8", "64:ff9b::808:808")


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_the_internet_is_known(address: str) -> None:
    assert not is_public(address)
    assert is_private_literal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_the_internet_is_let_through(address: str) -> None:
    assert is_public(address)


def test_this_machine_is_known_by_name_and_others_are_looked_up() -> None:
    assert is_private_literal("localhost")
    assert is_private_literal("api.localhost")
    assert not is_private_literal("localhost.example")
