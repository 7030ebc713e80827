"""No spelling of an inner address gets through, and ordinary web addresses do."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.errors import FetchError
from bot.sources.guard import Guard, GuardedResolver, is_public, shown


class Names(AbstractResolver):
    """A name server that answers any name with the given numbers."""

    def __init__(self, *numbers: str) -> None:
        self.numbers = numbers
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=number, port=port, family=family, proto=0, flags=0)
            for number in self.numbers
        ]

    async def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    "number",
    [
        "8.8.8.8",
        "93.184.215.14",
        "172.32.0.1",
        "100.63.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:80b::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_a_number_of_the_public_internet_is_admitted(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("127.0.0.1", id="loopback"),
        pytest.param("0.0.0.0", id="this host"),  # noqa: S104 - refused, not bound
        pytest.param("10.1.2.3", id="private 10"),
        pytest.param("172.16.0.1", id="private 172"),
        pytest.param("192.168.0.1", id="private 192"),
        pytest.param("169.254.169.254", id="cloud metadata"),
        pytest.param("100.64.0.1", id="carrier NAT"),
        pytest.param("100.100.100.200", id="cloud metadata behind carrier NAT"),
        pytest.param("192.0.0.192", id="cloud metadata in a protocol range"),
        pytest.param("168.63.129.16", id="cloud service under a public number"),
        pytest.param("192.88.99.1", id="6to4 relay"),
        pytest.param("198.18.0.1", id="benchmark"),
        pytest.param("203.0.113.5", id="documentation"),
        pytest.param("224.0.0.1", id="multicast"),
        pytest.param("240.0.0.1", id="reserved"),
        pytest.param("255.255.255.255", id="broadcast"),
        pytest.param("::", id="unspecified 6"),
        pytest.param("::1", id="loopback 6"),
        pytest.param("::127.0.0.1", id="IPv4-compatible"),
        pytest.param("::ffff:127.0.0.1", id="IPv4-mapped"),
        pytest.param("::ffff:a9fe:a9fe", id="IPv4-mapped metadata in hex"),
        pytest.param("::ffff:0:127.0.0.1", id="IPv4-translated"),
        pytest.param("64:ff9b::7f00:1", id="NAT64 of loopback"),
        pytest.param("64:ff9b::a9fe:a9fe", id="NAT64 of metadata"),
        pytest.param("64:ff9b:1::808:808", id="local NAT64"),
        pytest.param("2002:7f00:1::", id="6to4 of loopback"),
        pytest.param("2001:0:4136:e378:8000:63bf:3fff:fdd2", id="Teredo"),
        pytest.param("2001:db8::1", id="documentation 6"),
        pytest.param("3fff::1", id="newer documentation 6"),
        pytest.param("fd00:ec2::254", id="cloud metadata 6"),
        pytest.param("fe80::1", id="link local"),
        pytest.param("fe80::1%eth0", id="link local with zone"),
        pytest.param("2606:4700:4700::1111%eth0", id="public number with zone"),
        pytest.param("fec0::1", id="site local"),
        pytest.param("ff02::1", id="multicast 6"),
        pytest.param("2130706433", id="decimal"),
        pytest.param("0177.0.0.1", id="octal"),
        pytest.param("example.org", id="a name"),
        pytest.param("", id="nothing"),
    ],
)
def test_any_other_number_is_kept_back(number: str) -> None:
    assert not is_public(number)


@given(st.ip_addresses(v=4, network="127.0.0.0/8") | st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_no_way_to_carry_an_inner_number_in_ipv6_gets_through(number: object) -> None:
    assert not is_public(f"::ffff:{number}")
    assert not is_public(f"64:ff9b::{number}")
    assert not is_public(f"::{number}")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/feed",
        "https://example.org:443/a?b=c#d",
        "HTTPS://Example.ORG./",
        "https://münchen.example/",
        "https://under_score.example.org/",
        "http://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://1und1.example.de/",
    ],
)
def test_an_ordinary_web_address_passes(url: str) -> None:
    Guard().check(URL(url))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://example.org/", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("gopher://example.org/", "not a web address"),
        ("example.org/feed", "not a web address"),
        ("", "not a web address"),
        ("http:///nothing", "names no proper host"),
        ("http://someone:secret@example.org/", "user name or password"),
        ("http://someone@example.org/", "user name or password"),
        ("http://example.org:22/", "asks for port 22"),
        ("http://example.org:0/", "asks for port 0"),
        ("https://example.org:8443/", "asks for port 8443"),
        ("http://127.0.0.1/", "not on the public internet"),
        ("http://[::1]/", "not on the public internet"),
        ("http://[::ffff:127.0.0.1]/", "not on the public internet"),
        ("http://[fe80::1%25eth0]/", "not on the public internet"),
        ("http://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("http://127。0。0。1/", "not on the public internet"),
        ("http://①②⑦.0.0.1/", "not on the public internet"),
        ("http://2130706433/", "names no proper host"),
        ("http://0x7f000001/", "names no proper host"),
        ("http://0x7f.1/", "names no proper host"),
        ("http://0177.0.0.1/", "names no proper host"),
        ("http://127.1/", "names no proper host"),
        ("http://127.0.0.1./", "names no proper host"),
        ("http://0/", "names no proper host"),
        ("http://%31%32%37.0.0.1/", "names no proper host"),
        ("http://exa mple.org/", "names no proper host"),
        ("http://a..example.org/", "names no proper host"),
    ],
)
def test_any_other_address_is_refused_for_good_and_says_why(url: str, says: str) -> None:
    with pytest.raises(FetchError, match=says) as refused:
        Guard().check(URL(url))
    assert refused.value.permanent
    assert refused.value.remedy
    assert "secret" not in str(refused.value)


def test_private_addresses_and_other_ports_pass_only_when_asked_for() -> None:
    Guard(ports=frozenset({8000}), private=True).check(URL("http://127.0.0.1:8000/"))
    with pytest.raises(FetchError, match="asks for port 80"):
        Guard(ports=frozenset({8000}), private=True).check(URL("http://127.0.0.1/"))


@pytest.mark.asyncio
async def test_a_name_is_resolved_to_its_public_numbers_only() -> None:
    inner = Names("10.0.0.1", "8.8.8.8", "::1")
    found = await GuardedResolver(inner, Guard()).resolve("example.org", 80)
    assert [answer["host"] for answer in found] == ["8.8.8.8"]


@pytest.mark.asyncio
async def test_a_name_with_inner_numbers_only_is_refused() -> None:
    with pytest.raises(FetchError, match=r"example\.org is not on the public internet"):
        await GuardedResolver(Names("10.0.0.1"), Guard()).resolve("example.org", 80)


@pytest.mark.asyncio
async def test_closing_closes_the_resolver_within() -> None:
    inner = Names()
    await GuardedResolver(inner, Guard()).close()
    assert inner.closed


def test_an_address_is_shown_on_one_short_line_without_its_password() -> None:
    assert shown(URL("https://me:secret@example.org/a")) == "https://example.org/a"
    assert len(shown(URL("https://example.org/" + "a" * 5000))) == 200


def parsed(text: str) -> URL | None:
    try:
        return URL(text)
    except ValueError:
        return None


@given(st.text(max_size=60).map(lambda host: parsed(f"http://{host}/x")))
def test_no_address_can_put_a_control_character_into_a_message(url: URL | None) -> None:
    assert url is None or shown(url).isprintable()
