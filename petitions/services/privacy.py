"""Seeing a caller's full contact data: with a reason, and never without a trace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Disclosure, Petition
from petitions.services import clock


@dataclass(frozen=True)
class Revealed:
    name: str
    phone: str
    address: str


def reveal(
    petition: Petition, *, actor: Any, reason: str, address: str | None = None, now: datetime | None = None
) -> Revealed:
    """The caller in full. Raises RevealNeedsReason or NotYours; the audit row is written before anything is shown."""
    if not reason.strip():
        raise errors.RevealNeedsReason
    if not rules.may_reveal_caller(petition, actor):
        raise errors.NotYours("诉求人要求保密，只有热线人员可以查看。" if petition.confidential else "")
    caller = petition.caller
    if caller is None:
        raise errors.NoContact("这件工单没有留下联系方式。")
    Disclosure.objects.create(
        petition=petition, staff=actor, what="caller", reason=reason[:200], at=now or clock.now(), address=address
    )
    return Revealed(caller.name, caller.phone, caller.address)


def printed(petition: Petition, *, actor: Any, address: str | None = None, now: datetime | None = None) -> None:
    """The whole history of a case was put on one sheet: personal data is masked there, but who took it is kept."""
    Disclosure.objects.create(
        petition=petition, staff=actor, what="pack", reason="证据包", at=now or clock.now(), address=address
    )
