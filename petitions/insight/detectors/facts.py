"""What the detectors are told, read from the database: a dozen statements, whatever the number of units."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from petitions import errors
from petitions.insight import scorecard
from petitions.insight.detectors.found import Thresholds
from petitions.insight.detectors.ratings import Invitation, Verdict
from petitions.insight.detectors.shares import Answered, Claimed, Judged
from petitions.insight.models import Mark
from petitions.insight.queries.behind import DISSATISFIED, SATISFIED
from petitions.insight.windows import Window
from petitions.models import Assignment, Event, Rating, Reply, Request
from petitions.models.fields import blind_index
from petitions.networks import indexes_of
from petitions.phones import normal_phone
from petitions.services.clock import local
from petitions.states import RequestState
from routing import rulebook
from routing.models import Department, Staff

# What takes a case out of a rate; an appeal answers a verdict by its nature, so it says nothing here.
EXCLUDING = (Request.Kind.EXCLUSION, Request.Kind.RESPONSE_ONLY, Request.Kind.NOT_COUNTED)
AGAIN = ("order_rehandling", "reopen")


@dataclass(frozen=True)
class Facts:
    """Of one period; invitations reach back into the history."""

    groups: dict[int, str] = field(default_factory=dict)
    own_numbers: dict[int, set[str]] = field(default_factory=dict)
    own_networks: dict[int, set[str]] = field(default_factory=dict)
    invitations: list[Invitation] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    cases: list[Judged] = field(default_factory=list)
    claims: list[Claimed] = field(default_factory=list)


def gather(window: Window, limits: Thresholds) -> Facts:
    marks = list(_verdict_marks(window))
    return Facts(
        groups={pk: unit.group for pk, unit in scorecard.units().items()},
        own_numbers=own_numbers(),
        own_networks=own_networks(),
        invitations=invitations(window.begins - timedelta(days=limits.history_days), window.ends),
        verdicts=[
            Verdict(mark.department_id, mark.petition_id, mark.at, _number(mark), is_perfect(mark)) for mark in marks
        ],
        answers=answers(window, limits),
        cases=judged(marks),
        claims=claims(marks, window),
    )


def is_perfect(said) -> bool:
    return bool(said.contacted) and said.solved == "yes" and said.satisfaction in SATISFIED


def _verdict_marks(window: Window):
    """Verdicts of the window that a unit is assessed by, with the caller's blind index."""
    found = Mark.objects.filter(
        kind="verdict", department__isnull=False, half__gte=window.first, half__lt=window.end
    ).select_related("petition__caller")
    return found.only(
        *("department_id", "petition_id", "at", "contacted", "solved", "satisfaction"),
        *("petition__caller__phone_index",),
    ).order_by("at", "id")


def _number(mark: Mark) -> str:
    return mark.petition.caller.phone_index if mark.petition.caller else ""


def own_numbers() -> dict[int, set[str]]:
    """unit → blind indexes of its duty number and of its people's numbers. Two statements."""
    found: dict[int, set[str]] = defaultdict(set)
    people = Staff.objects.filter(department__isnull=False).exclude(phone="").values_list("department_id", "phone")
    for unit, phone in [*people, *Department.objects.exclude(phone="").values_list("pk", "phone")]:
        try:
            found[unit].add(blind_index(normal_phone(phone)))
        except errors.BadPhone:
            continue
    return found


def own_networks() -> dict[int, set[str]]:
    """unit → hashes of the networks that the city has named as its offices' (parameter detect.networks, by code)."""
    named = rulebook.current().parameter("detect.networks", {})
    units = dict(Department.objects.filter(code__in=list(named)).values_list("code", "pk"))
    return {units[code]: set(indexes_of(networks)) for code, networks in named.items() if code in units}


def invitations(since: datetime, until: datetime) -> list[Invitation]:
    """Links sent between two moments, for the unit that answers for the case; an answer after `until` is not known."""
    rows = Rating.objects.filter(
        invited_at__gte=since, invited_at__lt=until, petition__is_probe=False, petition__main_department__isnull=False
    ).values_list(
        *("petition__main_department_id", "petition_id", "invited_at", "used_at"),
        *("contacted", "solved", "satisfaction", "network"),
    )
    return [_invitation(*row, until=until) for row in rows.order_by("id").iterator(chunk_size=5000)]


def _invitation(unit, case, invited, used, contacted, solved, satisfaction, network, *, until) -> Invitation:
    day = local(invited).date()
    if used is None or used >= until:
        return Invitation(unit, case, day)
    perfect = bool(contacted) and solved == "yes" and satisfaction in SATISFIED
    return Invitation(unit, case, day, used, local(used).date(), perfect, network)


def answers(window: Window, limits: Thresholds) -> list[Answered]:
    """The main unit's agreed answers in the window: two statements."""
    days = timedelta(days=limits.rehandled_days)
    again: dict[int, list[datetime]] = defaultdict(list)
    events = Event.objects.filter(
        subject="case", action__in=AGAIN, at__gte=window.begins, at__lt=window.ends + days
    ).values_list("petition_id", "at")
    for case, at in events:
        again[case].append(at)
    rows = Reply.objects.filter(
        approved_at__gte=window.begins,
        approved_at__lt=window.ends,
        assignment__part=Assignment.Part.MAIN,
        petition__is_probe=False,
    ).values_list(
        *("assignment__department_id", "petition_id", "approved_at"),
        *("assignment__assigned_at", "assignment__limit_at"),
    )
    return [
        Answered(
            unit, case, at, (at - begun) / (limit - begun), any(at < moment <= at + days for moment in again[case])
        )
        for unit, case, at, begun, limit in rows.order_by("approved_at", "id")
        if limit > begun
    ]


def judged(marks: list[Mark]) -> list[Judged]:
    """The same cases with what was excluded of them. One statement."""
    granted = Request.objects.filter(
        petition__in={mark.petition_id for mark in marks}, kind__in=EXCLUDING, state=RequestState.GRANTED
    ).order_by("-filed_at")
    first = {request.petition_id: request for request in granted}
    return [_judged(mark, first.get(mark.petition_id)) for mark in marks]


def _judged(mark: Mark, request: Request | None) -> Judged:
    bad = mark.solved == "no" or mark.satisfaction in DISSATISFIED
    if request is None:
        return Judged(mark.department_id, mark.petition_id, mark.at, bad)
    return Judged(
        mark.department_id,
        mark.petition_id,
        request.filed_at,
        bad,
        excluded=True,
        asked_after=request.filed_at > mark.at,
        approver=request.decided_by_id,
    )


def claims(marks: list[Mark], window: Window) -> list[Claimed]:
    """One statement."""
    denied = set(
        Mark.objects.filter(Q(kind="false_reply"), half__gte=window.first, half__lt=window.end).values_list(
            "petition_id", "department_id"
        )
    )
    return [
        Claimed(mark.department_id, mark.petition_id, mark.at, (mark.petition_id, mark.department_id) in denied)
        for mark in marks
    ]
