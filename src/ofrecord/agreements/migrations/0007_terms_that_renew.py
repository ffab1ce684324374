from django.db import migrations

FOLLOWED = "ALTER TABLE term ADD COLUMN followed boolean NOT NULL DEFAULT false"
SEEING_ALL = "SELECT set_config('ofrecord.scope', 'system', true)"
KNOWN = """
UPDATE term SET followed = true
 WHERE EXISTS (SELECT FROM term AS next WHERE next.agreement_id = term.agreement_id
                  AND next.number > term.number)
"""
# Whichever door the next term comes through; a first term follows none.
NEXT = """
CREATE FUNCTION term_is_followed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE term SET followed = true FROM begun
   WHERE begun.number > 1 AND term.agreement_id = begun.agreement_id
     AND term.number < begun.number AND NOT term.followed;
  RETURN NULL;
END $$;
CREATE TRIGGER term_is_followed AFTER INSERT ON term
REFERENCING NEW TABLE AS begun FOR EACH STATEMENT EXECUTE FUNCTION term_is_followed();
"""
TO_RENEW = """
CREATE INDEX term_to_renew ON term (end_on, agreement_id)
 WHERE auto_renew AND NOT followed AND known_on <= end_on
"""


class Migration(migrations.Migration):
    """What the clock is to renew lies in an index of its own, however many terms are over."""

    dependencies = [("agreements", "0006_partners_of_record_seen")]

    operations = [
        migrations.RunSQL(FOLLOWED, "ALTER TABLE term DROP COLUMN followed"),
        migrations.RunSQL(SEEING_ALL, migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(NEXT, "DROP FUNCTION term_is_followed CASCADE"),
        migrations.RunSQL(TO_RENEW, "DROP INDEX term_to_renew"),
    ]
