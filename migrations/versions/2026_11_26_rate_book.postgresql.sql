-- Rates are added, never changed; so are the files that they were read from.
CREATE TRIGGER exchange_rate_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_rate
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG015', 'rates are added, never changed');
CREATE TRIGGER rate_body_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON rate_body
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG015', 'rates are added, never changed');

-- A rate that is published anew is the version after the last one.
CREATE FUNCTION mcrm_rate_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.exchange_rate r
        WHERE r.source = NEW.source AND r.currency = NEW.currency
          AND r.applies_on = NEW.applies_on AND r.version = NEW.version - 1
    ) THEN
        RAISE EXCEPTION 'LG070 a version of a rate follows the one before'
            USING ERRCODE = 'LG070';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_rate_version BEFORE INSERT ON exchange_rate
    FOR EACH ROW WHEN (NEW.version > 1) EXECUTE FUNCTION mcrm_rate_version();

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON exchange_rate, rate_body TO mcrm_app, mcrm_reader;
        GRANT INSERT ON exchange_rate, rate_body TO mcrm_app;
    END IF;
END $$;
