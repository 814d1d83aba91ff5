"""Kinds of documents: the model that each is read as, and what its approval brings about.

Whoever adds a kind adds it here, to the files that come in (`importables`), and to the forms.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ledger import (
    acceptances,
    accessions,
    allocation,
    application_body,
    applications,
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
    pledge_endings,
    pledge_versions,
    pledges,
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
from ledger.documents import Document
from ledger.inputs import New
from ledger.journal import NewEntry


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: the model it is read as, and what its approval brings about.

    `propose` makes its entries. `foresee` says what else will be, in plain values, for the digest;
    `enact` makes it so. `alone`: each looks at what the one before it has posted. `by_others`:
    the state that it is about does not decide on it, for the others bear what it leaves. `twice`:
    two people approve it, one after the other.
    """

    model: type[New]
    propose: Callable[[Session, Sequence[Document]], list[NewEntry]]
    foresee: Callable[[Session, Document], Mapping[str, Any]] | None = None
    enact: Callable[[Session, Document], None] | None = None
    alone: bool = False
    by_others: bool = False
    twice: bool = False


KINDS: dict[str, Kind] = {
    contributions.KIND: Kind(contributions.NewContribution, contributions.propose),
    costs.KIND: Kind(costs.NewCost, costs.propose),
    receipts.KIND: Kind(receipts.NewReceipt, receipts.propose),
    application_body.KIND: Kind(application_body.NewApplication, applications.propose),
    payments.KIND: Kind(payments.NewPayment, payments.propose, by_others=True),
    conversions.KIND: Kind(conversions.NewConversion, conversions.propose),
    revaluations.KIND: Kind(revaluations.NewRevaluation, revaluations.propose, alone=True),
    tolerances.KIND: Kind(tolerances.NewTolerance, tolerances.propose),
    assessments.KIND: Kind(assessments.NewAssessment, assessments.propose),
    assessments.AGAIN: Kind(assessments.NewReassessment, assessments.propose_again, alone=True),
    scales.KIND: Kind(
        scales.NewScale,
        scales.propose,
        foresee=scales.foresee,
        enact=scales.enact,
        alone=True,
    ),
    allocation.KIND: Kind(allocation.NewAllocation, allocation.propose, alone=True),
    reversals.KIND: Kind(reversals.NewReversal, reversals.propose),
    settlements.KIND: Kind(settlements.NewSettlement, settlements.propose, alone=True),
    accessions.KIND: Kind(
        accessions.NewAccession,
        accessions.propose,
        foresee=accessions.foresee,
        enact=accessions.enact,
        alone=True,
    ),
    buy_ins.KIND: Kind(buy_ins.NewBuyIn, buy_ins.propose, alone=True, by_others=True),
    opt_outs.KIND: Kind(
        opt_outs.NewOptOut,
        opt_outs.propose,
        foresee=opt_outs.foresee,
        enact=opt_outs.enact,
        alone=True,
        by_others=True,
    ),
    # The next version of a pledge looks at what the one before it has posted.
    pledge_versions.KIND: Kind(
        pledge_versions.NewPledge, pledges.propose, alone=True, by_others=True
    ),
    pledge_versions.LAPSE: Kind(
        pledge_versions.NewLapse, pledge_endings.propose_lapses, alone=True, by_others=True
    ),
    pledge_versions.CONDITION: Kind(
        pledge_versions.NewCondition, pledge_endings.propose_conditions, alone=True, by_others=True
    ),
    prefinancing.KIND: Kind(
        prefinancing.NewPrefinancing, prefinancing.propose, by_others=True, twice=True
    ),
    true_ups.KIND: Kind(true_ups.NewTrueUp, true_ups.propose, alone=True),
    year_ends.KIND: Kind(year_ends.NewYearEnd, year_ends.propose, alone=True),
    withdrawals.KIND: Kind(
        withdrawals.NewWithdrawal,
        withdrawals.propose,
        foresee=withdrawals.foresee,
        enact=withdrawals.enact,
        alone=True,
        by_others=True,
    ),
    rate_policies.KIND: Kind(rate_policies.NewRatePolicy, rate_policies.propose),
    manual_rates.KIND: Kind(
        manual_rates.NewManualRate,
        manual_rates.propose,
        foresee=manual_rates.foresee,
        enact=manual_rates.enact,
        alone=True,
    ),
    unit_rates.KIND: Kind(unit_rates.NewUnitRate, unit_rates.propose),
    in_kind_caps.KIND: Kind(in_kind_caps.NewInKindCap, in_kind_caps.propose),
    recognitions.KIND: Kind(recognitions.NewRecognition, recognitions.propose),
    offers.KIND: Kind(offers.NewOffer, offers.propose, alone=True),
    valuations.KIND: Kind(valuations.NewValuation, valuations.propose, alone=True, by_others=True),
    acceptances.KIND: Kind(
        acceptances.NewAcceptance,
        acceptances.propose,
        foresee=acceptances.foresee,
        alone=True,
        by_others=True,
    ),
    deliveries.KIND: Kind(deliveries.NewDelivery, deliveries.propose, alone=True, by_others=True),
    disposals.KIND: Kind(disposals.NewDisposal, disposals.propose, alone=True),
    depreciations.KIND: Kind(depreciations.NewDepreciation, depreciations.propose, alone=True),
    appropriations.KIND: Kind(appropriations.NewAppropriation, appropriations.propose, alone=True),
    encumbrances.KIND: Kind(encumbrances.NewEncumbrance, encumbrances.propose, alone=True),
    encumbrances.RELEASE: Kind(encumbrances.NewRelease, encumbrances.propose_release, alone=True),
    calls.KIND: Kind(
        calls.NewCall, calls.propose, foresee=calls.foresee, enact=calls.enact, alone=True
    ),
    reminders.KIND: Kind(
        reminders.NewReminder, reminders.propose, foresee=reminders.foresee, alone=True
    ),
    impairments.KIND: Kind(
        impairments.NewImpairment, impairments.propose, alone=True, by_others=True
    ),
    write_offs.KIND: Kind(write_offs.NewWriteOff, write_offs.propose, alone=True, by_others=True),
}
