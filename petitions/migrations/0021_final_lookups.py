"""Who looked for whom is as final as who saw whom: the database refuses to change or delete such a row."""

from django.db import migrations

FINAL = """
CREATE FUNCTION petitions_lookup_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'petitions_lookup is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER lookup_is_final BEFORE UPDATE OR DELETE ON petitions_lookup
    FOR EACH ROW EXECUTE FUNCTION petitions_lookup_is_final();
"""
FORGET = """
DROP TRIGGER lookup_is_final ON petitions_lookup;
DROP FUNCTION petitions_lookup_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0020_lookup_time")]
    operations = [migrations.RunSQL(FINAL, FORGET)]
