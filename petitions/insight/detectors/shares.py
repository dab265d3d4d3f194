"""Shares that stand out from the unit's own group: late answers that did not last, exclusions, false replies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions.insight.detectors.found import Found, Proof, Thresholds
from petitions.insight.detectors.tails import adjusted, excess


@dataclass(frozen=True)
class Answered:
    """A unit's answer: how much of its limit had passed (1.0: at the limit), and whether it was soon handled again."""

    unit: int
    case: int
    at: datetime
    used: float
    rehandled: bool


@dataclass(frozen=True)
class Judged:
    """A case with a verdict: bad for the unit? excluded? asked for only after the verdict? by whom decided last?"""

    unit: int
    case: int
    at: datetime
    bad: bool
    excluded: bool = False
    asked_after: bool = False
    approver: int | None = None


@dataclass(frozen=True)
class Claimed:
    """A verdict on a case; `denied`: the unit logged a contact, the citizen says nobody called."""

    unit: int
    case: int
    at: datetime
    denied: bool


def late_and_again(
    answers: Iterable[Answered], groups: Mapping[int, str], limits: Thresholds, *, looks: int = 1
) -> list[Found]:
    """Answers in the last part of the limit that were handled again soon: closed to be in time, not to be done."""
    return _standing_out(
        "late_rehandled",
        answers,
        lambda answer: 1 - limits.late_share <= answer.used <= 1 and answer.rehandled,
        groups,
        limits,
        looks,
    )


def many_exclusions(
    cases: Iterable[Judged], groups: Mapping[int, str], limits: Thresholds, *, looks: int = 1
) -> list[Found]:
    """A larger share of its cases excluded than the group's."""
    return _standing_out("exclusion_share", cases, lambda case: case.excluded, groups, limits, looks)


def picked_exclusions(
    cases: Iterable[Judged], groups: Mapping[int, str], limits: Thresholds, *, looks: int = 1
) -> list[Found]:
    """Of its bad verdicts, a larger share than the group's was excluded by a request filed after the verdict."""
    told = list(cases)
    found = _standing_out(
        "exclusion_picked",
        [case for case in told if case.bad],
        lambda case: case.excluded and case.asked_after,
        groups,
        limits,
        looks,
    )
    return [Found(**{**each.__dict__, "more": _content(told, each.unit)}) for each in found]


def approvers(cases: Iterable[Judged], limits: Thresholds, *, looks: int = 1) -> list[Found]:
    """Of what one approver granted, a larger share had been asked for only after a bad verdict than of the others'."""
    granted = [case for case in cases if case.excluded and case.approver is not None]
    found = _compared(
        "exclusion_approver",
        granted,
        lambda case: case.bad and case.asked_after,
        lambda case: case.approver,
        lambda approver: "",
        limits,
        looks,
    )
    return [Found(**{**each.__dict__, "unit": None, "person": each.unit}) for each in found]


def false_replies(
    claims: Iterable[Claimed], groups: Mapping[int, str], limits: Thresholds, *, looks: int = 1
) -> list[Found]:
    """More citizens than elsewhere say that nobody called although a contact was logged."""
    return _standing_out("false_reply", claims, lambda claim: claim.denied, groups, limits, looks)


def _standing_out(rule: str, rows, is_hit, groups: Mapping[int, str], limits: Thresholds, looks: int) -> list[Found]:
    known = [row for row in rows if row.unit in groups]
    return _compared(rule, known, is_hit, lambda row: row.unit, groups.__getitem__, limits, looks)


def _compared(
    rule: str,
    rows: Iterable[Any],
    is_hit: Callable[[Any], bool],
    key_of: Callable[[Any], Any],
    group_of: Callable[[Any], Hashable],
    limits: Thresholds,
    looks: int,
) -> list[Found]:
    """Whoever has `ratio` times the others' share, by more than chance and the usual differences explain."""
    totals: dict[Hashable, dict[Any, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    hits: dict[Any, list[Proof]] = defaultdict(list)
    for row in rows:
        key = key_of(row)
        pair = totals[group_of(key)][key]
        pair[1] += 1
        if is_hit(row):
            pair[0] += 1
            hits[key].append(Proof(row.case, row.at))
    seen = {}
    for pairs in totals.values():
        seen.update(excess({key: (count, of) for key, (count, of) in pairs.items()}, differ=limits.differ))
    p = adjusted({key: each.p for key, each in seen.items()})
    return [
        Found(rule, key, each.count, each.of, each.expected, tuple(hits[key]), p[key])
        for key, each in sorted(seen.items())
        if each.count >= limits.least
        and each.count >= limits.ratio * each.expected
        and p[key] <= limits.per_look(looks)
    ]


def _content(cases: Iterable[Judged], unit: int | None) -> dict[str, int]:
    """Of the unit's cases: how many were excluded and kept, and how many of each had a bad verdict."""
    own = [case for case in cases if case.unit == unit]
    out, kept = [c for c in own if c.excluded], [c for c in own if not c.excluded]
    return {
        "excluded": len(out),
        "excluded_bad": sum(case.bad for case in out),
        "kept": len(kept),
        "kept_bad": sum(case.bad for case in kept),
    }
