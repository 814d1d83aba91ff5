"""Signing in and out, and the way in: the address `/`."""

from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.deps import CurrentUser, Now, engine, is_secure, session_cookie
from api.pages.page import (
    VISITOR_COOKIE,
    SentForm,
    drawn,
    token_field,
    visitor_token,
)
from ledger.db import reading, writing
from ledger.errors import LedgerError
from ledger.passwords import proven_user
from ledger.signin import ABSOLUTE_LIMIT, SignedIn, TooManyTriesError, sign_in, sign_out, throttle

router = APIRouter()

HOME = "/equity"


@router.get("/")
def home(user: CurrentUser) -> Response:
    """Lead to the equity balances, for which everybody comes."""
    return RedirectResponse(HOME, 303)


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = HOME) -> Response:  # noqa: A002 - the word in the address
    """Show the form."""
    return _form(request, wanted=next)


@router.post("/sign-in")
def submit_sign_in(request: Request, form: SentForm, now: Now) -> Response:
    """Open a session for whoever proves a password, under a new token."""
    login, wanted = form.get("login", ""), form.get("next", HOME)
    outcome = _try(request, login, form.get("password", ""), now)
    if not isinstance(outcome, SignedIn):
        status = 429 if isinstance(outcome, TooManyTriesError) else 401
        return _form(request, wanted=wanted, login=login, error=outcome, status=status)
    answer = RedirectResponse(_inside(wanted), 303)
    answer.set_cookie(
        session_cookie(request),
        outcome.token,
        max_age=int(ABSOLUTE_LIMIT.total_seconds()),
        httponly=True,
        secure=is_secure(request),
        samesite="lax",
    )
    answer.delete_cookie(VISITOR_COOKIE)
    return answer


@router.post("/sign-out")
def submit_sign_out(request: Request, now: Now) -> Response:
    """End the session here and in the database."""
    cookie = session_cookie(request)
    with writing(engine(request)) as session:
        sign_out(session, request.cookies.get(cookie, ""), now=now)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(cookie, httponly=True, secure=is_secure(request), samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _try(request: Request, login: str, password: str, now: datetime) -> SignedIn | LedgerError:
    """Ask the throttle, then the password, then write down what came of it.

    Hashing takes its 33 ms outside any writing transaction: nobody waits behind it.
    """
    address = request.client.host if request.client else "unknown"
    with reading(engine(request)) as session:
        try:
            throttle(session, login=login, address=address, now=now)
        except TooManyTriesError as refused:
            return refused
        user = proven_user(session, login, password)
    with writing(engine(request)) as session:
        return sign_in(session, login=login, user=user, address=address, now=now)


def _form(
    request: Request,
    *,
    wanted: str,
    login: str = "",
    error: LedgerError | None = None,
    status: int = 200,
) -> Response:
    answer = drawn(
        request,
        "sign_in.html",
        status,
        wanted=_inside(wanted),
        login=login,
        error=error,
        form_token_field=token_field(request),
    )
    answer.set_cookie(
        VISITOR_COOKIE,
        visitor_token(request),
        httponly=True,
        secure=is_secure(request),
        samesite="lax",
    )
    return answer


def _inside(wanted: str) -> str:
    """Keep to our own pages: an address elsewhere would send people, once signed in, to a trap."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_ours else HOME
