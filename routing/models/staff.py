from __future__ import annotations

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SYSTEM_USERNAME = "system"


class Role(models.TextChoices):
    OPERATOR = "operator", _("话务员")
    WEB_AGENT = "web_agent", _("网络坐席")
    REVIEWER = "reviewer", _("审核员")
    DISPATCHER = "dispatcher", _("派单员")
    CENTER = "center", _("区分中心")
    HANDLER = "handler", _("承办人")
    UNIT_HEAD = "unit_head", _("承办单位负责人")
    CALLBACK = "callback", _("回访员")
    SUPERVISOR = "supervisor", _("督办员")
    KNOWLEDGE = "knowledge", _("知识管理员")
    ANALYST = "analyst", _("分析员")
    LEADER = "leader", _("领导")
    ADMIN = "admin", _("系统管理员")
    SYSTEM = "system", _("系统")


class StaffQuerySet(models.QuerySet):
    def active(self) -> StaffQuerySet:
        return self.filter(is_active=True)

    def with_role(self, *roles: str) -> StaffQuerySet:
        """People who hold at least one of the roles."""
        return self.filter(roles__overlap=list(roles))

    def of_department(self, department) -> StaffQuerySet:
        return self.filter(department=department)


class StaffManager(UserManager.from_queryset(StaffQuerySet)):
    use_in_migrations = False

    def system(self) -> Staff:
        """The actor of everything that no person did; made on first use, cannot log in."""
        person, made = self.get_or_create(
            username=SYSTEM_USERNAME, defaults={"name": "系统", "roles": [Role.SYSTEM], "password": "!"}
        )
        return person


class Staff(AbstractUser):
    """A person who works with cases, and the account they log in with."""

    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=40, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name="角色", default=list, blank=True
    )
    department = models.ForeignKey(
        "routing.Department",
        verbose_name="所在单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="staff",
    )
    phone = models.CharField("办公电话", max_length=30, blank=True)
    # Somebody else chose the password: no page opens before the person has chosen their own.
    must_change_password = models.BooleanField("须改密码", default=False)

    objects = StaffManager()

    class Meta:
        verbose_name = verbose_name_plural = "工作人员"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=Q(roles__contained_by=list(Role.values)), name="staff_roles_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds at least one of the roles."""
        return not set(roles).isdisjoint(self.roles)

    @property
    def role_words(self) -> list[str]:
        """The roles as they are shown."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def is_system(self) -> bool:
        return self.username == SYSTEM_USERNAME

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
