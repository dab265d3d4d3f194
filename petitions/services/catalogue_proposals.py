"""What rulings teach the catalogue: a proposal for each that went against it, decided by a person.

Accepting writes the change into the draft; nothing changes for cases before that draft is checked and published.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors
from petitions.models import CatalogueProposal, Petition
from petitions.queries import catalogue_proposals as proposals
from petitions.queries.catalogue_proposals import Group
from petitions.services import clock
from petitions.services.catalogue import DRAFT_NAME, editing, tomorrow
from petitions.services.door import OpenCase
from petitions.states import Urgency
from routing import catalogue, drafts
from routing.decide import LIFE_AND_PROPERTY, decide
from routing.drafts import Wording
from routing.facts import Decision, Facts
from routing.models import Assessment, CatalogueEntry, CatalogueVersion, Department
from routing.rulebook import Rulebook, current
from routing.snapshots import read_version

Kind, Verdict = CatalogueProposal.Kind, CatalogueProposal.Verdict
RIGHT_AFTER_ALL = "裁定与现行目录一致，不用改。"


def propose(case: OpenCase, *, kind: str, to: Department | None, reason: str) -> None:
    """A ruling gave the case to `to`. Where the catalogue names the same unit it was right, and nothing is proposed."""
    petition = case.petition
    if to is None or petition.category is None:
        return
    named = _decided(petition, case.rules, case.now).main_department_id
    if named == to.pk:
        _settle(CatalogueProposal.objects.filter(petition=petition), Verdict.REJECTED, None, case.now, RIGHT_AFTER_ALL)
        return
    CatalogueProposal.objects.update_or_create(
        petition=petition,
        verdict="",
        defaults={
            "kind": kind,
            "category_id": petition.category_id,
            "area_id": petition.area_id,
            "named_id": named,
            "to": to,
            "reason": reason,
            "made_at": case.now,
        },
    )


def went_to(case: OpenCase, unit: Department) -> None:
    """After a return the case was dispatched anew: where it really went counts, not what the unit had proposed."""
    open_one = CatalogueProposal.objects.filter(petition=case.petition, verdict="").first()
    if open_one and open_one.to_id != unit.pk:
        propose(case, kind=open_one.kind, to=unit, reason=open_one.reason)


@dataclass(frozen=True)
class Acceptance:
    """How far the change goes: the whole area when `area_path` is empty; the kind of unit, or this very unit."""

    area_id: int | None = None
    area_path: str = ""
    this_unit: bool = False
    note: str = ""


@transaction.atomic
def accept(group: Group, how: Acceptance, *, actor: Any, now: datetime | None = None) -> CatalogueEntry:
    """Write the change into the draft, or a new one. Raises ProposalDecided when nothing is open there."""
    now = now or clock.now()
    with editing(actor):
        rows = _locked(proposals.of_group(group, area_path=how.area_path))
        draft = drafts.the_draft() or drafts.start(name=DRAFT_NAME, effective_from=tomorrow(now), by=actor)
        entry = _write(draft, rows, how)
    _settle(_open(rows), Verdict.ACCEPTED, actor, now, how.note, edition=draft)
    return entry


@transaction.atomic
def reject(group: Group, *, actor: Any, note: str, now: datetime | None = None) -> int:
    """Say why the catalogue stays as it is; returns how many proposals that settled."""
    if not note.strip():
        raise errors.NoReason
    with editing(actor):
        rows = _locked(proposals.of_group(group))
    return _settle(_open(rows), Verdict.REJECTED, actor, now or clock.now(), note.strip())


@transaction.atomic
def discard_draft(version_id: int, *, actor: Any) -> None:
    """Throw the draft away; what had been accepted into it waits for a decision again."""
    with editing(actor):
        drafts.opened(version_id)
        waiting = CatalogueProposal.objects.filter(verdict="").values("petition")
        lost = CatalogueProposal.objects.filter(edition=version_id).exclude(petition__in=waiting)
        lost.update(verdict="", decided_by=None, decided_at=None, note="", edition=None)
        drafts.discard(version_id)


# ── inside ──
def _decided(petition: Petition, rules: Rulebook, now: datetime) -> Decision:
    """What the catalogue in force says about the case today."""
    area = rules.area(petition.area_id)
    return catalogue.decide_for(
        petition.category.code,
        area.path if area else "",
        now,
        said_at=petition.received_at,
        tags=petition.tags,
        urgency=urgency_of(petition.urgency),
        rules=rules,
    )


def urgency_of(level: str) -> list[str]:
    """What routing has to know of a case's urgency."""
    return [LIFE_AND_PROPERTY] if level == Urgency.CRITICAL else []


def _locked(rows) -> list[CatalogueProposal]:
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not found:
        raise errors.ProposalDecided
    return found


def _open(rows: Iterable[CatalogueProposal]):
    return CatalogueProposal.objects.filter(pk__in=[row.pk for row in rows])


def _settle(rows, verdict: str, actor: Any, now: datetime, note: str, edition: CatalogueVersion | None = None) -> int:
    return rows.filter(verdict="").update(verdict=verdict, decided_by=actor, decided_at=now, note=note, edition=edition)


def _write(draft: CatalogueVersion, rows: list[CatalogueProposal], how: Acceptance) -> CatalogueEntry:
    """The entry that named the wrong unit, worded anew for the unit that got the case."""
    to, pattern = rows[0].to, _pattern(draft, rows[0])
    wording = replace(
        pattern,
        area_id=how.area_id,
        main_kind_id=None if how.this_unit else to.kind_id,
        main_department_id=to.pk if how.this_unit else None,
        assisting_kinds=[kind for kind in pattern.assisting_kinds if kind != to.kind_id],
    )
    there = draft.entries.filter(
        category_id=wording.category_id, area_id=wording.area_id, conditions=wording.conditions
    ).first()
    return drafts.keep(draft.pk, wording, entry_id=there.pk if there else None)


def _pattern(draft: CatalogueVersion, row: CatalogueProposal) -> Wording:
    """What the draft says about the case now; a leaf that nobody owned yet starts from its own tier."""
    petition, rules = row.petition, current()
    area = rules.area(row.area_id)
    facts = Facts(
        row.category.code,
        area.path if area else "",
        petition.received_at.astimezone(rules.calendar.zone),
        frozenset(petition.tags),
        frozenset(urgency_of(petition.urgency)),
    )
    found = draft.entries.filter(pk=decide(facts, read_version(draft, rules.parameters)).entry_id).first()
    if found:
        return Wording.of(found)
    return Wording(row.category_id, None, {}, None, None, [], row.category.tier, Assessment.THREE_RATES, "")
