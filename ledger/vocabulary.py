"""The field's closed lists: what a contribution is for, in what form, from which source."""

from enum import StrEnum

from ledger.i18n import N_


class Purpose(StrEnum):
    """“Establishing and maintaining the MCRM” (joint statement of 21 November 2016)."""

    SETUP = "setup"
    OPERATIONS = "operations"


class Form(StrEnum):
    """How a state gives."""

    CASH = "cash"
    GOODS = "goods"
    SERVICES = "services"
    SECONDMENT = "secondment"
    PREMISES = "premises"


class InKindForm(StrEnum):
    """How a state gives what is not money."""

    GOODS = "goods"
    SERVICES = "services"
    SECONDMENT = "secondment"
    PREMISES = "premises"


class ServiceForm(StrEnum):
    """What may be recognised in the accounts or disclosed only (IPSAS 23)."""

    SERVICES = "services"
    SECONDMENT = "secondment"
    PREMISES = "premises"


class Held(StrEnum):
    """What becomes of an asset of the mechanism: a mark, so that no report takes it for a gift."""

    DISPOSED = "disposed"


class Moved(StrEnum):
    """How a position changes without anything given to the mechanism."""

    # States paid each other, bought in, or took over the position of one that left.
    BETWEEN_STATES = "between_states"


class Activity(StrEnum):
    """The mechanism's three pillars as made public in July 2017."""

    INTERNAL_SUPPORT = "internal_support"
    INFORMATION = "information"
    THIRD_COUNTRIES = "third_countries"


class FundingSource(StrEnum):
    """Where a state found the means: “all possible options to provide adequate resources”."""

    STATE_BUDGET = "state_budget"
    EU_FUNDS = "eu_funds"
    VISEGRAD_FUND = "visegrad_fund"
    OTHER_DONOR = "other_donor"
    OWN_RESOURCES = "own_resources"


class Against(StrEnum):
    """What cash is given against: a sum assessed on the state, its buy-in, or of its own accord."""

    ASSESSMENT = "assessment"
    VOLUNTARY = "voluntary"
    BUY_IN = "buy_in"


class Treatment(StrEnum):
    """Where goods in kind go in the accounts."""

    EQUIPMENT = "equipment"
    INVENTORY = "inventory"
    CONSUMED = "consumed"


class ValuationBasis(StrEnum):
    """What the value of something in kind rests on."""

    INVOICE = "invoice"
    COST_BOOK = "cost_book"
    MARKET = "market"
    REPLACEMENT = "replacement"


class OfferStatus(StrEnum):
    """How far an offer in kind has come; computed, never written."""

    CLAIMED = "claimed"
    VALUED = "valued"
    ACCEPTED = "accepted"
    PARTLY_DELIVERED = "partly_delivered"
    DELIVERED = "delivered"


class Result(StrEnum):
    """What a year left of its contributions, or what it lacked."""

    SURPLUS = "surplus"
    DEFICIT = "deficit"


class Way(StrEnum):
    """How states level their positions."""

    # They pay each other.
    PAID = "paid"
    # The next call for funds asks some for more and others for less.
    CARRIED = "carried"


class Into(StrEnum):
    """Whom a newcomer's buy-in benefits: the states that paid for what it joins, or all."""

    INCUMBENTS = "incumbents"
    SURPLUS = "accumulated_surplus"


class Position(StrEnum):
    """What becomes of the position of a state that leaves."""

    # The remaining states take it over by their scale.
    TRANSFERRED = "transferred"
    # It is settled between states.
    KEPT = "kept"


class ExchangeRule(StrEnum):
    """Who bears the exchange risk of a call for funds: at which rate other money discharges it."""

    # Only money of the call's own currency discharges it.
    CALL_CURRENCY = "call_currency"
    # The mechanism bears it.
    CALL_RATE = "call_rate"
    # The state bears it.
    RECEIPT_RATE = "receipt_rate"


class Charges(StrEnum):
    """Who bears what banks deduct from a payment of a call."""

    STATE = "state"
    MECHANISM = "mechanism"


class Age(StrEnum):
    """How long what is owed has been overdue."""

    NOT_DUE = "not_due"
    TO_30 = "1_to_30"
    TO_90 = "31_to_90"
    TO_365 = "91_to_365"
    OVER_1_YEAR = "over_1_year"
    OVER_2_YEARS = "over_2_years"


class Level(StrEnum):
    """How binding a pledge is."""

    # Said in public, and not binding: it counts in no total.
    ANNOUNCED = "announced"
    # Binding and without conditions: owed from the day on which it took effect.
    COMMITTED = "committed"
    # Binding once its conditions are met.
    CONDITIONAL = "conditional"


