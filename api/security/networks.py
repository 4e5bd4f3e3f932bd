"""Where a request comes from: addresses behind trusted proxies, and the staff allow-list. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from knowledge.errors import ConfigurationError

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def parse_networks(blocks: Sequence[str], setting: str) -> tuple[Network, ...]:
    """CIDR blocks (or single addresses) of a setting. Raises ConfigurationError naming the setting."""
    try:
        return tuple(ip_network(block.strip(), strict=False) for block in blocks)
    except ValueError as exc:
        raise ConfigurationError(
            f"設定 {setting} に読み取れないネットワークがあります。192.0.2.0/24 の形で書いてください。"
        ) from exc


def parse_address(text: str) -> Address | None:
    """An address, IPv4-mapped IPv6 as IPv4; None when the text is none (a Unix socket, a forged header)."""
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def within(address: str, networks: Sequence[Network]) -> bool:
    parsed = parse_address(address)
    return parsed is not None and any(parsed.version == network.version and parsed in network for network in networks)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The address nearest to us that is not one of our own proxies.

    X-Forwarded-For is believed only from a trusted peer and only from the right: what stands left of the first
    untrusted hop was written by the caller.
    """
    client = peer
    for hop in reversed(forwarded_for.split(",") if forwarded_for else []):
        if not within(client, trusted):
            break
        address = parse_address(hop)
        if address is None:
            break
        client = str(address)
    return client
