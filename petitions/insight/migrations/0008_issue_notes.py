"""Every case that comes in, or whose words or validity change, leaves a note for the hot issues in the same commit."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION insight_note_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insight_unread (petition_id) SELECT id FROM written WHERE state NOT IN ('draft', 'invalid');
    RETURN NULL;
END $$;
CREATE TRIGGER case_is_noted AFTER INSERT ON petitions_petition
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION insight_note_new();

CREATE FUNCTION insight_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO insight_unread (petition_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER case_is_noted_again AFTER UPDATE OF state, title, redacted_text ON petitions_petition FOR EACH ROW
    WHEN (NEW.state <> 'draft' AND (
        (OLD.state = 'draft') OR (OLD.state = 'invalid') <> (NEW.state = 'invalid')
        OR OLD.title IS DISTINCT FROM NEW.title OR OLD.redacted_text IS DISTINCT FROM NEW.redacted_text))
    EXECUTE FUNCTION insight_note_changed();

CREATE FUNCTION insight_edit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER issue_edit_is_kept BEFORE UPDATE OR DELETE ON insight_issueedit
    FOR EACH ROW EXECUTE FUNCTION insight_edit_is_kept();
"""

BACKWARD = """
DROP TRIGGER case_is_noted ON petitions_petition;
DROP TRIGGER case_is_noted_again ON petitions_petition;
DROP TRIGGER issue_edit_is_kept ON insight_issueedit;
DROP FUNCTION insight_note_new(), insight_note_changed(), insight_edit_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0007_issues"), ("petitions", "0012_feedback")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
