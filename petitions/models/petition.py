from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from petitions import rules
from petitions.models.assignment import Assignment
from petitions.models.lifecycle import CaseLifecycle
from petitions.states import ACTIVE, ENDED, OPEN, OWING, CaseState, Channel, Outcome, RequestType, Urgency

TEXT_LIMIT = 20_000  # characters kept of one message; the door refuses more with a sentence (performance.md: long text)


class PetitionQuerySet(models.QuerySet):
    def visible_to(self, staff) -> "PetitionQuerySet":
        """Paired with rules.may_see(): a test proves that list and rule agree."""
        if staff.has_role(*rules.SEE_ALL):
            return self
        if not staff.has_role(*rules.UNIT) or staff.department_id is None:
            return self.none()
        held = Assignment.objects.of_unit(staff.department_id).filter(petition=models.OuterRef("pk"))
        return self.filter(models.Exists(held))

    def open(self) -> "PetitionQuerySet":
        return self.filter(state__in=OPEN)

    def overdue(self, now: datetime) -> "PetitionQuerySet":
        return self.filter(due_at__lt=now)

    def due_soon(self, now: datetime, within: timedelta) -> "PetitionQuerySet":
        return self.filter(due_at__gte=now, due_at__lt=now + within)

    def of_caller(self, caller) -> "PetitionQuerySet":
        return self.filter(caller=caller)


class Petition(CaseLifecycle):
    """One citizen's matter (诉求工单): what was said, where, by whom, and how far it has come."""

    no = models.CharField("工单号", max_length=24, unique=True)
    idempotency_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    source = models.CharField("来源系统", max_length=40, blank=True)
    external_id = models.CharField("来源编号", max_length=80, blank=True)
    channel = models.CharField("受理渠道", max_length=16, choices=Channel.choices)
    received_at = models.DateTimeField("受理时间")
    registered_by = models.ForeignKey(
        "routing.Staff", models.PROTECT, null=True, related_name="registered_cases", verbose_name="登记人"
    )
    caller = models.ForeignKey(
        "petitions.Caller", models.PROTECT, null=True, blank=True, related_name="petitions", verbose_name="诉求人"
    )
    confidential = models.BooleanField("保密", default=False)
    public_ok = models.BooleanField("同意公开", default=False)

    title = models.CharField("标题", max_length=200)
    text = models.TextField("主要内容")
    redacted_text = models.TextField("脱敏内容", blank=True)
    request_type = models.CharField("诉求类型", max_length=12, choices=RequestType.choices, blank=True)
    category = models.ForeignKey(
        "routing.Category", models.PROTECT, null=True, blank=True, related_name="petitions", verbose_name="诉求分类"
    )
    urgency = models.CharField("紧急程度", max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    tags = ArrayField(models.CharField(max_length=30), verbose_name="标签", default=list, blank=True)
    risk_words = ArrayField(models.CharField(max_length=30), verbose_name="敏感词", default=list, blank=True)

    area = models.ForeignKey(
        "routing.Area", models.PROTECT, null=True, blank=True, related_name="petitions", verbose_name="发生区域"
    )
    address = models.CharField("发生地址", max_length=200, blank=True)

    main_department = models.ForeignKey(
        "routing.Department", models.PROTECT, null=True, blank=True, related_name="led_cases", verbose_name="主办单位"
    )
    proposed_department = models.ForeignKey(
        "routing.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议主办"
    )
    route_reasons = ArrayField(models.CharField(max_length=200), verbose_name="派单依据", default=list, blank=True)
    catalogue_version = models.ForeignKey(
        "routing.CatalogueVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派单目录版本"
    )

    answer = models.TextField("公开答复", blank=True)
    urged = models.PositiveSmallIntegerField("催办次数", default=0)
    calls_made = models.PositiveSmallIntegerField("本轮回访次数", default=0)
    next_call_at = models.DateTimeField("下次回访时间", null=True, blank=True)
    # Not drawn for a call (services/sampling.py): only the citizen's own rating speaks for this round.
    is_left_out = models.BooleanField("未抽中电话回访", default=False)
    hard_since = models.DateTimeField("列为疑难", null=True, blank=True)
    is_probe = models.BooleanField("体验件", default=False)

    # When a limit of this case, or of what is beside it, may have to be looked at (petitions/alarms.py).
    next_check_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0)
    event_seq = models.PositiveIntegerField(default=0)
    event_hash = models.CharField(max_length=64, blank=True)
    search = SearchVectorField(null=True, editable=False)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诉求工单"
        ordering = ["-id"]
        indexes = [
            GinIndex(fields=["search"], name="petition_search"),
            GinIndex(fields=["tags"], name="petition_tags"),
            models.Index(fields=["state", "due_at"], name="petition_state_due"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="petition_clock"),
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="petition_next_check"
            ),
            models.Index(fields=["category", "-id"], name="petition_category"),
            models.Index(fields=["area", "-id"], name="petition_area"),
            models.Index(fields=["area", "category", "-id"], name="petition_place_kind"),
            models.Index(fields=["caller", "-id"], name="petition_caller"),
            models.Index(fields=["main_department", "-id"], name="petition_main_unit"),
            models.Index(fields=["-received_at", "-id"], name="petition_received"),
            models.Index(fields=["closed_at"], condition=Q(outcome=Outcome.UNSOLVED), name="petition_unsolved"),
            models.Index(fields=["hard_since"], condition=Q(hard_since__isnull=False), name="petition_hard"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="petition_external_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OWING, due_at__isnull=False) | (~Q(state__in=OWING) & Q(due_at__isnull=True)),
                name="petition_clock_runs_while_owed",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(next_check_at__isnull=False), name="petition_clock_is_watched"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, closed_at__isnull=False) & ~Q(outcome="") | ~Q(state__in=ENDED),
                name="petition_ended_has_outcome",
            ),
            models.CheckConstraint(condition=Q(state__in=ENDED) | Q(outcome=""), name="petition_open_has_no_outcome"),
            models.CheckConstraint(
                condition=Q(state=CaseState.MERGED, lead__isnull=False) | ~Q(state=CaseState.MERGED),
                name="petition_merged_has_lead",
            ),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="petition_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="petition_outcome_known"),
            models.CheckConstraint(condition=~Q(text=""), name="petition_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}"

    def ever_held_by(self, department_id: int | None) -> bool:
        return department_id is not None and any(a.department_id == department_id for a in self.assignments.all())

    @property
    def active_assignments(self) -> list:
        return [a for a in self.assignments.all() if a.state in ACTIVE]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
