"""What was decided, reported and measured about a monthly theme stays as it was said; so does an approval."""

from django.db import migrations

KEPT = ("monthlydecision", "monthlyprogress", "monthlymeasure", "reportapproval")
FORWARD = "\n".join(
    f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON insight_{table}"
    " FOR EACH ROW EXECUTE FUNCTION insight_edit_is_kept();"
    for table in KEPT
)
BACKWARD = "\n".join(f"DROP TRIGGER {table}_is_kept ON insight_{table};" for table in KEPT)


class Migration(migrations.Migration):
    dependencies = [("insight", "0012_monthly")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
