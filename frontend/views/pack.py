"""证据包: everything that happened to a case on one sheet to print, with the proof that its history is whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.guards import signed_in
from frontend.views.case import seen_of
from petitions.queries import casefile
from petitions.services import privacy, seal


@signed_in
def pack(request: HttpRequest, no: str) -> HttpResponse:
    found = casefile.of(no, request.user)
    privacy.printed(found, actor=request.user, address=request.META.get("REMOTE_ADDR"))
    context = seen_of(found) | {"broken": [str(problem) for problem in seal.verify_case(found)]}
    return render(request, "pack.html", context)
