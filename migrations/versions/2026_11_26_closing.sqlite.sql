-- A reason that was given stands.
CREATE TRIGGER closing_waiver_no_update BEFORE UPDATE ON closing_waiver
BEGIN SELECT RAISE(ABORT, 'LG060 what was waived stands as it was'); END;
CREATE TRIGGER closing_waiver_no_delete BEFORE DELETE ON closing_waiver
BEGIN SELECT RAISE(ABORT, 'LG060 what was waived stands as it was'); END;
-- REPLACE deletes without firing delete triggers where recursive_triggers is off.
CREATE TRIGGER closing_waiver_no_replace BEFORE INSERT ON closing_waiver
WHEN EXISTS (SELECT 1 FROM closing_waiver WHERE from_on = NEW.from_on)
BEGIN SELECT RAISE(ABORT, 'LG060 what was waived stands as it was'); END;
