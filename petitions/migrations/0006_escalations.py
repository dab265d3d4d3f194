import django.db.models.deletion
from django.db import migrations, models

# Cases that are on their way when this is installed are looked at by the first sweep.
WATCH = "UPDATE petitions_petition SET next_check_at = now() WHERE due_at IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("petitions", "0005_files_and_undo")]

    operations = [
        migrations.AddField(
            model_name="petition",
            name="next_check_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        # The triggers of 0002 watch the state only, so that this needs no events.
        migrations.RunSQL(WATCH, migrations.RunSQL.noop),
        # Deferred checks of the update above would forbid to alter the table in the same transaction.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                condition=models.Q(("next_check_at__isnull", False)),
                fields=["next_check_at"],
                name="petition_next_check",
            ),
        ),
        migrations.AddConstraint(
            model_name="petition",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__isnull", True), ("next_check_at__isnull", False), _connector="OR"),
                name="petition_clock_is_watched",
            ),
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("case", "工单"),
                            ("assignment", "承办"),
                            ("supervision", "督办"),
                            ("request", "申请"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sign_late", "未按时签收"),
                            ("notice_late", "逾期未电话通知"),
                            ("contact_late", "未按时首次联系"),
                            ("due_soon", "临近时限"),
                            ("overdue", "超过时限"),
                            ("yellow", "超时转黄牌督办"),
                            ("red", "超时转红牌督办"),
                            ("ruling_late", "申请逾期未裁定"),
                            ("supervision_unread", "督办逾期未签收"),
                            ("supervision_late", "督办逾期未反馈"),
                            ("ledger", "挂账到期提醒"),
                            ("stage_late", "环节超时"),
                            ("info_expired", "补充逾期"),
                            ("case_expired", "到期转回访"),
                        ],
                        max_length=20,
                        verbose_name="事由",
                    ),
                ),
                ("limit_at", models.DateTimeField(verbose_name="时限")),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(verbose_name="应提醒时间")),
                ("noticed_at", models.DateTimeField(verbose_name="发现时间")),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.department",
                    ),
                ),
                (
                    "petition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="petitions.petition",
                    ),
                ),
            ],
            options={
                "verbose_name": "时限提醒",
                "verbose_name_plural": "时限提醒",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["petition"], name="escalation_petition")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "subject_id", "kind", "limit_at", "step"), name="escalation_once_per_limit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("noticed_at__gte", models.F("due_at"))),
                        name="escalation_not_before_its_time",
                    ),
                ],
            },
        ),
    ]
