"""How often one address may try a secret: a password, a query code."""

from collections.abc import Iterable
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

# Five tries in a quarter of an hour: enough for a tired person, too few for a list of passwords.
MOST = 5
WINDOW = 15 * 60


def too_many(request: HttpRequest, what: str, name: str = "", *, most: int = MOST) -> bool:
    """Count this try; True when the ones before have used up the window."""
    key = _key(request, what, name)
    cache.add(key, 0, WINDOW)
    return cache.incr(key) > most


def used_up(request: HttpRequest, what: str, name: str = "") -> bool:
    """Whether the tries of this window are used up; this one is not counted."""
    return cache.get(_key(request, what, name), 0) >= MOST


def is_first_beyond(request: HttpRequest, what: str, name: str = "") -> bool:
    """Whether this is the try that was refused first; of the many after it nobody needs to be told."""
    return cache.get(_key(request, what, name), 0) == MOST + 1


def forget(request: HttpRequest, what: str, name: str = "") -> None:
    """The right answer came: the tries before it no longer count."""
    cache.delete(_key(request, what, name))


def forget_from(addresses: Iterable[str | None], what: str, name: str) -> None:
    """Somebody answers for this name: its tries from these addresses no longer count."""
    cache.delete_many([_key_from(address, what, name) for address in addresses])


def _key(request: HttpRequest, what: str, name: str) -> str:
    return _key_from(request.META.get("REMOTE_ADDR"), what, name)


def _key_from(address: str | None, what: str, name: str) -> str:
    return f"tries:{what}:{address}:{sha256(name.encode()).hexdigest()[:16]}"
