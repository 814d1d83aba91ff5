-- A revaluation that is posted late has an entry for each day on which something was settled since.
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
                      -- What was settled since has an entry for each day of settlement.
                      OR (d.kind = 'revaluation' AND e.idempotency_key
                          = d.id || ':' || coalesce(e.occurred_on, e.effective_on))
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

-- No item is settled beyond what is open of it, and what is settled leaves nothing in euro; only within
-- a revaluation, or what undoes one, an entry leaves what the next takes off again.
DROP TRIGGER seal_items;
CREATE TRIGGER seal_items BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG032 an item is settled beyond what is open of it') WHERE EXISTS (
        SELECT 1 FROM posting p JOIN account a ON a.code = p.account
        WHERE p.entry = NEW.number AND p.item IS NOT NULL AND EXISTS (
            SELECT 1 FROM posting q WHERE q.item = p.item GROUP BY q.item
            HAVING sum(q.amount) * CASE a.item_side WHEN 'debit' THEN 1 ELSE -1 END < 0
                OR (sum(q.amount) = 0 AND sum(q.euro) <> 0 AND NOT EXISTS (
                    SELECT 1 FROM journal_entry e
                    LEFT JOIN journal_entry r ON r.number = e.reverses
                    JOIN document d ON d.id = coalesce(r.document_id, e.document_id)
                    WHERE e.number = NEW.number AND d.kind = 'revaluation'))
        )
    );
END;

-- The same of a bank account without money.
DROP TRIGGER seal_bank;
CREATE TRIGGER seal_bank BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG035 the bank is overdrawn, or worth something without money')
    WHERE EXISTS (
        SELECT 1 FROM posting p
        WHERE p.entry = NEW.number AND p.account BETWEEN '1010' AND '1019' AND p.amount <= 0
          AND EXISTS (
            SELECT 1 FROM posting q
            WHERE q.account = p.account AND q.currency = p.currency
            GROUP BY q.account HAVING sum(q.amount) < 0
                OR (sum(q.amount) = 0 AND sum(q.euro) <> 0 AND NOT EXISTS (
                    SELECT 1 FROM journal_entry e
                    LEFT JOIN journal_entry r ON r.number = e.reverses
                    JOIN document d ON d.id = coalesce(r.document_id, e.document_id)
                    WHERE e.number = NEW.number AND d.kind = 'revaluation'))
        )
    );
END;
