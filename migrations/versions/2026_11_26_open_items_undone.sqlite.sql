DROP TRIGGER document_endorsement;
DROP TRIGGER document_one_way;
CREATE TRIGGER document_one_way BEFORE UPDATE ON document
WHEN NOT CASE OLD.status
    WHEN 'draft' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
    WHEN 'submitted' THEN NEW.status IN ('draft', 'returned', 'approved', 'withdrawn')
    WHEN 'returned' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
    ELSE 0 END
BEGIN SELECT RAISE(ABORT, 'LG012 the document does not go this way'); END;
DROP TRIGGER document_approval;
CREATE TRIGGER document_approval BEFORE UPDATE ON document
WHEN NEW.status = 'approved' AND NOT EXISTS (
    SELECT 1 FROM user_account
    WHERE id = NEW.decided_by AND id <> NEW.made_by AND role = 'coordinator' AND active
)
BEGIN SELECT RAISE(ABORT, 'LG021 only another, active coordinator approves'); END;
DROP TRIGGER journal_entry_occurred;
DROP TRIGGER seal_bank;
DROP TRIGGER seal_items;
DROP TRIGGER posting_item;
DROP TRIGGER account_no_delete;
DELETE FROM account WHERE code = '5160';
CREATE TRIGGER account_no_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'LG016 the chart changes in migrations only'); END;
