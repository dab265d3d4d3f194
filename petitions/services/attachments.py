"""Files of a case: judged by their content, stored without the place they were made at, hidden instead of deleted.

A file that cannot be taken is refused with a sentence that names it; the others of the same upload are kept.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files.base import ContentFile

from petitions import errors, rules
from petitions.media.film import without_place
from petitions.media.photo import BrokenPhoto, TooManyPixels, read_photo
from petitions.media.sniff import HEAD, sniff
from petitions.models import Assignment, Attachment, Disclosure, Petition
from petitions.services import clock
from petitions.services.door import OpenCase, opened
from petitions.storable import storable
from routing import rulebook
from routing.rulebook import Rulebook

MB = 1024 * 1024
NAME_LIMIT = 160
KEY_LIMIT = 64
# Types whose place is painted over in the film itself; others carry none that phones write.
WITH_MOOV = ("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4")
WORDS = {"photo": "照片", "audio": "录音", "video": "视频", "pdf": "PDF"}


@dataclass(frozen=True)
class Upload:
    """One file as it was handed in. `key` is the sender's own name for it: the same key twice is one file."""

    name: str
    size: int
    content: BinaryIO
    key: str = ""


@dataclass(frozen=True)
class Judged:
    """A file that may be stored."""

    upload: Upload
    data: bytes
    content_type: str
    sha256: str
    facts: dict
    thumbnail: bytes = b""


@dataclass(frozen=True)
class Taken:
    kept: Sequence[Attachment]
    refused: Sequence[str]  # one sentence for each file that was not taken


def attach(
    petition_id: int,
    uploads: Iterable[Upload],
    *,
    actor: Any,
    kind: str = Attachment.Kind.HANDLING,
    assignment_id: int | None = None,
    now: datetime | None = None,
) -> Taken:
    """Keep what can be kept. Raises NotYours; a refused file is no error, its sentence stands in the result."""
    judged, refused = _judge_all(uploads)
    written: list[Attachment] = []
    if not judged:
        return Taken((), refused)
    try:
        with opened(petition_id, actor=actor, now=now or clock.now()) as case:
            if not rules.may_attach(case.petition, actor):
                raise errors.NotYours
            part = case.assignment(assignment_id) if assignment_id else None
            kept, too_many = _keep_all(case, judged, kind, part, written)
    except BaseException:
        # The rows are rolled back; their files would lie there for ever.
        for attachment in written:
            attachment.file.delete(save=False)
            attachment.thumbnail.delete(save=False)
        raise
    return Taken(kept, refused + too_many)


def judge(upload: Upload, limits: Rulebook) -> Judged:
    """What is in the file. Raises FileRefused with a sentence that names the file and what is wrong with it."""
    name = _name(upload)
    head = upload.content.read(HEAD)
    kind = sniff(head)
    if not head:
        raise errors.FileRefused(f"“{name}”是空文件，没有收下；请重新选择。")
    if kind is None:
        raise errors.FileRefused(f"“{name}”不是照片、录音、视频或 PDF，没有收下；文档请另存为 PDF 再传。")
    if kind.family == "heic":
        raise errors.FileRefused(
            f"“{name}”是 HEIC 照片，别人可能打不开，没有收下；请在相机设置里改为“兼容性最佳”，或截图后再传。"
        )
    most = float(limits.parameter(f"attachment.{kind.family}_mb", 20))
    if upload.size > most * MB:
        size = f"{upload.size / MB:.1f}"
        raise errors.FileRefused(
            f"“{name}”有 {size} MB，{WORDS[kind.family]}最大 {most:g} MB，没有收下；请压缩后再传。"
        )
    data = head + upload.content.read()
    sha256 = hashlib.sha256(data).hexdigest()
    if kind.family == "photo":
        return _judged_photo(upload, data, sha256, limits)
    data, facts = without_place(data) if kind.content_type in WITH_MOOV else (data, {})
    return Judged(upload, data, kind.content_type, sha256, facts)


