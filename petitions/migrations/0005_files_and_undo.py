import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import petitions.models.attachment


class Migration(migrations.Migration):

    dependencies = [
        ('petitions', '0004_between_units'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='attachment',
            options={'ordering': ['added_at', 'id'], 'verbose_name': '附件', 'verbose_name_plural': '附件'},
        ),
        migrations.RemoveConstraint(model_name='attachment', name='attachment_once_per_case'),
        migrations.AddField(
            model_name='attachment',
            name='assignment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='petitions.assignment'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='client_key',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='attachment',
            name='facts',
            field=models.JSONField(blank=True, default=dict, verbose_name='拍摄信息'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='hidden_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='隐藏时间'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='hidden_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachment',
            name='thumbnail',
            field=models.FileField(blank=True, max_length=160, upload_to=petitions.models.attachment._where_small, verbose_name='缩略图'),
        ),
        migrations.AlterField(
            model_name='attachment',
            name='sha256',
            field=models.CharField(max_length=64, verbose_name='原件指纹'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(condition=models.Q(('hidden_at__isnull', True)), fields=('petition', 'sha256'), name='attachment_shown_once_per_case'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(condition=models.Q(('client_key', ''), _negated=True), fields=('petition', 'client_key'), name='attachment_sent_once'),
        ),
        migrations.AddField(
            model_name='reply',
            name='client_key',
            field=models.CharField(blank=True, max_length=64, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name='outbox',
            name='state',
            field=models.CharField(choices=[('waiting', '待发送'), ('done', '已发送'), ('failed', '发送失败'), ('dropped', '未发先撤')], default='waiting', max_length=8),
        ),
    ]
