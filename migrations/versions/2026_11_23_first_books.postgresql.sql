-- What the database refuses whatever the program does (reliability.md §2.1 and annex).
-- Each guard raises its own SQLSTATE LG0nn; what the program needs to say why stands in DETAIL.

CREATE FUNCTION mcrm_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% %: % on % is forbidden', TG_ARGV[0], TG_ARGV[1], TG_OP, TG_TABLE_NAME
        USING ERRCODE = TG_ARGV[0];
END $$;

-- Nothing is changed or deleted. For each statement, so that TRUNCATE is one of them.
CREATE TRIGGER journal_entry_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG000', 'the journal is append-only');
CREATE TRIGGER posting_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON posting
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG000', 'the journal is append-only');
CREATE TRIGGER seal_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON seal
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG000', 'the journal is append-only');

-- A posting comes before the seal, in its account's currency, and names the state where it must.
-- An entry of another open transaction is invisible here, one that is committed has its seal.
-- Functions name the schema of each table: else a temporary table of the same name, which every
-- role may make, would answer for the journal's own.
CREATE FUNCTION mcrm_posting_after_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.journal_entry WHERE number = NEW.entry) THEN
        RAISE EXCEPTION 'LG001 entry % is not of this transaction', NEW.entry
            USING ERRCODE = 'LG001';
    END IF;
    IF EXISTS (SELECT 1 FROM public.seal WHERE number = NEW.entry) THEN
        RAISE EXCEPTION 'LG002 entry % is sealed', NEW.entry USING ERRCODE = 'LG002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER posting_after_seal BEFORE INSERT ON posting
    FOR EACH ROW EXECUTE FUNCTION mcrm_posting_after_seal();

CREATE FUNCTION mcrm_posting_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held record;
BEGIN
    SELECT currency, per_state INTO held FROM public.account WHERE code = NEW.account;
    IF held.currency IS NOT NULL AND held.currency <> NEW.currency THEN
        RAISE EXCEPTION 'LG007 account % is kept in %, not in %', NEW.account, held.currency,
            NEW.currency USING ERRCODE = 'LG007';
    END IF;
    IF held.per_state AND NEW.state_code IS NULL THEN
        RAISE EXCEPTION 'LG013 account % is kept by state', NEW.account USING ERRCODE = 'LG013';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER posting_account BEFORE INSERT ON posting
    FOR EACH ROW EXECUTE FUNCTION mcrm_posting_account();

-- The seal closes a balanced entry and follows the last one.
CREATE FUNCTION mcrm_seal_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM public.posting WHERE entry = NEW.number) < 2 THEN
        RAISE EXCEPTION 'LG003 entry % needs at least two postings', NEW.number
            USING ERRCODE = 'LG003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_count BEFORE INSERT ON seal
    FOR EACH ROW EXECUTE FUNCTION mcrm_seal_count();

CREATE FUNCTION mcrm_seal_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    FOR bad IN
        SELECT book, currency, sum(amount) AS difference FROM public.posting
            WHERE entry = NEW.number GROUP BY book, currency HAVING sum(amount) <> 0
        UNION ALL
        SELECT book, 'euro', sum(euro) FROM public.posting
            WHERE entry = NEW.number GROUP BY book HAVING sum(euro) <> 0
    LOOP
        RAISE EXCEPTION 'LG004 entry % does not balance in %, %: %', NEW.number, bad.book,
            bad.currency, bad.difference USING ERRCODE = 'LG004';
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_balance BEFORE INSERT ON seal
    FOR EACH ROW EXECUTE FUNCTION mcrm_seal_balance();

CREATE FUNCTION mcrm_seal_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
    SELECT number, hash INTO last FROM public.seal ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1
        OR NEW.previous_hash <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
        OR NEW.hash <> sha256(NEW.previous_hash || NEW.content_hash || int8send(NEW.number)) THEN
        RAISE EXCEPTION 'LG005 seal % does not follow %', NEW.number, coalesce(last.number, 0)
            USING ERRCODE = 'LG005';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_follows BEFORE INSERT ON seal
    FOR EACH ROW EXECUTE FUNCTION mcrm_seal_follows();

CREATE FUNCTION mcrm_seal_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
    day date := (SELECT effective_on FROM public.journal_entry WHERE number = NEW.number);