class Fulfilment(StrEnum):
    """How far a pledge, or an instalment of it, has been paid; reckoned, never written down."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid_in_full"
    OVERDUE = "overdue"
    LAPSED = "lapsed"


# IATI TransactionType: 13 incoming pledge, “indicative, non-binding”; 11 incoming commitment.
IATI_TRANSACTION = {Level.ANNOUNCED: "13", Level.COMMITTED: "11", Level.CONDITIONAL: "11"}
# The flow status of OCHA's Financial Tracking Service; what has been received is “Paid” there.
FTS_STATUS = {
    Level.ANNOUNCED: "Pledge",
    Level.COMMITTED: "Commitment",
    Level.CONDITIONAL: "Commitment",
}
FTS_PAID = "Paid"
# IATI AidType: D01 is a donor country's personnel.
IATI_AID_TYPE = {Form.SECONDMENT: "D01"}
# IATI DisbursementChannel, aid in kind: 3 through third parties, 4 managed by the donor itself.
IATI_CHANNEL = {Form.GOODS: "4", Form.SERVICES: "3", Form.SECONDMENT: "4", Form.PREMISES: "4"}


class AppliedTo(StrEnum):
    """What money of a state is where it pays no debt."""

    ADVANCE = "advance"
    CREDIT = "credit"
    VOLUNTARY = "voluntary"
    # It comes after the debt was written off.
    RECOVERY = "recovery"


class Difference(StrEnum):
    """Why the rest of a debt is given up once it was paid."""

    SMALL = "small"
    CHARGE = "charge"


class Status(StrEnum):
    """Where a document stands on its way to the books."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    # A step, not a place: the first of two has approved what is still submitted.
    ENDORSED = "endorsed"
    # Likewise: a file came after the first approval, which no longer counts.
    VOIDED = "voided"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class RateEvent(StrEnum):
    """For what an amount is translated into euro, or out of it."""

    PLEDGE = "pledge"
    RECEIPT = "receipt"
    IN_KIND = "in_kind"
    COST = "cost"
    CLOSING = "closing"
    REPORTING = "reporting"
    FORMULA = "formula"


class RateKind(StrEnum):
    """Which rate of a source applies on a day (IAS 21: spot, closing, average)."""

    # The last one published on or before the day.
    SPOT = "spot"
    # The last one published before the day.
    PREVIOUS_DAY = "previous_day"
    # The one rate of a month: the source's own, or the last one published before it.
    MONTH_FIXED = "month_fixed"
    # The mean of the rates published in the month, or the year, of the day.
    MONTH_AVERAGE = "month_average"
    YEAR_AVERAGE = "year_average"
    # What the bank really gave or took.
    BANK = "bank"


class PublishedKind(StrEnum):
    """Which rate of a source can be asked for: each but the bank's own, which documents say."""

    SPOT = "spot"
    PREVIOUS_DAY = "previous_day"
    MONTH_FIXED = "month_fixed"
    MONTH_AVERAGE = "month_average"
    YEAR_AVERAGE = "year_average"


class Publisher(StrEnum):
    """Whose rates a policy can name: those of a bank or of the Commission."""

    ECB = "ecb"
    NBP = "nbp"
    CNB = "cnb"
    MNB = "mnb"
    INFOREURO = "inforeuro"


