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
        "delete_a_period": "DELETE FROM period WHERE from_on = '2016-01-01'",
        "empty_the_periods": "TRUNCATE period CASCADE",
    },
    "LG015": {
        "change_a_rate": "UPDATE exchange_rate SET value = '4.2501' WHERE currency = 'PLN'",
        "delete_a_rate": "DELETE FROM exchange_rate WHERE currency = 'PLN'",
        "empty_the_rates": "TRUNCATE exchange_rate",
        "replace_a_rate": "REPLACE INTO exchange_rate SELECT * FROM exchange_rate",
        "change_a_rate_file": "UPDATE rate_body SET filename = 'None'",
        "delete_a_rate_file": "DELETE FROM rate_body",
        "empty_the_rate_files": "TRUNCATE rate_body",
        "replace_a_rate_file": "REPLACE INTO rate_body SELECT * FROM rate_body",
    },
    "LG070": {
        "skip_a_version_of_a_rate": """
            INSERT INTO exchange_rate SELECT source, currency, applies_on, 3, published_on, unit,
                '4.2501', body_sha256, imported_at FROM exchange_rate WHERE currency = 'PLN'""",
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
    "LG022": {
        "change_a_vintage": "UPDATE indicator_vintage SET publisher = 'None'",
        "delete_a_vintage": "DELETE FROM indicator_vintage",
        "empty_the_vintages": "TRUNCATE indicator_vintage CASCADE",
        "replace_a_vintage": "REPLACE INTO indicator_vintage SELECT * FROM indicator_vintage",
        "change_an_observation": "UPDATE observation SET value = '1'",
        "delete_an_observation": "DELETE FROM observation",
        "empty_the_observations": "TRUNCATE observation",
        "replace_an_observation": "REPLACE INTO observation SELECT * FROM observation",
        "add_to_a_vintage": """
            INSERT INTO observation
            SELECT vintage, indicator, 'CZ', year, value, unit, status FROM observation""",
    },
    "LG023": {
        "change_a_scale": "UPDATE scale SET content = '{}'",
        "delete_a_scale": "DELETE FROM scale",
        "empty_the_scales": "TRUNCATE scale",
        "replace_a_scale": """
            REPLACE INTO scale
            SELECT 2, document_id, purpose, valid_from, '{}', content_hash FROM scale""",
    },
    "LG024": {
        "adopt_a_draft": """
            INSERT INTO scale
            SELECT 2, id, 'operations', '2017-01-01', '{}', (SELECT hash FROM seal WHERE number = 1)
            FROM document WHERE kind = 'scale' AND status = 'draft'""",
        "adopt_a_gift": """
            INSERT INTO scale
            SELECT 2, id, 'operations', '2016-11-21', '{}', (SELECT hash FROM seal WHERE number = 1)
            FROM document WHERE kind = 'contribution' AND status = 'approved'""",
        "leave_out_a_number": """
            INSERT INTO scale
            SELECT 3, id, 'operations', '2016-11-21', '{}', (SELECT hash FROM seal WHERE number = 1)
            FROM document WHERE kind = 'scale' AND status = 'approved'""",
        "adopt_for_another_pool": """
            INSERT INTO scale
            SELECT 2, id, 'setup', '2016-11-21', '{}', (SELECT hash FROM seal WHERE number = 1)
            FROM document WHERE kind = 'scale' AND status = 'approved'""",
        "adopt_from_another_day": """
            INSERT INTO scale
            SELECT 2, id, 'operations', '2016-11-20', '{}', (SELECT hash FROM seal WHERE number = 1)
            FROM document WHERE kind = 'scale' AND status = 'approved'""",
    },
    "LG025": {
        "join_on_another_day": """
            UPDATE membership SET joined_on = '2016-11-22' WHERE state_code = 'PL'""",
        "leave_on_another_day": """
            UPDATE membership SET left_on = '2018-12-31' WHERE state_code = 'HU'""",
        "take_back_a_withdrawal": "UPDATE membership SET left_on = NULL WHERE state_code = 'HU'",
        "delete_a_membership": "DELETE FROM membership WHERE state_code = 'HU'",
        "empty_the_memberships": "TRUNCATE membership",
    },
    "LG026": {
        "join_twice": "INSERT INTO membership VALUES ('PL', '2020-01-01', NULL)",
        "join_before_leaving": "INSERT INTO membership VALUES ('HU', '2018-06-30', NULL)",
        "replace_a_membership": "REPLACE INTO membership SELECT * FROM membership",
    },
    "LG027": {
        "opt_out_from_another_day": """
            UPDATE opt_out SET from_on = '2018-02-01' WHERE activity = 'information'""",
        "opt_out_of_something_else": """
            UPDATE opt_out SET activity = 'internal_support' WHERE activity = 'information'""",
        "prolong_an_opt_out": """
            UPDATE opt_out SET until_on = '2018-12-31' WHERE activity = 'third_countries'""",
        "delete_an_opt_out": "DELETE FROM opt_out WHERE activity = 'information'",
        "empty_the_opt_outs": "TRUNCATE opt_out",
    },
    "LG028": {
        "opt_out_twice": """
            INSERT INTO opt_out SELECT state_code, activity, '2018-03-01', NULL, document_id
            FROM opt_out WHERE activity = 'information'""",
        "replace_an_opt_out": "REPLACE INTO opt_out SELECT * FROM opt_out",
    },
    "LG029": {
        "join_undecided": "INSERT INTO membership VALUES ('HU', '2018-07-01', NULL)",
        "leave_undecided": "UPDATE membership SET left_on = '2018-06-30' WHERE state_code = 'PL'",
        "opt_out_undecided": """
            INSERT INTO opt_out SELECT 'PL', activity, from_on, NULL, document_id
            FROM opt_out WHERE activity = 'information'""",
        "opt_out_for_longer": """
            INSERT INTO opt_out SELECT state_code, activity, '2018-07-01', NULL, document_id
            FROM opt_out WHERE activity = 'third_countries'""",
        "end_an_opt_out_undecided": """
            UPDATE opt_out SET until_on = '2018-12-31' WHERE activity = 'information'""",
    },
    "LG040": {
        "change_a_file": "UPDATE evidence SET media_type = 'text/csv'",
        "delete_a_file": "DELETE FROM evidence",
        "empty_the_files": "TRUNCATE evidence CASCADE",
        "replace_a_file": "REPLACE INTO evidence SELECT * FROM evidence",
    },
    "LG041": {
        "rename_an_attachment": "UPDATE attachment SET filename = 'None'",
        "delete_an_attachment": "DELETE FROM attachment",
        "empty_the_attachments": "TRUNCATE attachment",
        "replace_an_attachment": "REPLACE INTO attachment SELECT * FROM attachment",
    },
    "LG042": {
        "attach_to_what_was_withdrawn": """
            INSERT INTO attachment
            SELECT d.id, a.sha256, a.filename, a.attached_at, a.attached_by
            FROM attachment a, document d WHERE d.status = 'withdrawn'""",
    },
    "LG043": {
        "file_under_another_hash": """
            INSERT INTO evidence
            SELECT (SELECT hash FROM seal WHERE number = 1), body, media_type, bytes
            FROM evidence""",
    },
    "LG044": {
        "change_an_audit_record": """UPDATE audit_record SET "by" = 'nobody'""",
        "delete_an_audit_record": "DELETE FROM audit_record",
        "empty_the_audit_trail": "TRUNCATE audit_record",
        "replace_an_audit_record": "REPLACE INTO audit_record SELECT * FROM audit_record",
    },
    "LG017": {
        "note_a_time_in_other_words": """
            INSERT INTO audit_record (at, "by", action, record, "key")
            SELECT '2026-11-23T10:00:00.000000+01:00', "by", action, record, "key"
            FROM audit_record""",
    },
    "LG050": {
        "change_a_call": "UPDATE call SET due_on = '2030-01-01'",
        "delete_a_call": "DELETE FROM call",
        "empty_the_calls": "TRUNCATE call",
        "replace_a_call": """
            REPLACE INTO call
            SELECT 2, document_id, state_code, item, despatched_on, due_on,
                exchange, charges, 'RF2', '2', 1, applied, arrears FROM call""",
    },
    "LG051": {
        "call_by_a_draft": """
            INSERT INTO call
            SELECT 2,
                (SELECT id FROM document WHERE kind = 'call' AND status = 'draft'),
                'CZ', '1110:CZ', despatched_on, due_on,
                exchange, charges, 'RF2', '2', gross, applied, arrears FROM call""",
        "call_by_a_gift": """
            INSERT INTO call
            SELECT 2,
                (SELECT max(id) FROM document WHERE kind = 'contribution' AND status = 'approved'),
                'CZ', '1110:CZ', despatched_on, due_on,
                exchange, charges, 'RF2', '2', gross, applied, arrears FROM call""",
        "leave_out_a_call": """
            INSERT INTO call
            SELECT 3, document_id, 'CZ', '1110:CZ', despatched_on, due_on,
                exchange, charges, 'RF2', '2', gross, applied, arrears FROM call""",
        "call_what_was_not_assessed": """
            INSERT INTO call
            SELECT 2, document_id, 'CZ', 'other', despatched_on, due_on,
                exchange, charges, 'RF2', '2', gross, applied, arrears FROM call""",
        "call_another_state": """
            INSERT INTO call
            SELECT 2, document_id, 'PL', '1110:CZ', despatched_on, due_on,
                exchange, charges, 'RF2', '2', gross, applied, arrears FROM call""",
        "call_by_another_day": """
            INSERT INTO call
            SELECT 2, document_id, 'CZ', '1110:CZ', despatched_on, '2017-03-04',
                exchange, charges, 'RF2', '2', gross, applied, arrears FROM call""",
        "call_on_other_terms": """
            INSERT INTO call
            SELECT 2, document_id, 'CZ', '1110:CZ', despatched_on, due_on,
                'call_rate', charges, 'RF2', '2', gross, applied, arrears FROM call""",
    },
    "LG060": {
        "change_a_waiver": "UPDATE closing_waiver SET reason = 'None'",
        "delete_a_waiver": "DELETE FROM closing_waiver",
        "empty_the_waivers": "TRUNCATE closing_waiver",
        "replace_a_waiver": "REPLACE INTO closing_waiver SELECT * FROM closing_waiver",
    },
    "check": {
        "file_of_another_length": """
            INSERT INTO evidence
            SELECT (SELECT hash FROM seal WHERE number = 1), body, media_type, bytes + 1
            FROM evidence""",
        "call_for_nothing": """
            INSERT INTO call
            SELECT 2, document_id, 'CZ', '1110:CZ', despatched_on, due_on,
                exchange, charges, 'RF2', '2', 0, applied, arrears FROM call""",
        "decide_on_the_own_document": "UPDATE document SET decided_by = made_by WHERE id = 'loose'",
    },
}

# By the statement's first word, or by the attack's name: who knows the trick, or whose guard it is.
ONLY = {
    "TRUNCATE": ("postgresql",),
    "REPLACE": ("sqlite",),
    "file_under_another_hash": ("postgresql",),
    "file_of_another_length": ("sqlite",),
    "note_a_time_in_other_words": ("sqlite",),
}
