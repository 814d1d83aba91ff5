-- A scale is frozen when it is adopted, by an approved document that says so.

CREATE TRIGGER scale_no_update BEFORE UPDATE ON scale
BEGIN SELECT RAISE(ABORT, 'LG023 scales are added, never changed'); END;
CREATE TRIGGER scale_no_delete BEFORE DELETE ON scale
BEGIN SELECT RAISE(ABORT, 'LG023 scales are added, never changed'); END;
-- REPLACE deletes rows without firing delete triggers where recursive_triggers is off.
CREATE TRIGGER scale_no_replace BEFORE INSERT ON scale
WHEN EXISTS (SELECT 1 FROM scale WHERE document_id = NEW.document_id)
BEGIN SELECT RAISE(ABORT, 'LG023 the scale exists'); END;
CREATE TRIGGER scale_approval BEFORE INSERT ON scale
WHEN NEW.valid_from IS NOT date(NEW.valid_from, '+0 days')
  OR NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM scale)
  OR NOT EXISTS (
    SELECT 1 FROM document
    WHERE id = NEW.document_id AND kind = 'scale' AND status = 'approved'
      -- A schema that is not trusted has no json_extract, but may read a text's parts as rows.
      AND (SELECT value FROM json_each(body) WHERE key = 'purpose') = NEW.purpose
      AND (SELECT value FROM json_each(body) WHERE key = 'valid_from') = NEW.valid_from
)
BEGIN SELECT RAISE(ABORT, 'LG024 the scale is not that of an approved document'); END;

-- A run of allocation has an entry for each pool.
DROP TRIGGER seal_approval;
CREATE TRIGGER seal_approval BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG011 the document is not approved as it stands') WHERE EXISTS (
        SELECT 1 FROM journal_entry e
        WHERE e.number = NEW.number AND e.document_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM document d
            WHERE d.id = e.document_id AND d.status = 'approved'
              AND d.made_by = e.recorded_by AND d.decided_by = e.approved_by
              AND d.body_hash = e.document_hash
              -- Its key is its own, so that it is posted once.
              AND CASE e.idempotency_scope
                  WHEN 'document' THEN e.idempotency_key = d.id
                      OR (d.kind IN ('cost', 'withdrawal')
                          AND e.idempotency_key = d.id || ':payment')
                      -- A run has an entry for each pool, which names its days and the scale.
                      OR (d.kind = 'allocation' AND EXISTS (
                          SELECT 1 FROM scale s
                          WHERE e.idempotency_key = d.id || substr(e.idempotency_key, 37, 23)
                              || s.number || ':' || lower(hex(s.content_hash))))
                  WHEN 'reversal' THEN d.kind = 'reversal' AND e.reverses IS NOT NULL
                      AND e.idempotency_key = CAST(e.reverses AS TEXT)
                  ELSE 0 END
        )
    );
END;
