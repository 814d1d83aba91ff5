-- The guard of approvals as the first revision made it.
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
