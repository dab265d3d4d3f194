"""批量派单: cases of one leaf, each to the unit that the catalogue proposes for its own place.

The dispatcher has read the list of units and reasons before (frontend: the batch panel), so every dispatch is theirs,
with an event and an undo of its own. A case that cannot go is named with the reason; the others go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Petition
from petitions.services import clock, dispatch
from petitions.services.dispatch import Order
from petitions.states import CaseState
from routing import catalogue, rulebook
from routing.facts import Decision
from routing.rulebook import Rulebook

WAITING = (CaseState.PENDING_DISPATCH, CaseState.REHANDLING)


@dataclass(frozen=True)
class Proposal:
    """Where one case would go. `unit` is '' when the catalogue names nobody: then a person has to choose."""

    case: Petition
    unit: str
    assisting: tuple[str, ...]
    decision: Decision


@dataclass(frozen=True)
class Sent:
    cases: Sequence[Petition]
    refused: Sequence[str]  # one sentence for each case that did not go


def proposals(numbers: Iterable[str], *, actor: Any, now: datetime, rules: Rulebook | None = None) -> list[Proposal]:
    """What would happen to these cases. Raises MixedLeaves; two statements whatever their number."""
    rules = rules or rulebook.current()
    rows = Petition.objects.visible_to(actor).filter(no__in=set(numbers), state__in=WAITING)
    cases = list(rows.select_related("category", "area").defer("search").order_by("due_at", "pk"))
    if len({case.category_id for case in cases}) > 1:
        raise errors.MixedLeaves
    return [_proposal(case, rules, now) for case in cases]


def dispatch_as_proposed(numbers: Iterable[str], *, actor: Any, now: datetime | None = None) -> Sent:
    """Send each case to the unit proposed for it. Raises MixedLeaves before anything is sent."""
    now = now or clock.now()
    sent, refused = [], []
    for proposal in proposals(numbers, actor=actor, now=now):
        case = proposal.case
        try:
            sent.append(_send(proposal, actor, now))
        except errors.PetitionError as refusal:
            refused.append(f"{case.no}：{refusal.message}")
    return Sent(sent, refused)


def _proposal(case: Petition, rules: Rulebook, now: datetime) -> Proposal:
    area = rules.area(case.area_id)
    code, path = case.category.code if case.category else None, area.path if area else ""
    decision = catalogue.decide_for(code, path, now, said_at=case.received_at, tags=case.tags, rules=rules)
    units = rules.snapshot(now.astimezone(rules.calendar.zone).date()).units_by_id
    names = [units[pk].name for pk in decision.assisting_department_ids if pk in units]
    main = units.get(decision.main_department_id)
    return Proposal(case, main.name if main else "", tuple(names), decision)


def _send(proposal: Proposal, actor: Any, now: datetime) -> Petition:
    decision = proposal.decision
    if not proposal.unit:
        raise errors.NoMainUnit("目录没有给出承办单位，请单独打开选择。")
    order = Order(
        main_id=decision.main_department_id,
        assisting_ids=decision.assisting_department_ids,
        # A tier that somebody has set for this very case stands.
        tier=proposal.case.tier or decision.tier,
        assessment=decision.assessment,
        opinion="批量派单",
        entry_id=decision.entry_id,
    )
    return dispatch.dispatch(proposal.case.pk, order, actor=actor, version=proposal.case.version, now=now)
