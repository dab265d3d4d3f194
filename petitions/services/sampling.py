"""抽样回访: which rounds are called. Chance is a keyed digest of the case, so nobody can foresee it and anybody who
holds the installation's key can repeat it.

The parameter `callback.sampling` says which share of rounds is called: 1 calls everybody (full mode).
    {"default": 1, "categories": {"01.02": 0.3}, "kinds": {"district.bureau": 0.5}}
The longest fitting category goes before the kind of the main unit, and that before the default.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from petitions.models import Petition
from petitions.services.door import OpenCase
from petitions.states import Urgency

FULL = 1.0


def share_for(plan: Mapping[str, Any], category: str, unit_kind: str) -> float:
    """The share of rounds that are called, between 0 and 1. What makes no sense calls everybody."""
    prefixes = sorted((p for p in plan.get("categories", {}) if category.startswith(p)), key=len)
    found = plan.get("default", FULL)
    if prefixes:
        found = plan["categories"][prefixes[-1]]
    elif unit_kind in plan.get("kinds", {}):
        found = plan["kinds"][unit_kind]
    try:
        return min(max(float(found), 0.0), FULL)
    except (TypeError, ValueError):
        return FULL


def is_always_called(petition: Petition) -> bool:
    """Late, urged, urgent, hard, handled again, reopened: there a call may never be left to chance."""
    again = petition.rehandled or petition.reopened or petition.urged
    return bool(again or petition.is_overdue or petition.hard_since or petition.urgency != Urgency.NORMAL)


def draw(no: str, number: int) -> float:
    """A number in [0, 1) for this round of this case, the same every time."""
    digest = hmac.new(settings.BLIND_INDEX_KEY.encode(), f"call-back:{no}:{number}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) / 2**64


def is_left_out(case: OpenCase, number: int) -> bool:
    """Whether nobody calls in this round; the share that was in force is kept in the history."""
    plan = case.rules.parameter("callback.sampling", {})
    if not isinstance(plan, Mapping) or is_always_called(case.petition):
        return False
    category = case.petition.category
    share = share_for(plan, category.code if category else "", case.main.department.kind_id)
    left_out = share < FULL and draw(case.petition.no, number) >= share
    if left_out:
        case.record("left_out", data={"share": share, "round": number})
    return left_out
