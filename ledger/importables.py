"""What files hold: kinds of documents, their sheets, and what the books are asked about each."""

from dataclasses import dataclass

from ledger import (
    acceptances,
    accessions,
    allocation,
    application_body,
    appropriations,
    assessments,
    buy_ins,
    calls,
    contributions,
    conversions,
    costs,
    deliveries,
    depreciations,
    disposals,
    encumbrances,
    impairments,
    in_kind_caps,
    manual_rates,
    offers,
    opt_outs,
    payments,
    pledge_versions,
    prefinancing,
    rate_policies,
    receipts,
    recognitions,
    reminders,
    revaluations,
    reversals,
    scales,
    settlements,
    tolerances,
    true_ups,
    unit_rates,
    valuations,
    withdrawals,
    write_offs,
    year_ends,
)
from ledger.errors import InputErrors, InputProblem
from ledger.i18n import N_
from ledger.inputs import New
from ledger.vocabulary import RateEvent

KIND = "kind"

UNKNOWN_KIND = N_("“%(text)s” is no kind of document that files hold: use one of %(known)s.")


@dataclass(frozen=True, slots=True)
class Importable:
    """A kind of document that files hold, and the fields that the books are asked about."""

    kind: str
    title: str
    model: type[New]
    # On these days it is posted; on the first of them its state takes part and its rate applies.
    days: tuple[str, ...]
    # What no two rows may both say; empty where the books themselves refuse the second.
    same_by: tuple[str, ...] = ()
    # Whether only a state that takes part may be named: one that left still pays and is paid.
    of_members: bool = True
    # For what its amount is translated, by the rate policy; None where nothing is.
    event: RateEvent | None = None


