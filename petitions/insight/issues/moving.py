"""Writing what a nightly run found: new issues, cases that moved, issues that are empty now."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from nlp.core.issues import Pair, Read, Weights, pair, titles
from petitions.insight.issues.about import object_of, words_of
from petitions.insight.issues.settling import Home, Placed
from petitions.insight.models import HotIssue, IssueMember
from petitions.models import Petition

CHUNK = 5000

MOVE_SQL = """
UPDATE insight_issuemember AS m SET issue_id = new.issue, chance = new.chance, reasons = new.reasons::jsonb,
       how = 'nightly', by_id = NULL, at = %(now)s
FROM unnest(%(cases)s::bigint[], %(issues)s::bigint[], %(chances)s::float8[], %(reasons)s::text[])
     AS new (petition, issue, chance, reasons)
WHERE m.petition_id = new.petition
"""
CLOSE_SQL = """
UPDATE insight_hotissue AS i SET state = 'merged', merged_into_id = new.lead
FROM unnest(%s::bigint[], %s::bigint[]) AS new (issue, lead) WHERE i.id = new.issue
"""


@dataclass(frozen=True)
class Moved:
    """How many cases moved, the issues they left or came to, and those that are empty now."""

    cases: int
    touched: frozenset[int]
    emptied: frozenset[int]


def move(
    homes: Sequence[Home],
    placed: Mapping[int, Placed],
    reads: Mapping[int, Read],
    weights: Weights,
    *,
    middles: Sequence[int],
    now: datetime,
) -> Moved:
    """Bring the members in line with these homes. `middles`: for each home the case that is most like the others."""
    issues = _issues(homes, reads, weights, middles)
    rows: list[tuple[int, int, float, str]] = []
    left_for: dict[int, Counter[int]] = defaultdict(Counter)
    for home, issue, middle in zip(homes, issues, middles, strict=True):
        for case in home.cases:
            if placed[case].issue != issue:
                found = _why(case, (middle, *home.cases), reads, weights)
                rows.append((case, issue, found.chance, json.dumps(found.reasons, ensure_ascii=False)))
                left_for[placed[case].issue][issue] += 1
    with connection.cursor() as cursor:
        for at in range(0, len(rows), CHUNK):
            cases, to, chances, reasons = map(list, zip(*rows[at : at + CHUNK], strict=True))
            cursor.execute(MOVE_SQL, {"cases": cases, "issues": to, "chances": chances, "reasons": reasons, "now": now})
    return Moved(len(rows), frozenset(left_for) | {row[1] for row in rows}, _close(left_for))


def _why(case: int, others: Sequence[int], reads: Mapping[int, Read], weights: Weights) -> Pair:
    """What the case has in common with the first of the others; one that is alone belongs to itself."""
    beside = next((other for other in others if other != case), None)
    return pair(reads[case], reads[beside], weights) if beside else Pair(1.0, ())


def _issues(homes: Sequence[Home], reads: Mapping[int, Read], weights: Weights, middles: Sequence[int]) -> list[int]:
    """The issue of each home: new ones are made, those that go on get the title, object and words of today."""
    known = HotIssue.objects.in_bulk([home.issue for home in homes if home.issue and len(home.cases) > 1])
    issues = [known.get(home.issue) or HotIssue(pk=home.issue) for home in homes]
    told = [at for at, home in enumerate(homes) if home.issue is None or home.issue in known]
    titled = _titles([(homes[at].cases, middles[at]) for at in told], reads)
    changed, new = [], []
    for at, title in zip(told, titled, strict=True):
        issue, together = issues[at], [reads[case] for case in homes[at].cases]
        said = (title, object_of(together), words_of(together, weights))
        if homes[at].issue is None:
            new.append(issue)
        elif (issue.title, issue.object, issue.words) != said:
            changed.append(issue)
        issue.title, issue.object, issue.words = said
    HotIssue.objects.bulk_create(new)
    HotIssue.objects.bulk_update(changed, ["title", "object", "words"], batch_size=500)
    return [issue.pk for issue in issues]


def _titles(groups: Sequence[tuple[Sequence[int], int]], reads: Mapping[int, Read]) -> list[str]:
    """Of groups of cases with the middle one. One statement, for the texts of those that no title says anything of."""
    members = [[reads[case] for case in cases] for cases, _ in groups]
    middles = [cases.index(middle) if middle in cases else 0 for cases, middle in groups]
    speaking = [titles.speaker(each, middle) for each, middle in zip(members, middles, strict=True)]
    silent = [
        cases[middle] for (cases, _), middle, speaks in zip(groups, middles, speaking, strict=True) if speaks is None
    ]
    texts = dict(Petition.objects.filter(pk__in=silent).values_list("pk", "redacted_text"))
    return [
        titles.clause(each, middle, texts.get(int(each[middle].id), "")) if speaks is None else each[speaks].title
        for each, middle, speaks in zip(members, middles, speaking, strict=True)
    ]


def _close(left_for: Mapping[int, Counter[int]]) -> frozenset[int]:
    """An issue that all its cases have left leads on to where most of them went."""
    there = IssueMember.objects.filter(issue__in=list(left_for)).values_list("issue_id", flat=True).distinct()
    emptied = frozenset(left_for) - frozenset(there)
    leads = [(issue, left_for[issue].most_common(1)[0][0]) for issue in sorted(emptied)]
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_SQL, [[issue for issue, _ in leads], [to for _, to in leads]])
    return emptied


def forget(issues: Collection[int]) -> None:
    """Issues that were made for a single case in this very run, and are empty already: nobody has seen them."""
    seen = Q(edits__isnull=False) | Q(edits_beside__isnull=False)
    HotIssue.objects.filter(pk__in=issues).exclude(seen).delete()
