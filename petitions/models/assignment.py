from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions import rules
from petitions.models.assignment_lifecycle import AssignmentLifecycle
from petitions.states import ACTIVE, UNIT_OWES, AssignmentState


class AssignmentQuerySet(models.QuerySet):
    def active(self) -> "AssignmentQuerySet":
        return self.filter(state__in=ACTIVE)

    def of_unit(self, department_id: int | None) -> "AssignmentQuerySet":
        return self.filter(department_id=department_id)

    def visible_to(self, staff) -> "AssignmentQuerySet":
        return self if staff.has_role(*rules.SEE_ALL) else self.of_unit(staff.department_id)

    def unnotified(self) -> "AssignmentQuerySet":
        """What `waits_for_notice` says of one."""
        return self.filter(notice_by__isnull=False, notified_at=None, state__in=UNIT_OWES)

    def overdue(self, now: datetime) -> "AssignmentQuerySet":
        return self.filter(due_at__lt=now)


class Assignment(AssignmentLifecycle):
    """One unit's part of a case, with a clock of its own."""

    class Part(models.TextChoices):
        MAIN = "main", _("主办")
        ASSIST = "assist", _("协办")
        CHILD = "child", _("下派")
        WHISTLE = "whistle", _("吹哨协同")

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="assignments")
    department = models.ForeignKey("routing.Department", models.PROTECT, related_name="assignments")
    part = models.CharField("角色", max_length=8, choices=Part.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    assigned_at = models.DateTimeField("派单时间")
    assigned_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    opinion = models.CharField("派单意见", max_length=500, blank=True)
    catalogue_entry = models.ForeignKey(
        "routing.CatalogueEntry", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="目录条目"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承办"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["department", "state", "due_at"], name="assignment_unit_desk"),
            models.Index(
                fields=["sign_by"], condition=Q(state=AssignmentState.PENDING_SIGN), name="assignment_unsigned"
            ),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="assignment_clock"),
            models.Index(
                fields=["notice_by"],
                condition=Q(notice_by__isnull=False, notified_at=None, state__in=ACTIVE),
                name="assignment_unnotified",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["petition"], condition=Q(part="main", state__in=ACTIVE), name="assignment_one_active_main"
            ),
            models.UniqueConstraint(
                fields=["petition", "department", "part"],
                condition=Q(state__in=ACTIVE),
                name="assignment_unit_active_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNIT_OWES, due_at__isnull=False)
                | (~Q(state__in=UNIT_OWES) & Q(due_at__isnull=True)),
                name="assignment_clock_runs_while_owed",
            ),
            models.CheckConstraint(condition=Q(state__in=AssignmentState.values), name="assignment_state_known"),
            models.CheckConstraint(
                condition=Q(part="child", parent__isnull=False) | ~Q(part="child"), name="assignment_child_has_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_part_display()}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def waits_for_notice(self) -> bool:
        """An emergency whose unit nobody has rung up yet; one that has answered knows of it."""
        return self.state in UNIT_OWES and self.notice_by is not None and self.notified_at is None
