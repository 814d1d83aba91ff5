"""Notes of the exchange statement: by which rules its figures are what they are."""

from reports.sheet import Column, Kind, Sheet, Table
from reports.statement import Gettext


def notes_sheet(_: Gettext) -> Sheet:
    """Set the rules out one below the other, each under what it is about."""
    columns = (
        Column("number", _("No"), Kind.INTEGER),
        Column("subject", _("Subject")),
        Column("note", _("Note")),
    )
    rows = tuple((number, *each) for number, each in enumerate(_notes(_), 1))
    return Sheet("notes", _("Notes"), _("Notes"), (Table("tblNotes", columns, rows),))


def _notes(_: Gettext) -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Monetary"),
            _(
                "Bank accounts, receivables and payables: what is paid in so much money. Goods, "
                "prepayments in kind and conditional commitments are not, and no rate moves them "
                "(IPSAS 4)."
            ),
        ),
        (
            _("Signs"),
            _(
                "Money and receivables stand above zero, debts below. In are all debits of these "
                "accounts, out all credits. A gain is above zero, a loss below."
            ),
        ),
        (
            _("Realised"),
            _("What was gained or lost when a debt was paid, money applied, or a currency sold."),
        ),
        (
            _("Unrealised"),
            _("What was gained or lost when what is held and owed was valued at a closing rate."),
        ),
        (
            _("Currency"),
            _(
                "A difference belongs to the currency of its posting. Where money crossed from one "
                "currency into another it is posted in euro, and belongs to the foreign currency "
                "of what was settled: of a receivable, else of a debt, else of money that left "
                "the bank. Where that was in euro, it belongs to the foreign currency that came."
            ),
        ),
        (
            _("Carried at"),
            _(
                "The euro an item began with, or that it was last revalued at. It is settled at "
                "that, so that no difference is counted twice."
            ),
        ),
        (
            _("Closing rate"),
            _(
                "The rate policy says whose rate closes. Each item is translated and rounded by "
                "itself; “Rounding of items” is by what that differs from the whole balance."
            ),
        ),
        (
            _("Not yet revalued"),
            _("What a revaluation as of this day would post besides all that is in the books."),
        ),
        (
            _("Year-end"),
            _("What a year-end moved from accounts 5110 and 5120 to the surplus is left out."),
        ),
    )
