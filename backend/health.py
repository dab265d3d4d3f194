"""Is the system well, and if not, what should somebody do? One JSON answer for load balancers and for people."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nlp.models import TrainedModel
from petitions.models import Outbox

logger = logging.getLogger(__name__)

OUTBOX_LAG_SECONDS = 60  # the outbox is drained every second: a minute behind means that the worker stands still


@dataclass(frozen=True)
class Finding:
    issue: str
    action: str


def database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield from ()


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Finding(f"{len(missing)} migrations are not applied", "run `python manage.py migrate`")


def outbox() -> Iterator[Finding]:
    now = timezone.now()
    oldest = Outbox.objects.ready(now).aggregate(at=Min("next_try_at"))["at"]
    lag = (now - oldest).total_seconds() if oldest else 0
    if lag > OUTBOX_LAG_SECONDS:
        yield Finding(f"the outbox is {lag:.0f} s behind", "start a worker (`make worker`) and read its log")


def model() -> Iterator[Finding]:
    if not TrainedModel.objects.filter(kind=TrainedModel.Kind.CATEGORY, is_active=True).exists():
        yield Finding("no text model is trained, so nothing is classified", "run `python manage.py train`")


EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (database, migrations, outbox, model)


def examine() -> list[Finding]:
    """Return all findings; a database that fails ends the examination, since everything else asks it too."""
    findings: list[Finding] = []
    for examination in EXAMINATIONS:
        try:
            findings += examination()
        except DatabaseError as problem:
            logger.exception("Examination %s failed", examination.__name__)
            said = type(problem).__name__
            return [
                *findings,
                Finding(f"the database refuses ({said})", "see the log; check DATABASE_URL and its server"),
            ]
    return findings


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when well, 503 when not; needs no login, so it names no person and no secret."""
    findings = examine()
    report = {
        "healthy": not findings,
        "issues": [finding.issue for finding in findings],
        "actions": [finding.action for finding in findings],
    }
    return JsonResponse(report, status=503 if findings else 200)
