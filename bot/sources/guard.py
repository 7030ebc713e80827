"""Which addresses we may ask: public web servers only, never the network we run in.

A feed list is data from strangers, and a redirect is too. Either may name our own router, a cloud's metadata
service or a database next door, under many spellings. So every hop is checked twice: the address as written
(`Guard.check`), and each number its name resolves to (`GuardedResolver`), which is the number then connected to.
What is not plainly public is refused.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.errors import FetchError

WEB_PORTS = frozenset({80, 443})

_SCHEMES = ("http", "https")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
_NUMERIC_END = re.compile(r"(^|\.)([0-9]+|0x[0-9a-f]*)\.?$", re.ASCII)
"""A last label that the URL standard reads as part of an IPv4 number: 2130706433, 0x7f.1, 127.1. No domain has one."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): what a name server on an IPv6-only network answers for an IPv4 site, its number at the end."""

_UNSAFE_4 = (
    IPv4Network("192.0.0.0/24"),  # IETF protocols (RFC 6890); older Pythons call most of it global
    IPv4Network("192.88.99.0/24"),  # the withdrawn 6to4 relays (RFC 7526)
    IPv4Network("168.63.129.16/32"),  # Azure's own service to its machines, under a public-looking number
)

_UNSAFE_6 = (
    IPv6Network("2001::/23"),  # IETF protocols, Teredo among them, which hides an IPv4 number (RFC 4380)
    IPv6Network("2001:db8::/32"),  # documentation (RFC 3849)
    IPv6Network("2002::/16"),  # 6to4, an IPv4 number in disguise (RFC 3056)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637), unknown to older Pythons
)

_SCHEME_REMEDY = "Give an address that begins with http:// or https://."
_HOST_REMEDY = "Give the address of a public web server, by its name."


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be asked for: these ports, and numbers of the public internet unless `private` lets others in."""

    ports: frozenset[int] = WEB_PORTS
    private: bool = False

    def check(self, url: URL) -> None:
        """Refuse `url` unless it is a web address at a permitted port of a host that may be public.

        Raises:
            FetchError: permanent, saying what is wrong with the address.
        """
        if url.scheme not in _SCHEMES:
            raise _refused(f"{shown(url)} is not a web address.", _SCHEME_REMEDY)
        if url.user is not None or url.password is not None:
            raise _refused(
                f"{shown(url)} carries a user name or password.", "Leave it out: it would be stored."
            )
        if url.port not in self.ports:
            allowed = " or ".join(str(port) for port in sorted(self.ports))
            raise _refused(f"{shown(url)} asks for port {url.port}.", f"Only port {allowed} is fetched from.")
        self._check_host(url)

    def admits(self, host: str) -> bool:
        """Say whether the IP number `host` may be connected to."""
        return self.private or is_public(host)

    def _check_host(self, url: URL) -> None:
        host = url.raw_host or ""
        literal = _number(host)
        if literal is None and (not _HOST.fullmatch(host) or _NUMERIC_END.search(host)):
            raise _refused(f"{shown(url)} names no proper host.", _HOST_REMEDY)
        if literal is not None and not self.admits(host):
            raise _refused(f"{shown(url)} is not on the public internet.", _HOST_REMEDY)


class GuardedResolver(AbstractResolver):
    """A name resolver that keeps back every number its guard does not admit."""

    def __init__(self, inner: AbstractResolver, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve `host`.

        Raises:
            FetchError: if it has numbers, but none that may be connected to.
        """
        found = await self._inner.resolve(host, port, family)
        admitted = [answer for answer in found if self._guard.admits(answer["host"])]
        if found and not admitted:
            # Not permanent: a hijacked or half-configured network answers so for a day, for any name.
            raise FetchError(f"{host} is not on the public internet.", _HOST_REMEDY)
        return admitted

    async def close(self) -> None:
        """Close the resolver within."""
        await self._inner.close()


def is_public(host: str) -> bool:
    """Say whether the IP number `host` is one of the public internet. False for what is no IP number.

    An IPv6 number that carries an IPv4 one is judged by the one it leads to.
    """
    number = _number(host)
    if isinstance(number, IPv6Address):
        return _is_public_6(number)
    return number is not None and _is_public_4(number)


def shown(url: URL) -> str:
    """Give `url` for a message: without password, printable, 200 characters at most."""
    told = url.with_user(None) if url.raw_user is not None else url
    text = "".join(char if char.isprintable() else "?" for char in str(told))
    return text if len(text) <= 200 else f"{text[:199]}…"


def _is_public_4(number: IPv4Address) -> bool:
    # `is_global` is true of multicast, and leaves out 100.64/10 by itself.
    odd = number.is_multicast or any(number in network for network in _UNSAFE_4)
    return number.is_global and not odd


def _is_public_6(number: IPv6Address) -> bool:
    if number.ipv4_mapped is not None:
        return _is_public_4(number.ipv4_mapped)
    if number in _TRANSLATED:
        return _is_public_4(IPv4Address(int(number) & 0xFFFF_FFFF))
    unsafe = number.scope_id is not None or any(number in network for network in _UNSAFE_6)
    return number in _GLOBAL_UNICAST and not unsafe


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.replace("%25", "%"))
    except ValueError:
        return None


def _refused(message: str, remedy: str) -> FetchError:
    return FetchError(message, remedy, permanent=True)
