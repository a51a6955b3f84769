"""Which addresses are out in the open internet, so that a configured URL cannot be bent to reach what stands beside us.

The list is our own: what `ipaddress.is_global` says differs between Python versions, and some let through the
metadata addresses of clouds, translation prefixes and multicast. Sources: the IANA registries of special-purpose
addresses (RFC 6890).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_CLOSED_V4: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# Everything outside is not global unicast: loopback, unique local, link local, multicast, and the prefixes that
# carry an IPv4 address (::ffff:0:0/96, 64:ff9b::/96 and 64:ff9b:1::/48), behind which anything may stand.
_OPEN_V6: Final = ip_network("2000::/3")
# Within it: Teredo, benchmarking, ORCHID and their kind; documentation; 6to4; documentation again.
_CLOSED_V6: Final = tuple(ip_network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def is_public(address: str) -> bool:
    """Whether this address (not a name) is that of a host in the open internet. ValueError for what is no address."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _CLOSED_V4)
    # A zone (`%eth0`) makes sense for link-local addresses only.
    return found.scope_id is None and found in _OPEN_V6 and not any(found in network for network in _CLOSED_V6)
