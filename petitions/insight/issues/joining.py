"""A new case joins an issue or starts one, within seconds: safe to ring twice, at any time.

A trigger notes every case that comes in or whose words change, in the same commit. A ring takes the noted cases one
by one. What a case costs is bounded, however many cases there are: candidates come from the index that finds similar
cases, and of each issue near by only the newest members are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.db import connection, transaction

from nlp import serve
from nlp.core.issues import Joining, Read, Reader, Weights, join, titles
from petitions.insight.issues import counting, readings, telling
from petitions.insight.issues.about import object_of, words_of
from petitions.insight.issues.heat import Limits
from petitions.insight.issues.readings import Case
from petitions.insight.models import HotIssue, IssueMember, Unread
from petitions.queries import similar
from petitions.services import turns
from routing import rulebook

RING, TURN = "joining hot issues", "hot issues"
# Cases of one ring; candidates of one case, the issues they lead to and the newest members compared of each.
AT_ONCE, CANDIDATES, ISSUES, MEMBERS = 100, 40, 12, 8
# Nobody waits for it, and a case that misses its issue waits for the night: longer than a proposal at intake may take.
DEADLINE_MS = 10_000
COUNT_AGAIN, COUNTED_AT_ONCE = timedelta(minutes=30), 200

# What a person put together need not be alike: of those only the cases that look like the new one are compared.
NEAR_SQL = """
WITH hit AS (
    SELECT issue_id, petition_id FROM insight_issuemember
    WHERE petition_id = ANY (%(candidates)s) AND received_at >= %(since)s
), issue AS (
    SELECT issue_id FROM hit GROUP BY issue_id ORDER BY count(*) DESC, issue_id DESC LIMIT %(issues)s
), near AS (
    SELECT petition_id FROM hit WHERE issue_id IN (SELECT issue_id FROM issue)
    UNION
    SELECT newest.petition_id FROM issue CROSS JOIN LATERAL (
        SELECT petition_id FROM insight_issuemember m WHERE m.issue_id = issue.issue_id AND NOT m.is_pinned
        ORDER BY petition_id DESC LIMIT %(members)s) newest
)
SELECT m.issue_id, m.petition_id, m.received_at, p.caller_id, m.reading, coalesce(a.path, ''), coalesce(k.code, '')
FROM near JOIN insight_issuemember m USING (petition_id) JOIN petitions_petition p ON p.id = m.petition_id
LEFT JOIN routing_area a ON a.id = p.area_id LEFT JOIN routing_category k ON k.id = p.category_id
ORDER BY m.petition_id DESC
"""


@dataclass(frozen=True)
class Near:
    """The issues near a case with their members to compare with, and how telling words are."""

    issues: dict[int, list[Read]]
    weights: Weights


def ring(*, now: datetime) -> int:
    """Place up to AT_ONCE noted cases, then count anew what has cooled; returns how many cases were taken."""
    with turns.alone(RING) as is_ours:
        if not is_ours:
            return 0
        limits = Limits.of(rulebook.current())
        notes = dict(Unread.objects.order_by("id").values_list("id", "petition_id")[:AT_ONCE])
        touched = _place_all(sorted(set(notes.values())), limits, now)
        with transaction.atomic():
            turns.wait(TURN)
            counting.count(touched, limits, now=now)
            counting.cool_down(limits, now=now, older_than=COUNT_AGAIN, most=COUNTED_AT_ONCE)
            # Last of all: a ring that is cut off does the same once more, and nothing stays uncounted.
            Unread.objects.filter(pk__in=list(notes)).delete()
        return len(notes)


def ring_until_quiet(*, now: datetime) -> int:
    taken = 0
    while count := ring(now=now):
        taken += count
    return taken


def _place_all(petitions: list[int], limits: Limits, now: datetime) -> set[int]:
    """Returns the issues to be counted."""
    if not petitions:
        return set()
    found, reader, touched = readings.cases(petitions), readings.reader(), set()
    for petition in petitions:
        case = found.get(petition)
        touched |= _place(case, reader, limits, now) if case and case.belongs else _leave(petition)
    return touched


def _leave(petition: int) -> set[int]:
    """A draft, a test call or an invalid case is no citizen's message."""
    with transaction.atomic():
        turns.wait(TURN)
        member = IssueMember.objects.filter(petition=petition).only("issue_id").first()
        if member is None:
            return set()
        member.delete()
        return {member.issue_id}


