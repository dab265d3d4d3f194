"""A refusal is said once: as a sentence on the page, or as a problem document (RFC 9457) to a client of JSON.

Views show a refusal beside the form that caused it (`refuse`, `valid`); for JSON the same calls let it through to the
middleware, as does everything that no view expected. Nothing was changed when a refusal comes out of a service.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from petitions import errors
from petitions.errors import PetitionError

PROBLEM = "application/problem+json"
HTML_FIRST = ("text/html", PROBLEM, "application/json")
# What a person types and nobody shall find in an answer again.
SECRET = frozenset({"csrfmiddlewaretoken", "password", "code", "token"})
# A refusal that is not listed says that something was not filled in as it must be: 422.
STATUS: Mapping[type[PetitionError], HTTPStatus] = {
    kind: status
    for status, kinds in {
        HTTPStatus.FORBIDDEN: (
            errors.NotYours,
            errors.OwnReply,
            errors.SecondPersonNeeded,
            errors.SecondListener,
            errors.StaffMayNotRate,
            errors.SupervisorNeeded,
            errors.NotSigned,
            errors.NotYourCall,
            errors.OwnAccount,
        ),
        HTTPStatus.NOT_FOUND: (errors.Unknown, errors.LinkUnknown, errors.TelephonyOff),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (errors.TooMuchAtOnce,),
        HTTPStatus.TOO_MANY_REQUESTS: (errors.TooManyTries, errors.TooManyLookups),
        HTTPStatus.GONE: (errors.LinkUsed, errors.LinkExpired, errors.FileGone),
        HTTPStatus.CONFLICT: (
            errors.Conflict,
            errors.WrongState,
            errors.AlreadyEntered,
            errors.DraftMoved,
            errors.DraftGone,
            errors.DraftInUse,
            errors.WrongKind,
            errors.LeadNotOpen,
            errors.SplitTooLate,
            errors.UnitAlreadyReturned,
            errors.UndoTooLate,
            errors.AlreadySigned,
            errors.InConference,
            errors.NoticeConfirmed,
            errors.ReturnNotAllowed,
            errors.ReturnTooLate,
            errors.ExtensionNotAllowed,
            errors.NotCalled,
            errors.AssistsOpen,
            errors.AlreadyAsked,
            errors.AppealTooLate,
            errors.AttemptTooSoon,
            errors.RehandledTooOften,
            errors.ReopenTooLate,
            errors.NotPublished,
            errors.AlreadyHeard,
            errors.AlreadyWished,
            errors.AlreadySupervised,
            errors.ProposalDecided,
            errors.PreviewRunning,
            errors.IssueMoved,
            errors.IssueEditedSince,
            errors.AlertMoved,
            errors.StepUndone,
            errors.TaskReported,
            errors.EventClosed,
            errors.ReportRunning,
            errors.ReportMovedOn,
            errors.ItemMovedOn,
            errors.ReportNotMade,
            errors.ReportApproved,
            errors.MonthlyMoved,
            errors.MonthlyItemDone,
            errors.CallNotOver,
            errors.CallDone,
            errors.DialRunning,
            errors.NoAdapter,
            errors.NobodyWaits,
            errors.ViewNameTaken,
            errors.WorkLeft,
            errors.ChangedMeanwhile,
            errors.AreaStillUsed,
            errors.UnitStillUsed,
        ),
    }.items()
    for kind in kinds
}


class FormInvalid(Exception):
    """A form that was not filled in as it must be, on its way to a client that wants JSON."""

    def __init__(self, form: Form):
        super().__init__()
        self.form = form


def kinds() -> list[type[PetitionError]]:
    """Every refusal there is, in the order of the file."""
    found = [kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PetitionError)]
    return sorted(found, key=lambda kind: inspect.getsourcelines(kind)[1])


def slug_of(kind: type) -> str:
    """WrongState → wrong-state."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def status_of(refusal: PetitionError) -> int:
    return next((STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS), HTTPStatus.UNPROCESSABLE_ENTITY)


# ── what views call ──
def wants_json(request: HttpRequest) -> bool:
    """Only a client that ranks JSON above a page; `*/*` is a browser."""
    return not getattr(request, "htmx", False) and request.get_preferred_type(HTML_FIRST) in HTML_FIRST[1:]


def valid(request: HttpRequest, form: Form) -> bool:
    """Whether the form may be carried out. Raises FormInvalid for a client that wants JSON."""
    if not form.is_valid() and wants_json(request):
        raise FormInvalid(form)
    return form.is_valid()


def refuse(request: HttpRequest, form: Form, refusal: PetitionError) -> int:
    """Put the refusal into the form and return the status of the page. For JSON it is raised again."""
    if wants_json(request):
        raise refusal
    form.add_error(None, refusal.message)
    return status_of(refusal)


class SayRefusals:
    """Middleware: what no view showed becomes a page of its own, or a problem document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _asks_to_log_in(response) and wants_json(request):
            return _bare_problem(HTTPStatus.UNAUTHORIZED, response)
        is_bare = response.status_code >= 400 and not response.headers.get("Content-Type", "").startswith(PROBLEM)
        if is_bare and wants_json(request):
            return _bare_problem(HTTPStatus(response.status_code), response)
        return response

    def process_exception(self, request: HttpRequest, raised: Exception) -> HttpResponse | None:
        if isinstance(raised, FormInvalid):
            return _invalid(request, raised.form)
        if isinstance(raised, Http404) and wants_json(request):
            raised = errors.Unknown(_("没有找到这个地址。"))
        if not isinstance(raised, PetitionError):
            return None
        return problem(request, raised) if wants_json(request) else page(request, raised)


# ── how it is said ──
def page(request: HttpRequest, refusal: PetitionError) -> HttpResponse:
    template = "parts/refusal.html" if getattr(request, "htmx", False) else "refusal.html"
    return render(request, template, {"refusal": refusal}, status=status_of(refusal))


def problem(request: HttpRequest, refusal: PetitionError, **more: Any) -> JsonResponse:
    """type: an address that explains it; title: the rule; detail: this very case; kept: what became of the input."""
    kind = type(refusal)
    title = kind().message
    return _document(request, status_of(refusal), slug_of(kind), title, refusal.message, **more)


def _invalid(request: HttpRequest, form: Form) -> JsonResponse:
    said = [
        {"field": "" if name == "__all__" else name, "detail": message}
        for name, messages in form.errors.items()
        for message in messages
    ]
    title = _("有几处没有填对，请改正后再提交。")
    return _document(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", title, said[0]["detail"], errors=said)


def _document(request: HttpRequest, status: int, slug: str, title: str, detail: str, **more: Any) -> JsonResponse:
    told = {
        "type": f"{settings.SITE_URL}{reverse('problems')}#{slug}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "instance": request.path,
        "kept": {"saved": False, "note": _("没有改动任何内容；提交的内容原样附在 input。"), "input": _input(request)},
    }
    return JsonResponse(told | more, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})


def _asks_to_log_in(response: HttpResponse) -> bool:
    return response.status_code == HTTPStatus.FOUND and response.headers["Location"].startswith(settings.LOGIN_URL)


def _bare_problem(status: HTTPStatus, response: HttpResponse) -> JsonResponse:
    """Answers of Django itself (not logged in, wrong method, no token): the status says all that is known."""
    told = {"type": "about:blank", "title": status.phrase, "status": int(status)}
    answer = JsonResponse(told, status=status, content_type=PROBLEM)
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            answer[name] = response.headers[name]
    return answer


def _input(request: HttpRequest) -> dict[str, list[str]]:
    return {name: values for name, values in request.POST.lists() if name not in SECRET}
