-- What the API is held against: the same writes by one SQL function. Every row that a submit
-- writes is written here too, on the same tables with all their guards: row-level security, the
-- exclusion constraint, the journal's hash chain, its fan-out to deliveries, frozen letters, the
-- request and its stored answer. What is not here is judging.

CREATE TABLE bench_letter (large boolean, kind text, subject text, text text, html text);
GRANT SELECT, INSERT ON bench_letter TO PUBLIC;

CREATE FUNCTION bench_see() RETURNS void LANGUAGE sql AS $$
SELECT set_config('ofrecord.scope', 'vendor', true), set_config('ofrecord.accounts', '{}', true),
       set_config('ofrecord.partners', '{}', true), set_config('ofrecord.person', '', true),
       set_config('ofrecord.client', 'bench', true)
$$;

CREATE FUNCTION bench_body(
  event uuid, sequence int, at timestamptz, reference text, account text, change text, old text,
  new text, person bigint) RETURNS bytea LANGUAGE sql AS $$
SELECT convert_to(json_build_object(
         'specversion', '1.0', 'id', event, 'source', 'http://127.0.0.1:8000',
         'type', 'partner_change.applied', 'subject', reference, 'time', at, 'sequence', sequence,
         'datacontenttype', 'application/json', 'data', json_build_object(
           'change', change, 'occasion', 'request', 'agreement', reference,
           'purchasing_model', 'contract', 'account', account, 'effective_at', at,
           'before', json_build_array(json_build_object(
             'partner', old, 'name', 'Partner ' || old, 'role', 'reseller', 'subscription', NULL)),
           'after', json_build_array(json_build_object(
             'partner', new, 'name', 'Partner ' || new, 'role', 'reseller', 'subscription', NULL)),
           'gaining', json_build_array(new), 'losing', json_build_array(old),
           'staying', '[]'::json, 'reason', 'The new partner is closer to our main site.',
           'policy_version', 1, 'by', json_build_object(
             'person', NULL, 'on_behalf_of', person, 'door', 'api', 'strength', 'client',
             'request', event, 'client', 'bench')))::text, 'UTF8')
$$;

CREATE FUNCTION bench_answer(change text, reference text) RETURNS json LANGUAGE sql AS $$
SELECT json_build_object('number', change, 'agreement', reference, 'state', 'applied',
                         'refusals', '[]'::json)
$$;

