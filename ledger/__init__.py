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
              rates          published exchange rates
              documents      draft, submitted, approved or returned
              entries        journal_entry, its postings, and the seal that closes them
the writer    seal           what is hashed, and how the chain links
              journal        post() and reverse(): nothing else writes the books
              balances       sums of postings as of a day, as known at a number
              in_kind        the postings of gifts; capping: how much of them in a year;
                             decisions: what was approved, in its order;
                             assets: what of equipment and stock is still there
              open_items     what is owed, and what it is carried at in euro
              codes          what people call it, and what stands under a code
              crossing       what balances several currencies
documents     contributions, costs, assessments, allocation, settlements, reversals,
              crossing       what balances several currencies; open_items: what is owed
documents     receipts       money that came; applications: what it is for (application_desk:
                             by which exchange_terms, within which tolerances; crediting: what it
                             adds to a position); payments, conversions
              contributions, costs, assessments, allocation, settlements, reversals,
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
              kinds          all of them in one table
              approvals      the second person sees, approves, and so posts
readings      equity         given against fair share; comparison: scales side by side
              closing        what is open before a period is closed; prior_periods: what came late
              verification   is it still what was sealed? vouching: what it rests on
              importables    what files hold; imports: a workbook or CSV, all or nothing
              closing        what is still open in a period that is to be closed
readings      offer_standing how far each offer in kind has come
              equity         given against fair share; comparison: scales side by side
              verification   is it still what was sealed? vouching: what it rests on;
                             scale_proof, register_proof, trail_proof: scales, calls, trail proven;
                             carrying_proof: nothing without an amount is worth anything
              imports        a workbook or CSV of documents, all or nothing
"""
