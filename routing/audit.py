"""One row for what somebody will ask about later: who, what, from which value to which, why, from where."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from routing.models import AuditEntry, Staff

Kind = AuditEntry.Kind


def note(
    kind: str,
    *,
    actor: Staff | None,
    subject: str = "",
    words: str = "",
    before: Any = None,
    after: Any = None,
    reason: str = "",
    address: str | None = None,
    now: datetime | None = None,
) -> AuditEntry:
    """Append a row in the caller's transaction: it is kept exactly when the change is. `words` name no caller."""
    return AuditEntry.objects.create(
        at=now or timezone.now(),
        actor=actor,
        kind=kind,
        subject=subject[:120],
        words=words[:300],
        before=before,
        after=after,
        reason=reason[:200],
        address=address,
    )
