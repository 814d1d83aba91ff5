-- Evidence is added, never changed, and nothing is attached to what was withdrawn.

CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'LG040 evidence is added, never changed'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'LG040 evidence is added, never changed'); END;
CREATE TRIGGER attachment_no_update BEFORE UPDATE ON attachment
BEGIN SELECT RAISE(ABORT, 'LG041 what was attached stays attached'); END;
CREATE TRIGGER attachment_no_delete BEFORE DELETE ON attachment
BEGIN SELECT RAISE(ABORT, 'LG041 what was attached stays attached'); END;

-- REPLACE deletes rows without firing delete triggers where recursive_triggers is off,
-- so the insert itself is refused.
CREATE TRIGGER evidence_no_replace BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'LG040 the evidence exists'); END;
CREATE TRIGGER attachment_no_replace BEFORE INSERT ON attachment
WHEN EXISTS (
    SELECT 1 FROM attachment WHERE document_id = NEW.document_id AND sha256 = NEW.sha256
)
BEGIN SELECT RAISE(ABORT, 'LG041 it is attached already'); END;

CREATE TRIGGER attachment_begins BEFORE INSERT ON attachment
WHEN EXISTS (SELECT 1 FROM document WHERE id = NEW.document_id AND status = 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'LG042 the document is withdrawn'); END;
