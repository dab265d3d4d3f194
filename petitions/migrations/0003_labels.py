import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('petitions', '0002_guards'),
        ('routing', '0003_remove_unitkind_unit_kind_level_known_and_more'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The search for similar cases plans its work by how common terms are (petitions/queries/frequencies.py):
        # the ten thousand commonest instead of a thousand.
        migrations.RunSQL(
            "ALTER TABLE petitions_petition ALTER COLUMN search SET STATISTICS 1000",
            "ALTER TABLE petitions_petition ALTER COLUMN search SET STATISTICS -1",
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unsure', '拿不准'), ('disputed', '有争议'), ('second', '另一人复核'), ('other', '自选')], max_length=10, verbose_name='因何标注')),
                ('second_wanted', models.BooleanField(default=False, verbose_name='抽中复核')),
                ('made_at', models.DateTimeField(verbose_name='标注时间')),
            ],
            options={
                'verbose_name': '标注',
                'verbose_name_plural': '标注',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='petition',
            index=models.Index(fields=['area', 'category', '-id'], name='petition_place_kind'),
        ),
        migrations.AddField(
            model_name='label',
            name='category',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='routing.category', verbose_name='分类'),
        ),
        migrations.AddField(
            model_name='label',
            name='petition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='petitions.petition'),
        ),
        migrations.AddField(
            model_name='label',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='标注人'),
        ),
        migrations.AddIndex(
            model_name='label',
            index=models.Index(fields=['made_at'], name='label_time'),
        ),
        migrations.AddIndex(
            model_name='label',
            index=models.Index(condition=models.Q(('second_wanted', True)), fields=['-id'], name='label_second_wanted'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.UniqueConstraint(fields=('petition', 'staff'), name='label_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'second'), _negated=True), ('second_wanted', False), _connector='OR'), name='label_second_is_the_last'),
        ),
    ]
