"""The address guard: every spelling of an address that is not for us, and its counterpart that is."""

import ipaddress

import pytest

from spiders.guard import is_public, literal, networks, refusal


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://localhost./",
        "http://printer.local/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://192.0.0.8/",
        "http://224.0.0.1/",
        "http://[ff02::1]/",
        "http://255.255.255.255/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:1::]/",
        "http://[fc00::1]/",
        "http://[fe80::1]/",
        "http://999.999.999.999/",
        "http://intranet/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "data:text/html,x",
        "javascript:alert(1)",
        "gopher://example.org/",
        "http://user:word@example.org/",
        "http://a@b\\@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://exa\tmple.org/",
        "http://example\u3002org/",
        "http://127\uff0e0\uff0e0\uff0e1/",
        "http:///nohost",
        "",
    ],
)
def test_addresses_that_are_not_for_us_are_refused(url: str) -> None:
    assert refusal(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://www.example.co.jp:8443/en/?a=1",
        "http://93.184.216.34/",
        "http://[2606:2800:220:1:248:1893:25c8:1946]/",
        "http://172.32.0.1/",
        "http://100.128.0.1/",
        "http://192.0.1.1/",
        "http://11.0.0.1/",
        "http://1and1.example.org/",
        "http://localhost.example.org/",
    ],
)
def test_public_addresses_pass(url: str) -> None:
    assert refusal(url) == ""


def test_allowed_networks_pass_and_their_neighbours_do_not() -> None:
    allow = networks(["127.0.0.0/8"])
    assert refusal("http://127.0.0.1:8080/", allow) == ""
    assert refusal("http://10.0.0.1/", allow)
    assert is_public(ipaddress.ip_address("127.9.9.9"), allow)
    assert not is_public(ipaddress.ip_address("::1"), allow)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("[::1]", "::1"),
        ("1.2.3.4", "1.2.3.4"),
        ("example.org", None),
        ("1.example.org", None),
    ],
)
def test_spellings_of_addresses_are_told_from_names(name: str, address: str | None) -> None:
    found = literal(name)
    assert (str(found) if found else None) == address
