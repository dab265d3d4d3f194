"""Which network an answer came from, kept so that equal networks are seen as equal and nothing else can be read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from petitions.models.fields import blind_index

# A neighbourhood, an office or a carrier's gateway: never one person.
PREFIX = {4: 24, 6: 48}
# A wider range is not one office's any more.
MOST_NETWORKS = 256


def network_index(address: str | None) -> str:
    """The keyed hash of the address's /24 (IPv6: /48); '' for an address that cannot be read."""
    try:
        found = ipaddress.ip_address((address or "").strip().partition("%")[0])
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    network = ipaddress.ip_network((found, PREFIX[found.version]), strict=False)
    return blind_index(str(network))


def indexes_of(networks: list[str]) -> Iterator[str]:
    """The hashes of all networks within these ranges ('10.20.0.0/16'); a range that cannot be read, or that is
    wider than 256 networks, gives none."""
    for written in networks:
        try:
            whole = ipaddress.ip_network(str(written).strip(), strict=False)
        except ValueError:
            continue
        prefix = PREFIX[whole.version]
        if whole.prefixlen >= prefix:
            yield network_index(str(whole.network_address))
        elif 2 ** (prefix - whole.prefixlen) <= MOST_NETWORKS:
            yield from (blind_index(str(part)) for part in whole.subnets(new_prefix=prefix))
