"""The books of the Migration Crisis Response Mechanism: what is true.

A map from the ground up; each module imports only from those above it.

values        errors         what the books refuse, in the field's words
              money          hundredths, half-up, splitting without loss
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
documents     contributions, costs, assessments, allocation, settlements, reversals,
              accessions, buy_ins, opt_outs, withdrawals, prefinancing, true_ups, year_ends:
                             a New... model each, and the entries it makes
              scales         who bears which share from when on, decided and frozen;
                             pools: the cost that each shares
              approvals      the second person sees, approves, and so posts
readings      equity         given against fair share; comparison: scales side by side
              verification   is it still what was sealed? vouching: what it rests on
              imports        a workbook or CSV of documents, all or nothing
"""
