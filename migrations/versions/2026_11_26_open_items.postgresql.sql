-- The chart says which accounts hold open items, and on which side.
DROP TRIGGER account_frozen ON account;
UPDATE account SET item_side = 'debit' WHERE code IN ('1110', '1115', '1120', '1140', '1150', '9110', '9210', '9420');
UPDATE account SET item_side = 'credit' WHERE code IN ('2010', '2020', '2030', '2040', '2050', '2060', '2070');
INSERT INTO account (code, book, currency, per_state, item_side)
VALUES ('5160', 'accounts', NULL, false, NULL);
CREATE TRIGGER account_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG016', 'the chart changes in migrations only');

-- Each posting on such an account names its item, which is of one account, state and currency.
CREATE FUNCTION mcrm_posting_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.account a
        WHERE a.code = NEW.account AND (a.item_side IS NULL) <> (NEW.item IS NULL)
    ) THEN
        RAISE EXCEPTION 'LG030 an open item is named where, and only where, they are kept'
            USING ERRCODE = 'LG030';
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.posting p WHERE p.item = NEW.item
          AND (p.account, p.state_code, p.currency)
              IS DISTINCT FROM (NEW.account, NEW.state_code, NEW.currency)
    ) THEN
        RAISE EXCEPTION 'LG031 the item is of another account, state or currency'
            USING ERRCODE = 'LG031';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER posting_item BEFORE INSERT ON posting
    FOR EACH ROW EXECUTE FUNCTION mcrm_posting_item();

-- No item is settled beyond what is open of it, and what is settled leaves nothing in euro.
CREATE FUNCTION mcrm_seal_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.posting p JOIN public.account a ON a.code = p.account
        WHERE p.entry = NEW.number AND p.item IS NOT NULL AND EXISTS (
            SELECT 1 FROM public.posting q WHERE q.item = p.item GROUP BY q.item
            HAVING sum(q.amount) * CASE a.item_side WHEN 'debit' THEN 1 ELSE -1 END < 0
                OR (sum(q.amount) = 0 AND sum(q.euro) <> 0)
        )
    ) THEN
        RAISE EXCEPTION 'LG032 an item is settled beyond what is open of it'
            USING ERRCODE = 'LG032';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_items BEFORE INSERT ON seal
    FOR EACH ROW EXECUTE FUNCTION mcrm_seal_items();

-- A bank account without money is worth nothing in euro, and holds never less than nothing. Only what
-- pays out or changes the worth can leave it so.
CREATE FUNCTION mcrm_seal_bank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.posting p
        WHERE p.entry = NEW.number AND p.account BETWEEN '1010' AND '1019' AND p.amount <= 0
          AND EXISTS (
            SELECT 1 FROM public.posting q
            WHERE q.account = p.account AND q.currency = p.currency
            GROUP BY q.account HAVING sum(q.amount) < 0 OR (sum(q.amount) = 0 AND sum(q.euro) <> 0)
        )
    ) THEN
        RAISE EXCEPTION 'LG035 the bank is overdrawn, or worth something without money'
            USING ERRCODE = 'LG035';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_bank BEFORE INSERT ON seal
    FOR EACH ROW EXECUTE FUNCTION mcrm_seal_bank();

-- No state accepts the value of its own gift or decides on its own case; some documents ask for two
-- who approve, of whom the first endorses what the second approves unchanged.
CREATE OR REPLACE FUNCTION mcrm_document_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE approver record;
BEGIN
    SELECT u.state_code INTO approver FROM public.user_account u
        WHERE u.id = NEW.decided_by AND u.id <> NEW.made_by AND u.role = 'coordinator' AND u.active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'LG021 only another, active coordinator approves' USING ERRCODE = 'LG021';
    END IF;
    -- A reversal is the case of whose decision it undoes.
    IF EXISTS (
        SELECT 1 FROM (
            SELECT NEW.kind AS kind, NEW.state_code AS state_code
            UNION ALL
            SELECT d.kind, d.state_code
            FROM public.journal_entry e JOIN public.document d ON d.id = e.document_id
            WHERE e.number
                = CASE WHEN NEW.kind = 'reversal' THEN (NEW.body->>'number')::bigint END
        ) c
        WHERE c.state_code = approver.state_code AND (
            c.kind IN ('buy_in', 'opt_out', 'withdrawal', 'valuation', 'acceptance', 'delivery',
                'prefinancing', 'impairment', 'write_off', 'pledge', 'lapse', 'condition',
                'payment')
            OR (NEW.kind = 'contribution' AND NEW.body->>'form' IS DISTINCT FROM 'cash')
            OR (NEW.kind = 'application' AND NEW.body->>'difference' IS NOT NULL)
        )
    ) THEN
        RAISE EXCEPTION 'LG033 no state decides on its own case' USING ERRCODE = 'LG033';
    END IF;
    IF NEW.kind = 'prefinancing'
        AND (NEW.endorsed_by IS NULL OR NEW.endorsed_by IN (NEW.decided_by, NEW.made_by)) THEN
        RAISE EXCEPTION 'LG034 two others approve' USING ERRCODE = 'LG034';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER document_one_way ON document;
