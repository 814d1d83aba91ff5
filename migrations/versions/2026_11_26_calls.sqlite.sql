-- A call is what an approved document asks of a state, on an assessed item of its own entry.

CREATE TRIGGER call_no_update BEFORE UPDATE ON call
BEGIN SELECT RAISE(ABORT, 'LG050 calls are added, never changed'); END;
CREATE TRIGGER call_no_delete BEFORE DELETE ON call
BEGIN SELECT RAISE(ABORT, 'LG050 calls are added, never changed'); END;
-- REPLACE deletes rows without firing delete triggers where recursive_triggers is off.
CREATE TRIGGER call_no_replace BEFORE INSERT ON call
WHEN EXISTS (
    SELECT 1 FROM call
    WHERE item = NEW.item OR reference = NEW.reference OR symbol = NEW.symbol
)
BEGIN SELECT RAISE(ABORT, 'LG050 the call, or one of its references, exists'); END;
-- A schema that is not trusted has no json_extract, but may read a text's parts as rows.
CREATE TRIGGER call_approval BEFORE INSERT ON call
WHEN NEW.despatched_on IS NOT date(NEW.despatched_on, '+0 days')
  OR NEW.due_on IS NOT date(NEW.due_on, '+0 days')
  OR NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM call)
  OR NOT EXISTS (
    SELECT 1 FROM document
    WHERE id = NEW.document_id AND kind = 'call' AND status = 'approved'
      AND (SELECT value FROM json_each(body) WHERE key = 'despatched_on') = NEW.despatched_on
      AND coalesce(
          (SELECT value FROM json_each(body) WHERE key = 'due_on'),
          date(NEW.despatched_on,
               (SELECT value FROM json_each(body) WHERE key = 'days') || ' days')) = NEW.due_on
      AND (SELECT value FROM json_each(body) WHERE key = 'exchange') = NEW.exchange
      AND (SELECT value FROM json_each(body) WHERE key = 'charges') = NEW.charges
      AND EXISTS (
          SELECT 1 FROM posting
          WHERE entry = (SELECT value FROM json_each(body) WHERE key = 'assessment')
            AND account = '1110' AND state_code = NEW.state_code AND item = NEW.item
      )
)
BEGIN SELECT RAISE(ABORT, 'LG051 the call is not that of an approved document'); END;
