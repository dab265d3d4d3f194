"""What people change about issues: merge, split, name, mark – each with a reason that is kept, each can be undone.

Whatever is done, every case stays in exactly one issue. What a person put together or apart is pinned: neither
joining nor the nightly run moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from petitions import errors, rules
from petitions.insight.issues import counting, readings
from petitions.insight.issues.heat import Limits
from petitions.insight.issues.joining import TURN, new_issue
from petitions.insight.models import HotIssue, IssueEdit, IssueMember
from petitions.services import clock, turns
from routing import rulebook

Kind, State, How = IssueEdit.Kind, HotIssue.State, IssueMember.How
MARKS = (State.OPEN, State.WATCHED, State.IGNORED)


def merge(pk: int, other: int, *, actor: Any, reason: str, now: datetime | None = None) -> IssueEdit:
    """The other issue's cases come to this one. Raises NotYours, NoReason, Unknown, IssueMoved and
    CannotMergeIntoItself."""
    with _turn(actor, reason):
        at = now or clock.now()
        issue, absorbed = _living(pk), _living(other)
        if issue.pk == absorbed.pk:
            raise errors.CannotMergeIntoItself("不能把热点并入它自己，请选另一个热点。")
        edit = _kept(Kind.MERGE, issue, actor, reason, at, other=absorbed, before=_before(issue, absorbed))
        _pin(_cases(absorbed), to=issue, actor=actor, now=at)
        issue.members.update(is_pinned=True)
        _lead(absorbed, issue)
        _count([issue, absorbed], at)
    return edit


def split(pk: int, cases: Collection[int], *, actor: Any, reason: str, now: datetime | None = None) -> IssueEdit:
    """These cases become an issue of their own (`other` of the edit). Raises NotYours, NoReason, Unknown, IssueMoved,
    NothingChosen."""
    with _turn(actor, reason):
        at = now or clock.now()
        issue = _living(pk)
        there, chosen = _cases(issue), set(cases)
        if not chosen or chosen == set(there):
            raise errors.NothingChosen("拆分要选出一部分工单：不能一件不选，也不能全选。")
        if not chosen <= set(there):
            raise errors.IssueMoved
        new = _started_by(issue.members.filter(petition__in=chosen).last().petition_id, issue.object)
        edit = _kept(Kind.SPLIT, issue, actor, reason, at, other=new, before=_before(issue))
        issue.members.update(is_pinned=True)
        _pin(chosen, to=new, actor=actor, now=at)
        _count([issue, new], at)
    return edit


def rename(pk: int, name: str, *, actor: Any, reason: str, now: datetime | None = None) -> IssueEdit:
    """An empty name brings back the found title. Raises NotYours, NoReason, Unknown, IssueMoved."""
    with _turn(actor, reason):
        issue = _living(pk)
        edit = _kept(
            Kind.RENAME, issue, actor, reason, now or clock.now(), said=name.strip(), before={"name": issue.name}
        )
        issue.name = edit.said
        issue.save(update_fields=["name"])
    return edit


def mark(pk: int, state: str, *, actor: Any, reason: str, now: datetime | None = None) -> IssueEdit:
    """Watch, ignore, or neither. Raises NotYours, NoReason, Unknown, IssueMoved."""
    if state not in MARKS:
        raise errors.Unknown("没有这种状态。")
    with _turn(actor, reason):
        issue = _living(pk)
        edit = _kept(Kind.MARK, issue, actor, reason, now or clock.now(), said=state, before={"state": issue.state})
        issue.state = state
        issue.save(update_fields=["state"])
    return edit


def undo(pk: int, *, actor: Any, reason: str, now: datetime | None = None) -> IssueEdit:
    """Take an edit back. Raises NotYours, NoReason, Unknown, IssueEditedSince."""
    with _turn(actor, reason):
        at = now or clock.now()
        edit = with_undo(IssueEdit.objects.select_related("issue", "other").filter(pk=pk)).first()
        if edit is None or edit.kind == Kind.UNDO:
            raise errors.Unknown("没有找到这次修改。")
        if not edit.may_undo:
            raise errors.IssueEditedSince
        undone = _kept(Kind.UNDO, edit.issue, actor, reason, at, other=edit.other, undoes=edit)
        _UNDOING[edit.kind](edit)
        _count([issue for issue in (edit.issue, edit.other) if issue], at)
    return undone


def with_undo(edits: QuerySet[IssueEdit]) -> QuerySet[IssueEdit]:
    """These edits, `may_undo` on each: only the last of what touches the same thing can be taken back, because
    otherwise undoing could not put back what was."""
    later = IssueEdit.objects.filter(pk__gt=OuterRef("pk"), undone_by=None).exclude(kind=Kind.UNDO)
    same = later.filter(kind=OuterRef("kind"), issue=OuterRef("issue"))
    either = Q(issue=OuterRef("issue")) | Q(issue=OuterRef("other"))
    beside = Q(other=OuterRef("issue")) | Q(other=OuterRef("other"))
    moved = later.filter(either | beside, kind__in=(Kind.MERGE, Kind.SPLIT))
    words = Q(kind__in=(Kind.RENAME, Kind.MARK)) & ~Q(issue__state=State.MERGED) & ~Exists(same)
    return edits.annotate(
        may_undo=Case(
            When(words & Q(undone_by=None), then=True),
            When(Q(kind__in=(Kind.MERGE, Kind.SPLIT), undone_by=None) & ~Exists(moved), then=True),
            default=False,
        )
    )


# ── inside ──
@contextmanager
def _turn(actor: Any, reason: str) -> Iterator[None]:
    """Alone with the issues until everything is written. Raises NotYours, NoReason."""
    if not actor.has_role(*rules.EDIT_ISSUES):
        raise errors.NotYours
    if not reason.strip():
        raise errors.NoReason("请写明为什么这样改。")
    with transaction.atomic():
        turns.wait(TURN)
        yield


def _living(pk: int) -> HotIssue:
    """Raises Unknown, IssueMoved."""
    issue = HotIssue.objects.filter(pk=pk).first()
    if issue is None:
        raise errors.Unknown("没有找到这个热点，请核对编号。")
    if issue.state == State.MERGED:
        raise errors.IssueMoved
    return issue


def _kept(kind: str, issue: HotIssue, actor: Any, reason: str, at: datetime, **more: Any) -> IssueEdit:
    return IssueEdit.objects.create(kind=kind, issue=issue, reason=reason.strip(), by=actor, at=at, **more)


def _before(*issues: HotIssue) -> dict[str, Any]:
    """Where the cases are now and how they came there; the state of the last of these issues."""
    members = IssueMember.objects.filter(issue__in=issues).order_by("petition_id")
    return {
        "cases": [list(row) for row in members.values_list("petition_id", "issue_id", "is_pinned", "how", "by_id")],
        "state": issues[-1].state,
    }


def _cases(issue: HotIssue) -> list[int]:
    return list(issue.members.values_list("petition_id", flat=True))


def _started_by(first: int, about: str) -> HotIssue:
    """A new issue that is called after this case."""
    case = readings.cases([first])[first]
    issue = new_issue(case, readings.read(case, readings.reader()))
    issue.object = about
    issue.save()
    return issue


def _pin(cases: Collection[int], *, to: HotIssue, actor: Any, now: datetime) -> None:
    placed = {"issue": to, "is_pinned": True, "how": How.PERSON, "by": actor, "at": now}
    IssueMember.objects.filter(petition__in=cases).update(**placed)


def _lead(issue: HotIssue, to: HotIssue) -> None:
    """The issue is empty: who looks for it is led on."""
    issue.state, issue.merged_into = State.MERGED, to
    issue.save(update_fields=["state", "merged_into"])


def _count(issues: Sequence[HotIssue], now: datetime) -> None:
    counting.count([issue.pk for issue in issues], Limits.of(rulebook.current()), now=now)


def _put_back(before: Mapping[str, Any]) -> None:
    """The cases that are still members of anything, as they were."""
    was = {case: row for case, *row in before["cases"]}
    members = list(IssueMember.objects.filter(petition__in=list(was)).defer("reading"))
    for member in members:
        member.issue_id, member.is_pinned, member.how, member.by_id = was[member.petition_id]
    IssueMember.objects.bulk_update(members, ["issue", "is_pinned", "how", "by"], batch_size=500)


def _undo_merge(edit: IssueEdit) -> None:
    """Who joined since stays where it joined."""
    _put_back(edit.before)
    edit.other.state, edit.other.merged_into = edit.before["state"], None
    edit.other.save(update_fields=["state", "merged_into"])


def _undo_split(edit: IssueEdit) -> None:
    """Who joined the split issue since comes along."""
    _put_back(edit.before)
    edit.other.members.update(issue=edit.issue)
    _lead(edit.other, edit.issue)


def _undo_rename(edit: IssueEdit) -> None:
    edit.issue.name = edit.before["name"]
    edit.issue.save(update_fields=["name"])


def _undo_mark(edit: IssueEdit) -> None:
    edit.issue.state = edit.before["state"]
    edit.issue.save(update_fields=["state"])


_UNDOING: Mapping[str, Callable[[IssueEdit], None]] = {
    Kind.MERGE: _undo_merge,
    Kind.SPLIT: _undo_split,
    Kind.RENAME: _undo_rename,
    Kind.MARK: _undo_mark,
}
