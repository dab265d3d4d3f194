"""The invariants that no check constraint can express, kept by the database itself.

1. Events are append-only.
2. A case or assignment changes state only together with the event that says so (checked at commit, so that one
   transaction may write the rows in any order). `QuerySet.update(state=…)` and the SQL console end here.
3. A case that is with a unit has exactly one active main assignment (a partial unique index already says "at most").
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION petitions_event_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'petitions_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_is_final BEFORE UPDATE OR DELETE ON petitions_event
    FOR EACH ROW EXECUTE FUNCTION petitions_event_is_final();

CREATE FUNCTION petitions_case_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM petitions_event e
        WHERE e.petition_id = NEW.id AND e.subject = 'case' AND e.after = NEW.state
          AND e.seq <= NEW.event_seq AND (TG_OP = 'INSERT' OR e.seq > OLD.event_seq)
    ) THEN
        RAISE EXCEPTION 'case % changed to % without its event', NEW.no, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER case_has_event_on_insert AFTER INSERT ON petitions_petition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION petitions_case_has_event();
CREATE CONSTRAINT TRIGGER case_has_event AFTER UPDATE OF state ON petitions_petition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION petitions_case_has_event();

CREATE FUNCTION petitions_assignment_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_in text;
    said text;
BEGIN
    -- The row as it is now, not as this statement left it: a transaction may have moved it several times.
    SELECT state INTO now_in FROM petitions_assignment WHERE id = NEW.id;
    SELECT e.after INTO said FROM petitions_event e
        WHERE e.petition_id = NEW.petition_id AND e.subject = 'assignment' AND e.subject_id = NEW.id AND e.after <> ''
        ORDER BY e.seq DESC LIMIT 1;
    IF said IS DISTINCT FROM now_in THEN
        RAISE EXCEPTION 'assignment % changed to % without its event', NEW.id, now_in
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER assignment_has_event_on_insert AFTER INSERT ON petitions_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION petitions_assignment_has_event();
CREATE CONSTRAINT TRIGGER assignment_has_event AFTER UPDATE OF state ON petitions_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION petitions_assignment_has_event();

CREATE FUNCTION petitions_one_main(case_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    now_in text;
    mains integer;
BEGIN
    SELECT state INTO now_in FROM petitions_petition WHERE id = case_id;
    SELECT count(*) INTO mains FROM petitions_assignment
        WHERE petition_id = case_id AND part = 'main' AND state NOT IN ('finished', 'exited', 'recalled');
    IF now_in IN ('in_progress', 'in_conference', 'reply_review', 'pending_callback', 'rehandling', 'long_term') THEN
        IF mains <> 1 THEN
            RAISE EXCEPTION 'case % is % with % main units', case_id, now_in, mains
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF mains <> 0 THEN
        RAISE EXCEPTION 'case % is % but a main unit still holds it', case_id, now_in
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;
CREATE FUNCTION petitions_case_one_main() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM petitions_one_main(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION petitions_assignment_one_main() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM petitions_one_main(COALESCE(NEW.petition_id, OLD.petition_id));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER case_one_main AFTER INSERT OR UPDATE OF state ON petitions_petition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION petitions_case_one_main();
CREATE CONSTRAINT TRIGGER assignment_one_main AFTER INSERT OR DELETE OR UPDATE OF state, part ON petitions_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION petitions_assignment_one_main();
"""

BACKWARD = """
DROP TRIGGER event_is_final ON petitions_event;
DROP TRIGGER case_has_event_on_insert ON petitions_petition;
DROP TRIGGER case_has_event ON petitions_petition;
DROP TRIGGER case_one_main ON petitions_petition;
DROP TRIGGER assignment_has_event_on_insert ON petitions_assignment;
DROP TRIGGER assignment_has_event ON petitions_assignment;
DROP TRIGGER assignment_one_main ON petitions_assignment;
DROP FUNCTION petitions_event_is_final(), petitions_case_has_event(), petitions_assignment_has_event(),
    petitions_case_one_main(), petitions_assignment_one_main(), petitions_one_main(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
