"""Whose address a request comes from, as far as that can be known.

Anybody can write `X-Forwarded-For`, so it is read only when the socket's peer is a configured proxy, and then
from the right: the first address that is not a trusted proxy is the client. `Forwarded`, `X-Real-IP` and
their kind are never read.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import msgspec

# A chain longer than this is no chain of proxies.
_HOPS_MAX = 20


class Client(msgspec.Struct, frozen=True):
    """Where a request comes from.

    `address` is what limits count by: IPv4 whole, IPv6 by /64. It is held in memory and never stored.
    `network` is what may be stored: IPv4 by /24, IPv6 by /48.
    """

    address: str
    network: str


UNKNOWN = Client("unknown", "unknown")


class ClientAddresses:
    """Finds the client behind the proxies of an installation.

    `trusted` are networks such as `10.0.0.0/8` or single addresses; `unix` stands for whoever reaches us
    through a unix socket. ValueError names the first that is neither.
    """

    def __init__(self, trusted: Iterable[str]) -> None:
        names = tuple(trusted)
        self._trusts_socket = "unix" in names
        self._networks = tuple(ip_network(name) for name in names if name != "unix")
        # Addresses repeat from request to request, and reading one costs more than all the rest.
        self.of = lru_cache(maxsize=8192)(self._of)

    def trusts(self, peer: str | None) -> bool:
        """Whether what this peer says about a request is believed."""
        if peer is None:
            return self._trusts_socket
        return (found := _read(peer)) is not None and self._is_trusted(found)

    def _of(self, peer: str | None, forwarded_for: str) -> Client:
        """The client of a request, given the socket's peer and all `X-Forwarded-For` lines joined by commas."""
        if not self._networks and not self._trusts_socket:
            forwarded_for = ""
        nearest = _read(peer) if peer else None
        if forwarded_for and self.trusts(peer):
            for hop in reversed(forwarded_for.split(",")[-_HOPS_MAX:]):
                found = _read(hop.strip())
                if found is None:
                    # Past what cannot be read nothing is known; the last proxy that we believed stands for
                    # the client.
                    break
                nearest = found
                if not self._is_trusted(found):
                    break
        return UNKNOWN if nearest is None else _client(nearest)

    def _is_trusted(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._networks)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without a port, None for anything else. An IPv4 address inside IPv6 is that IPv4
    address.
    """
    if len(text) > 64:
        return None
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        # A zone (`fe80::1%eth0`) names a link of that machine and says nothing here.
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _client(address: IPv4Address | IPv6Address) -> Client:
    if isinstance(address, IPv4Address):
        return Client(str(address), str(ip_network((address, 24), strict=False)))
    return Client(str(ip_network((address, 64), strict=False)), str(ip_network((address, 48), strict=False)))