BEGIN
    -- Where two hold the day, the one that is not open decides.
    SELECT from_on, until_on, status INTO held FROM public.period
        WHERE day BETWEEN from_on AND until_on ORDER BY status = 'open' LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'LG010 no period holds %', day USING ERRCODE = 'LG010',
            DETAIL = concat_ws('|', day, (SELECT min(from_on) FROM public.period),
                (SELECT max(until_on) FROM public.period));
    END IF;
    IF held.status <> 'open' THEN
        RAISE EXCEPTION 'LG008 the period of % is %', day, held.status USING ERRCODE = 'LG008',
            DETAIL = concat_ws('|', day, held.from_on, held.until_on, held.status);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_period BEFORE INSERT ON seal
    FOR EACH ROW EXECUTE FUNCTION mcrm_seal_period();

CREATE FUNCTION mcrm_seal_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.journal_entry e
        WHERE e.number = NEW.number AND e.document_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM public.document d
            WHERE d.id = e.document_id AND d.status = 'approved'
              AND d.made_by = e.recorded_by AND d.decided_by = e.approved_by
              AND d.body_hash = e.document_hash
              -- Its key is its own, so that it is posted once.
              AND CASE e.idempotency_scope
                  WHEN 'document' THEN e.idempotency_key = d.id
                      OR (d.kind = 'cost' AND e.idempotency_key = d.id || ':payment')
                  WHEN 'reversal' THEN d.kind = 'reversal' AND e.reverses IS NOT NULL
                      AND e.idempotency_key = e.reverses::text
                  ELSE false END
        )
    ) THEN
        RAISE EXCEPTION 'LG011 the document of entry % is not approved as it stands', NEW.number
            USING ERRCODE = 'LG011';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_approval BEFORE INSERT ON seal
    FOR EACH ROW EXECUTE FUNCTION mcrm_seal_approval();

-- A document begins as a draft and goes one way; what was approved stays as it was approved, by a
-- coordinator other than its maker, and the record of steps only grows.
CREATE TRIGGER document_begins BEFORE INSERT ON document
    FOR EACH ROW WHEN (NEW.status <> 'draft' OR NEW.decided_by IS NOT NULL)
    EXECUTE FUNCTION mcrm_refuse('LG018', 'a document begins as a draft');
CREATE TRIGGER document_one_way BEFORE UPDATE ON document
    FOR EACH ROW WHEN (NOT CASE OLD.status
        WHEN 'draft' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
        WHEN 'submitted' THEN NEW.status IN ('draft', 'returned', 'approved', 'withdrawn')
        WHEN 'returned' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
        ELSE false END)
    EXECUTE FUNCTION mcrm_refuse('LG012', 'the document does not go this way');
CREATE TRIGGER document_origin BEFORE UPDATE ON document
    FOR EACH ROW WHEN (
        (NEW.id, NEW.kind, NEW.made_by, NEW.made_at, NEW.idempotency_scope, NEW.idempotency_key)
        IS DISTINCT FROM
        (OLD.id, OLD.kind, OLD.made_by, OLD.made_at, OLD.idempotency_scope, OLD.idempotency_key))
    EXECUTE FUNCTION mcrm_refuse('LG019', 'what a document is, and whose, never changes');
CREATE TRIGGER document_wording BEFORE UPDATE ON document
    FOR EACH ROW WHEN (NEW.status <> 'draft' AND
        (NEW.body::text, NEW.body_hash, NEW.state_code, NEW.version)
        IS DISTINCT FROM (OLD.body::text, OLD.body_hash, OLD.state_code, OLD.version))
    EXECUTE FUNCTION mcrm_refuse('LG020', 'what is edited becomes a draft');

CREATE FUNCTION mcrm_document_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.user_account
        WHERE id = NEW.decided_by AND id <> NEW.made_by AND role = 'coordinator' AND active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'LG021 only another, active coordinator approves' USING ERRCODE = 'LG021';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_approval BEFORE UPDATE ON document
    FOR EACH ROW WHEN (NEW.status = 'approved') EXECUTE FUNCTION mcrm_document_approval();
CREATE TRIGGER document_no_delete BEFORE DELETE OR TRUNCATE ON document
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG012', 'documents are never deleted');
CREATE TRIGGER document_event_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON document_event
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG012', 'the record of steps only grows');

-- Periods go one way; rates are added, never changed; the chart changes in migrations only.
CREATE TRIGGER period_one_way BEFORE UPDATE ON period
    FOR EACH ROW WHEN (
        NEW.from_on <> OLD.from_on OR NEW.until_on <> OLD.until_on
        OR NOT ((OLD.status = 'open' AND NEW.status = 'hold')
             OR (OLD.status = 'hold' AND NEW.status = 'closed')))
    EXECUTE FUNCTION mcrm_refuse('LG014', 'a period goes from open to hold to closed');
