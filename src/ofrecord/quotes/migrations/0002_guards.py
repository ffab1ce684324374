from django.db import migrations

from ofrecord.journal.access import OF_ACCOUNT, OF_PARTNER, append_only, never, protect

CONTENT = """id, number, revision, revises_id, account_id, partner_id, agreement_id, request_id,
  customer, kind, purchasing_model, country, currency, expires_on, notes, start_on, end_on,
  auto_renew, tax, net, total, made_for_version, drafted_at, drafted_by_id, issued_at"""


def _row(which: str) -> str:
    return f"ROW({', '.join(f'{which}.{column.strip()}' for column in CONTENT.split(','))})"


# What was issued stays as it was issued; what was closed stays closed.
QUOTE_FROZEN = f"""
CREATE TRIGGER quote_frozen BEFORE UPDATE ON quote FOR EACH ROW
WHEN (OLD.closed_at IS NOT NULL
      OR OLD.issued_at IS NOT NULL AND {_row("OLD")} IS DISTINCT FROM {_row("NEW")})
EXECUTE FUNCTION refuse_rewriting();
"""
LINES_FROZEN = """
CREATE FUNCTION refuse_rewriting_quotes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM quote
              WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.quote_id ELSE OLD.quote_id END
                AND (issued_at IS NOT NULL OR closed_at IS NOT NULL)) THEN
    RAISE EXCEPTION '% of % is refused: the quote was issued', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER quote_line_frozen BEFORE INSERT OR DELETE ON quote_line
FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_quotes();
CREATE TRIGGER quote_recipient_frozen BEFORE INSERT OR DELETE ON quote_recipient
FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_quotes();
"""
ONCE = """
CREATE TRIGGER {table}_once BEFORE UPDATE ON {table}
FOR EACH ROW WHEN ({settled}) EXECUTE FUNCTION refuse_rewriting();
"""
ISSUED_OR_OWN = f"({OF_ACCOUNT} AND issued_at IS NOT NULL OR {OF_PARTNER})"
OF_QUOTE = "EXISTS (SELECT FROM quote WHERE quote.id = quote_id)"
# The account knows the firms that it asked, and those that made it an offer or sold to it.
PARTNERS_SEEN = """
CREATE POLICY partner_quoting_seen ON partner FOR SELECT
USING (id IN (SELECT r.partner_id FROM quote_request AS r
               WHERE r.account_id = ANY ((SELECT sees_accounts())::bigint[])
              UNION ALL
              SELECT q.partner_id FROM quote AS q
               WHERE q.account_id = ANY ((SELECT sees_accounts())::bigint[])
                 AND q.issued_at IS NOT NULL
              UNION ALL
              SELECT o.partner_id FROM sales_order AS o
               WHERE o.account_id = ANY ((SELECT sees_accounts())::bigint[])));
"""


class Migration(migrations.Migration):
    """Quotes that nobody alters once they are issued, and who sees them."""

    dependencies = [
        ("quotes", "0001_initial"),
        ("changes", "0009_occasion_of_an_order"),
        ("agreements", "0004_terms_by_order"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE quote_number"),
        migrations.RunSQL("CREATE SEQUENCE sales_order_number"),
        migrations.RunSQL(QUOTE_FROZEN),
        migrations.RunSQL(never("quote", "DELETE OR TRUNCATE")),
        migrations.RunSQL(LINES_FROZEN),
        migrations.RunSQL(never("quote_line", "UPDATE OR TRUNCATE")),
        migrations.RunSQL(never("quote_recipient", "UPDATE OR TRUNCATE")),
        migrations.RunSQL(
            append_only("quote_request", updatable="state, closed_at, closed_by_id, closed_reason")
        ),
        migrations.RunSQL(never("quote_request", "DELETE OR TRUNCATE")),
        migrations.RunSQL(ONCE.format(table="quote_request", settled="OLD.closed_at IS NOT NULL")),
        migrations.RunSQL(append_only("sales_order", updatable="begun_at")),
        migrations.RunSQL(never("sales_order", "DELETE OR TRUNCATE")),
        migrations.RunSQL(ONCE.format(table="sales_order", settled="OLD.begun_at IS NOT NULL")),
        migrations.RunSQL(protect("quote", also=ISSUED_OR_OWN)),
        migrations.RunSQL(protect("quote_line", also=OF_QUOTE)),
        migrations.RunSQL(protect("quote_recipient", also=OF_QUOTE)),
        migrations.RunSQL(protect("quote_request", also=f"({OF_ACCOUNT} OR {OF_PARTNER})")),
        migrations.RunSQL(protect("sales_order", also=f"({OF_ACCOUNT} OR {OF_PARTNER})")),
        migrations.RunSQL(PARTNERS_SEEN),
    ]
