from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0005_administration")]

    operations = [
        migrations.AddField(
            model_name="area",
            name="population",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="常住人口"),
        ),
    ]
