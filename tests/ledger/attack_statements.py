"""Attacks of one statement: by the guard that refuses each, its name and the SQL."""

STATEMENTS = {
    "LG000": {
        "change_an_entry": "UPDATE journal_entry SET narration = 'None' WHERE number = 1",
        "change_a_posting": "UPDATE posting SET amount = 1, euro = 1 WHERE entry = 1",
        "change_a_seal": "UPDATE seal SET hash = content_hash WHERE number = 1",
        "delete_an_entry": "DELETE FROM journal_entry WHERE number = 3",
        "delete_a_posting": "DELETE FROM posting WHERE entry = 3",
        "delete_a_seal": "DELETE FROM seal WHERE number = 3",
        "empty_the_postings": "TRUNCATE posting",
        "empty_the_journal": "TRUNCATE journal_entry CASCADE",
    },
    "LG002": {"replace_a_posting": "REPLACE INTO posting SELECT * FROM posting WHERE entry = 1"},
    "LG006": {
        "replace_an_entry": "REPLACE INTO journal_entry SELECT * FROM journal_entry LIMIT 1",
        "replace_a_document": "REPLACE INTO document SELECT * FROM document WHERE id = 'loose'",
    },
    "LG012": {
        "change_an_approved_document": "UPDATE document SET reason = '' WHERE status = 'approved'",
        "reopen_an_approved_document": """
            UPDATE document SET status = 'draft', decided_by = NULL WHERE status = 'approved'""",
        "return_a_draft": "UPDATE document SET status = 'returned' WHERE id = 'loose'",
        "approve_a_draft": """
            UPDATE document SET status = 'approved', decided_by =
            (SELECT id FROM user_account WHERE login = 'eva') WHERE id = 'loose'""",
        "delete_a_document": "DELETE FROM document WHERE id = 'loose'",
        "change_a_step": "UPDATE document_event SET version = 2",
        "delete_a_step": "DELETE FROM document_event",
        "empty_the_steps": "TRUNCATE document_event",
    },
    "LG014": {
        "reopen_a_period": "UPDATE period SET status = 'open' WHERE from_on = '2015-01-01'",
        "shorten_a_period": "UPDATE period SET until_on = from_on WHERE from_on = '2015-01-01'",
        "delete_a_period": "DELETE FROM period WHERE from_on = '2015-01-01'",
        "empty_the_periods": "TRUNCATE period",
    },
    "LG015": {
        "change_a_rate": "UPDATE exchange_rate SET per_euro = '4.2501' WHERE currency = 'PLN'",
        "delete_a_rate": "DELETE FROM exchange_rate WHERE currency = 'PLN'",
        "empty_the_rates": "TRUNCATE exchange_rate",
    },
    "LG016": {
        "change_an_account": "UPDATE account SET currency = NULL WHERE code = '1011'",
        "delete_an_account": "DELETE FROM account WHERE code = '9490'",
    },
    "LG018": {
        "begin_with_the_approval": """
            INSERT INTO document (id, kind, version, body, body_hash, made_by, made_at,
                idempotency_scope, idempotency_key, status, decided_by)
            SELECT 'new', kind, version, body, body_hash, made_by, made_at,
                'new', 'new', 'approved', NULL FROM document WHERE id = 'loose'""",
        "begin_as_decided": """
            INSERT INTO document (id, kind, version, body, body_hash, made_by, made_at,
                idempotency_scope, idempotency_key, status, decided_by)
            SELECT 'new', kind, version, body, body_hash, made_by, made_at,
                'new', 'new', 'draft', (SELECT id FROM user_account WHERE login = 'eva')
            FROM document WHERE id = 'loose'""",
    },
    "LG019": {
        "be_another_document": "UPDATE document SET id = 'found' WHERE id = 'loose'",
        "be_another_kind": "UPDATE document SET kind = 'cost' WHERE id = 'loose'",
        "be_another_maker": "UPDATE document SET made_by = made_by + 1 WHERE id = 'loose'",
        "be_made_before": "UPDATE document SET made_at = '2017-01-01' WHERE id = 'loose'",
        "be_another_scope": "UPDATE document SET idempotency_scope = 'x' WHERE id = 'loose'",
        "be_another_key": "UPDATE document SET idempotency_key = 'x' WHERE id = 'loose'",
    },
    "LG020": {
        "return_another_text": """
            UPDATE document SET status = 'returned', body = '{}' WHERE status = 'submitted'""",
        "return_another_hash": """
            UPDATE document SET status = 'returned', body_hash = (SELECT hash FROM seal LIMIT 1)
            WHERE status = 'submitted'""",
        "return_another_state": """
            UPDATE document SET status = 'returned', state_code = 'CZ'
            WHERE status = 'submitted'""",
        "return_another_version": """
            UPDATE document SET status = 'returned', version = 2 WHERE status = 'submitted'""",
    },
    "LG021": {
        "approve_as_nobody": """
            UPDATE document SET status = 'approved' WHERE status = 'submitted'""",
        "approve_as_an_officer": """
            UPDATE document SET status = 'approved', decided_by =
            (SELECT id FROM user_account WHERE login = 'iva') WHERE status = 'submitted'""",
    },
    "check": {
        "decide_on_the_own_document": "UPDATE document SET decided_by = made_by WHERE id = 'loose'",
    },
}
