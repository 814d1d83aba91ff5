"""The books of the Migration Crisis Response Mechanism: what is true.

A map from the ground up; each module imports only from those above it.

values        errors         what the books refuse, in the field's words
              money          hundredths, half-up, splitting without loss
              vocabulary     the closed lists; currencies, with their fixed rates
              burden         a formula on indicators gives exact shares
tables        db             column words; reading() and writing()
              states         who takes part, since when
              accounts       the chart; periods: open, then hold, then closed
              users          officer, coordinator, auditor; signin, passwords
              rates          published exchange rates
              documents      draft, submitted, approved or returned
              entries        journal_entry, its postings, and the seal that closes them
the writer    seal           what is hashed, and how the chain links
              journal        post() and reverse(): nothing else writes the books
              balances       sums of postings as of a day, as known at a number
documents     contributions, costs, assessments, allocation, reversals:
                             a New... model each, and the entries it makes
              approvals      the second person sees, approves, and so posts
readings      equity         given against fair share
              verification   is it still what was sealed? vouching: what it rests on
              imports        a workbook or CSV of documents, all or nothing
"""
