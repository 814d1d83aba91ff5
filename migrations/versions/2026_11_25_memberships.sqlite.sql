-- Who takes part, and who shares in what, is what approved documents say: a span meets no other of
-- its state, is ended once, and is never deleted. What REPLACE would delete meets what it inserts.
-- A schema that is not trusted has no json_extract, but may read a text's parts as rows.

CREATE TRIGGER membership_begins BEFORE INSERT ON membership
BEGIN
    SELECT RAISE(ABORT, 'LG017 there is no such day')
    WHERE NEW.joined_on IS NOT date(NEW.joined_on, '+0 days');
    SELECT RAISE(ABORT, 'LG026 the state takes part on some of these days already') WHERE EXISTS (
        SELECT 1 FROM membership
        WHERE state_code = NEW.state_code AND (left_on IS NULL OR left_on >= NEW.joined_on)
    );
    SELECT RAISE(ABORT, 'LG029 no approved document says so')
    WHERE NEW.left_on IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM document
        WHERE kind = 'accession' AND status = 'approved'
          AND (SELECT value FROM json_each(body) WHERE key = 'acceding_state') = NEW.state_code
          AND (SELECT value FROM json_each(body) WHERE key = 'joined_on') = NEW.joined_on
    );
END;
CREATE TRIGGER membership_ends BEFORE UPDATE ON membership
BEGIN
    SELECT RAISE(ABORT, 'LG025 a membership is ended once and never changed')
    WHERE NEW.state_code IS NOT OLD.state_code OR NEW.joined_on IS NOT OLD.joined_on
       OR OLD.left_on IS NOT NULL OR NEW.left_on IS NULL;
    SELECT RAISE(ABORT, 'LG017 there is no such day')
    WHERE NEW.left_on IS NOT date(NEW.left_on, '+0 days');
    SELECT RAISE(ABORT, 'LG029 no approved document says so') WHERE NOT EXISTS (
        SELECT 1 FROM document
        WHERE kind = 'withdrawal' AND status = 'approved' AND state_code = NEW.state_code
          AND (SELECT value FROM json_each(body) WHERE key = 'left_on') = NEW.left_on
    );
END;
CREATE TRIGGER membership_no_delete BEFORE DELETE ON membership
BEGIN SELECT RAISE(ABORT, 'LG025 a membership is never deleted'); END;

CREATE TRIGGER opt_out_begins BEFORE INSERT ON opt_out
BEGIN
    SELECT RAISE(ABORT, 'LG017 there is no such day')
    WHERE NEW.from_on IS NOT date(NEW.from_on, '+0 days')
       OR NEW.until_on IS NOT date(NEW.until_on, '+0 days');
    SELECT RAISE(ABORT, 'LG028 the state is out on some of these days already') WHERE EXISTS (
        SELECT 1 FROM opt_out
        WHERE state_code = NEW.state_code AND activity = NEW.activity
          AND (NEW.until_on IS NULL OR from_on <= NEW.until_on)
          AND (until_on IS NULL OR until_on >= NEW.from_on)
    );
    SELECT RAISE(ABORT, 'LG029 no approved document says so') WHERE NOT EXISTS (
        SELECT 1 FROM document
        WHERE id = NEW.document_id AND kind = 'opt_out' AND status = 'approved'
          AND state_code = NEW.state_code
          AND (SELECT value FROM json_each(body) WHERE key = 'activity') = NEW.activity
          AND (SELECT value FROM json_each(body) WHERE key = 'from_on') = NEW.from_on
          AND (SELECT value FROM json_each(body) WHERE key = 'until_on') IS NEW.until_on
    );
END;
CREATE TRIGGER opt_out_ends BEFORE UPDATE ON opt_out
BEGIN
    SELECT RAISE(ABORT, 'LG027 an opt-out is ended once and never changed')
    WHERE NEW.state_code IS NOT OLD.state_code OR NEW.activity IS NOT OLD.activity
       OR NEW.from_on IS NOT OLD.from_on OR NEW.document_id IS NOT OLD.document_id
       OR OLD.until_on IS NOT NULL OR NEW.until_on IS NULL;
    SELECT RAISE(ABORT, 'LG017 there is no such day')
    WHERE NEW.until_on IS NOT date(NEW.until_on, '+0 days');
    SELECT RAISE(ABORT, 'LG029 no approved document says so') WHERE NOT EXISTS (
        SELECT 1 FROM document
        WHERE kind = 'opt_out' AND status = 'approved' AND state_code = NEW.state_code
          AND (SELECT value FROM json_each(body) WHERE key = 'activity') = NEW.activity
          AND (SELECT value FROM json_each(body) WHERE key = 'from_on') = NEW.from_on
          AND (SELECT value FROM json_each(body) WHERE key = 'until_on') = NEW.until_on
    );
END;
CREATE TRIGGER opt_out_no_delete BEFORE DELETE ON opt_out
BEGIN SELECT RAISE(ABORT, 'LG027 an opt-out is never deleted'); END;
