"""Where webhooks may lead: to the public internet, and to networks that a setting allows.

Whoever may name an address could otherwise reach, through this server, what only this server reaches. A name is
resolved once, its addresses are checked, and the connection goes to one of those. An address that is written as numbers
is refused when the webhook is made: no later lookup can make it another.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

import httpx

from jifen.intake.asking.scalars import Malformed
from jifen.settings import webhook_networks
from jifen.wording import Mendable, Said

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST_URL: Final = 500
_UNICAST: Final = IPv6Network("2000::/3")
_CARRIES_IPV4: Final = IPv6Network("2002::/16")
_PORTS: Final = {"http": 80, "https": 443}
_OF_THIS_MACHINE: Final = ("127.0.0.1", "::1")


class WrongNetworks(Mendable, ValueError):
    """The setting of allowed networks cannot be read."""


class Forbidden(Exception):
    """No address of a name may be reached."""


def allowed_networks() -> tuple[Network, ...]:
    """The networks that the setting allows besides the public internet. Raises WrongNetworks."""
    found: list[Network] = []
    for written in filter(None, (part.strip() for part in webhook_networks().split(","))):
        try:
            found.append(ip_network(written))
        except ValueError:
            raise WrongNetworks(
                Said(
                    f"JIFEN_WEBHOOK_NETWORKS: {written} is no network",
                    f"JIFEN_WEBHOOK_NETWORKS：{written} 不是网段",
                ),
                Said("Write as 10.1.0.0/16, 127.0.0.1/32.", "请写成 10.1.0.0/16, 127.0.0.1/32。"),
            ) from None
    return tuple(found)


def checked_url(written: str) -> str:
    """An address that a webhook may have. Raises Malformed."""
    try:
        url = httpx.URL(written)
        url.raw_host.decode("ascii").encode("idna")  # as whoever resolves it will
        known = url.scheme in _PORTS and bool(url.host)
    except (httpx.InvalidURL, UnicodeError):
        known = False
    if not known or len(written) > LONGEST_URL:
        raise Malformed("/url", "expected an address as https://…", "应为网址，如 https://…")
    if url.userinfo or url.fragment:
        raise Malformed(
            "/url",
            "an address has no user, password or fragment",
            "网址中不能有用户名、密码或片段",
        )
    return str(url)


def refuse_closed(written: str) -> None:
    """Refuse an address that shows without a lookup that it may not be reached. Raises Malformed, WrongNetworks."""
    url = httpx.URL(written)
    addresses = _written_addresses(_host(url))
    if not addresses:
        return
    allowed, encrypted = allowed_networks(), url.scheme == "https"
    if any(may_be_reached(address, allowed, encrypted=encrypted) for address in addresses):
        return
    if any(_is_public(address) for address in addresses):
        raise Malformed("/url", "expected https://…", "应为 https://…")
    raise Malformed(
        "/url",
        f"{url.host} is no address of the public internet; whoever runs the server may allow its network by "
        "JIFEN_WEBHOOK_NETWORKS",
        f"{url.host} 不是公网地址；如需访问，请服务器管理员用 JIFEN_WEBHOOK_NETWORKS 放行所在网段",
    )


def _written_addresses(host: str) -> list[Address]:
    """The addresses that a host says itself, however its numbers are written; none where it must be looked up."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return [ip_address(address) for address in _OF_THIS_MACHINE]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return []
    return [ip_address(str(one[4][0])) for one in found]


def port_of(url: httpx.URL) -> int:
    """The port of an address, which need not say it."""
    return url.port or _PORTS[url.scheme]


def host_of(written: str) -> str:
    """Where an address leads, without what its path may give away."""
    return httpx.URL(written).netloc.decode("ascii")


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").strip("[]")


async def checked_addresses(url: httpx.URL, allowed: Sequence[Network]) -> list[str]:
    """The addresses of a URL's host that may be reached. Raises OSError if there are none, UnicodeError if there can be
    none, Forbidden if none may be.

    Without TLS only allowed networks are reached: what passes the internet is encrypted.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(_host(url), port_of(url), type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    open_ones = [
        address
        for address in addresses
        if may_be_reached(ip_address(address), allowed, encrypted=url.scheme == "https")
    ]
    if not open_ones:
        raise Forbidden
    return open_ones


def may_be_reached(address: Address, allowed: Sequence[Network], *, encrypted: bool) -> bool:
    """Whether a webhook may be told at an address."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in allowed):
        return True
    return encrypted and _is_public(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (
        address not in _UNICAST or address in _CARRIES_IPV4 or address.scope_id
    ):
        return False
    return address.is_global and not address.is_multicast
