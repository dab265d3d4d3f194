"""How often one address may try a secret: a password, a query code."""

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


def forget(request: HttpRequest, what: str, name: str = "") -> None:
    """The right answer came: the tries before it no longer count."""
    cache.delete(_key(request, what, name))


def _key(request: HttpRequest, what: str, name: str) -> str:
    return f"tries:{what}:{request.META.get('REMOTE_ADDR')}:{sha256(name.encode()).hexdigest()[:16]}"
