"""What the books refuse, each refusal in the field's words with its remedy.

An error carries a stable `code`, a message id (English, translated at the edges) and the parameters
that fill it. Only `api` turns an error into a page, a problem document or an exit status.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import ClassVar

from ledger.i18n import N_, Message


class LedgerError(Exception):
    """A rule of the books that the caller's request would break."""

    code: ClassVar[str] = "ledger-error"
    message: ClassVar[Message] = N_("The books refuse this.")

    def __init__(self, **params: object) -> None:
        super().__init__(params)
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params


FIELD = Message("%(field)s")
ROW = N_("row %(row)s, %(field)s")
SHEET_ROW = N_("%(sheet)s, row %(row)s, %(field)s")


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing wrong in one field (and row, column and sheet, when it came from a file)."""

    field: str
    message: str
    params: dict[str, object] = made(default_factory=dict)
    row: int | None = None
    column: str | None = None
    sheet: str | None = None

    @property
    def place(self) -> str:
        """Where it stands: the field, or row and column of the file, and which of its sheets."""
        return self.where % self.spot

    @property
    def where(self) -> Message:
        """The words for its place, to be filled from `spot` in a reader's language."""
        if self.row is None:
            return FIELD
        return SHEET_ROW if self.sheet else ROW

    @property
    def spot(self) -> dict[str, object]:
        """What fills the words for its place."""
        field = self.column or self.field if self.row is not None else self.field
        return {"sheet": self.sheet, "row": self.row, "field": field}

    def __str__(self) -> str:
        return self.message % self.params