CREATE FUNCTION bench_change(wanted text, number text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  asked bigint; held agreement; old tenure; person bigint; gaining partner; losing partner;
  head record; at timestamptz; change bigint; told text; event uuid := gen_random_uuid();
  customer account; body bytea; act uuid := gen_random_uuid();
BEGIN
  PERFORM bench_see();
  INSERT INTO request (requester, key, verb, content_hash, received_at)
  VALUES ('client/bench', gen_random_uuid()::text, 'submit',
          sha256(convert_to(wanted || number, 'UTF8')), clock_timestamp())
  RETURNING id INTO asked;
  SELECT * INTO held FROM agreement WHERE reference = wanted FOR UPDATE;
  SELECT * INTO customer FROM account WHERE id = held.account_id;
  SELECT person_id INTO person FROM role
   WHERE account_id = held.account_id AND name = 'primary_admin';
  SELECT * INTO old FROM tenure
   WHERE agreement_id = held.id AND superseded_at IS NULL AND effective_until IS NULL;
  SELECT * INTO losing FROM partner WHERE id = old.partner_id;
  IF losing.account_number = number THEN
    number := (7200000000 + (number::bigint - 7200000000 + 1) % 100)::text;
  END IF;
  SELECT * INTO gaining FROM partner WHERE account_number = number;
  SELECT e.sequence, e.hash INTO head FROM event AS e
   WHERE stream = 'agreement' AND subject_id = held.id ORDER BY e.sequence DESC LIMIT 1;
  at := clock_timestamp();
  told := 'BN-' || nextval('partner_change_number');
  INSERT INTO partner_change (
         number, agreement_id, account_id, state, partner_id, effective_at, policy_version,
         version, applied_event, applied_at, occasion, submitted_at, decided_at, request_id,
         on_behalf_of_id, door, reason, closed_reason)
  VALUES (told, held.id, held.account_id, 'applied', gaining.id, at, 1, head.sequence + 1, event,
          at, 'request', at, at, asked, person, 'api',
          'The new partner is closer to our main site.', '')
  RETURNING id INTO change;
  INSERT INTO partner_change_member (
         change_id, account_id, partner_id, role, before, after, movement)
  VALUES (change, held.account_id, losing.id, 'reseller', true, false, 'losing'),
         (change, held.account_id, gaining.id, 'reseller', false, true, 'gaining');
  UPDATE tenure SET superseded_at = at, superseded_by_id = change WHERE id = old.id;
  INSERT INTO tenure (recorded_at, opened_by_id, agreement_id, account_id, role, partner_id,
                      effective_from, effective_until)
  VALUES (at, change, held.id, held.account_id, 'reseller', losing.id, old.effective_from, at),
         (at, change, held.id, held.account_id, 'reseller', gaining.id, at, NULL);
  body := bench_body(event, head.sequence + 1, at, wanted, customer.account_number, told,
                     losing.account_number, gaining.account_number, person);
  INSERT INTO event (id, stream, subject_id, sequence, type, recorded_at, account_id, about, body,
                     previous_hash, hash)
  VALUES (event, 'agreement', held.id, head.sequence + 1, 'partner_change.applied', at,
          held.account_id, told, body, head.hash, sha256(head.hash || body));
  UPDATE agreement SET version = head.sequence + 1, moved_at_version = head.sequence + 1
   WHERE id = held.id;
  INSERT INTO letter (act, kind, person_id, partner_id, account_id, about, language, subject, text,
                      html, state, created_at, next_try_at, attempts, sent_to, last_error)
  SELECT act, letter.kind, reader.person, reader.partner, reader.account, ARRAY[told], 'en',
         letter.subject, replace(letter.text, 'REFERENCE', wanted),
         replace(letter.html, 'REFERENCE', wanted), 'waiting', clock_timestamp(),
         clock_timestamp(), 0, '', ''
    FROM (SELECT 'applied.account', person_id, NULL, held.account_id FROM role
           WHERE account_id = held.account_id
          UNION ALL SELECT 'applied.gaining', NULL, gaining.id, NULL
          UNION ALL SELECT 'applied.losing', NULL, losing.id, NULL)
         AS reader(kind, person, partner, account)
    JOIN bench_letter AS letter USING (kind) WHERE NOT letter.large;
  UPDATE request SET status = 201, answer = convert_to(json_build_object(
         'changes', json_build_array(bench_answer(told, wanted)))::text, 'UTF8')
   WHERE id = asked;
END $$;

CREATE FUNCTION bench_changes(wanted text[], number text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  asked bigint; gaining partner; at timestamptz; act uuid := gen_random_uuid(); person bigint;
BEGIN
  PERFORM bench_see();
  INSERT INTO request (requester, key, verb, content_hash, received_at)
  VALUES ('client/bench', gen_random_uuid()::text, 'submit',
          sha256(convert_to(wanted::text || number, 'UTF8')), clock_timestamp())
  RETURNING id INTO asked;
  PERFORM FROM agreement WHERE reference = ANY (wanted) ORDER BY id FOR UPDATE;
  SELECT * INTO gaining FROM partner WHERE account_number = number;
  at := clock_timestamp();
  CREATE TEMP TABLE moving ON COMMIT DROP AS
  SELECT a.id, a.reference, a.account_id, account.account_number AS account, head.sequence,
         head.hash, t.id AS tenure, t.partner_id AS losing, t.effective_from,
         partner.account_number AS losing_number, gen_random_uuid() AS event,
         'BN-' || nextval('partner_change_number') AS number, NULL::bigint AS change,
         admin.person_id AS person
    FROM agreement AS a
    JOIN account ON account.id = a.account_id
    JOIN role AS admin ON admin.account_id = a.account_id AND admin.name = 'primary_admin'
    JOIN tenure AS t ON t.agreement_id = a.id AND t.superseded_at IS NULL
                    AND t.effective_until IS NULL
    JOIN partner ON partner.id = t.partner_id
   CROSS JOIN LATERAL (SELECT e.sequence, e.hash FROM event AS e
          WHERE e.stream = 'agreement' AND e.subject_id = a.id
          ORDER BY e.sequence DESC LIMIT 1) AS head
   WHERE a.reference = ANY (wanted);
  WITH made AS (
  INSERT INTO partner_change (
         number, agreement_id, account_id, state, partner_id, effective_at, policy_version,
         version, applied_event, applied_at, occasion, submitted_at, decided_at, request_id,
         on_behalf_of_id, door, reason, closed_reason)
  SELECT m.number, m.id, m.account_id, 'applied', gaining.id, at, 1, m.sequence + 1, m.event, at,
         'request', at, at, asked, m.person, 'api',
         'The new partner is closer to our main site.', ''
    FROM moving AS m
  RETURNING agreement_id, id)
  UPDATE moving SET change = made.id FROM made WHERE made.agreement_id = moving.id;
  INSERT INTO partner_change_member (
         change_id, account_id, partner_id, role, before, after, movement)
  SELECT m.change, m.account_id, each.partner, 'reseller', each.before, NOT each.before,
         CASE WHEN each.before THEN 'losing' ELSE 'gaining' END
    FROM moving AS m
   CROSS JOIN LATERAL (VALUES (m.losing, true), (gaining.id, false)) AS each(partner, before);
  UPDATE tenure SET superseded_at = at, superseded_by_id = m.change
    FROM moving AS m WHERE tenure.id = m.tenure;
  INSERT INTO tenure (recorded_at, opened_by_id, agreement_id, account_id, role, partner_id,
                      effective_from, effective_until)
  SELECT at, m.change, m.id, m.account_id, 'reseller', each.*
    FROM moving AS m
   CROSS JOIN LATERAL (VALUES (m.losing, m.effective_from, at), (gaining.id, at, NULL)) AS each;
  INSERT INTO event (id, stream, subject_id, sequence, type, recorded_at, account_id, about, body,
                     previous_hash, hash)
  SELECT m.event, 'agreement', m.id, m.sequence + 1, 'partner_change.applied', at, m.account_id,
         m.number, frozen.body, m.hash, sha256(m.hash || frozen.body)
    FROM moving AS m
   CROSS JOIN LATERAL (SELECT bench_body(m.event, m.sequence + 1, at, m.reference, m.account,
          m.number, m.losing_number, gaining.account_number, m.person) AS body OFFSET 0) AS frozen;
  UPDATE agreement SET version = m.sequence + 1, moved_at_version = m.sequence + 1
    FROM moving AS m WHERE agreement.id = m.id;
  INSERT INTO letter (act, kind, person_id, partner_id, account_id, about, language, subject, text,
                      html, state, created_at, next_try_at, attempts, sent_to, last_error)
  SELECT act, letter.kind, reader.person, reader.partner, reader.account,
         (SELECT array_agg(m.number) FROM moving AS m), 'en', letter.subject, letter.text,
         letter.html, 'waiting', clock_timestamp(), clock_timestamp(), 0, '', ''
    FROM (SELECT 'applied.account', person_id, NULL, account_id FROM role
           WHERE account_id IN (SELECT account_id FROM moving)
          UNION ALL SELECT 'applied.gaining', NULL, gaining.id, NULL
          UNION ALL SELECT DISTINCT 'applied.losing', NULL::bigint, m.losing, NULL::bigint
            FROM moving AS m)
         AS reader(kind, person, partner, account)
    JOIN bench_letter AS letter USING (kind) WHERE letter.large;
  UPDATE request SET status = 201, answer = convert_to(json_build_object('changes',
         (SELECT json_agg(bench_answer(m.number, m.reference)) FROM moving AS m))::text, 'UTF8')
   WHERE id = asked;
END $$;
