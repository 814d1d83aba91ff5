"""What an ordinary document of each kind says, as a form or a file would hold it."""

CASH = {
    "state": "PL",
    "form": "cash",
    "purpose": "operations",
    "activity": "information",
    "funding_source": "state_budget",
    "value_on": "2017-03-01",
    "currency": "EUR",
    "amount": "100.00",
    "against": "voluntary",
    "description": "Running costs",
    "voucher": "T/1",
}
IN_KIND = {
    **{name: value for name, value in CASH.items() if name != "against"},
    "form": "goods",
    "treatment": "equipment",
    "valuation_basis": "invoice",
    "voucher": "F/1",
    "description": "Vehicles",
}
COST = {
    "purpose": "operations",
    "activity": "information",
    "incurred_on": "2017-03-01",
    "currency": "EUR",
    "amount": "100.00",
    "supplier": "Analitica",
    "description": "Risk analysis",
}
ASSESSMENT = {
    "assessed_on": "2017-01-02",
    "purpose": "operations",
    "activity": "information",
    "amount": "1000000.00",
    "description": "Running costs of 2017",
}
SCALE = {
    "purpose": "operations",
    "valid_from": "2016-11-21",
    "formula": "equal",
    "indicator_year": "2016",
    "voucher": "D/2016/1",
    "description": "Equal shares of running costs",
}
ALLOCATION = {
    "purpose": "operations",
    "until_on": "2017-12-31",
    "description": "Costs of 2017",
}
SETTLEMENT = {
    "settled_on": "2018-03-01",
    "as_of": "2017-12-31",
    "purpose": "operations",
    "way": "paid",
    "rule": "proportional",
    "description": "Balances of 2017",
    "voucher": "D/1",
}
ACCESSION = {
    "acceding_state": "AT",
    "joined_on": "2018-01-01",
    "description": "Austria takes part",
    "voucher": "D/2017/9",
}
BUY_IN = {
    "state": "AT",
    "agreed_on": "2018-02-01",
    "purpose": "operations",
    "amount": "1000.00",
    "into": "incumbents",
    "description": "Austria's share in what is there",
    "voucher": "D/2018/2",
}
OPT_OUT = {
    "state": "SK",
    "activity": "third_countries",
    "from_on": "2018-01-01",
    "description": "Slovakia does not share in it",
    "voucher": "D/2017/8",
}
WITHDRAWAL = {
    "purpose": "operations",
    "state": "HU",
    "left_on": "2018-06-30",
    "position": "kept",
    "description": "Hungary leaves",
    "voucher": "D/2018/5",
}
UNIT_RATE = {
    "code": "EXPERT-DAY",
    "unit": "day",
    "currency": "EUR",
    "amount": "400.00",
    "valid_from": "2017-01-01",
    "description": "A day of an expert",
    "voucher": "D/2016/7",
}
IN_KIND_CAP = {
    "valid_from": "2017-01-01",
    "amount": "1000.00",
    "description": "Cap on gifts in kind",
    "voucher": "D/2016/8",
}
RECOGNITION = {
    "valid_from": "2017-07-01",
    "form": "services",
    "recognised": "true",
    "description": "Services are recognised",
    "voucher": "D/2017/6",
}
OFFER = {
    "state": "HU",
    "offer": "HU-2017-K1",
    "form": "goods",
    "purpose": "operations",
    "activity": "information",
    "funding_source": "own_resources",
    "offered_on": "2017-02-01",
    "currency": "EUR",
    "amount": "1000.00",
    "valuation_basis": "market",
    "treatment": "equipment",
    "description": "Vehicles",
    "voucher": "Letter 1",
}
VALUATION = {
    "state": "HU",
    "offer": "HU-2017-K1",
    "valued_on": "2017-02-10",
    "valuation_basis": "market",
    "currency": "EUR",
    "amount": "900.00",
    "valuer": "Review committee",
    "description": "Three quotations",
    "voucher": "V/1",
}
ACCEPTANCE = {
    "state": "HU",
    "offer": "HU-2017-K1",
    "accepted_on": "2017-02-20",
    "description": "Taken as valued",
    "voucher": "D/2017/1",
}
DELIVERY = {
    "state": "HU",
    "offer": "HU-2017-K1",
    "delivered_on": "2017-03-01",
    "description": "Vehicles handed over",
    "voucher": "Note 1",
}
DISPOSAL = {
    "number": "1",
    "disposed_on": "2018-03-01",
    "description": "Vehicles sold",
    "voucher": "S/1",
}
DEPRECIATION = {
    "number": "1",
    "until_on": "2017-12-31",
    "amount": "90.00",
    "description": "Wear of 2017",
    "voucher": "D/2017/30",
}
APPROPRIATION = {
    "year": "2017",
    "purpose": "operations",
    "activity": "information",
    "amount": "1000.00",
    "decided_on": "2017-01-02",
    "description": "Budget of 2017",
    "voucher": "D/2016/12",
}
ENCUMBRANCE = {
    "order": "O-2017-1",
    "signed_on": "2017-02-01",
    "supplier": "Analitica",
    "purpose": "operations",
    "activity": "information",
    "currency": "EUR",
    "amount": "300.00",
    "description": "Risk analysis of 2017",
}
RELEASE = {
    "order": "O-2017-1",
    "released_on": "2017-12-29",
    "description": "All is delivered",
}
CALL = {
    "assessment": "1",
    "despatched_on": "2017-02-01",
    "days": "30",
    "exchange": "receipt_rate",
    "charges": "state",
    "description": "Call for 2017",
}
REMINDER = {
    "call": "2017/3-PL",
    "sent_on": "2017-04-03",
    "description": "First reminder",
}
IMPAIRMENT = {
    "state": "PL",
    "impaired_on": "2018-12-31",
    "amount": "100.00",
    "description": "Doubtful since 2017",
}
WRITE_OFF = {
    "state": "PL",
    "item": "1/PL",
    "written_off_on": "2018-12-31",
    "description": "Waived",
    "voucher": "D/2018/12",
}
PLEDGE = {
    "state": "PL",
    "pledge": "PL-2017-1",
    "level": "announced",
    "effective_on": "2017-03-01",
    "currency": "EUR",
    "amount": "100.00",
    "form": "cash",
    "purpose": "operations",
    "activity": "third_countries",
    "description": "Border management",
    "voucher": "D/2017/3",
}
LAPSE = {
    "state": "PL",
    "pledge": "PL-2017-1",
    "lapsed_on": "2017-12-01",
    "description": "Nothing more will come",
    "voucher": "D/2017/12",
}
CONDITION = {
    "state": "PL",
    "pledge": "PL-2017-1",
    "met_on": "2017-06-01",
    "description": "The agreement with the partner is signed",
    "voucher": "D/2017/6",
}
RECEIPT = {
    "receipt": "BS/2017/31-4",
    "received_on": "2017-03-01",
    "currency": "EUR",
    "amount": "100.00",
    "state": "PL",
    "payer": "Ministerstwo Spraw Wewnętrznych",
    "reference": "MCRM 2017/1",
    "description": "Contribution of 2017",
}
APPLICATION = {
    "applied_on": "2017-03-06",
    "source": "BS/2017/31-4",
    "state": "PL",
    "description": "Contribution of 2017",
}
PAYMENT = {"paid_on": "2017-03-13", "description": "Paid back"}
CONVERSION = {
    "converted_on": "2017-03-13",
    "currency": "PLN",
    "amount": "425.00",
    "into_currency": "EUR",
    "into_amount": "99.00",
    "description": "For the supplier",
    "voucher": "BS/2017/32-1",
}
REVALUATION = {
    "revalued_on": "2017-12-31",
    "description": "Rates at the end of 2017",
}
TOLERANCE = {
    "valid_from": "2017-01-01",
    "amount": "0.50",
    "description": "What is not worth a letter",
    "voucher": "D/2017/1",
}
PREFINANCING = {
    "state": "PL",
    "claim": "K-1",
    "purpose": "operations",
    "activity": "information",
    "incurred_on": "2017-03-01",
    "completed_on": "2017-03-31",
    "claimed_on": "2017-05-31",
    "currency": "EUR",
    "amount": "100.00",
    "description": "Interpreters at the border",
    "voucher": "PL/2017/44",
}
TRUE_UP = {
    "year": "2017",
    "purpose": "operations",
    "declared_on": "2018-03-01",
    "result": "surplus",
    "amount": "100.00",
    "description": "Surplus of 2017",
    "voucher": "D/2018/3",
}
RATE_POLICY = {
    "event": "cost",
    "rate_kind": "month_average",
    "publisher": "ecb",
    "valid_from": "2017-07-01",
    "description": "Costs at the average of the month",
    "voucher": "D/2017/6",
}
MANUAL_RATE = {
    "currency": "PLN",
    "applies_on": "2017-03-01",
    "per_euro": "4.3000",
    "reason": "The bank published nothing",
}
YEAR_END = {"year": "2017", "description": "Close of 2017"}
FIELDS = {
    "receipt": RECEIPT,
    "application": APPLICATION,
    "payment": PAYMENT,
    "conversion": CONVERSION,
    "revaluation": REVALUATION,
    "tolerance": TOLERANCE,
    "contribution": CASH,
    "cost": COST,
    "assessment": ASSESSMENT,
    "reassessment": {"assessed_on": "2017-07-03", "description": "With the newcomer"},
    "scale": SCALE,
    "allocation": ALLOCATION,
    "reversal": {},
    "settlement": SETTLEMENT,
    "accession": ACCESSION,
    "buy_in": BUY_IN,
    "opt_out": OPT_OUT,
    "withdrawal": WITHDRAWAL,
    "rate_policy": RATE_POLICY,
    "manual_rate": MANUAL_RATE,
    "unit_rate": UNIT_RATE,
    "in_kind_cap": IN_KIND_CAP,
    "recognition": RECOGNITION,
    "offer": OFFER,
    "valuation": VALUATION,
    "acceptance": ACCEPTANCE,
    "delivery": DELIVERY,
    "disposal": DISPOSAL,
    "depreciation": DEPRECIATION,
    "appropriation": APPROPRIATION,
    "encumbrance": ENCUMBRANCE,
    "release": RELEASE,
    "call": CALL,
    "reminder": REMINDER,
    "impairment": IMPAIRMENT,
    "write_off": WRITE_OFF,
    "pledge": PLEDGE,
    "lapse": LAPSE,
    "condition": CONDITION,
    "prefinancing": PREFINANCING,
    "true_up": TRUE_UP,
    "year_end": YEAR_END,
}
