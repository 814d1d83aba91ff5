-- What the database refuses whatever the program does (reliability.md §2.2 and annex).
-- RAISE takes a literal only, so each guard is known by its code LG0nn.

-- Nothing is changed or deleted.
CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry
BEGIN SELECT RAISE(ABORT, 'LG000 the journal is append-only'); END;
CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry
BEGIN SELECT RAISE(ABORT, 'LG000 the journal is append-only'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting
BEGIN SELECT RAISE(ABORT, 'LG000 the journal is append-only'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting
BEGIN SELECT RAISE(ABORT, 'LG000 the journal is append-only'); END;
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal
BEGIN SELECT RAISE(ABORT, 'LG000 the journal is append-only'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal
BEGIN SELECT RAISE(ABORT, 'LG000 the journal is append-only'); END;

-- REPLACE deletes rows without firing delete triggers where recursive_triggers is off,
-- so the insert itself is refused; that of a posting is, once its entry has a seal.
CREATE TRIGGER journal_entry_no_replace BEFORE INSERT ON journal_entry
WHEN EXISTS (
    SELECT 1 FROM journal_entry
    WHERE number = NEW.number
       OR (idempotency_scope = NEW.idempotency_scope AND idempotency_key = NEW.idempotency_key)
       OR (NEW.reverses IS NOT NULL AND reverses = NEW.reverses)
)
BEGIN SELECT RAISE(ABORT, 'LG006 the entry, its key or the reversal exists'); END;
CREATE TRIGGER seal_no_replace BEFORE INSERT ON seal
WHEN EXISTS (SELECT 1 FROM seal WHERE number = NEW.number OR hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'LG006 the seal exists'); END;

-- A column of text takes any text: a day that is none would be in the books and unreadable, and one
-- in other digits would be sorted elsewhere than it is read.
CREATE TRIGGER journal_entry_day BEFORE INSERT ON journal_entry
WHEN NEW.effective_on IS NOT date(NEW.effective_on, '+0 days')
  OR length(CAST(NEW.recorded_at AS BLOB)) <> 27
  OR substr(NEW.recorded_at, 20) NOT GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
  OR substr(NEW.recorded_at, 1, 19) IS NOT
     strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.recorded_at, 1, 19), '+0 days')
BEGIN SELECT RAISE(ABORT, 'LG017 there is no such day'); END;

-- A posting comes before the seal, in its account's currency, and names the state where it must.
CREATE TRIGGER posting_after_seal BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM seal WHERE number = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'LG002 the entry is sealed'); END;
CREATE TRIGGER posting_account BEFORE INSERT ON posting
BEGIN
    SELECT RAISE(ABORT, 'LG007 the account is kept in another currency')
    WHERE EXISTS (SELECT 1 FROM account WHERE code = NEW.account AND currency <> NEW.currency);
    SELECT RAISE(ABORT, 'LG013 the account is kept by state')
    WHERE NEW.state_code IS NULL
      AND EXISTS (SELECT 1 FROM account WHERE code = NEW.account AND per_state);
END;

-- The seal closes a balanced entry and follows the last one.
CREATE TRIGGER seal_count BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG003 an entry needs at least two postings')
    WHERE (SELECT count(*) FROM posting WHERE entry = NEW.number) < 2;
END;
CREATE TRIGGER seal_balance BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG004 the entry does not balance') WHERE EXISTS (
        SELECT 1 FROM posting WHERE entry = NEW.number GROUP BY book, currency HAVING sum(amount) <> 0
    );
    SELECT RAISE(ABORT, 'LG004 the entry does not balance in euro') WHERE EXISTS (
        SELECT 1 FROM posting WHERE entry = NEW.number GROUP BY book HAVING sum(euro) <> 0
    );
END;
CREATE TRIGGER seal_follows BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG005 the seal does not follow the last one')
    WHERE NEW.number <> 1 + coalesce((SELECT max(number) FROM seal), 0)
       OR NEW.previous_hash <> coalesce(
            (SELECT hash FROM seal ORDER BY number DESC LIMIT 1), zeroblob(32));
