"""Every event leaves a note for the statistics in the same commit, and what is published cannot be changed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION insight_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insight_stale (petition_id) SELECT DISTINCT petition_id FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER event_is_noted AFTER INSERT ON petitions_event
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION insight_note();
INSERT INTO insight_stale (petition_id) SELECT id FROM petitions_petition;

CREATE FUNCTION insight_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is published and append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER publication_is_final BEFORE UPDATE OR DELETE ON insight_publication
    FOR EACH ROW EXECUTE FUNCTION insight_is_published();
CREATE TRIGGER score_is_final BEFORE UPDATE OR DELETE ON insight_score
    FOR EACH ROW EXECUTE FUNCTION insight_is_published();
"""

BACKWARD = """
DROP TRIGGER event_is_noted ON petitions_event;
DROP TRIGGER publication_is_final ON insight_publication;
DROP TRIGGER score_is_final ON insight_score;
DROP FUNCTION insight_note(), insight_is_published();
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_first")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
