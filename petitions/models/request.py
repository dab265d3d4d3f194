from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from petitions import errors, rules
from petitions.states import RequestState

S = RequestState


def _climbs(request: "Request") -> bool:
    return request.climbs


def _is_ruled_at_once(request: "Request") -> bool:
    return not request.climbs


class Request(FSMModelMixin, models.Model):
    """What a unit asks for: return, extension, exclusion, ledger, appeal (A2, A4, A10, C19).

    Exclusion, ledger and appeal climb three tiers (承办单位 → 主管部门 → 分中心); return and extension are ruled on by
    one person. A request never changes the state of a case by itself: the service that grants it does, in one commit.
    """

    class Kind(models.TextChoices):
        RETURN = "return", _("退单")
        EXTENSION = "extension", _("延期")
        EXCLUSION = "exclusion", _("剔除")
        RESPONSE_ONLY = "response_only", _("只评响应率")
        NOT_COUNTED = "not_counted", _("不计入诉求总量")
        LEDGER = "ledger", _("挂账")
        APPEAL = "appeal", _("考核申诉")

    ONE_STEP = (Kind.RETURN, Kind.EXTENSION)

    petition = models.ForeignKey("petitions.Petition", models.PROTECT, related_name="requests")
    assignment = models.ForeignKey("petitions.Assignment", models.PROTECT, null=True, related_name="requests")
    department = models.ForeignKey("routing.Department", models.PROTECT, related_name="+")
    kind = models.CharField("申请类型", max_length=16, choices=Kind.choices)
    state = FSMField("状态", default=S.FILED, choices=S.choices, protected=True)
    filed_by = models.ForeignKey("routing.Staff", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("申请时间")
    due_at = models.DateTimeField("裁定时限", null=True, blank=True)
    reason = models.TextField("理由")
    evidence = models.TextField("依据", blank=True)
    proposed_department = models.ForeignKey(
        "routing.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议承办单位"
    )
    until = models.DateTimeField("申请延至 / 销账日期", null=True, blank=True)
    subtype = models.CharField("剔挂类型", max_length=60, blank=True)
    plan = models.TextField("计划", blank=True)
    decided_by = models.ForeignKey("routing.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decision_note = models.TextField("决定说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "department", "kind"],
                condition=models.Q(state__in=[S.FILED, S.UNIT_APPROVED, S.DEPARTMENT_APPROVED]),
                name="request_open_once",
            ),
            models.UniqueConstraint(
                fields=["petition", "department"],
                condition=models.Q(kind="return") & ~models.Q(state=S.CANCELLED),
                name="request_return_once_per_unit",
            ),
            models.CheckConstraint(condition=models.Q(state__in=S.values), name="request_state_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="request_has_reason"),
        ]
        indexes = [models.Index(fields=["decided_at"], name="request_decided")]

    def __str__(self) -> str:
        return f"{self.department} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in {S.FILED, S.UNIT_APPROVED, S.DEPARTMENT_APPROVED}

    @property
    def climbs(self) -> bool:
        """Whether three tiers decide; a return or an extension is ruled on at once."""
        return self.kind not in self.ONE_STEP

    @transition(
        state, source=S.FILED, target=S.UNIT_APPROVED, conditions=[_climbs], permission=rules.may_approve_for_unit
    )
    def approve_for_unit(self):
        """第一级: 承办单位负责人."""

    @transition(
        state,
        source=S.UNIT_APPROVED,
        target=S.DEPARTMENT_APPROVED,
        conditions=[_climbs],
        permission=rules.may_approve_for_department,
    )
    def approve_for_department(self):
        """第二级: 主管部门."""

    @transition(
        state,
        source=S.DEPARTMENT_APPROVED,
        target=S.GRANTED,
        conditions=[_climbs],
        permission=rules.may_approve_for_center,
    )
    def grant(self, *, by, at, decision: str = ""):
        """第三级: 分中心."""
        self._decided(by, at, decision)

    @transition(
        state, source=S.FILED, target=S.GRANTED, conditions=[_is_ruled_at_once], permission=rules.may_rule_at_once
    )
    def grant_at_once(self, *, by, at, decision: str = ""):
        """退单、延期: one ruling decides."""
        self._decided(by, at, decision)

    @transition(
        state,
        source=[S.FILED, S.UNIT_APPROVED, S.DEPARTMENT_APPROVED],
        target=S.REFUSED,
        permission=rules.may_refuse_request,
    )
    def refuse(self, *, by, at, decision: str):
        """不批准, at any tier, with the reason."""
        if not decision.strip():
            raise errors.NoReason
        self._decided(by, at, decision)

    @transition(
        state,
        source=[S.FILED, S.UNIT_APPROVED, S.DEPARTMENT_APPROVED],
        target=S.CANCELLED,
        permission=rules.may_cancel_request,
    )
    def cancel(self, *, by, at, decision: str = ""):
        """申请单位撤回, or the request lapses with the part it was made for."""
        self._decided(by, at, decision)

    def _decided(self, by, at, decision: str) -> None:
        self.decided_by, self.decided_at, self.decision_note = by, at, decision
