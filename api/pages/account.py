"""One's own account: the tokens by which programs act in one's name."""

from contextlib import suppress
from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from api.deps import Now, Reading, Writing
from api.pages.page import CurrentPage, Page, SentForm
from ledger.signin import end_token, issue_token, live_tokens

router = APIRouter(prefix="/account")

# How long a token may live, in days; whoever needs it longer makes a new one.
SPANS = (30, 90, 365)


@router.get("")
def account(page: CurrentPage, session: Reading) -> Response:
    """Show who is signed in and which tokens act for them."""
    return _show(page, session)


@router.post("/tokens")
def make_token(page: CurrentPage, session: Writing, form: SentForm, now: Now) -> Response:
    """Make a token and show it, this once."""
    days = form.get("days", "")
    span = int(days) if days in {str(each) for each in SPANS} else SPANS[0]
    name = form.get("name", "").strip()[:100] or page.user.login
    expires_at = now + timedelta(days=span)
    user = page.user
    made = issue_token(session, user, name=name, expires_at=expires_at, now=now, by=user.login)
    return _show(page, session, made=made)


@router.post("/tokens/{token_hash}/end")
def stop_token(page: CurrentPage, session: Writing, now: Now, token_hash: str) -> Response:
    """End one of one's own tokens; whose it is not, it stays."""
    with suppress(ValueError):  # what is not hexadecimal is the hash of no token
        end_token(session, page.user, bytes.fromhex(token_hash), now=now)
    return RedirectResponse("/account", 303)


def _show(page: Page, session: Session, *, made: str | None = None) -> Response:
    tokens = live_tokens(session, page.user, now=page.now)
    return page.html("account.html", tokens=tokens, made=made, spans=SPANS)
