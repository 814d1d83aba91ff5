"""The books of the Migration Crisis Response Mechanism: what is true.

A map from the ground up; each module imports only from those above it.

values        errors         what the books refuse, in the field's words
              money          hundredths, half-up, splitting without loss
              references     by which a payment is found: ISO 11649, variable symbols
              vocabulary     the closed lists; currencies, with their fixed rates
the burden    formulas       how to share, as data; formula_files: presets, and one's own
              indicators     what offices published of each state; criteria: as a formula asks
              burden         terms, transforms and adjustments give exact shares, working kept
              proration      a sum for days within which states join or leave
              netting        the fewest transfers; claims: too little or too much;
                             equity_metrics: how equitably a burden is borne
tables        db             column words; reading() and writing()
              states         who takes part and shares in what, since when
              vintages       indicators that the books were given
              accounts       the chart; periods: open, then hold, then closed
              users          officer, coordinator, auditor; signin, passwords
              documents      draft, submitted, approved or returned; evidence: their files
              entries        journal_entry, its postings, and the seal that closes them
              audit          who did what, when, to which record
rates         rate_sources   who publishes, and how each quotes; rate_calendars: on which days
              rate_files     what all readers share; ecb_, nbp_, cnb_, mnb_, inforeuro_files
              rates          the rate book: of a day, of a month, an average; rate_memory
              rate_imports   what is new, or published anew; rate_doubts: what looks like a slip
              rate_tables    a month as published; rate_policies: by whose rate what is
                             translated; manual_rates: where nothing usable was published
the writer    seal           what is hashed, and how the chain links
              journal        post() and reverse(): nothing else writes the books
              balances       sums of postings as of a day, as known at a number
              open_items     what is owed, and what it is carried at in euro
              standing       what accounts hold, day by day; codes: what people call it
              crossing       what balances several currencies
              in_kind        the postings of gifts; capping: how much of them in a year;
                             assets: what of equipment and stock is still there
              decisions      what was approved and posts nothing, in its order
documents     contributions, costs, assessments, allocation, settlements, reversals,
              accessions, buy_ins, opt_outs, withdrawals, prefinancing, true_ups, year_ends:
                             a New... model each, and the entries it makes
              pledges        versions and what they post (pledge_versions, _moves, _endings,
                             _targets, _status); instalments; unrealised: of revaluations
              appropriations, encumbrances: what may be spent, what is ordered
              calls          what is asked of each state, and the register of it;
                             set_offs: what it is owed, taken off; call_proof: line by line
              ageing         what is owed since when; reminders, impairments, write_offs
              receipts       money that came; applications: what it is for (application_body,
                             _desk, _refusals); crediting: what it adds to a position; worths:
                             in euro, part by part; recoveries: of what was written off;
                             payments, conversions, tolerances
              revaluations   at a closing rate, late ones too; revaluation_reversals;
                             later_revaluations: what leaves is not dated before one
              offers, valuations, acceptances, deliveries, disposals, depreciations:
                             gifts in kind, from the claim to the end; offer_standing: how far
                             each has come; unit_rates: the cost book; in_kind_caps, recognitions
              scales         who bears which share from when on, decided and frozen;
                             pools: the cost that each shares
              kinds          all of them in one table; importables: what files hold of them
              approvals      the second person sees, approves, and so posts
readings      equity         given against fair share; comparison: scales side by side
              closing        what is open before a period is closed; prior_periods: what came late
              verification   is it still what was sealed? vouching: what it rests on;
                             scale_, register_, trail_, rate_, rate_book_ and carrying_proof
              imports        a workbook or CSV of documents, all or nothing
"""
