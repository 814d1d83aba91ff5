-- A call is what an approved document asks of a state, on an assessed item of its own entry.

CREATE TRIGGER call_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON call
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG050', 'calls are added, never changed');

CREATE FUNCTION mcrm_call_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(c.number), 0) + 1 FROM public.call c) OR NOT EXISTS (
        SELECT 1 FROM public.document d
        JOIN public.posting p ON p.entry = (d.body->>'assessment')::bigint
        WHERE d.id = NEW.document_id AND d.kind = 'call' AND d.status = 'approved'
          AND d.body->>'despatched_on' = NEW.despatched_on::text
          AND coalesce((d.body->>'due_on')::date,
                       NEW.despatched_on + (d.body->>'days')::integer) = NEW.due_on
          AND d.body->>'exchange' = NEW.exchange AND d.body->>'charges' = NEW.charges
          AND p.account = '1110' AND p.state_code = NEW.state_code AND p.item = NEW.item
    ) THEN
        RAISE EXCEPTION 'LG051 call % is not that of an approved document', NEW.number
            USING ERRCODE = 'LG051';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_approval BEFORE INSERT ON call
    FOR EACH ROW EXECUTE FUNCTION mcrm_call_approval();

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON call TO mcrm_app, mcrm_reader;
        GRANT INSERT ON call TO mcrm_app;
    END IF;
END $$;
