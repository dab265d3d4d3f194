"""What would be left behind if a person's account were closed now."""

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.models import Assignment, Draft, Job, Petition, Supervision
from petitions.states import CaseState, SupervisionState
from routing.models import Role, Staff

OF_A_UNIT = (Role.HANDLER, Role.UNIT_HEAD)
MOST_SHOWN = 20


@dataclass(frozen=True)
class Left:
    """`orphans` are the open parts of a unit that nobody else could handle; the rest stays visible to colleagues."""

    drafts: Sequence[Draft]
    draft_count: int
    entered: int
    supervisions: int
    jobs: int
    orphans: int

    @property
    def needs_heir(self) -> bool:
        """Only what nobody else can see is lost without one."""
        return bool(self.draft_count)

    @property
    def is_nothing(self) -> bool:
        return not (self.draft_count or self.entered or self.supervisions or self.jobs or self.orphans)


def left_by(person: Staff) -> Left:
    """Constant number of statements."""
    drafts = Draft.objects.filter(owner=person).defer("fields")
    return Left(
        drafts=drafts[:MOST_SHOWN],
        draft_count=drafts.count(),
        entered=Petition.objects.filter(registered_by=person, state=CaseState.DRAFT).count(),
        supervisions=Supervision.objects.filter(raised_by=person).exclude(state=SupervisionState.CLOSED).count(),
        jobs=Job.objects.filter(owner=person, state__in=["waiting", "running"]).count(),
        orphans=_orphans(person),
    )


def heirs_of(person: Staff) -> Sequence[Staff]:
    """Who could go on with it: the active colleagues of the unit."""
    return Staff.objects.active().filter(department=person.department_id).exclude(pk=person.pk).order_by("username")


def _orphans(person: Staff) -> int:
    if not person.is_active or person.department_id is None or not person.has_role(*OF_A_UNIT):
        return 0
    others = Staff.objects.active().with_role(*OF_A_UNIT).of_department(person.department_id).exclude(pk=person.pk)
    if others.exists():
        return 0
    return Assignment.objects.active().of_unit(person.department_id).count()
