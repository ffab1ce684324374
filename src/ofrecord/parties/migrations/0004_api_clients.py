import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from ofrecord.journal.access import OF_ACCOUNT, OF_PARTNER, protect

# Counts of calls are worth no log: after a crash of the database they begin anew.
TALLY = """
CREATE UNLOGGED TABLE api_tally (
  client_id bigint PRIMARY KEY, since timestamptz NOT NULL, times integer NOT NULL
) WITH (fillfactor = 50);
CREATE POLICY api_tally_counted ON api_tally TO CURRENT_USER USING (true);
"""
CALLING_CLIENT = """
CREATE FUNCTION sees_client() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('ofrecord.client', true), '') $$;
CREATE POLICY api_client_called ON api_client FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION calling_client(token text)
RETURNS TABLE (client_id text, name text, account_id bigint, partner_id bigint, scopes text[],
               networks text[], expires_at timestamptz, times integer, since timestamptz,
               at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS $$
WITH caller AS (
     SELECT c.*, string_to_array(t.scopes, E'\\n') AS granted
       FROM allauth_idp_oidc_token AS t JOIN api_client AS c ON c.client_id = t.client_id
      WHERE t.type = 'at' AND t.hash = token AND t.expires_at > clock_timestamp()
        AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp())),
counted AS (
     INSERT INTO api_tally (client_id, since, times)
     SELECT id, date_trunc('minute', clock_timestamp()), 1 FROM caller
     ON CONFLICT (client_id) DO UPDATE SET since = excluded.since,
        times = CASE WHEN api_tally.since = excluded.since THEN api_tally.times + 1 ELSE 1 END
     RETURNING times, since)
SELECT caller.client_id, caller.name, caller.account_id, caller.partner_id,
       ARRAY(SELECT unnest(caller.scopes) INTERSECT SELECT unnest(caller.granted)),
       caller.networks, caller.expires_at, counted.times, counted.since, clock_timestamp()
  FROM caller CROSS JOIN counted
$$;
"""


class Migration(migrations.Migration):
    """Systems that call the API, and the one function that says whose a token is."""

    dependencies = [
        ("parties", "0003_tally"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.TextField(unique=True)),
                ("name", models.TextField()),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_clients",
                        to="parties.account",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_clients",
                        to="parties.partner",
                    ),
                ),
            ],
            options={
                "db_table": "api_client",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("account", None), ("partner", None), _connector="OR"),
                        name="api_client_of_one_place",
                    )
                ],
            },
        ),
        migrations.RunSQL(protect("api_client", also=f"{OF_ACCOUNT} OR {OF_PARTNER}")),
        migrations.RunSQL(TALLY),
        migrations.RunSQL(protect("api_tally", also="false")),
        migrations.RunSQL(CALLING_CLIENT),
    ]
