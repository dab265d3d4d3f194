"""Who makes a change, from where, why, and which state of things they looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.services import clock
from routing import audit
from routing.models import AuditEntry, Staff


@dataclass(frozen=True)
class By:
    """`seen` is the latest audit row of the subject that the person's page knew: 0 for none, None not to ask."""

    actor: Staff
    reason: str = ""
    address: str | None = None
    seen: int | None = None
    now: datetime | None = None

    def allowed(self) -> None:
        """Raises NotYours."""
        if not rules.may_manage(None, self.actor):
            raise errors.NotYours

    def explained(self, what: str) -> None:
        """Raises NoReason with a sentence that names what has to be explained."""
        if not self.reason.strip():
            raise errors.NoReason(f"请写明{what}的原因。")

    def up_to_date(self, subject: str) -> None:
        """Raises ChangedMeanwhile where somebody else was faster. The caller holds the row's lock."""
        if self.seen is not None and self.seen != latest(subject):
            raise errors.ChangedMeanwhile

    def note(self, kind: str, subject: str, words: str = "", before: Any = None, after: Any = None) -> AuditEntry:
        return audit.note(
            kind,
            actor=self.actor,
            subject=subject,
            words=words,
            before=before,
            after=after,
            reason=self.reason.strip(),
            address=self.address,
            now=self.now or clock.now(),
        )


def latest(subject: str) -> int:
    """The key of the last audit row about it, 0 for none."""
    return AuditEntry.objects.filter(subject=subject).order_by("-id").values_list("pk", flat=True).first() or 0