class InputErrors(LedgerError):
    """Everything that is wrong with an input, at once; nothing of it was written."""

    code = "unreadable-input"
    message = N_("Nothing was written. Please mend: %(problems)s")

    def __init__(self, problems: Sequence[InputProblem]) -> None:
        super().__init__(problems=tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        found = "; ".join(f"{each.place}: {each}" for each in self.problems)
        return self.message % {"problems": found}


# Money and rates


class NotAnAmountError(LedgerError):
    """A text that is no amount in hundredths."""

    code = "not-an-amount"
    message = N_("“%(text)s” is not an amount: write digits with at most two decimals, as 1250.50.")


class UnknownCurrencyError(LedgerError):
    """A code that is no currency of the ledger."""

    code = "unknown-currency"
    message = N_("“%(currency)s” is not a currency of the ledger: use a code such as EUR or PLN.")


class MissingRateError(LedgerError):
    """A day before the first rate of a currency."""

    code = "missing-rate"
    message = N_(
        "There is no %(source)s rate of %(currency)s for %(on)s or before: "
        "import one with `mcrm rates import`."
    )


class StaleRateError(LedgerError):
    """A day too long after the last rate of a currency."""

    code = "stale-rate"
    message = N_(
        "The last %(source)s rate of %(currency)s for %(on)s is of %(last)s, "
        "more than %(days)s days before: import newer rates with `mcrm rates import`."
    )


class UnreadableRatesError(InputErrors):
    """A file that is no file of rates, or holds faults."""

    code = "unreadable-rates"


# States and periods


class UnknownStateError(LedgerError):
    """A code that is no member state of the European Union."""

    code = "unknown-state"
    message = N_("“%(state)s” is not a state of the European Union: use a code such as PL or CZ.")


class NotAMemberError(LedgerError):
    """A state outside the span of its membership."""

    code = "not-a-member"
    message = N_(
        "%(state)s does not take part on %(on)s: check the date, or record its accession first."
    )


class ClosedPeriodError(LedgerError):
    """A date in a period on hold or closed."""

    code = "closed-period"
    message = N_(
        "%(on)s lies in the period %(first)s to %(last)s, which is %(status)s: "
        "use a date in an open period and name the true date in the description."
    )


class NoPeriodError(LedgerError):
    """A date that no accounting period holds."""

    code = "no-period"
    message = N_(
        "No accounting period holds %(on)s: they run from %(first)s to %(last)s. "
        "`mcrm upgrade` opens those up to this year."
    )


class PeriodOrderError(LedgerError):
    """A step of a period other than open, hold, closed; or two periods that meet."""

    code = "period-order"
    message = N_(
        "A period goes from open to hold to closed and never back; this one is %(status)s."
    )


# Journal


class UnbalancedEntryError(LedgerError):
    """An entry whose debits and credits differ in a book and currency, or in euro."""

    code = "unbalanced-entry"
    message = N_("Debits and credits differ in %(book)s, %(currency)s: by %(difference)s.")


class TooFewPostingsError(LedgerError):
    """An entry of fewer than two postings."""

    code = "too-few-postings"
    message = N_("A journal entry needs at least two postings; this one has %(count)s.")


class UnknownAccountError(LedgerError):
    """An account that the chart does not have."""

    code = "unknown-account"
    message = N_("There is no account %(account)s in the chart.")


class AccountCurrencyError(LedgerError):
    """A posting in another currency than the one its account is kept in."""

    code = "account-currency"
    message = N_("Account %(account)s is kept in %(expected)s, not in %(currency)s.")


class StateRequiredError(LedgerError):
    """A posting without a state on an account kept by state."""

    code = "state-required"
    message = N_("Account %(account)s is kept by state: name the state of each posting.")


class SelfApprovalError(LedgerError):
    """One person as maker and checker."""

    code = "self-approval"
    message = N_("Whoever made it cannot approve it: ask a second person.")


class UnknownEntryError(LedgerError):
    """A number that no entry has."""

    code = "unknown-entry"
    message = N_("There is no journal entry number %(number)s.")


class AlreadyReversedError(LedgerError):
    """A second reversal of an entry."""

    code = "already-reversed"
    message = N_("Entry %(number)s was reversed before, by entry %(reversal)s.")


class ReversalOfReversalError(LedgerError):
    """A reversal of a reversal."""

    code = "reversal-of-reversal"
    message = N_("Entry %(number)s is a reversal: post the right entry anew instead.")


class EarlyReversalError(LedgerError):
    """A reversal dated before its entry."""

    code = "early-reversal"
    message = N_("A reversal cannot take effect on %(on)s, before its entry of %(original)s.")


class IdempotencyConflictError(LedgerError):
    """A key used again for something else."""

    code = "idempotency-conflict"
    message = N_("The key “%(key)s” was used before for something else: use a new key.")


class JournalRefusedError(LedgerError):
    """A refusal by a guard of the database that the program did not foresee."""

    code = "journal-refused"
    message = N_("The database refused the entry: %(reason)s")


# Documents and approval


class UnknownDocumentError(LedgerError):
    """A document that is not there, or not for this reader."""

    code = "unknown-document"
    message = N_("There is no such document.")


class DocumentStatusError(LedgerError):
    """A step that a document cannot take where it stands."""

    code = "document-status"
    message = N_("This document is %(status)s: it cannot be %(wanted)s.")


class ReasonRequiredError(LedgerError):
    """A document returned without a reason."""

    code = "reason-required"
    message = N_("Give a reason, so that the author knows what to mend.")


class NotAllowedError(LedgerError):
    """An act that another role does."""

    code = "not-allowed"
    message = N_("Your role does not allow this: it is for another role, %(needed)s.")


class OwnValuationError(LedgerError):
    """A gift in kind approved from within the donor state."""

    code = "own-valuation"
    message = N_(
        "Nobody from %(state)s can accept what %(state)s gave in kind: "
        "ask a colleague of another state."
    )


class ProposalChangedError(LedgerError):
    """An approval of something other than what was seen."""

    code = "proposal-changed"
    message = N_("It changed since you looked at it: look again, then decide.")


class DuplicateFileError(LedgerError):
    """A file that was imported before."""

    code = "duplicate-file"
    message = N_("This file was imported before, on %(on)s as “%(filename)s”: nothing was written.")


class UnreadableFileError(LedgerError):
    """A file that is not what it should be."""

    code = "unreadable-file"
    message = N_("“%(filename)s” cannot be read: %(reason)s")


# Contributions, costs, sharing


class OverpaidAssessmentError(LedgerError):
    """Cash against assessments beyond what the state owes."""

    code = "overpaid-assessment"
    message = N_(
        "%(state)s owes EUR %(owed)s on its assessments from %(on)s on, and EUR %(paid)s would be "
        "paid against them: record what goes beyond as a voluntary contribution."
    )


class WorthlessError(LedgerError):
    """An amount that comes to nothing in euro."""

    code = "worthless"
    message = N_("%(amount)s %(currency)s comes to 0.00 euro: there is nothing to record.")


class FutureEntryError(LedgerError):
    """An event that has not happened yet."""

    code = "future-entry"
    message = N_("%(on)s is in the future: record it when it has happened.")


class OverdrawnAccountError(LedgerError):
    """A payment of more than the bank account holds."""

    code = "overdrawn-account"
    message = N_(
        "Account %(account)s holds %(currency)s %(held)s from %(on)s on, too little to pay "
        "%(amount)s."
    )


class NothingToAllocateError(LedgerError):
    """A run that would add nothing."""

    code = "nothing-to-allocate"
    message = N_("Every cost of %(purpose)s up to %(last)s is shared already.")
