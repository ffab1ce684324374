"""Row-level security: the SQL that tables of every module are protected with.

A transaction says in whose place it acts (`parties.context`): the accounts, the partners, or
the whole book of the vendor and of the system. No context, no rows.
"""

from django.conf import settings

CONTEXT_FUNCTIONS = """
CREATE FUNCTION sees_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('ofrecord.scope', true), '') IN ('vendor', 'system') $$;
CREATE FUNCTION sees_accounts() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('ofrecord.accounts', true), ''), '{}')::bigint[] $$;
CREATE FUNCTION sees_partners() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('ofrecord.partners', true), ''), '{}')::bigint[] $$;
CREATE FUNCTION sees_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('ofrecord.person', true), '')::bigint $$;
"""

OF_ACCOUNT = "account_id = ANY ((SELECT sees_accounts())::bigint[])"
OF_PARTNER = "partner_id = ANY ((SELECT sees_partners())::bigint[])"
OF_PERSON = "(SELECT sees_person())"
EVERYTHING = "(SELECT sees_everything())"


def protect(table: str, *, also: str = OF_ACCOUNT) -> str:
    """SQL that shows rows of `table` to the vendor, to the system, and to whom `also` says."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {table}_seen ON {table} USING ({EVERYTHING} OR {also});
    """


def append_only(table: str, *, updatable: str = "") -> str:
    """SQL that leaves the runtime role no right to alter or delete rows of `table`.

    `updatable` names the columns that may still be updated (comma-separated).
    """
    role = f'"{settings.RUNTIME_ROLE}"'
    grant = f"GRANT UPDATE ({updatable}) ON {table} TO {role};" if updatable else ""
    return f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}; {grant}"


def never(table: str, operations: str) -> str:
    """SQL of a trigger that refuses `operations` on `table` to everybody, its owner included."""
    return f"""
    CREATE TRIGGER {table}_never BEFORE {operations} ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
    """


REFUSE_REWRITING = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: its rows are history', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
"""


def partner_known(policy: str, *tables: str) -> str:
    """SQL that lets accounts see the partners named in rows of theirs in any of `tables`.

    A table may come with a condition. Each partner is asked about by itself, in a function: as
    conditions on `partner` these would be planned and begun with every statement that names one.
    """
    found = " OR ".join(
        f"EXISTS (SELECT FROM {table} AND each.{OF_ACCOUNT} AND each.partner_id = wanted)"
        for table in tables
    )
    return f"""
CREATE FUNCTION {policy}(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN RETURN {found}; END $$;
DROP POLICY IF EXISTS {policy} ON partner;
CREATE POLICY {policy} ON partner FOR SELECT
USING ((SELECT cardinality(sees_accounts()) > 0) AND {policy}(id));
"""
