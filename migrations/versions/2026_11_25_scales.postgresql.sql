-- A scale is frozen when it is adopted, by an approved document that says so.

CREATE TRIGGER scale_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON scale
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG023', 'scales are added, never changed');

CREATE FUNCTION mcrm_scale_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(s.number), 0) + 1 FROM public.scale s) OR NOT EXISTS (
        SELECT 1 FROM public.document d
        WHERE d.id = NEW.document_id AND d.kind = 'scale' AND d.status = 'approved'
          AND d.body->>'purpose' = NEW.purpose
          AND d.body->>'valid_from' = NEW.valid_from::text
    ) THEN
        RAISE EXCEPTION 'LG024 scale % is not that of an approved document', NEW.number
            USING ERRCODE = 'LG024';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scale_approval BEFORE INSERT ON scale
    FOR EACH ROW EXECUTE FUNCTION mcrm_scale_approval();

-- A run of allocation has an entry for each pool.
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

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON scale TO mcrm_app, mcrm_reader;
        GRANT INSERT ON scale TO mcrm_app;
    END IF;
END $$;
