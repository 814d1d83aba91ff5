-- The audit trail only grows.

CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record
BEGIN SELECT RAISE(ABORT, 'LG044 the audit trail only grows'); END;
CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record
BEGIN SELECT RAISE(ABORT, 'LG044 the audit trail only grows'); END;
-- REPLACE deletes rows without firing delete triggers where recursive_triggers is off,
-- so the insert itself is refused.
CREATE TRIGGER audit_record_no_replace BEFORE INSERT ON audit_record
WHEN EXISTS (SELECT 1 FROM audit_record WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'LG044 the record exists'); END;
-- A column of text takes any text: one in other words would be sorted elsewhere than it is read.
CREATE TRIGGER audit_record_moment BEFORE INSERT ON audit_record
WHEN length(CAST(NEW.at AS BLOB)) <> 27
  OR substr(NEW.at, 20) NOT GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
  OR substr(NEW.at, 1, 19) IS NOT strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.at, 1, 19), '+0 days')
BEGIN SELECT RAISE(ABORT, 'LG017 there is no such day'); END;
