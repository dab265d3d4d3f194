"""POST /telephony/events/: a telephone system tells what happened to its calls (docs/howto/telephony.md)."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontend import telephony
from frontend.guards import public
from frontend.refusals import problem
from petitions.call_signature import HEADER
from petitions.errors import PetitionError, TooMuchAtOnce


@public  # the signature is the guard
@csrf_exempt
@require_POST
def events(request: HttpRequest) -> JsonResponse:
    """200 with one result for each message; 403, 404, 413 or 422 as a problem document when nothing was read."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > telephony.LARGEST:
            raise TooMuchAtOnce
        provider = telephony.speaker(request.body, request.headers.get(HEADER, ""))
        found = telephony.messages_in(request.body)
    except PetitionError as refusal:
        return problem(request, refusal)
    results = telephony.take_all(found, provider=provider)
    return JsonResponse({"results": results}, json_dumps_params={"ensure_ascii": False})
