from django.db import migrations

CALLING_CLIENT = """
DROP FUNCTION calling_client(text);
CREATE FUNCTION calling_client(token text, calls integer DEFAULT 1)
RETURNS TABLE (client_id text, name text, account_id bigint, partner_id bigint, scopes text[],
               networks text[], expires_at timestamptz, times integer, since timestamptz,
               at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS $$
WITH caller AS (
     SELECT c.*, string_to_array(t.scopes, E'\\n') AS granted
       FROM allauth_idp_oidc_token AS t JOIN api_client AS c ON c.client_id = t.client_id
      WHERE t.type = 'at' AND t.hash = token AND t.expires_at > clock_timestamp()
        AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp())
        AND NOT EXISTS (SELECT FROM partner AS p WHERE p.id = c.partner_id
                           AND p.status = 'terminated')),
counted AS (
     INSERT INTO api_tally (client_id, since, times)
     SELECT id, date_trunc('minute', clock_timestamp()), calls FROM caller
     ON CONFLICT (client_id) DO UPDATE SET since = excluded.since,
        times = excluded.times
              + CASE WHEN api_tally.since = excluded.since THEN api_tally.times ELSE 0 END
     RETURNING times, since)
SELECT caller.client_id, caller.name, caller.account_id, caller.partner_id,
       ARRAY(SELECT unnest(caller.scopes) INTERSECT SELECT unnest(caller.granted)),
       caller.networks, caller.expires_at, counted.times, counted.since, clock_timestamp()
  FROM caller CROSS JOIN counted
$$;
"""


class Migration(migrations.Migration):
    """Calls of one token that come at once are asked for, and counted, in one go."""

    dependencies = [("parties", "0008_terminated_firms")]

    operations = [migrations.RunSQL(CALLING_CLIENT)]
