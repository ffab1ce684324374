from django.db import migrations, models

INDEXES = """
CREATE INDEX account_by_name ON account (name, id);
CREATE INDEX partner_by_name ON partner (name, id);
CREATE INDEX person_by_name ON person (name, id);
CREATE INDEX account_words ON account USING gin (to_tsvector('simple', name));
CREATE INDEX partner_words ON partner USING gin (to_tsvector('simple', name));
CREATE INDEX person_words ON person USING gin (to_tsvector('simple', name || ' ' || email));
"""
# Row-level security keeps an index of words from being used, whose operator might leak. So these
# look past it, for those alone who see everything anyway.
NAMED = """
CREATE FUNCTION accounts_named(words tsquery, most int) RETURNS SETOF account
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 10 AS $$
SELECT * FROM account WHERE sees_everything() AND to_tsvector('simple', name) @@ words
 ORDER BY name, id LIMIT most $$;
CREATE FUNCTION partners_named(words tsquery, most int) RETURNS SETOF partner
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 10 AS $$
SELECT * FROM partner WHERE sees_everything() AND to_tsvector('simple', name) @@ words
 ORDER BY name, id LIMIT most $$;
"""


class Migration(migrations.Migration):
    """Parties are found by words of their names; a partner takes part in a program."""

    dependencies = [("parties", "0004_api_clients")]

    operations = [
        migrations.AddField("partner", "program", models.TextField(default="", db_default="")),
        migrations.RunSQL(INDEXES),
        migrations.RunSQL(NAMED),
    ]
