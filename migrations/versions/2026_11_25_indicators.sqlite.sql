-- Indicators are added, never changed; a vintage that stands takes no further observation.

CREATE TRIGGER indicator_vintage_no_update BEFORE UPDATE ON indicator_vintage
BEGIN SELECT RAISE(ABORT, 'LG022 indicators are added, never changed'); END;
CREATE TRIGGER indicator_vintage_no_delete BEFORE DELETE ON indicator_vintage
BEGIN SELECT RAISE(ABORT, 'LG022 indicators are added, never changed'); END;
CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation
BEGIN SELECT RAISE(ABORT, 'LG022 indicators are added, never changed'); END;
CREATE TRIGGER observation_no_delete BEFORE DELETE ON observation
BEGIN SELECT RAISE(ABORT, 'LG022 indicators are added, never changed'); END;

-- REPLACE deletes rows without firing delete triggers where recursive_triggers is off,
-- so the insert itself is refused; that of an observation is, once its vintage stands.
CREATE TRIGGER indicator_vintage_no_replace BEFORE INSERT ON indicator_vintage
WHEN EXISTS (
    SELECT 1 FROM indicator_vintage WHERE name = NEW.name OR body_sha256 = NEW.body_sha256
)
BEGIN SELECT RAISE(ABORT, 'LG022 the vintage or its file exists'); END;
CREATE TRIGGER observation_complete BEFORE INSERT ON observation
WHEN EXISTS (SELECT 1 FROM indicator_vintage WHERE name = NEW.vintage)
BEGIN SELECT RAISE(ABORT, 'LG022 the vintage is complete'); END;