def hide(attachment_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Attachment:
    """Take a file off the pages: it stays in the store, and the history says who hid it and why."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    petition_id = Attachment.objects.filter(pk=attachment_id).values_list("petition_id", flat=True).first()
    if petition_id is None:
        raise errors.Unknown("没有找到这个附件。")
    with opened(petition_id, actor=actor, now=now) as case:
        attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
        if not rules.may_hide_attachment(attachment, actor):
            raise errors.NotYours
        if attachment.hidden_at is None:
            attachment.hidden_at, attachment.hidden_by = now, actor
            attachment.save(update_fields=["hidden_at", "hidden_by"])
            case.record("hide_attachment", note=reason.strip(), data={"file": attachment.pk, "name": attachment.name})
    return attachment


def seen(attachment: Attachment, *, actor: Any, address: str | None = None, now: datetime | None = None) -> None:
    """A file of a confidential case was opened: who and when is kept."""
    if attachment.petition.confidential:
        reason = f"打开附件：{attachment.name}"[:200]
        Disclosure.objects.create(
            petition=attachment.petition,
            staff=actor,
            what="attachment",
            reason=reason,
            at=now or clock.now(),
            address=address,
        )


# ── inside ──
def _judged_photo(upload: Upload, data: bytes, sha256: str, limits: Rulebook) -> Judged:
    name = _name(upload)
    millions = float(limits.parameter("attachment.photo_megapixels", 60))
    try:
        photo = read_photo(
            data,
            longest=int(limits.parameter("attachment.photo_side", 2560)),
            most_pixels=int(millions * 1_000_000),
        )
    except TooManyPixels:
        raise errors.FileRefused(f"“{name}”超过 {millions:g} 百万像素，没有收下；请缩小后再传。") from None
    except BrokenPhoto:
        raise errors.FileRefused(f"“{name}”的照片内容已损坏，打不开，没有收下；请重新拍摄或换一张。") from None
    return Judged(upload, photo.data, photo.content_type, sha256, dict(photo.facts), photo.thumbnail)


def _judge_all(uploads: Iterable[Upload]) -> tuple[list[Judged], list[str]]:
    limits = rulebook.current()
    judged, refused = [], []
    for upload in uploads:
        try:
            judged.append(judge(upload, limits))
        except errors.FileRefused as refusal:
            refused.append(refusal.message)
    return judged, refused


def _keep_all(
    case: OpenCase, judged: list[Judged], kind: str, part: Assignment | None, written: list[Attachment]
) -> tuple[list[Attachment], list[str]]:
    """The rows of the files, and a sentence for each that found no room."""
    kept, too_many = [], []
    most = int(case.rules.parameter("attachment.most_per_case", 40))
    for each in judged:
        known = _known(case, each)
        if known is not None:
            kept.append(known)
        elif case.petition.attachments.shown().count() >= most:
            too_many.append(f"“{_name(each.upload)}”：{errors.TooManyFiles().message}")
        else:
            kept.append(_keep(case, each, kind, part, written))
    return kept, too_many


def _known(case: OpenCase, judged: Judged) -> Attachment | None:
    """The row that is there already when the same file was sent before."""
    rows, key = case.petition.attachments, judged.upload.key[:KEY_LIMIT]
    sent = rows.filter(client_key=key).first() if key else None
    return sent or rows.shown().filter(sha256=judged.sha256).first()


def _keep(case: OpenCase, judged: Judged, kind: str, part: Assignment | None, written: list[Attachment]) -> Attachment:
    attachment = Attachment(
        petition=case.petition,
        assignment=part,
        kind=kind,
        name=_name(judged.upload),
        content_type=judged.content_type,
        size=len(judged.data),
        sha256=judged.sha256,
        client_key=judged.upload.key[:KEY_LIMIT],
        facts=judged.facts,
        added_by=case.actor,
        added_at=case.now,
    )
    written.append(attachment)
    attachment.file.save(attachment.name, ContentFile(judged.data), save=False)
    if judged.thumbnail:
        attachment.thumbnail.save(attachment.name, ContentFile(judged.thumbnail), save=False)
    attachment.save()
    data = {"file": attachment.pk, "name": attachment.name, "kind": kind, "sha256": judged.sha256}
    case.record("attach", data=data, about=part)
    return attachment


def _name(upload: Upload) -> str:
    """What the sender called it, without a path and without what a page or a header could stumble over."""
    last = storable(upload.name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>').strip()
    return clean[-NAME_LIMIT:] or "未命名"


def of(attachment_id: int, staff: Any) -> Attachment:
    """The file as this person may open it. Raises Unknown also where it is hidden or the case is not theirs to see."""
    row = Attachment.objects.shown().filter(pk=attachment_id, petition__in=Petition.objects.visible_to(staff))
    found = row.select_related("petition").first()
    if found is None:
        raise errors.Unknown("没有找到这个附件，可能已被隐藏。")
    return found
