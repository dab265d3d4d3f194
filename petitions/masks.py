"""How an address is shown to people who need not know it."""

from urllib.parse import urlsplit


def mask(address: str) -> str:
    """Enough to tell two recipients apart, too little to find one: 138****1111, h***@example.org, host of a URL."""
    if address.startswith("http"):
        return urlsplit(address).hostname or ""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 11 else "****" + address[-2:]
