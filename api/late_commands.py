"""Commands that are imported when they are called: most of a second for all, a quarter for one."""

from importlib import import_module
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group

# Each group of commands, in the order of the help, and the application that holds it.
GROUPS = {
    "statement": "api.statement_command:statement_app",
    "rates": "api.rates_command:rates_app",
    "indicators": "api.indicators_command:indicators_app",
    "scale": "api.scale_command:scale_app",
    "receipt": "api.receipt_command:receipt_app",
    "settlement": "api.settlement_command:settlement_app",
    "export": "api.export_command:export_app",
    "evidence": "api.evidence_command:evidence_app",
    "offer": "api.offer_command:offer_app",
    "call": "api.call_command:call_app",
    "pledge": "api.pledge_command:pledge_app",
    "period": "api.period_command:period_app",
    "user": "api.user_command:user_app",
}


class LateCommands(TyperGroup):
    """A group that knows its groups by name only, until one of them is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """List the commands as the help shows them."""
        return [*super().list_commands(ctx), *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give a command, imported now where it is one of a late group."""
        place = GROUPS.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = place.partition(":")
        found = get_group(getattr(import_module(module), name))
        found.name = cmd_name
        return found
