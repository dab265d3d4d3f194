"""What happens at the door leaves audit rows: who came in, who could not, who left, and what left as a file."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponse

from petitions.storable import storable
from routing import audit
from routing.models import Staff

LONGEST_PATH = 250
# These leave rows of their own, which say more than the address of the page.
TRACED_ELSEWHERE = frozenset({"case-pack", "case-export", "job-file", "file", "file-small"})


def address_of(request: HttpRequest | None) -> str | None:
    """Where the request came from, as audit rows keep it."""
    return request.META.get("REMOTE_ADDR") if request else None


def connect() -> None:
    """Hear of every login, whichever page it happens on: ours or Django's admin."""
    user_logged_in.connect(_came_in, dispatch_uid="audit-in")
    user_logged_out.connect(_left, dispatch_uid="audit-out")
    user_login_failed.connect(_failed, dispatch_uid="audit-failed")


def stopped(request: HttpRequest, username: str) -> None:
    """The tries of this quarter of an hour are used up."""
    person = Staff.objects.filter(username=storable(username)[:150]).first()
    audit.note(
        audit.Kind.LOGIN_STOPPED,
        actor=None,
        subject=_subject(person),
        words=_known(person),
        address=address_of(request),
    )


def _came_in(sender: Any, request: HttpRequest, user: Staff, **_: Any) -> None:
    audit.note(audit.Kind.LOGIN, actor=user, subject=_subject(user), words=user.username, address=address_of(request))


def _left(sender: Any, request: HttpRequest, user: Staff | None, **_: Any) -> None:
    if user:
        audit.note(
            audit.Kind.LOGOUT, actor=user, subject=_subject(user), words=user.username, address=address_of(request)
        )


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    person = Staff.objects.filter(username=str(credentials.get("username", ""))[:150]).first()
    audit.note(
        audit.Kind.LOGIN_FAILED, actor=None, subject=_subject(person), words=_known(person), address=address_of(request)
    )


def _subject(person: Staff | None) -> str:
    return f"staff:{person.pk}" if person else ""


def _known(person: Staff | None) -> str:
    """The account that was tried. A name that is no account may be a password typed into the wrong field: not kept."""
    return person.username if person else "没有这个工号"


class NoteExports:
    """Middleware: every file that a member of staff takes away leaves a row, whichever page made it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self._is_export(request, response):
            audit.note(
                audit.Kind.EXPORT,
                actor=request.user,
                subject=f"page:{request.resolver_match.url_name}",
                words=request.get_full_path()[:LONGEST_PATH],
                address=address_of(request),
            )
        return response

    @staticmethod
    def _is_export(request: HttpRequest, response: HttpResponse) -> bool:
        if not response.headers.get("Content-Disposition", "").startswith("attachment"):
            return False
        found = request.resolver_match
        return request.user.is_authenticated and found is not None and found.url_name not in TRACED_ELSEWHERE
