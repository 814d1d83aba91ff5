"""What a session has read of the rate book, so that nothing is read twice in one piece of work.

Rates are only ever added: what was read stays true until somebody adds some, or what was added is
taken back.
"""

from collections.abc import Hashable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

_KEPT = "rates"


def remembered(session: Session, basis: Hashable) -> dict[Any, Any]:
    """Give what the session knows on a basis, to be read and added to."""
    memory: dict[Hashable, dict[Any, Any]] = session.info.setdefault(_KEPT, {})
    return memory.setdefault(basis, {})


def _forget_what_is_added_to(state: ORMExecuteState) -> None:
    if not state.is_select:
        state.session.info.pop(_KEPT, None)


def _forget(session: Session, _of: object) -> None:
    session.info.pop(_KEPT, None)


event.listen(Session, "do_orm_execute", _forget_what_is_added_to)
event.listen(Session, "after_flush", _forget)
event.listen(Session, "after_transaction_end", _forget)
