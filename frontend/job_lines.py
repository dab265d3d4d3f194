"""A long work in words: what it is, how far, how fast, how long still, and where its result is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions import rules
from petitions.insight import checking
from petitions.insight.models import ReportVersion
from petitions.insight.monthly import asking as measuring
from petitions.insight.reports import making
from petitions.insight.topics import asking as grouping
from petitions.models import Job
from petitions.services import catalogue_impact, clock, exporting, jobs
from petitions.services.importing import run as importing

State = Job.State
WORDS = {
    exporting.KIND: gettext_lazy("导出工单"),
    importing.KIND: gettext_lazy("导入工单"),
    making.KIND: gettext_lazy("生成通报"),
    checking.KIND: gettext_lazy("核对考核成绩"),
    measuring.KIND: gettext_lazy("测算每月一题成效"),
    grouping.KIND: gettext_lazy("重新归类月度主题"),
    catalogue_impact.KIND: gettext_lazy("目录影响预览"),
}
LOOKS = {State.WAITING: "wait", State.DONE: "done", State.FAILED: "over", State.CANCELLED: "idle"}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Line:
    job: Job
    word: Any
    look: str
    state_word: str
    is_running: bool
    rate: int | None  # steps a minute so far
    left: str  # how long still, in words; '' where nobody knows
    said: tuple[str, ...]  # what came of it
    result: tuple[str, Any] | None  # (address, word)
    may_stop: bool


def waited_for(job: Job | None, person: Any, *, now: datetime) -> Line | None:
    """A work on the page that waits for it, while it runs and where it came to nothing; that page is its result."""
    if job is None or job.state == State.DONE:
        return None
    return replace(_line(job, person, {}, now), result=None)


def lines_of(found: Iterable[Job], person: Any, *, now: datetime) -> list[Line]:
    """One statement for all rows."""
    rows = list(found)
    of_report = ReportVersion.objects.filter(job__in=[job.pk for job in rows if job.kind == making.KIND])
    reports = dict(of_report.values_list("job_id", "report_id"))
    return [_line(job, person, reports, now) for job in rows]


def seconds_left(job: Job, now: datetime) -> int | None:
    """From the pace so far; None until there is one."""
    if not (job.started_at and job.done) or job.state != State.RUNNING:
        return None
    gone = (now - job.started_at).total_seconds()
    return round(gone / job.done * (job.total - job.done))


def file_name(job: Job) -> tuple[str, str]:
    """What a job's file is called, and its type."""
    form = job.result["file"].rpartition(".")[2]
    if job.kind == exporting.KIND:
        return f"{exporting.name_at(job.created_at)}.{form}", TYPES[form]
    return f"导入未成功的行_{clock.local(job.created_at):%Y%m%d_%H%M}.{form}", TYPES[form]


# ── inside ──
def _line(job: Job, person: Any, reports: dict[int, int], now: datetime) -> Line:
    is_running = job.state in jobs.UNFINISHED
    return Line(
        job=job,
        word=WORDS.get(job.kind, job.kind),
        look=LOOKS.get(State(job.state), "doing"),
        state_word=State(job.state).label,
        is_running=is_running,
        rate=_rate(job, now) if is_running else None,
        left=_left(seconds_left(job, now)),
        said=tuple(_said(job)),
        result=_result(job, person, reports),
        may_stop=is_running and job.kind in jobs.STOPPABLE and rules.may_stop_job(job, person),
    )


def _rate(job: Job, now: datetime) -> int | None:
    if not (job.started_at and job.done):
        return None
    return round(60 * job.done / max((now - job.started_at).total_seconds(), 1))


def _left(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        return _("还要约 %(n)s 秒") % {"n": max(seconds, 1)}
    return _("还要约 %(n)s 分钟") % {"n": round(seconds / 60)}


def _said(job: Job) -> Iterable[str]:
    if job.kind == exporting.KIND and job.state == State.DONE:
        yield _("%(n)s 件") % {"n": job.result.get("rows", 0)}
    if job.kind == importing.KIND and job.result:
        told = {"new": job.result.get("new", 0), "there": job.result.get("there_already", 0)}
        yield _("新增 %(new)s 件，以前已导入 %(there)s 件") % told
        yield _("有问题 %(n)s 行") % {"n": job.result.get("problems", 0)}
    if job.kind == checking.KIND and job.state == State.DONE:
        yield _("%(n)s 处不一致") % {"n": job.result.get("differing", 0)}
    if job.kind == grouping.KIND and job.state == State.DONE:
        yield _("%(cases)s 件归入 %(topics)s 个主题") % job.result


def _result(job: Job, person: Any, reports: dict[int, int]) -> tuple[str, Any] | None:
    """Where to go for what it made, for those whom that page lets in."""
    if job.result.get("file"):
        word = _("下载未成功的行") if job.kind == importing.KIND else _("下载文件")
        return (reverse("job-file", args=[job.pk]), word) if job.owner_id == person.pk else None
    if job.pk in reports and person.has_role(*rules.SEE_SCORES):
        return reverse("report", args=[reports[job.pk]]), _("看通报")
    if job.kind == catalogue_impact.KIND and person.has_role(*rules.SEE_CATALOGUE):
        return reverse("catalogue-impact"), _("看预览")
    if job.kind == checking.KIND and person.has_role(*rules.SEE_SCORES):
        return reverse("scorecard-publications"), _("看核对结果")
    if job.kind == measuring.KIND and person.has_role(*rules.SEE_MONTHLY):
        return reverse("monthly-file", args=[job.params["issue"]]), _("看成效")
    if job.kind == grouping.KIND and person.has_role(*rules.SEE_TOPICS):
        return f"{reverse('topic-months')}?month={job.params['month'][:7]}", _("看主题")
    return None
