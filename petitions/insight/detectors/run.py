"""The daily run: ask all detectors about the assessment period that yesterday belongs to, keep what they found."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction

from petitions.insight import rollup, windows
from petitions.insight.detectors import bursts, ratings, shares
from petitions.insight.detectors.facts import Facts, gather
from petitions.insight.detectors.found import Found, Thresholds
from petitions.insight.findings import wait_for_turn
from petitions.insight.models import Finding, FindingCase
from petitions.services.clock import local
from routing import rulebook

DAY = timedelta(days=1)


def run(*, now: datetime) -> int:
    """Returns how many findings stand out now. Ringing twice changes nothing."""
    rules = rulebook.current()
    limits, yesterday = Thresholds.of(rules), local(now).date() - DAY
    start = int(rules.parameter("period.start_day", 19))
    period = windows.assessment_period(windows.assessment_period_of(yesterday, start), start)
    begins, ends = period.begins.date(), period.last_day
    rollup.refresh_all()
    facts = gather(windows.days(begins, yesterday), limits)
    found = look(facts, begins, yesterday, limits, looks=(ends - begins).days + 1)
    with transaction.atomic():
        wait_for_turn()
        for each in found:
            _keep(each, begins, ends, yesterday, limits, now)
    return len(found)


def look(facts: Facts, first: date, last: date, limits: Thresholds, *, looks: int) -> list[Found]:
    """All detectors on one period, from its first day to the last known one; the strongest first."""
    inside = [row for row in facts.invitations if row.rated and first <= row.rated <= last]
    often = {"looks": looks}
    found = [
        *ratings.own_numbers(facts.verdicts, facts.own_numbers, limits),
        *ratings.own_networks(inside, facts.own_networks, limits),
        *ratings.crowded_networks(inside, limits, **often),
        *ratings.one_number(facts.verdicts, limits),
        *bursts.bursts(facts.invitations, first=first, last=last, limits=limits, **often),
        *shares.late_and_again(facts.answers, facts.groups, limits, **often),
        *shares.many_exclusions(facts.cases, facts.groups, limits, **often),
        *shares.picked_exclusions(facts.cases, facts.groups, limits, **often),
        *shares.approvers(facts.cases, limits, **often),
        *shares.false_replies(facts.claims, facts.groups, limits, **often),
    ]
    return sorted(found, key=lambda each: -each.strength)


def _keep(found: Found, begins: date, ends: date, until: date, limits: Thresholds, now: datetime) -> None:
    """A new row, or newer figures of one that nobody has answered yet.

    An answered one stays as it was answered until `least` further cases have come: then it is to be looked into again.
    """
    key = {"rule": found.rule, "unit_id": found.unit, "person_id": found.person, "about": found.about, "begins": begins}
    row = Finding.objects.filter(**key).first() or Finding(**key, found_at=now)
    if row.state != Finding.State.OPEN and found.observed < row.observed + limits.least:
        return
    row.state = Finding.State.OPEN
    row.ends, row.until, row.seen_at = ends, until, now
    row.observed, row.n, row.expected = found.observed, found.n, found.expected
    row.p, row.strength, row.more, row.thresholds = found.p, found.strength, dict(found.more), asdict(limits)
    row.save()
    row.proofs.all().delete()
    FindingCase.objects.bulk_create(FindingCase(finding=row, petition_id=p.case, at=p.at) for p in found.proofs)