CREATE TRIGGER period_no_delete BEFORE DELETE OR TRUNCATE ON period
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG014', 'a period goes from open to hold to closed');
CREATE TRIGGER exchange_rate_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_rate
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG015', 'rates are added, never changed');
CREATE TRIGGER account_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG016', 'the chart changes in migrations only');

-- One call posts any number of entries. The lock serialises writers until they commit, so that a
-- number is given once, a key is looked up once, and a seal follows the last one.
CREATE FUNCTION mcrm_post(entries jsonb)
RETURNS TABLE (number bigint, hash bytea, replayed boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    each jsonb;
    known record;
    last_number bigint;
    last_hash bytea;
    content bytea;
    link bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(20161121);
    SELECT s.number, s.hash INTO last_number, last_hash FROM public.seal s
        ORDER BY s.number DESC LIMIT 1;
    last_number := coalesce(last_number, 0);
    last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
    FOR each IN SELECT value FROM jsonb_array_elements(entries) LOOP
        SELECT e.number, e.body_hash, s.hash INTO known
            FROM public.journal_entry e JOIN public.seal s ON s.number = e.number
            WHERE e.idempotency_scope = each->>'idempotency_scope'
              AND e.idempotency_key = each->>'idempotency_key';
        IF FOUND THEN
            IF known.body_hash <> decode(each->>'body_hash', 'hex') THEN
                RAISE EXCEPTION 'LG009 the key was used for something else'
                    USING ERRCODE = 'LG009', DETAIL = each->>'idempotency_key';
            END IF;
            RETURN QUERY SELECT known.number, known.hash, true;
            CONTINUE;
        END IF;
        last_number := last_number + 1;
        INSERT INTO public.journal_entry (
            number, effective_on, recorded_at, kind, narration, voucher, recorded_by, approved_by,
            reverses, document_id, document_hash, idempotency_scope, idempotency_key, body_hash,
            salt, hash_version)
        VALUES (
            last_number, (each->>'effective_on')::date, (each->>'recorded_at')::timestamptz,
            each->>'kind', each->>'narration', each->>'voucher', (each->>'recorded_by')::bigint,
            (each->>'approved_by')::bigint, (each->>'reverses')::bigint, each->>'document_id',
            decode(each->>'document_hash', 'hex'), each->>'idempotency_scope',
            each->>'idempotency_key', decode(each->>'body_hash', 'hex'),
            decode(each->>'salt', 'hex'), (each->>'hash_version')::bigint);
        INSERT INTO public.posting (
            entry, line, effective_on, book, account, state_code, currency, amount, euro, per_euro,
            rate_on, rate_source, purpose, activity, form, funding_source)
        SELECT last_number, p.line, p.effective_on, p.book, p.account, p.state_code, p.currency,
            p.amount, p.euro, p.per_euro, p.rate_on, p.rate_source, p.purpose, p.activity, p.form,
            p.funding_source
        FROM jsonb_to_recordset(each->'postings') AS p (
            line bigint, effective_on date, book text, account text, state_code text, currency text,
            amount bigint, euro bigint, per_euro text, rate_on date, rate_source text, purpose text,
            activity text, form text, funding_source text);
        content := decode(each->>'content_hash', 'hex');
        link := sha256(last_hash || content || int8send(last_number));
        INSERT INTO public.seal (number, content_hash, previous_hash, hash)
        VALUES (last_number, content, last_hash, link);
        last_hash := link;
        RETURN QUERY SELECT last_number, link, false;
    END LOOP;
END $$;

-- Three roles: the owner migrates, mcrm_app works, mcrm_reader reads. Logins are the deployer's:
-- GRANT mcrm_app TO the login of the program.
DO $$
BEGIN
    IF (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        BEGIN CREATE ROLE mcrm_app NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
        BEGIN CREATE ROLE mcrm_reader NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO mcrm_app, mcrm_reader;
        GRANT INSERT ON ALL TABLES IN SCHEMA public TO mcrm_app;
        REVOKE INSERT ON account, alembic_version FROM mcrm_app;
        REVOKE SELECT ON user_account, user_session, api_token, sign_in_attempt FROM mcrm_reader;
        GRANT UPDATE ON document, period, membership, user_account, user_session, api_token TO mcrm_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO mcrm_app;
    ELSE
        RAISE NOTICE 'roles mcrm_app and mcrm_reader are missing: have an administrator create them';
    END IF;
END $$;
