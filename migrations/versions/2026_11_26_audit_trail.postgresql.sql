-- The audit trail only grows.

CREATE TRIGGER audit_record_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG044', 'the audit trail only grows');

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON audit_record TO mcrm_app, mcrm_reader;
        GRANT INSERT ON audit_record TO mcrm_app;
    END IF;
END $$;
