-- The guard of approvals as the first revision made it.
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
                      OR (d.kind = 'cost' AND e.idempotency_key = d.id || ':payment')
                  WHEN 'reversal' THEN d.kind = 'reversal' AND e.reverses IS NOT NULL
                      AND e.idempotency_key = CAST(e.reverses AS TEXT)
                  ELSE 0 END
        )
    );
END;
