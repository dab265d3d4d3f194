"""What jobs have made: kept under names that nobody can guess, for whoever started the job, thrown away in time."""

import secrets
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage

from petitions import errors
from petitions.models import Job, Lookup
from petitions.services import clock
from routing import rulebook

FOLDER, KEEP_DAYS = "jobs", 7


def keep(file: IO[bytes], form: str) -> str:
    """Store what a job has made; a job's result holds the returned name as `file`."""
    return default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.{form}", File(file))


def take(job_id: int, *, actor: Any, address: str | None = None, now: datetime | None = None) -> tuple[Job, bytes]:
    """The file of one's own job, and a row that says who took it. Raises Unknown, FileGone."""
    job = Job.objects.filter(pk=job_id, owner=actor).first()
    if job is None:
        raise errors.Unknown("没有找到这个文件；作业的文件只有发起人自己可以下载。")
    name = job.result.get("file", "")
    if not name or not default_storage.exists(name):
        raise errors.FileGone
    rows = int(job.result.get("rows") or job.result.get("problems") or 0)
    Lookup.objects.create(
        staff=actor, what=Lookup.What.EXPORT, said={"job": job.pk}, found=rows, at=now or clock.now(), address=address
    )
    with default_storage.open(name) as stored:
        return job, stored.read()


def forget_old(*, now: datetime) -> int:
    """Throw away the files whose time is over; the jobs stay. Returns how many."""
    days = float(rulebook.current().parameter("export.keep_days", KEEP_DAYS))
    old = Job.objects.filter(ended_at__lt=now - timedelta(days=days), result__has_key="file")
    for job in old:
        default_storage.delete(job.result.pop("file"))
        job.save(update_fields=["result"])
    return len(old)
