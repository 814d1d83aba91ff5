"""Headings: what the fields of documents are called, on pages, in workbooks, in files that come in.

A file's columns may carry a field's own name (`value_on`) or its heading in any language of the
product (“Value date”, “Data waluty”), in small or capital letters.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from ledger.i18n import LANGUAGES, N_, Message, translation

HEADINGS: Mapping[str, Message] = {
    "sequence": N_("Sequence"),
    "kind": N_("Kind"),
    "state": N_("State"),
    "form": N_("Form"),
    "purpose": N_("Purpose"),
    "activity": N_("Activity"),
    "funding_source": N_("Source of the means"),
    "against": N_("Given"),
    "value_on": N_("Value date"),
    "currency": N_("Currency"),
    "amount": N_("Amount"),
    "quantity": N_("Quantity"),
    "unit": N_("Unit"),
    "unit_value": N_("Value of one unit"),
    "credit_value": N_("Value credited to the state"),
    "treatment": N_("Treatment"),
    "valuation_basis": N_("Basis of the value"),
    "recognised": N_("Recognised in the accounts"),
    "description": N_("Description"),
    "voucher": N_("Evidence"),
    "incurred_on": N_("Day of the cost"),
    "supplier": N_("Supplier"),
    "paid_on": N_("Paid on"),
    "assessed_on": N_("Assessed on"),
    "from_on": N_("First day"),
    "until_on": N_("Last day"),
    "formula": N_("Formula"),
    "indicator_year": N_("Year of the indicators"),
    "vintage": N_("Release of the indicators"),
    "claim": N_("Claim"),
    "completed_on": N_("Completed on"),
    "claimed_on": N_("Claimed on"),
    "late_reason": N_("Reason for a late claim"),
    "year": N_("Year"),
    "declared_on": N_("Declared on"),
    "result": N_("Result"),
    "event": N_("What it is for"),
    "rate_kind": N_("Which rate"),
    "publisher": N_("Whose rate"),
    "applies_on": N_("Applies on"),
    "per_euro": N_("Units for 1 EUR"),
    "rate_before": N_("Rate without it"),
    "sent_currency": N_("Currency that was sent"),
    "sent_amount": N_("Amount that was sent"),
    "bank_rate": N_("The bank’s own rate"),
    "posted_on": N_("Posted on"),
    "number": N_("Entry"),
    "effective_on": N_("Takes effect on"),
    "reason": N_("Reason"),
    "borne_by": N_("Borne by one state"),
    "convention": N_("When states join"),
    "formula_text": N_("Text of the formula"),
    "valid_from": N_("Valid from"),
    "acceding_state": N_("Acceding state"),
    "joined_on": N_("Takes part from"),
    "advance": N_("Working-capital advance"),
    "agreed_on": N_("Agreed on"),
    "into": N_("Credited to"),
    "left_on": N_("Last day of taking part"),
    "run_off": N_("Run-off share"),
    "exit_share": N_("Exit share of net assets"),
    "position": N_("Position of the state"),
    "settled_on": N_("Settled on"),
    "as_of": N_("Balances as of"),
    "way": N_("Way of settling"),
    "rule": N_("Rule for the larger side"),
    "code": N_("Code"),
    "valid_until": N_("Valid until"),
    "capped_state": N_("State that the cap is for"),
    "offer": N_("Offer"),
    "offered_on": N_("Offered on"),
    "unit_rate": N_("Rate of the cost book"),
    "pledge": N_("Code of the pledge"),
    "valued_on": N_("Valued on"),
    "credit_unit_value": N_("Value of one unit credited to the state"),
    "valuer": N_("Valued by"),
    "accepted_on": N_("Accepted on"),
    "delivered_on": N_("Delivered on"),
    "milestone": N_("Milestone"),
    "disposed_on": N_("Disposed of on"),
    "proceeds": N_("Proceeds"),
    "decided_on": N_("Decided on"),
    "order": N_("Order"),
    "signed_on": N_("Signed on"),
    "released_on": N_("Released on"),
    "assessment": N_("Entry of the assessment"),
    "despatched_on": N_("Despatched on"),
    "due_on": N_("Due on"),
    "days": N_("Days to pay"),
    "exchange": N_("Money of other currencies counts"),
    "charges": N_("Bank charges"),
    "call": N_("Call"),
    "asked": N_("Asked of the states, in euro"),
    "sent_on": N_("Sent on"),
    "reminder_level": N_("Level of the reminder"),
    "impaired_on": N_("Impaired on"),
    "item": N_("Open item"),
    "written_off_on": N_("Written off on"),
    "redistributed": N_("The others bear it"),
    "level": N_("How binding"),
    "instalments": N_("Instalments"),
    "conditions": N_("Conditions"),
    "earmark": N_("Earmarked for"),
    "lapsed_on": N_("Lapsed on"),
    "met_on": N_("Condition met on"),
    "receipt": N_("Receipt"),
    "received_on": N_("Received on"),
    "payer": N_("Payer"),
    "reference": N_("What the payer wrote"),
    "charged": N_("Kept by banks on the way"),
    "applied_on": N_("Applied on"),
    "source": N_("Money from"),
    "to": N_("Instead of a debt"),
    "settles": N_("Paid of the debt"),
    "difference": N_("Why the rest is given up"),
    "authority": N_("By whose authority"),
    "converted_on": N_("Converted on"),
    "revalued_on": N_("Revalued as of"),
    "into_currency": N_("Into currency"),
    "into_amount": N_("Amount that arrived"),
}


# What kinds of entries there are.
ENTRY_KINDS: Mapping[str, Message] = {
    "contribution": N_("Contribution"),
    "cost": N_("Cost"),
    "payment": N_("Payment"),
    "assessment": N_("Assessment"),
    "scale": N_("Scale"),
    "reassessment": N_("Assessment made anew"),
    "allocation": N_("Sharing of costs"),
    "reversal": N_("Reversal"),
    "accession": N_("Accession"),
    "buy_in": N_("Buy-in"),
    "opt_out": N_("Opt-out"),
    "withdrawal": N_("Withdrawal"),
    "settlement": N_("Settlement"),
    "receipt": N_("Receipt"),
    "application": N_("Application of money"),
    "conversion": N_("Currency conversion"),
    "revaluation": N_("Revaluation"),
    "tolerance": N_("Tolerance"),
    "pledge": N_("Pledge"),
    "unit_rate": N_("Rate of the cost book"),
    "in_kind_cap": N_("Cap on gifts in kind"),
    "recognition": N_("Recognition of services"),
    "offer": N_("Offer in kind"),
    "valuation": N_("Valuation"),
    "acceptance": N_("Acceptance"),
    "delivery": N_("Delivery"),
    "disposal": N_("Disposal"),
    "depreciation": N_("Depreciation"),
    "appropriation": N_("Appropriation"),
    "encumbrance": N_("Encumbrance"),
    "release": N_("Release of an encumbrance"),
    "call": N_("Call for funds"),
    "reminder": N_("Reminder"),
    "impairment": N_("Impairment of arrears"),
    "write_off": N_("Write-off"),
    "lapse": N_("Lapse of a pledge"),
    "condition": N_("Condition of a pledge met"),
    "prefinancing": N_("Pre-financed cost"),
    "true_up": N_("True-up"),
    "year_end": N_("Year-end close"),
    "rate_policy": N_("Rate policy"),
    "manual_rate": N_("Rate decided by hand"),
}


def field_of(heading: str) -> str | None:
    """Tell which field a column's heading means; None when it is the name of none."""
    word = _plain(heading)
    found = (_fields(language).get(word) for language in LANGUAGES)
    return _names().get(word) or next(filter(None, found), None)


def nearest(heading: str, fields: Iterable[str]) -> str | None:
    """Give the name or English heading, of some fields, that a misspelt heading is most like."""
    spellings = {_plain(each): each for name in fields for each in (HEADINGS[name], name)}
    close = get_close_matches(_plain(heading), spellings, n=1)
    return spellings[close[0]] if close else None


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().replace("_", " ").split())


@cache
def _names() -> dict[str, str]:
    return {_plain(name): name for name in HEADINGS}


@cache
def _fields(language: str) -> dict[str, str]:
    said = translation(language).gettext
    return {_plain(said(heading)): name for name, heading in HEADINGS.items()}