END;
CREATE TRIGGER seal_period BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG008 the period is not open') WHERE EXISTS (
        SELECT 1 FROM journal_entry e JOIN period p
            ON e.effective_on BETWEEN p.from_on AND p.until_on
        WHERE e.number = NEW.number AND p.status <> 'open'
    );
    SELECT RAISE(ABORT, 'LG010 no period holds the date') WHERE NOT EXISTS (
        SELECT 1 FROM journal_entry e JOIN period p
            ON e.effective_on BETWEEN p.from_on AND p.until_on
        WHERE e.number = NEW.number
    );
END;
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

-- A document begins as a draft and goes one way; what was approved stays as it was approved, by a
-- coordinator other than its maker, and the record of steps only grows.
CREATE TRIGGER document_begins BEFORE INSERT ON document
WHEN NEW.status <> 'draft' OR NEW.decided_by IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'LG018 a document begins as a draft'); END;
CREATE TRIGGER document_no_replace BEFORE INSERT ON document
WHEN EXISTS (
    SELECT 1 FROM document
    WHERE id = NEW.id
       OR (idempotency_scope = NEW.idempotency_scope AND idempotency_key = NEW.idempotency_key)
)
BEGIN SELECT RAISE(ABORT, 'LG006 the document or its key exists'); END;
CREATE TRIGGER document_one_way BEFORE UPDATE ON document
WHEN NOT CASE OLD.status
    WHEN 'draft' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
    WHEN 'submitted' THEN NEW.status IN ('draft', 'returned', 'approved', 'withdrawn')
    WHEN 'returned' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
    ELSE 0 END
BEGIN SELECT RAISE(ABORT, 'LG012 the document does not go this way'); END;
CREATE TRIGGER document_origin BEFORE UPDATE ON document
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind
  OR NEW.made_by IS NOT OLD.made_by OR NEW.made_at IS NOT OLD.made_at
  OR NEW.idempotency_scope IS NOT OLD.idempotency_scope
  OR NEW.idempotency_key IS NOT OLD.idempotency_key
BEGIN SELECT RAISE(ABORT, 'LG019 what a document is, and whose, never changes'); END;
CREATE TRIGGER document_wording BEFORE UPDATE ON document
WHEN NEW.status <> 'draft' AND (
    NEW.body IS NOT OLD.body OR NEW.body_hash IS NOT OLD.body_hash
    OR NEW.state_code IS NOT OLD.state_code OR NEW.version IS NOT OLD.version)
BEGIN SELECT RAISE(ABORT, 'LG020 what is edited becomes a draft'); END;
CREATE TRIGGER document_approval BEFORE UPDATE ON document
WHEN NEW.status = 'approved' AND NOT EXISTS (
    SELECT 1 FROM user_account
    WHERE id = NEW.decided_by AND id <> NEW.made_by AND role = 'coordinator' AND active
)
BEGIN SELECT RAISE(ABORT, 'LG021 only another, active coordinator approves'); END;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document
BEGIN SELECT RAISE(ABORT, 'LG012 documents are never deleted'); END;
CREATE TRIGGER document_event_no_update BEFORE UPDATE ON document_event
BEGIN SELECT RAISE(ABORT, 'LG012 the record of steps only grows'); END;
CREATE TRIGGER document_event_no_delete BEFORE DELETE ON document_event
BEGIN SELECT RAISE(ABORT, 'LG012 the record of steps only grows'); END;

-- Periods go one way; rates are added, never changed; the chart changes in migrations only.
CREATE TRIGGER period_one_way BEFORE UPDATE ON period
WHEN NEW.from_on <> OLD.from_on OR NEW.until_on <> OLD.until_on
  OR NOT ((OLD.status = 'open' AND NEW.status = 'hold') OR (OLD.status = 'hold' AND NEW.status = 'closed'))
BEGIN SELECT RAISE(ABORT, 'LG014 a period goes from open to hold to closed'); END;
CREATE TRIGGER period_no_delete BEFORE DELETE ON period
BEGIN SELECT RAISE(ABORT, 'LG014 a period goes from open to hold to closed'); END;
CREATE TRIGGER exchange_rate_no_update BEFORE UPDATE ON exchange_rate
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;
CREATE TRIGGER exchange_rate_no_delete BEFORE DELETE ON exchange_rate
BEGIN SELECT RAISE(ABORT, 'LG015 rates are added, never changed'); END;
CREATE TRIGGER account_no_update BEFORE UPDATE ON account
BEGIN SELECT RAISE(ABORT, 'LG016 the chart changes in migrations only'); END;
CREATE TRIGGER account_no_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'LG016 the chart changes in migrations only'); END;
