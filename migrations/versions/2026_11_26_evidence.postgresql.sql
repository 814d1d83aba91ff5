-- Evidence is added, never changed, and nothing is attached to what was withdrawn.

CREATE TRIGGER evidence_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG040', 'evidence is added, never changed');
CREATE TRIGGER attachment_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON attachment
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG041', 'what was attached stays attached');

CREATE FUNCTION mcrm_attachment_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.document d WHERE d.id = NEW.document_id AND d.status = 'withdrawn'
    ) THEN
        RAISE EXCEPTION 'LG042 document % is withdrawn', NEW.document_id USING ERRCODE = 'LG042';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attachment_begins BEFORE INSERT ON attachment
    FOR EACH ROW EXECUTE FUNCTION mcrm_attachment_begins();

-- SQLite has no SHA-256: there only the verification finds a file under another's hash.
CREATE FUNCTION mcrm_evidence_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> sha256(NEW.body) THEN
        RAISE EXCEPTION 'LG043 the evidence has another hash' USING ERRCODE = 'LG043';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_hash BEFORE INSERT ON evidence
    FOR EACH ROW EXECUTE FUNCTION mcrm_evidence_hash();

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON evidence, attachment TO mcrm_app, mcrm_reader;
        GRANT INSERT ON evidence, attachment TO mcrm_app;
    END IF;
END $$;
