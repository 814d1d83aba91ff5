-- Rates are added, never changed; so are the files that they were read from.
CREATE TRIGGER exchange_rate_no_update BEFORE UPDATE ON exchange_rate
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;
CREATE TRIGGER exchange_rate_no_delete BEFORE DELETE ON exchange_rate
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;
CREATE TRIGGER rate_body_no_update BEFORE UPDATE ON rate_body
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;
CREATE TRIGGER rate_body_no_delete BEFORE DELETE ON rate_body
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;
-- REPLACE deletes without firing delete triggers where recursive_triggers is off.
CREATE TRIGGER exchange_rate_no_replace BEFORE INSERT ON exchange_rate
WHEN EXISTS (
    SELECT 1 FROM exchange_rate WHERE source = NEW.source AND currency = NEW.currency
      AND applies_on = NEW.applies_on AND version = NEW.version
)
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;
CREATE TRIGGER rate_body_no_replace BEFORE INSERT ON rate_body
WHEN EXISTS (SELECT 1 FROM rate_body WHERE sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;

-- A rate that is published anew is the version after the last one.
CREATE TRIGGER exchange_rate_version BEFORE INSERT ON exchange_rate
WHEN NEW.version > 1 AND NOT EXISTS (
    SELECT 1 FROM exchange_rate WHERE source = NEW.source AND currency = NEW.currency
      AND applies_on = NEW.applies_on AND version = NEW.version - 1
)
BEGIN SELECT RAISE(ABORT, 'LG070 a version of a rate follows the one before'); END;
