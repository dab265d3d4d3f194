"""Lists that go on: the address of what comes next."""

from django.http import HttpRequest


def next_page(request: HttpRequest, after: str) -> str:
    """This list from `after` on, with all its filters; empty where the list has ended."""
    if not after:
        return ""
    query = request.GET.copy()
    query["after"] = after
    return f"{request.path}?{query.urlencode()}"