CREATE TRIGGER document_one_way BEFORE UPDATE ON document
    FOR EACH ROW WHEN (NOT CASE OLD.status
        WHEN 'draft' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
        WHEN 'submitted' THEN NEW.status IN ('draft', 'returned', 'approved', 'withdrawn')
            -- The first of two approvals leaves it where it is.
            OR (NEW.status = 'submitted' AND OLD.endorsed_by IS NULL
                AND NEW.endorsed_by IS NOT NULL)
        WHEN 'returned' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
        ELSE false END)
    EXECUTE FUNCTION mcrm_refuse('LG012', 'the document does not go this way');
CREATE FUNCTION mcrm_document_endorsement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('draft', 'returned') OR NEW.body_hash IS DISTINCT FROM OLD.body_hash THEN
        RAISE EXCEPTION 'LG034 what is edited or returned is endorsed anew'
            USING ERRCODE = 'LG034';
    END IF;
    IF NEW.endorsed_by IS DISTINCT FROM OLD.endorsed_by AND (
        OLD.endorsed_by IS NOT NULL OR NEW.status <> 'submitted' OR NOT EXISTS (
            SELECT 1 FROM public.user_account u
            WHERE u.id = NEW.endorsed_by AND u.id <> NEW.made_by AND u.role = 'coordinator'
              AND u.active AND u.state_code IS DISTINCT FROM NEW.state_code
        )
    ) THEN
        RAISE EXCEPTION 'LG034 only another, active coordinator of another state endorses'
            USING ERRCODE = 'LG034';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_endorsement BEFORE UPDATE ON document
    FOR EACH ROW WHEN (NEW.endorsed_by IS NOT NULL)
    EXECUTE FUNCTION mcrm_document_endorsement();

-- The same call as before, with what the journal has learned to say.
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
            number, effective_on, occurred_on, recorded_at, kind, narration, voucher, recorded_by, approved_by,
            reverses, document_id, document_hash, idempotency_scope, idempotency_key, body_hash,
            salt, hash_version)
        VALUES (
            last_number, (each->>'effective_on')::date, (each->>'occurred_on')::date,
            (each->>'recorded_at')::timestamptz,
            each->>'kind', each->>'narration', each->>'voucher', (each->>'recorded_by')::bigint,
            (each->>'approved_by')::bigint, (each->>'reverses')::bigint, each->>'document_id',
            decode(each->>'document_hash', 'hex'), each->>'idempotency_scope',
            each->>'idempotency_key', decode(each->>'body_hash', 'hex'),
            decode(each->>'salt', 'hex'), (each->>'hash_version')::bigint);
        INSERT INTO public.posting (
            entry, line, effective_on, book, account, state_code, currency, amount, euro, per_euro,
            rate_on, rate_source, purpose, activity, form, funding_source, item, due_on)
        SELECT last_number, p.line, p.effective_on, p.book, p.account, p.state_code, p.currency,
            p.amount, p.euro, p.per_euro, p.rate_on, p.rate_source, p.purpose, p.activity, p.form,
            p.funding_source, p.item, p.due_on
        FROM jsonb_to_recordset(each->'postings') AS p (
            line bigint, effective_on date, book text, account text, state_code text, currency text,
            amount bigint, euro bigint, per_euro text, rate_on date, rate_source text, purpose text,
            activity text, form text, funding_source text, item text, due_on date);
        content := decode(each->>'content_hash', 'hex');
        link := sha256(last_hash || content || int8send(last_number));
        INSERT INTO public.seal (number, content_hash, previous_hash, hash)
        VALUES (last_number, content, last_hash, link);
        last_hash := link;
        RETURN QUERY SELECT last_number, link, false;
    END LOOP;
END $$;
