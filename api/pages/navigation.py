"""The menu: a new screen adds its line here, in the order in which work goes."""

from dataclasses import dataclass

from ledger.i18n import N_
from ledger.users import Role

EVERYBODY = tuple(Role)


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the menu: where it leads, what it is called, who sees it."""

    path: str
    label: str
    icon: str
    roles: tuple[Role, ...] = EVERYBODY

    def holds(self, path: str) -> bool:
        """Say whether a page lies in this place, and the menu should mark it."""
        return path == self.path or path.startswith(f"{self.path}/")


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together."""

    label: str
    places: tuple[Place, ...]

    def seen_by(self, role: Role) -> tuple[Place, ...]:
        """List the places that this role may enter."""
        return tuple(place for place in self.places if role in place.roles)


MENU = (
    Group(
        N_("Contributions"),
        (
            Place("/contributions", N_("Contributions"), "cash-banknote"),
            Place("/pledges", N_("Pledges"), "flag"),
            Place("/in-kind", N_("In kind"), "plus"),
            Place("/approvals", N_("Approvals"), "checklist"),
            Place(
                "/documents/new",
                N_("New document"),
                "file-plus",
                roles=(Role.OFFICER, Role.COORDINATOR),
            ),
        ),
    ),
    Group(
        N_("Funds"),
        (
            Place("/budget", N_("Budget"), "cash-banknote"),
            Place("/calls", N_("Calls for funds"), "checklist"),
            Place("/receipts", N_("Receipts"), "download"),
            Place("/arrears", N_("Arrears"), "alert-circle"),
        ),
    ),
    Group(
        N_("Balances"),
        (
            Place("/equity", N_("Equity balances"), "scale"),
            Place("/scales", N_("Scales"), "chart-pie"),
            Place("/settlement", N_("Settlement"), "check"),
            Place("/states", N_("States"), "flag"),
            Place("/journal", N_("Journal"), "book-2"),
            Place("/rates", N_("Exchange rates"), "scale"),
            Place("/periods", N_("Periods"), "lock"),
        ),
    ),
    Group(
        N_("Reports"),
        (
            Place("/statements", N_("Statements"), "file-spreadsheet"),
            Place("/audit", N_("Audit trail"), "menu-2", roles=(Role.COORDINATOR, Role.AUDITOR)),
        ),
    ),
)
