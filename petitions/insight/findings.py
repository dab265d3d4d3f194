"""What people make of a finding: explained or confirmed, with a reason that is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.insight.models import Finding, FindingAnswer
from petitions.services import clock, turns

TURN = "insight.findings"  # the daily run must not write over an answer, nor two bells the same finding


def wait_for_turn() -> None:
    """Whoever writes findings does so alone until the transaction ends."""
    turns.wait(TURN)


def answer(pk: int, *, actor: Any, state: str, reason: str, now: datetime | None = None) -> Finding:
    """Keep the answer beside those before it. Raises Unknown, NotYours, NoReason."""
    if not actor.has_role(*rules.SEE_FINDINGS):
        raise errors.NotYours
    if not reason.strip():
        raise errors.NoReason
    if state not in Finding.State.values:
        raise errors.Unknown
    with transaction.atomic():
        wait_for_turn()
        finding = Finding.objects.filter(pk=pk).first()
        if finding is None:
            raise errors.Unknown
        FindingAnswer.objects.create(
            finding=finding, state=state, reason=reason.strip(), by=actor, at=now or clock.now()
        )
        finding.state = state
        finding.save(update_fields=["state"])
    return finding
