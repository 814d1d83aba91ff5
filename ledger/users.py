"""The people: who they are, for which state they act, and what their role lets them do."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE, Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, code, text
from ledger.errors import NotAllowedError, NotAMemberError, UnknownStateError
from ledger.i18n import N_
from ledger.states import ParticipatingState
from ledger.union import EU_STATES


class Role(StrEnum):
    """Officers make documents, coordinators approve them, auditors read."""

    OFFICER = "officer"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"


LABELS: dict[StrEnum, str] = {
    Role.OFFICER: N_("finance officer"),
    Role.COORDINATOR: N_("coordinator"),
    Role.AUDITOR: N_("auditor"),
}


class User(Base):
    """A person; without a state they act for the mechanism's own office, for all states.

    Without a password they cannot sign in, and stand in the books only for what they did on paper.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        sa.CheckConstraint("role IN ('officer', 'coordinator', 'auditor')", name="role"),
        {"sqlite_strict": True},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    login: Mapped[code] = mapped_column(unique=True)
    name: Mapped[text]
    role: Mapped[code]
    state_code: Mapped[str | None] = mapped_column(
        sa.String(2), sa.ForeignKey(ParticipatingState.code)
    )
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    active: Mapped[bool] = mapped_column(sa.Boolean(create_constraint=False), default=True)
    added_at: Mapped[datetime]


def add_user(
    session: Session,
    login: str,
    *,
    name: str,
    role: Role,
    now: datetime,
    state: str | None = None,
    password_hash: str | None = None,
    by: str = COMMAND_LINE,
) -> User:
    """Add a person who may act from now on.

    Raises UnknownStateError or NotAMemberError for a state that has never taken part.
    """
    if state is not None and state not in EU_STATES:
        raise UnknownStateError(state=state)
    if state is not None and session.get(ParticipatingState, state) is None:
        raise NotAMemberError(state=state, on=now.date())
    user = User(
        login=login,
        name=name,
        role=role,
        state_code=state,
        password_hash=password_hash,
        active=True,
        added_at=now,
    )
    session.add(user)
    session.flush()
    said = {"name": name, "role": str(role), "state": state}
    note(session, Noted(Kept.USER, login, Act.ADDED, None, said), by=by, at=now)
    return user


def change_password(
    session: Session, user: User, password_hash: str, *, now: datetime, by: str = COMMAND_LINE
) -> None:
    """Let a person sign in with another password from now on; who is signed in stays so."""
    user.password_hash = password_hash
    session.flush()
    note(session, Noted(Kept.USER, user.login, Act.PASSWORD_CHANGED), by=by, at=now)


def shut_out(session: Session, user: User, *, now: datetime, by: str = COMMAND_LINE) -> None:
    """Let a person sign in no more; their name stays on what they did."""
    user.active = False
    session.flush()
    act = Noted(Kept.USER, user.login, Act.SHUT_OUT, {"active": True}, {"active": False})
    note(session, act, by=by, at=now)


def user_by_login(session: Session, login: str) -> User | None:
    """Find an active person by the name they sign in with."""
    return session.scalars(sa.select(User).where(User.login == login, User.active)).one_or_none()


def require_role(user: User, role: Role) -> None:
    """Raise NotAllowedError unless the person has the role."""
    if user.role != role:
        raise NotAllowedError(needed=LABELS[role])


def acts_for(user: User, state: str) -> bool:
    """Whether a person may make documents of a state: their own, or all from the office."""
    return user.state_code in (None, state)


def require_maker(by: User, states: set[str | None]) -> None:
    """Raise NotAllowedError unless a person may write what these states do, or all of them."""
    if by.role not in (Role.OFFICER, Role.COORDINATOR):
        raise NotAllowedError(needed=LABELS[Role.OFFICER])
    for state in states:
        # What concerns all states is written by the mechanism's office or a coordinator.
        office = by.state_code is None or by.role == Role.COORDINATOR
        if not (office if state is None else acts_for(by, state)):
            raise NotAllowedError(needed=LABELS[Role.OFFICER])
