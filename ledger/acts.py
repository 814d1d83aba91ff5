"""Acts: what is done to which records, and by whom where nobody has signed in."""

from enum import StrEnum

from ledger.i18n import N_

# Who acts on the machine itself, by a command that asks for nobody's name.
COMMAND_LINE = "command line"
# Whose name was typed at the door, and not proven.
STRANGER = "not signed in"

PEOPLE = {COMMAND_LINE: N_("command line"), STRANGER: N_("not signed in")}


class Kept(StrEnum):
    """What records there are."""

    DOCUMENT = "document"
    EVIDENCE = "evidence"
    IMPORT = "import"
    INDICATORS = "indicators"
    PERIOD = "period"
    RATES = "rates"
    USER = "user"


class Act(StrEnum):
    """What is done to a record."""

    DRAFTED = "drafted"
    EDITED = "edited"
    SUBMITTED = "submitted"
    ENDORSED = "endorsed"
    VOIDED = "voided"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    ATTACHED = "attached"
    IMPORTED = "imported"
    ADDED = "added"
    ADVANCED = "advanced"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an act
    SHUT_OUT = "shut_out"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - likewise
    TOKEN_ENDED = "token_ended"  # noqa: S105 - likewise
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"


LABELS: dict[StrEnum, str] = {
    Kept.DOCUMENT: N_("document"),
    Kept.EVIDENCE: N_("evidence"),
    Kept.IMPORT: N_("imported file"),
    Kept.INDICATORS: N_("indicators"),
    Kept.PERIOD: N_("period"),
    Kept.RATES: N_("exchange rates"),
    Kept.USER: N_("user"),
    Act.DRAFTED: N_("drafted"),
    Act.EDITED: N_("edited"),
    Act.SUBMITTED: N_("submitted"),
    Act.ENDORSED: N_("approved by the first of two"),
    Act.VOIDED: N_("changed after the first of two approvals, which is void"),
    Act.RETURNED: N_("returned"),
    Act.APPROVED: N_("approved"),
    Act.WITHDRAWN: N_("withdrawn"),
    Act.ATTACHED: N_("attached"),
    Act.IMPORTED: N_("imported"),
    Act.ADDED: N_("added"),
    Act.ADVANCED: N_("moved on"),
    Act.PASSWORD_CHANGED: N_("given a new password"),
    Act.SHUT_OUT: N_("shut out"),
    Act.TOKEN_ISSUED: N_("given a token"),
    Act.TOKEN_ENDED: N_("token ended"),
    Act.SIGNED_IN: N_("signed in"),
    Act.SIGN_IN_FAILED: N_("failed to sign in"),
}
