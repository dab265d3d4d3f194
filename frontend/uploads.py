"""Files that came with a form, as the service takes them; files that leave, as a browser may have them."""

import mimetypes
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from petitions.models import Attachment
from petitions.services import attachments
from petitions.services.attachments import Taken, Upload

# What the chooser of a phone offers; what is taken is decided by the content (petitions/media/sniff.py).
ACCEPT = "image/jpeg,image/png,image/webp,image/gif,audio/*,video/mp4,video/quicktime,video/webm,application/pdf"
SHOWN_INLINE = ("image", "audio", "video")
ENDINGS = {"image/jpeg": ".jpg", "audio/mp4": ".m4a", "audio/mpeg": ".mp3", "audio/amr": ".amr"}


def uploads_of(request: HttpRequest, field: str = "files") -> list[Upload]:
    key = request.POST.get("client_key", "")
    return [
        Upload(name=file.name or "", size=file.size or 0, content=file, key=key)
        for file in request.FILES.getlist(field)
    ]


def keep(request: HttpRequest, case_id: int, *, actor: Any, kind: str, assignment_id: int | None = None) -> Taken:
    """Keep what came with the form; each refused file is named on the next page."""
    uploads = uploads_of(request)
    if not uploads:
        return Taken((), ())
    taken = attachments.attach(case_id, uploads, actor=actor, kind=kind, assignment_id=assignment_id)
    say_refused(request, taken.refused)
    return taken


def say_kept(request: HttpRequest, taken: Taken) -> None:
    """On the next page: how many were kept, or that none had been chosen."""
    if taken.kept:
        messages.success(request, _("已收下 %(n)s 个附件。") % {"n": len(taken.kept)})
    elif not taken.refused:
        messages.error(request, _("请先选择文件。"))


def say_refused(request: HttpRequest, refused: Sequence[str]) -> None:
    for sentence in refused:
        messages.error(request, sentence)


def served(request: HttpRequest, attachment: Attachment, *, small: bool = False) -> HttpResponse:
    """The file itself: never as a page, never guessed at, kept by nobody in between."""
    source = attachment.thumbnail if small and attachment.thumbnail else attachment.file
    with source.open("rb") as stored:
        data = stored.read()
    response = _part(request, data)
    response["Content-Type"] = attachment.content_type
    as_file = attachment.family not in SHOWN_INLINE or "download" in request.GET
    response["Content-Disposition"] = content_disposition_header(as_file, download_name(attachment))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _part(request: HttpRequest, data: bytes) -> HttpResponse:
    """Players ask for a film in ranges (RFC 9110); one range is answered, anything else gets the whole."""
    start, end = _range(request.headers.get("Range", ""), len(data))
    if start is None:
        response = HttpResponse(data)
    else:
        response = HttpResponse(data[start : end + 1], status=206)
        response["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    response["Accept-Ranges"] = "bytes"
    return response


def _range(header: str, size: int) -> tuple[int | None, int]:
    first, dash, last = header.removeprefix("bytes=").partition("-")
    if not (header.startswith("bytes=") and dash and first.isdecimal()) or int(first) >= size:
        return None, 0
    return int(first), min(int(last), size - 1) if last.isdecimal() and int(last) >= int(first) else size - 1


def download_name(attachment: Attachment) -> str:
    """The sender's name with the ending of what is really in it: a file called .html must not open as a page."""
    if mimetypes.guess_type(attachment.name)[0] == attachment.content_type:
        return attachment.name
    ending = ENDINGS.get(attachment.content_type) or mimetypes.guess_extension(attachment.content_type) or ""
    return attachment.name + ending
