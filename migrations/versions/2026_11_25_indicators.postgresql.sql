-- Indicators are added, never changed; a vintage that stands takes no further observation.

CREATE TRIGGER indicator_vintage_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON indicator_vintage
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG022', 'indicators are added, never changed');
CREATE TRIGGER observation_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON observation
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG022', 'indicators are added, never changed');

CREATE FUNCTION mcrm_observation_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.indicator_vintage WHERE name = NEW.vintage) THEN
        RAISE EXCEPTION 'LG022 the vintage % is complete', NEW.vintage USING ERRCODE = 'LG022';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER observation_complete BEFORE INSERT ON observation
    FOR EACH ROW EXECUTE FUNCTION mcrm_observation_complete();

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON indicator_vintage, observation TO mcrm_app, mcrm_reader;
        GRANT INSERT ON indicator_vintage, observation TO mcrm_app;
    END IF;
END $$;
