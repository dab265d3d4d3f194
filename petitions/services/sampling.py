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


def is_full(plan: Any) -> bool:
    """Nothing is left to chance, so nothing has to be looked up. A plan that makes no sense calls everybody."""
    if not isinstance(plan, Mapping):
        return True
    shares = [plan.get("default", FULL), *_listed(plan, "categories").values(), *_listed(plan, "kinds").values()]
    return all(share == FULL for share in shares)


def share_for(plan: Mapping[str, Any], category: str, unit_kind: str) -> float:
    """The share of rounds that are called, between 0 and 1. What makes no sense calls everybody."""
    categories, kinds = _listed(plan, "categories"), _listed(plan, "kinds")
    prefixes = sorted((p for p in categories if category.startswith(p)), key=len)
    found = plan.get("default", FULL)
    if prefixes:
        found = categories[prefixes[-1]]
    elif unit_kind in kinds:
        found = kinds[unit_kind]
    try:
        return min(max(float(found), 0.0), FULL)
    except (TypeError, ValueError):
        return FULL


def _listed(plan: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = plan.get(name)
    return found if isinstance(found, Mapping) else {}


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
    if is_full(plan) or is_always_called(case.petition):
        return False
    category = case.petition.category
    share = share_for(plan, category.code if category else "", case.main.department.kind_id)
    left_out = share < FULL and draw(case.petition.no, number) >= share
    if left_out:
        case.record("left_out", data={"share": share, "round": number})
    return left_out
