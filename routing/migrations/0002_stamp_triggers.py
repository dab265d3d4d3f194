"""Every change of a rule gives the one stamp row a new value, so that caches know when to load again.

The value comes from a sequence (never reused, not even after a rollback or a flush), but is kept in a row
(seen by others only after commit): a cache can be stale only while the change is not yet visible anyway.
"""

from django.db import migrations

WATCHED = [
    "area",
    "catalogueentry",
    "catalogueversion",
    "category",
    "deadlinerule",
    "department",
    "holiday",
    "holidayyear",
    "parameter",
    "season",
    "unitkind",
]

FUNCTION = """
CREATE SEQUENCE routing_stamp_value;
CREATE FUNCTION routing_restamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO routing_stamp (id, value) VALUES (1, nextval('routing_stamp_value'))
    ON CONFLICT (id) DO UPDATE SET value = EXCLUDED.value;
    RETURN NULL;
END $$;
"""
TRIGGERS = "".join(
    f"""CREATE TRIGGER routing_{name}_restamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON routing_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION routing_restamp();
    """
    for name in WATCHED
)
FORGET = "".join(f"DROP TRIGGER routing_{name}_restamps ON routing_{name};\n" for name in WATCHED)


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]
    operations = [
        migrations.RunSQL(
            FUNCTION + TRIGGERS,
            FORGET + "DROP FUNCTION routing_restamp(); DROP SEQUENCE routing_stamp_value;",
        )
    ]
