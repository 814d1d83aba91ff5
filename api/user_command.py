"""`mcrm user`: who may sign in, and for whom they act."""

from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
import typer
from sqlalchemy.orm import Session

from api.clock import now
from api.terminal import (
    AsJson,
    out,
    reading_books,
    refusals,
    refuse,
    show,
    translated,
    writing_books,
)
from ledger.i18n import N_
from ledger.passwords import hash_password
from ledger.signin import end_sessions, issue_token
from ledger.users import (
    Role,
    User,
    add_user,
    change_password,
    shut_out,
    user_by_login,
)

user_app = typer.Typer(no_args_is_help=True, help="The people who keep and read the books.")

TOKEN_DAYS = 90


def user_named(session: Session, login: str) -> User:
    """Find a user by login, or end the command saying how to see who there is."""
    user = user_by_login(session, login)
    if user is None:
        refuse(translated(N_("There is no user “%(login)s”: see `mcrm user list`."), login=login))
    return user


@user_app.command()
def add(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    name: Annotated[str, typer.Option(help="Their full name.")],
    role: Annotated[Role, typer.Option(help="What they do.")],
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for."),
    ],
    state: Annotated[
        str, typer.Option(help="The state they act for; without it, the mechanism's own office.")
    ] = "",
) -> None:
    """Add a person.

    Example: mcrm user add anna --name "Anna Kovács" --role officer --state HU
    """
    at = now()
    with refusals(), writing_books() as session:
        if user_by_login(session, login) is not None:
            refuse(translated(N_("There is a user “%(login)s” already."), login=login))
        hashed = hash_password(password, login=login)
        add_user(
            session,
            login,
            name=name,
            role=role,
            state=state.upper() or None,
            password_hash=hashed,
            now=at,
        )
    out.print(translated(N_("%(login)s can sign in."), login=login), markup=False)


@user_app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the people.

    Example: mcrm user list --json
    """
    with reading_books() as session:
        users = session.scalars(sa.select(User).order_by(User.login)).all()
    headings = [N_("Login"), N_("Name"), N_("Role"), N_("State")]
    rows = [(user.login, user.name, user.role, user.state_code) for user in users]
    show([translated(heading) for heading in headings], rows, as_json=as_json)


@user_app.command()
def end(login: Annotated[str, typer.Argument(help="Who is to be shut out.")]) -> None:
    """Shut a person out: they cannot sign in, and their sessions and tokens end at once.

    Their name stays on what they did.

    Example: mcrm user end anna
    """
    with refusals(), writing_books() as session:
        user = user_named(session, login)
        at = now()
        shut_out(session, user, now=at)
        end_sessions(session, user, now=at)
    out.print(translated(N_("%(login)s is shut out."), login=login), markup=False)


@user_app.command()
def password(
    login: Annotated[str, typer.Argument(help="Whose password it is to be.")],
    new: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for."),
    ],
) -> None:
    """Set a new password; whoever was signed in with the old one is signed out.

    Example: mcrm user password anna
    """
    with refusals(), writing_books() as session:
        user = user_named(session, login)
        at = now()
        change_password(session, user, hash_password(new, login=login), now=at)
        end_sessions(session, user, now=at)
    out.print(translated(N_("%(login)s has a new password."), login=login), markup=False)


@user_app.command()
def token(
    login: Annotated[str, typer.Argument(help="Whose token it is to be.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
) -> None:
    """Issue a token for the JSON API; it is shown once.

    Example: mcrm user token anna --name "ministry's own system"
    """
    at = now()
    with refusals(), writing_books() as session:
        user = user_named(session, login)
        expires_at = at + timedelta(days=TOKEN_DAYS)
        issued = issue_token(session, user, name=name, expires_at=expires_at, now=at)
    typer.echo(issued)
