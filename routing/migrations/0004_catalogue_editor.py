"""Who published an edition and why; and what is published stays as it was: cases point at its entries."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION routing_published_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    edition bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM routing_catalogueversion v WHERE v.id = edition AND v.published_at IS NOT NULL)
       OR (TG_OP = 'UPDATE' AND NEW.version_id <> OLD.version_id) THEN
        RAISE EXCEPTION 'entries of a published catalogue edition are final' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER published_is_final BEFORE INSERT OR UPDATE OR DELETE ON routing_catalogueentry
    FOR EACH ROW EXECUTE FUNCTION routing_published_is_final();
"""
BACK = """
DROP TRIGGER published_is_final ON routing_catalogueentry;
DROP FUNCTION routing_published_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("routing", "0003_remove_unitkind_unit_kind_level_known_and_more")]

    operations = [
        migrations.AddField(
            model_name="catalogueversion",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="发布人",
            ),
        ),
        migrations.AddField(
            model_name="catalogueversion",
            name="reason",
            field=models.TextField(blank=True, verbose_name="发布理由"),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
