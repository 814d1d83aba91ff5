-- As they were before revaluations were documents.
CREATE OR REPLACE FUNCTION mcrm_seal_approval() RETURNS trigger LANGUAGE plpgsql AS $$
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
                      OR (d.kind IN ('cost', 'withdrawal')
                          AND e.idempotency_key = d.id || ':payment')
                      -- A run has an entry for each pool, which names its days and the scale.
                      OR (d.kind = 'allocation' AND EXISTS (
                          SELECT 1 FROM public.scale s
                          WHERE e.idempotency_key = d.id || substr(e.idempotency_key, 37, 23)
                              || s.number || ':' || encode(s.content_hash, 'hex')))
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
CREATE OR REPLACE FUNCTION mcrm_seal_items() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION mcrm_seal_bank() RETURNS trigger LANGUAGE plpgsql AS $$
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