LABELS: dict[StrEnum, str] = {
    Publisher.ECB: N_("European Central Bank"),
    Publisher.NBP: N_("National Bank of Poland"),
    Publisher.CNB: N_("Czech National Bank"),
    Publisher.MNB: N_("National Bank of Hungary"),
    Publisher.INFOREURO: N_("InforEuro of the European Commission"),
    RateEvent.PLEDGE: N_("pledges"),
    RateEvent.RECEIPT: N_("receipts of money"),
    RateEvent.IN_KIND: N_("contributions in kind"),
    RateEvent.COST: N_("costs"),
    RateEvent.CLOSING: N_("closing rates"),
    RateEvent.REPORTING: N_("statements"),
    RateEvent.FORMULA: N_("sharing formulas"),
    RateKind.SPOT: N_("rate of the day"),
    RateKind.PREVIOUS_DAY: N_("rate of the day before"),
    RateKind.MONTH_FIXED: N_("rate of the month"),
    RateKind.MONTH_AVERAGE: N_("average of the month"),
    RateKind.YEAR_AVERAGE: N_("average of the year"),
    RateKind.BANK: N_("the bank's own rate"),
    Purpose.SETUP: N_("set-up"),
    Purpose.OPERATIONS: N_("operations"),
    Form.CASH: N_("cash"),
    Form.GOODS: N_("goods"),
    Form.SERVICES: N_("services"),
    Form.SECONDMENT: N_("secondment"),
    Form.PREMISES: N_("premises"),
    Held.DISPOSED: N_("disposed of"),
    Moved.BETWEEN_STATES: N_("between states"),
    Activity.INTERNAL_SUPPORT: N_("support inside the EU for the most burdened states"),
    Activity.INFORMATION: N_("information exchange, analysis and risk assessment"),
    Activity.THIRD_COUNTRIES: N_("co-operation with key third countries"),
    FundingSource.STATE_BUDGET: N_("state budget"),
    FundingSource.EU_FUNDS: N_("EU funds"),
    FundingSource.VISEGRAD_FUND: N_("International Visegrad Fund"),
    FundingSource.OTHER_DONOR: N_("other donor"),
    FundingSource.OWN_RESOURCES: N_("in kind from own resources"),
    Against.ASSESSMENT: N_("against an assessment"),
    Against.VOLUNTARY: N_("voluntary"),
    Against.BUY_IN: N_("against a buy-in"),
    Treatment.EQUIPMENT: N_("equipment"),
    Treatment.INVENTORY: N_("stock"),
    Treatment.CONSUMED: N_("used up at once"),
    ValuationBasis.INVOICE: N_("invoice"),
    ValuationBasis.COST_BOOK: N_("agreed unit rate"),
    ValuationBasis.MARKET: N_("market price"),
    ValuationBasis.REPLACEMENT: N_("depreciated replacement cost"),
    OfferStatus.CLAIMED: N_("claimed"),
    OfferStatus.VALUED: N_("valued"),
    OfferStatus.ACCEPTED: N_("accepted"),
    OfferStatus.PARTLY_DELIVERED: N_("partly delivered"),
    OfferStatus.DELIVERED: N_("delivered"),
    Result.SURPLUS: N_("surplus"),
    Result.DEFICIT: N_("deficit"),
    Way.PAID: N_("the states pay each other"),
    Way.CARRIED: N_("carried into the next call for funds"),
    Into.INCUMBENTS: N_("the states that took part before"),
    Into.SURPLUS: N_("the accumulated surplus"),
    Position.TRANSFERRED: N_("taken over by the remaining states"),
    Position.KEPT: N_("kept, to be settled between states"),
    ExchangeRule.CALL_CURRENCY: N_("in the currency of the call only"),
    ExchangeRule.CALL_RATE: N_("at the rate of the call"),
    ExchangeRule.RECEIPT_RATE: N_("at the rate of the day of receipt"),
    Charges.STATE: N_("the state bears bank charges"),
    Charges.MECHANISM: N_("the mechanism bears bank charges"),
    Age.NOT_DUE: N_("not yet due"),
    Age.TO_30: N_("1–30 days"),
    Age.TO_90: N_("31–90 days"),
    Age.TO_365: N_("91–365 days"),
    Age.OVER_1_YEAR: N_("over 1 year"),
    Age.OVER_2_YEARS: N_("over 2 years"),
    Level.ANNOUNCED: N_("announced"),
    Level.COMMITTED: N_("committed"),
    Level.CONDITIONAL: N_("conditional"),
    Fulfilment.OPEN: N_("open"),
    Fulfilment.PARTLY_PAID: N_("partly paid"),
    Fulfilment.PAID: N_("paid"),
    Fulfilment.OVERDUE: N_("overdue"),
    Fulfilment.LAPSED: N_("lapsed"),
    AppliedTo.ADVANCE: N_("an advance on what will be asked"),
    AppliedTo.CREDIT: N_("a credit due to the state"),
    # The word of Against.VOLUNTARY, which is the same.
    AppliedTo.VOLUNTARY: N_("voluntary"),
    AppliedTo.RECOVERY: N_("a debt that was written off"),
    Difference.SMALL: N_("small difference, within the tolerance"),
    Difference.CHARGE: N_("bank charge that the mechanism bears"),
    Status.DRAFT: N_("draft"),
    Status.SUBMITTED: N_("submitted"),
    Status.ENDORSED: N_("approved by the first of two"),
    Status.VOIDED: N_("changed after the first of two approvals, which is void"),
    Status.RETURNED: N_("returned"),
    Status.APPROVED: N_("approved"),
    Status.WITHDRAWN: N_("withdrawn"),
}