def _place(case: Case, reader: Reader, limits: Limits, now: datetime) -> set[int]:
    """Returns the issues that changed."""
    read = readings.read(case, reader)
    candidates = _candidates(case)
    with transaction.atomic():
        turns.wait(TURN)
        issues = _near(candidates, now - timedelta(days=limits.join_days))
        weights = telling.weights(lambda: [read, *chain.from_iterable(issues.values())])
        near = Near(issues, weights)
        joining = join(read, issues, weights)
        member = IssueMember.objects.filter(petition=case.id).first()
        if member is None:
            return {_join(case, read, joining, near, now) if joining else _start(case, read, weights, now)}
        return _read_again(member, case, read, joining, near, now)


def _candidates(case: Case) -> list[int]:
    """Cases that look like it, by the index: one statement."""
    found = similar.for_text(
        case.terms,
        title=case.title,
        area_path=case.area_path,
        category_code=case.category_code,
        caller_id=case.caller,
        weights=serve.term_weights(),
        but=case.id,
        at_least=0.0,
        most=CANDIDATES,
        deadline_ms=DEADLINE_MS,
    )
    return [each.petition_id for each in found]


def _near(candidates: list[int], since: datetime) -> dict[int, list[Read]]:
    """Issue → members to compare with. One statement."""
    wanted = {"candidates": candidates, "since": since, "issues": ISSUES, "members": MEMBERS}
    found: dict[int, list[Read]] = {}
    with connection.cursor() as cursor:
        cursor.execute(NEAR_SQL, wanted)
        for issue, petition, received_at, caller, content, area, category in cursor.fetchall():
            read = readings.restored(
                content,
                case=petition,
                received_at=received_at,
                caller=caller,
                area_path=area,
                category_code=category,
            )
            if read:
                found.setdefault(issue, []).append(read)
    return found


def _join(case: Case, read: Read, joining: Joining[int], near: Near, now: datetime) -> int:
    """The issue it joined."""
    issue = joining.key
    IssueMember.objects.create(
        petition_id=case.id,
        issue_id=issue,
        chance=joining.chance,
        reasons=list(joining.reasons),
        how=IssueMember.How.JOINED,
        at=now,
        received_at=case.received_at,
        reading=readings.kept(read),
    )
    together = [read, *near.issues[issue]]
    HotIssue.objects.filter(pk=issue).update(object=object_of(together), words=words_of(together, near.weights))
    return issue


def _start(case: Case, read: Read, weights: Weights, now: datetime) -> int:
    issue = new_issue(case, read)
    issue.words = words_of([read], weights)
    issue.save()
    first_member(case, read, issue, now).save()
    return issue.pk


def _read_again(
    member: IssueMember, case: Case, read: Read, joining: Joining[int] | None, near: Near, now: datetime
) -> set[int]:
    """Its words changed. A case that stands alone, untouched by anybody, may join now; others wait for the night."""
    old = member.issue
    is_free = not (member.is_pinned or old.name) and old.state == HotIssue.State.OPEN
    if joining is None or joining.key == old.pk or not is_free or old.members.exclude(pk=member.pk).exists():
        member.reading = readings.kept(read)
        member.save(update_fields=["reading"])
        return {old.pk}
    member.delete()
    joined = _join(case, read, joining, near, now)
    old.state, old.merged_into_id = HotIssue.State.MERGED, joined
    old.save(update_fields=["state", "merged_into"])
    return {old.pk, joined}


def new_issue(case: Case, read: Read) -> HotIssue:
    """An issue of one case, not saved."""
    return HotIssue(title=titles.title([read], 0, case.text), object=object_of([read]))


def first_member(case: Case, read: Read, issue: HotIssue, now: datetime) -> IssueMember:
    """The case that starts an issue, not saved."""
    return IssueMember(
        petition_id=case.id,
        issue=issue,
        chance=1.0,
        how=IssueMember.How.STARTED,
        at=now,
        received_at=case.received_at,
        reading=readings.kept(read),
    )
