-- A reason that was given stands.
CREATE TRIGGER closing_waiver_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON closing_waiver
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG060', 'what was waived stands as it was');

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON closing_waiver TO mcrm_app, mcrm_reader;
        GRANT INSERT ON closing_waiver TO mcrm_app;
    END IF;
END $$;
