-- Who takes part, and who shares in what, is what approved documents say: a span meets no other of
-- its state, is ended once, and is never deleted.

-- Whoever posts or approves holds this lock: of two who admit a state, the second sees the first.
CREATE FUNCTION mcrm_membership_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(20161121);
    IF EXISTS (
        SELECT 1 FROM public.membership m
        WHERE m.state_code = NEW.state_code AND coalesce(m.left_on, 'infinity') >= NEW.joined_on
    ) THEN
        RAISE EXCEPTION 'LG026 % takes part on some of these days already', NEW.state_code
            USING ERRCODE = 'LG026';
    END IF;
    IF NEW.left_on IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM public.document d
        WHERE d.kind = 'accession' AND d.status = 'approved'
          AND d.body->>'acceding_state' = NEW.state_code
          AND (d.body->>'joined_on')::date = NEW.joined_on
    ) THEN
        RAISE EXCEPTION 'LG029 no approved document admits % on %', NEW.state_code, NEW.joined_on
            USING ERRCODE = 'LG029';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER membership_begins BEFORE INSERT ON membership
    FOR EACH ROW EXECUTE FUNCTION mcrm_membership_begins();

CREATE FUNCTION mcrm_membership_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state_code, NEW.joined_on) IS DISTINCT FROM (OLD.state_code, OLD.joined_on)
        OR OLD.left_on IS NOT NULL OR NEW.left_on IS NULL THEN
        RAISE EXCEPTION 'LG025 the membership of % is ended once and never changed', OLD.state_code
            USING ERRCODE = 'LG025';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.document d
        WHERE d.kind = 'withdrawal' AND d.status = 'approved' AND d.state_code = NEW.state_code
          AND (d.body->>'left_on')::date = NEW.left_on
    ) THEN
        RAISE EXCEPTION 'LG029 no approved document ends it on %', NEW.left_on
            USING ERRCODE = 'LG029';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER membership_ends BEFORE UPDATE ON membership
    FOR EACH ROW EXECUTE FUNCTION mcrm_membership_ends();
CREATE TRIGGER membership_no_delete BEFORE DELETE OR TRUNCATE ON membership
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG025', 'a membership is never deleted');

CREATE FUNCTION mcrm_opt_out_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(20161121);
    IF EXISTS (
        SELECT 1 FROM public.opt_out o
        WHERE o.state_code = NEW.state_code AND o.activity = NEW.activity
          AND o.from_on <= coalesce(NEW.until_on, 'infinity')
          AND coalesce(o.until_on, 'infinity') >= NEW.from_on
    ) THEN
        RAISE EXCEPTION 'LG028 % is out on some of these days already', NEW.state_code
            USING ERRCODE = 'LG028';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.document d
        WHERE d.id = NEW.document_id AND d.kind = 'opt_out' AND d.status = 'approved'
          AND d.state_code = NEW.state_code AND d.body->>'activity' = NEW.activity
          AND (d.body->>'from_on')::date = NEW.from_on
          AND (d.body->>'until_on')::date IS NOT DISTINCT FROM NEW.until_on
    ) THEN
        RAISE EXCEPTION 'LG029 document % does not say so, or is not approved', NEW.document_id
            USING ERRCODE = 'LG029';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opt_out_begins BEFORE INSERT ON opt_out
    FOR EACH ROW EXECUTE FUNCTION mcrm_opt_out_begins();

CREATE FUNCTION mcrm_opt_out_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.state_code, NEW.activity, NEW.from_on, NEW.document_id)
        IS DISTINCT FROM (OLD.state_code, OLD.activity, OLD.from_on, OLD.document_id)
        OR OLD.until_on IS NOT NULL OR NEW.until_on IS NULL THEN
        RAISE EXCEPTION 'LG027 the opt-out of % is ended once and never changed', OLD.state_code
            USING ERRCODE = 'LG027';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM public.document d
        WHERE d.kind = 'opt_out' AND d.status = 'approved' AND d.state_code = NEW.state_code
          AND d.body->>'activity' = NEW.activity
          AND (d.body->>'from_on')::date = NEW.from_on
          AND (d.body->>'until_on')::date = NEW.until_on
    ) THEN
        RAISE EXCEPTION 'LG029 no approved document ends it on %', NEW.until_on
            USING ERRCODE = 'LG029';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opt_out_ends BEFORE UPDATE ON opt_out
    FOR EACH ROW EXECUTE FUNCTION mcrm_opt_out_ends();
CREATE TRIGGER opt_out_no_delete BEFORE DELETE OR TRUNCATE ON opt_out
    FOR EACH STATEMENT EXECUTE FUNCTION mcrm_refuse('LG027', 'an opt-out is never deleted');

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_app')
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mcrm_reader') THEN
        GRANT SELECT ON opt_out TO mcrm_app, mcrm_reader;
        GRANT INSERT, UPDATE ON opt_out TO mcrm_app;
    END IF;
END $$;
