"""What refuses an application of money: no money, no debt, or more given up than may be."""

from ledger.errors import LedgerError
from ledger.i18n import N_


class NotMoneyError(LedgerError):
    """An item that holds no money to be applied."""

    code = "not-money"
    message = N_(
        "Item %(item)s holds no money to be applied: name a receipt by its code, or an item of "
        "account 2020, 2030 or 2050."
    )


class NotADebtError(LedgerError):
    """An item that is no debt of a state."""

    code = "not-a-debt"
    message = N_("Item %(item)s is no debt of a state: name an item of account 1110, 1115 or 1120.")


class OtherStateError(LedgerError):
    """Money or a debt of another state than is named."""

    code = "other-state"
    message = N_(
        "Item %(item)s is of %(of)s, not of %(state)s: name the state whose it is, "
        "or an item of %(state)s."
    )


class NothingOpenError(LedgerError):
    """An item of which nothing is open on a day."""

    code = "nothing-open"
    message = N_("Of item %(item)s nothing is open from %(on)s on: choose another item or day.")


class OtherCurrencyError(LedgerError):
    """Money in another currency for a debt that only its own pays."""

    code = "other-currency"
    message = N_(
        "Item %(item)s is paid in %(currency)s only, by the rule of its call, and this money is in "
        "%(paid)s: convert it first, or keep it as an advance or a credit."
    )


class SettlesOtherwiseError(LedgerError):
    """More or less of a debt paid than the money is worth by the rule."""

    code = "settles-otherwise"
    message = N_(
        "%(currency)s %(amount)s pays %(of)s %(expected)s of item %(item)s, at the rates of "
        "%(on)s: leave the field empty, or say so much."
    )


class NothingLeftError(LedgerError):
    """A difference where the debt was paid in full."""

    code = "nothing-left"
    message = N_("Item %(item)s is paid in full: there is no difference to give up.")


class AboveToleranceError(LedgerError):
    """A difference larger than what was decided to be small."""

    code = "above-tolerance"
    message = N_(
        "EUR %(euro)s would be left of item %(item)s, and on %(on)s at most EUR %(most)s is given "
        "up: leave it open, or decide on a tolerance first."
    )


class AboveChargeError(LedgerError):
    """A difference larger than what banks kept of the receipt."""

    code = "above-charge"
    message = N_(
        "EUR %(euro)s would be left of item %(item)s, and of what banks kept of the money EUR "
        "%(most)s is not accounted for yet: leave the rest open."
    )


class ChargesOfStateError(LedgerError):
    """Bank charges given up that the call leaves to the state."""

    code = "charges-of-state"
    message = N_(
        "By its call the state bears the bank charges of item %(item)s: leave the rest open."
    )


class PledgedInKindError(LedgerError):
    """Money for a pledge of something in kind."""

    code = "pledged-in-kind"
    message = N_(
        "Pledge %(pledge)s is in kind: what is delivered fulfils it. Apply the money to something "
        "else."
    )


class FulfilledPledgeError(LedgerError):
    """More money for a pledge than is open of it."""

    code = "fulfilled-pledge"
    message = N_(
        "Of pledge %(pledge)s %(currency)s %(open)s is still to come, less than %(currency)s "
        "%(amount)s: apply at most that, and the rest as a credit."
    )


class NotWrittenOffError(LedgerError):
    """A recovery of a debt of which nothing was written off, or all has come by now."""

    code = "not-written-off"
    message = N_(
        "Of item %(item)s nothing is left to recover: name a debt that was written off, or apply "
        "the money to something else."
    )


class AboveWriteOffError(LedgerError):
    """More money recovered than was written off."""

    code = "above-write-off"
    message = N_(
        "Of item %(item)s EUR %(left)s was written off and has not come yet, less than "
        "EUR %(euro)s: recover at most that, and apply the rest to something else."
    )
