-- The chart says which accounts hold open items, and on which side.
DROP TRIGGER account_no_update;
UPDATE account SET item_side = 'debit' WHERE code IN ('1110', '1115', '1120', '1140', '1150', '9110', '9210', '9420');
UPDATE account SET item_side = 'credit' WHERE code IN ('2010', '2020', '2030', '2040', '2050', '2060', '2070');
INSERT INTO account (code, book, currency, per_state, item_side)
VALUES ('5160', 'accounts', NULL, 0, NULL);
CREATE TRIGGER account_no_update BEFORE UPDATE ON account
BEGIN SELECT RAISE(ABORT, 'LG016 the chart changes in migrations only'); END;

-- Each posting on such an account names its item, which is of one account, state and currency.
CREATE TRIGGER posting_item BEFORE INSERT ON posting
BEGIN
    SELECT RAISE(ABORT, 'LG030 an open item is named where, and only where, they are kept')
    WHERE EXISTS (
        SELECT 1 FROM account
        WHERE code = NEW.account AND (item_side IS NULL) <> (NEW.item IS NULL)
    );
    SELECT RAISE(ABORT, 'LG031 the item is of another account, state or currency')
    WHERE EXISTS (
        SELECT 1 FROM posting WHERE item = NEW.item
          AND (account IS NOT NEW.account OR state_code IS NOT NEW.state_code
               OR currency IS NOT NEW.currency)
    );
    SELECT RAISE(ABORT, 'LG017 there is no such day')
    WHERE NEW.due_on IS NOT date(NEW.due_on, '+0 days');
END;
-- No item is settled beyond what is open of it, and what is settled leaves nothing in euro.
CREATE TRIGGER seal_items BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG032 an item is settled beyond what is open of it') WHERE EXISTS (
        SELECT 1 FROM posting p JOIN account a ON a.code = p.account
        WHERE p.entry = NEW.number AND p.item IS NOT NULL AND EXISTS (
            SELECT 1 FROM posting q WHERE q.item = p.item GROUP BY q.item
            HAVING sum(q.amount) * CASE a.item_side WHEN 'debit' THEN 1 ELSE -1 END < 0
                OR (sum(q.amount) = 0 AND sum(q.euro) <> 0)
        )
    );
END;
-- A bank account without money is worth nothing in euro, and holds never less than nothing. Only what
-- pays out or changes the worth can leave it so.
CREATE TRIGGER seal_bank BEFORE INSERT ON seal
BEGIN
    SELECT RAISE(ABORT, 'LG035 the bank is overdrawn, or worth something without money')
    WHERE EXISTS (
        SELECT 1 FROM posting p
        WHERE p.entry = NEW.number AND p.account BETWEEN '1010' AND '1019' AND p.amount <= 0
          AND EXISTS (
            SELECT 1 FROM posting q
            WHERE q.account = p.account AND q.currency = p.currency
            GROUP BY q.account HAVING sum(q.amount) < 0 OR (sum(q.amount) = 0 AND sum(q.euro) <> 0)
        )
    );
END;
CREATE TRIGGER journal_entry_occurred BEFORE INSERT ON journal_entry
WHEN NEW.occurred_on IS NOT date(NEW.occurred_on, '+0 days')
BEGIN SELECT RAISE(ABORT, 'LG017 there is no such day'); END;

-- No state accepts the value of its own gift or decides on its own case; some documents ask for two
-- who approve, of whom the first endorses what the second approves unchanged.
-- A schema that is not trusted has no json_extract, but may read a text's parts as rows.
DROP TRIGGER document_approval;
CREATE TRIGGER document_approval BEFORE UPDATE ON document
WHEN NEW.status = 'approved'
BEGIN
    SELECT RAISE(ABORT, 'LG021 only another, active coordinator approves') WHERE NOT EXISTS (
        SELECT 1 FROM user_account
        WHERE id = NEW.decided_by AND id <> NEW.made_by AND role = 'coordinator' AND active
    );
    -- A reversal is the case of whose decision it undoes.
    SELECT RAISE(ABORT, 'LG033 no state decides on its own case') WHERE EXISTS (
        SELECT 1 FROM user_account u JOIN (
            SELECT NEW.kind AS kind, NEW.state_code AS state_code
            UNION ALL
            SELECT d.kind, d.state_code FROM journal_entry e JOIN document d ON d.id = e.document_id
            WHERE NEW.kind = 'reversal'
              AND e.number = (SELECT value FROM json_each(NEW.body) WHERE key = 'number')
        ) c ON c.state_code = u.state_code
        WHERE u.id = NEW.decided_by AND (
            c.kind IN ('buy_in', 'opt_out', 'withdrawal', 'valuation', 'acceptance', 'delivery',
                'prefinancing', 'impairment', 'write_off', 'pledge', 'lapse', 'condition',
                'payment')
            OR (NEW.kind = 'contribution' AND 'cash' IS NOT
                (SELECT value FROM json_each(NEW.body) WHERE key = 'form'))
            OR (NEW.kind = 'application' AND EXISTS
                (SELECT 1 FROM json_each(NEW.body) WHERE key = 'difference'))
        )
    );
    SELECT RAISE(ABORT, 'LG034 two others approve')
    WHERE NEW.kind = 'prefinancing'
      AND (NEW.endorsed_by IS NULL OR NEW.endorsed_by IN (NEW.decided_by, NEW.made_by));
END;
DROP TRIGGER document_one_way;
CREATE TRIGGER document_one_way BEFORE UPDATE ON document
WHEN NOT CASE OLD.status
    WHEN 'draft' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
    WHEN 'submitted' THEN NEW.status IN ('draft', 'returned', 'approved', 'withdrawn')
        -- The first of two approvals leaves it where it is.
        OR (NEW.status = 'submitted' AND OLD.endorsed_by IS NULL AND NEW.endorsed_by IS NOT NULL)
    WHEN 'returned' THEN NEW.status IN ('draft', 'submitted', 'withdrawn')
    ELSE 0 END
BEGIN SELECT RAISE(ABORT, 'LG012 the document does not go this way'); END;
CREATE TRIGGER document_endorsement BEFORE UPDATE ON document
WHEN NEW.endorsed_by IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'LG034 what is edited or returned is endorsed anew')
    WHERE NEW.status IN ('draft', 'returned') OR NEW.body_hash IS NOT OLD.body_hash;
    SELECT RAISE(ABORT, 'LG034 only another, active coordinator of another state endorses')
    WHERE NEW.endorsed_by IS NOT OLD.endorsed_by AND (
        OLD.endorsed_by IS NOT NULL OR NEW.status <> 'submitted' OR NOT EXISTS (
            SELECT 1 FROM user_account
            WHERE id = NEW.endorsed_by AND id <> NEW.made_by AND role = 'coordinator' AND active
              AND state_code IS NOT NEW.state_code
        )
    );
END;
