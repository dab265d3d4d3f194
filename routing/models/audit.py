"""Who changed a right, an account, an area, a day or a number, who came in, what left as a file: append-only.

What happens to a case is an Event of that case (petitions); who saw a caller in full is a Disclosure.
The database refuses UPDATE and DELETE (migration 0005).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    class Kind(models.TextChoices):
        LOGIN = "login", _("登录")
        LOGIN_FAILED = "login_failed", _("登录失败")
        LOGIN_STOPPED = "login_stopped", _("登录试错过多")
        LOGOUT = "logout", _("退出登录")
        PHONE_SEARCH = "phone_search", _("按电话查找")
        PHONE_STOPPED = "phone_stopped", _("按电话查找过多")
        EXPORT = "export", _("导出")
        ACCOUNT = "account", _("账号")
        RIGHTS = "rights", _("角色与单位")
        PASSWORD = "password", _("密码")  # noqa: S105 - the name of a kind
        AREA = "area", _("地区")
        UNIT = "unit", _("单位")
        CALENDAR = "calendar", _("日历")
        PARAMETER = "parameter", _("参数")
        DEADLINE = "deadline", _("时限规则")

    at = models.DateTimeField("时间")
    actor = models.ForeignKey("routing.Staff", models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    kind = models.CharField("种类", max_length=16, choices=Kind.choices)
    # What it is about, such as "staff:12" or "parameter:callback.hours": the history of one thing is one index scan.
    subject = models.CharField("对象", max_length=120, blank=True)
    words = models.CharField("内容", max_length=300, blank=True)
    before = models.JSONField("原值", null=True)
    after = models.JSONField("新值", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_time"),
            models.Index(fields=["kind", "-at", "-id"], name="audit_kind"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_actor"),
            models.Index(fields=["subject", "-id"], name="audit_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "login",
                        "login_failed",
                        "login_stopped",
                        "logout",
                        "phone_search",
                        "phone_stopped",
                        "export",
                        "account",
                        "rights",
                        "password",
                        "area",
                        "unit",
                        "calendar",
                        "parameter",
                        "deadline",
                    ]
                ),
                name="audit_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"
