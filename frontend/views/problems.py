"""What each refusal means: the page that the `type` of a problem document leads to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend import refusals
from frontend.guards import public


@public
def listing(request: HttpRequest) -> HttpResponse:
    rows = [
        {"slug": refusals.slug_of(kind), "status": int(refusals.status_of(kind())), "sentence": kind().message}
        for kind in refusals.kinds()
    ]
    return render(request, "problems.html", {"rows": rows})
