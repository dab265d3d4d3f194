"""Every night recent cases are grouped anew: what joining could not see yet is put right, people's decisions stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from nlp.core.issues import Issue, Read, Weights, group, join
from petitions.insight.issues import adopting, counting, moving, ordinary, telling
from petitions.insight.issues.heat import Limits
from petitions.insight.issues.joining import MEMBERS, TURN
from petitions.insight.issues.readings import restored
from petitions.insight.issues.settling import Home, Placed, settle
from petitions.insight.models import HotIssue, IssueMember
from petitions.services import turns
from routing import rulebook

ALONE = "regrouping hot issues"
SEED = 12345
CHUNK = 5000

# The cases of the window, and the older ones of their issues: they are what links them.
READINGS_SQL = """
SELECT m.petition_id, m.received_at, p.caller_id, m.reading, coalesce(a.path, ''), coalesce(k.code, '')
FROM insight_issuemember m JOIN petitions_petition p ON p.id = m.petition_id
LEFT JOIN routing_area a ON a.id = p.area_id LEFT JOIN routing_category k ON k.id = p.category_id
WHERE m.received_at >= %(oldest)s
  AND m.issue_id IN (SELECT issue_id FROM insight_issuemember WHERE received_at >= %(since)s)
ORDER BY m.petition_id
"""


@dataclass(frozen=True)
class Night:
    """What a run did: cases read for the first time, cases grouped, cases that moved, issues there are now."""

    adopted: int = 0
    cases: int = 0
    moved: int = 0
    issues: int = 0


def run(*, now: datetime) -> Night:
    """Ringing twice changes nothing the second time."""
    with turns.alone(ALONE) as is_ours:
        return _run(now, Limits.of(rulebook.current())) if is_ours else Night()


def _run(now: datetime, limits: Limits) -> Night:
    since = now - timedelta(days=limits.window_days)
    adopted = adopting.adopt(since, now=now)
    reads = _reads(since, now - timedelta(days=limits.join_days))
    if not reads:
        return Night()
    collection = [*reads.values(), *ordinary.beside(len(reads))]
    weights = Weights.of(collection)
    telling.keep(weights, messages=len(reads), now=now)
    groups = list(_grouped(group(collection, seed=SEED), list(reads)))
    with transaction.atomic():
        turns.wait(TURN)
        homes, placed = _settled(groups, reads, weights)
        moved = moving.move(homes, placed, reads, weights, middles=_middles(homes, groups), now=now)
        gone = adopted & moved.emptied
        moving.forget(gone)
        counting.count(moved.touched - gone, limits, now=now)
    _count_new(limits, now)
    return Night(len(adopted), len(reads), moved.cases, len(homes))


def _count_new(limits: Limits, now: datetime) -> None:
    """Those adopted that stayed alone. In short turns: after a first night they are most of all issues."""
    new = list(HotIssue.objects.filter(counted_at=None).values_list("pk", flat=True))
    for at in range(0, len(new), counting.CHUNK):
        with transaction.atomic():
            turns.wait(TURN)
            counting.count(new[at : at + counting.CHUNK], limits, now=now)


@dataclass(frozen=True)
class Grouped:
    """A group by the keys of its cases; `middle` is the case that is most like all others."""

    cases: tuple[int, ...]
    middle: int


def _grouped(issues: Iterable[Issue], order: Sequence[int]) -> Iterator[Grouped]:
    """What comes after the cases in the collection is no case."""
    for issue in issues:
        cases = tuple(order[at] for at in issue.members if at < len(order))
        if cases:
            yield Grouped(cases, order[issue.middle] if issue.middle < len(order) else cases[0])


def _reads(since: datetime, oldest: datetime) -> dict[int, Read]:
    """Case → its reading. One statement."""
    found: dict[int, Read] = {}
    with transaction.atomic(), connection.cursor() as plain:
        plain.execute(f"DECLARE kept NO SCROLL CURSOR FOR {READINGS_SQL}", {"since": since, "oldest": oldest})
        while True:
            plain.execute(f"FETCH {CHUNK} FROM kept")
            rows = plain.fetchall()
            for case, received_at, caller, content, area, category in rows:
                read = restored(
                    content,
                    case=case,
                    received_at=received_at,
                    caller=caller,
                    area_path=area,
                    category_code=category,
                )
                if read:
                    found[case] = read
            if not rows:
                plain.execute("CLOSE kept")
                return found


def _settled(
    groups: Sequence[Grouped], reads: Mapping[int, Read], weights: Weights
) -> tuple[list[Home], dict[int, Placed]]:
    """The homes of all cases that are still there. People may have moved some while the groups were made."""
    rows = IssueMember.objects.filter(petition__in=list(reads)).values_list("petition_id", "issue_id", "is_pinned")
    placed = {case: Placed(issue, is_pinned) for case, issue, is_pinned in rows}

    def nearest(case: int, pinned: Mapping[int, Sequence[int]]) -> int:
        near = {issue: [reads[each] for each in cases[-MEMBERS:]] for issue, cases in pinned.items()}
        joining = join(reads[case], near, weights)
        return joining.key if joining else max(pinned, key=lambda issue: (len(pinned[issue]), -issue))

    there = [[case for case in each.cases if case in placed] for each in groups]
    return settle([cases for cases in there if cases], placed, nearest), placed


def _middles(homes: Sequence[Home], groups: Sequence[Grouped]) -> list[int]:
    """For each home the middle of the group which most of its cases come from; people may have moved that one away."""
    group_of = {case: at for at, each in enumerate(groups) for case in each.cases}
    most = [Counter(group_of[case] for case in home.cases).most_common(1)[0][0] for home in homes]
    return [groups[at].middle for at in most]
