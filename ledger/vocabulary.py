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
    SURPLUS = "surplus"


class Position(StrEnum):
    """What becomes of the position of a state that leaves."""

    # The remaining states take it over by their scale.
    TRANSFERRED = "transferred"
    # It is settled between states.
    KEPT = "kept"


class Status(StrEnum):
    """Where a document stands on its way to the books."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    # A step, not a place: the first of two has approved what is still submitted.
    ENDORSED = "endorsed"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


LABELS: dict[StrEnum, str] = {
    Purpose.SETUP: N_("set-up"),
    Purpose.OPERATIONS: N_("operations"),
    Form.CASH: N_("cash"),
    Form.GOODS: N_("goods"),
    Form.SERVICES: N_("services"),
    Form.SECONDMENT: N_("secondment"),
    Form.PREMISES: N_("premises"),
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
    Result.SURPLUS: N_("surplus"),
    Result.DEFICIT: N_("deficit"),
    Way.PAID: N_("the states pay each other"),
    Way.CARRIED: N_("carried into the next call for funds"),
    Into.INCUMBENTS: N_("the states that took part before"),
    Into.SURPLUS: N_("the accumulated surplus"),
    Position.TRANSFERRED: N_("taken over by the remaining states"),
    Position.KEPT: N_("kept, to be settled between states"),
    Status.DRAFT: N_("draft"),
    Status.SUBMITTED: N_("submitted"),
    Status.ENDORSED: N_("approved by the first of two"),
    Status.RETURNED: N_("returned"),
    Status.APPROVED: N_("approved"),
    Status.WITHDRAWN: N_("withdrawn"),
}
