DROP TRIGGER document_endorsement ON document;
DROP FUNCTION mcrm_document_endorsement();
DROP TRIGGER document_one_way ON document;
CREATE TRIGGER document_one_way BEFORE UPDATE ON document
    FOR EACH ROW WHEN (NOT CASE OLD.status
        WHEN 'draft' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
        WHEN 'submitted' THEN NEW.status IN ('draft', 'returned', 'approved', 'withdrawn')
        WHEN 'returned' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
        ELSE false END)
    EXECUTE FUNCTION mcrm_refuse('LG012', 'the document does not go this way');
DROP TRIGGER seal_bank ON seal;
DROP FUNCTION mcrm_seal_bank();
DROP TRIGGER seal_items ON seal;
DROP FUNCTION mcrm_seal_items();
DROP TRIGGER posting_item ON posting;
DROP FUNCTION mcrm_posting_item();
DROP TRIGGER account_frozen ON account;
DELETE FROM account WHERE code = '5160';
CREATE TRIGGER account_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG016', 'the chart changes in migrations only');

CREATE OR REPLACE FUNCTION mcrm_document_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.user_account
        WHERE id = NEW.decided_by AND id <> NEW.made_by AND role = 'coordinator' AND active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'LG021 only another, active coordinator approves' USING ERRCODE = 'LG021';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION mcrm_post(entries jsonb)
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