IMPORTABLES = (
    Importable(
        contributions.KIND,
        "contributions",
        contributions.NewContribution,
        days=("value_on",),
        same_by=("state", "value_on", "currency", "value", "voucher"),
        event=RateEvent.RECEIPT,
    ),
    Importable(
        costs.KIND,
        "costs",
        costs.NewCost,
        days=("incurred_on", "paid_on"),
        same_by=("supplier", "incurred_on", "currency", "amount", "voucher"),
        event=RateEvent.COST,
    ),
    Importable(
        receipts.KIND,
        "receipts",
        receipts.NewReceipt,
        days=("received_on",),
        same_by=("receipt",),
        of_members=False,
        event=RateEvent.RECEIPT,
    ),
    Importable(
        application_body.KIND,
        "applications",
        application_body.NewApplication,
        days=("applied_on",),
        of_members=False,
    ),
    Importable(payments.KIND, "payments", payments.NewPayment, days=("paid_on",), of_members=False),
    Importable(
        conversions.KIND,
        "conversions",
        conversions.NewConversion,
        days=("converted_on",),
        event=RateEvent.RECEIPT,
    ),
    Importable(
        revaluations.KIND,
        "revaluations",
        revaluations.NewRevaluation,
        days=("revalued_on",),
        event=RateEvent.CLOSING,
    ),
    Importable(tolerances.KIND, "tolerances", tolerances.NewTolerance, days=()),
    # Posts nothing, and may be valid from a day whose period is not open yet.
    Importable(scales.KIND, "scales", scales.NewScale, days=()),
    Importable(assessments.KIND, "assessments", assessments.NewAssessment, days=("assessed_on",)),
    Importable(
        assessments.AGAIN, "reassessments", assessments.NewReassessment, days=("assessed_on",)
    ),
    Importable(allocation.KIND, "allocations", allocation.NewAllocation, days=("until_on",)),
    Importable(settlements.KIND, "settlements", settlements.NewSettlement, days=("settled_on",)),
    # These, too, may be decided long ahead.
    Importable(accessions.KIND, "accessions", accessions.NewAccession, days=()),
    Importable(buy_ins.KIND, "buy-ins", buy_ins.NewBuyIn, days=("agreed_on",)),
    Importable(opt_outs.KIND, "opt-outs", opt_outs.NewOptOut, days=()),
    Importable(withdrawals.KIND, "withdrawals", withdrawals.NewWithdrawal, days=()),
    Importable(reversals.KIND, "reversals", reversals.NewReversal, days=("effective_on",)),
    # In kind, nothing is posted before the delivery.
    Importable(rate_policies.KIND, "rate-policies", rate_policies.NewRatePolicy, days=()),
    Importable(manual_rates.KIND, "manual-rates", manual_rates.NewManualRate, days=()),
    Importable(unit_rates.KIND, "unit-rates", unit_rates.NewUnitRate, days=()),
    Importable(in_kind_caps.KIND, "in-kind-caps", in_kind_caps.NewInKindCap, days=()),
    Importable(recognitions.KIND, "recognitions", recognitions.NewRecognition, days=()),
    Importable(offers.KIND, "offers", offers.NewOffer, days=(), same_by=("state", "offer")),
    Importable(valuations.KIND, "valuations", valuations.NewValuation, days=()),
    Importable(acceptances.KIND, "acceptances", acceptances.NewAcceptance, days=()),
    Importable(
        deliveries.KIND,
        "deliveries",
        deliveries.NewDelivery,
        days=("delivered_on",),
        same_by=("state", "offer", "delivered_on", "quantity", "voucher"),
        event=RateEvent.IN_KIND,
    ),
    Importable(
        disposals.KIND,
        "disposals",
        disposals.NewDisposal,
        days=("disposed_on",),
        same_by=("number", "disposed_on", "amount", "voucher"),
        event=RateEvent.RECEIPT,
    ),
    Importable(
        depreciations.KIND,
        "depreciations",
        depreciations.NewDepreciation,
        days=("until_on",),
        same_by=("number", "until_on"),
    ),
    Importable(
        appropriations.KIND, "appropriations", appropriations.NewAppropriation, days=("decided_on",)
    ),
    Importable(
        encumbrances.KIND,
        "encumbrances",
        encumbrances.NewEncumbrance,
        days=("signed_on",),
        same_by=("order",),
        event=RateEvent.COST,
    ),
    Importable(encumbrances.RELEASE, "releases", encumbrances.NewRelease, days=("released_on",)),
    Importable(calls.KIND, "calls", calls.NewCall, days=("despatched_on",)),
    # These post nothing.
    Importable(reminders.KIND, "reminders", reminders.NewReminder, days=()),
    # A state that has left may still owe.
    Importable(impairments.KIND, "impairments", impairments.NewImpairment, days=()),
    Importable(write_offs.KIND, "write-offs", write_offs.NewWriteOff, days=()),
    Importable(
        pledge_versions.KIND,
        "pledges",
        pledge_versions.NewPledge,
        days=("effective_on",),
        same_by=("state", "pledge", "effective_on", "amount", "level", "voucher"),
        event=RateEvent.PLEDGE,
    ),
    # A pledge also ends once its state has left.
    Importable(pledge_versions.LAPSE, "lapses", pledge_versions.NewLapse, days=()),
    Importable(pledge_versions.CONDITION, "conditions", pledge_versions.NewCondition, days=()),
    Importable(
        prefinancing.KIND,
        "prefinancings",
        prefinancing.NewPrefinancing,
        days=("incurred_on",),
        same_by=("state", "claim"),
        event=RateEvent.COST,
    ),
    Importable(true_ups.KIND, "true-ups", true_ups.NewTrueUp, days=("declared_on",)),
    # Posted on the last day of the year that it names.
    Importable(year_ends.KIND, "year-ends", year_ends.NewYearEnd, days=()),
)
TITLES = tuple(each.title for each in IMPORTABLES)
BY_WORD = {word: each for each in IMPORTABLES for word in (each.kind, each.title)}


def importable(word: str) -> Importable:
    """Find a kind by its name, in singular or plural; raise InputErrors for any other word."""
    found = BY_WORD.get(word.strip().casefold())
    if found is None:
        params: dict[str, object] = {"text": word, "known": ", ".join(TITLES)}
        raise InputErrors([InputProblem(KIND, UNKNOWN_KIND, params)])
    return found
