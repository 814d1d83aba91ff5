"""A page about to be drawn: its reader, language, menu and nonce, and the one way to draw it."""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode, urlsplit

import sqlalchemy as sa
from fastapi import Depends, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.deps import (
    LANGUAGE_COOKIE,
    CurrentUser,
    Language,
    Now,
    engine,
    is_secure,
    language,
    session_cookie,
)
from api.pages.environment import environment
from api.pages.formats import Formats, formats
from api.pages.navigation import MENU, Group
from ledger.db import reading
from ledger.documents import Document, visible_to
from ledger.errors import LedgerError
from ledger.i18n import LANGUAGES, N_, say
from ledger.users import LABELS, Role, User
from ledger.vocabulary import Status

VISITOR_COOKIE = "mcrm_visitor"
TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field

# What a page says after a redirect, by the word in its address.
NOTICES = {
    "saved": N_("Saved as a draft. Nobody decides on it until you submit it."),
    "submitted": N_("Submitted. A coordinator decides on it; you can follow it here."),
    "approved": N_("Approved and posted to the books."),
    "enacted": N_("Approved. It holds as it says; nothing of it is posted."),
    "voided": N_("The file is attached. The first approval is void: two people approve anew."),
    "endorsed": N_("Approved by the first of two. Another person’s approval posts it."),
    "moved": N_("The period has gone one step further."),
    "returned": N_("Returned to its author with your reason."),
    "attached": N_("Attached. It stays with the document, and is part of what is approved."),
    "withdrawn": N_("Withdrawn. It stays on record and was not posted."),
}


class ForeignFormError(LedgerError):
    """A form that did not come from one of our pages, or from one drawn for somebody else."""

    code = "foreign-form"
    message = N_("This form did not come from a page of this ledger, or is too old: open it anew.")


@dataclass(frozen=True, slots=True)
class Page:
    """What every template may ask of the page it draws."""

    request: Request
    user: User
    language: str
    now: datetime
    waiting: int

    @property
    def path(self) -> str:
        """The page's address without its questions."""
        return self.request.url.path

    @property
    def role(self) -> Role:
        """What its reader may do."""
        return Role(self.user.role)

    @property
    def role_label(self) -> str:
        """What its reader is called."""
        return LABELS[self.role]

    @property
    def menu(self) -> tuple[Group, ...]:
        """The menu, in full; each group knows who sees what."""
        return MENU

    @property
    def formats(self) -> Formats:
        """How its language writes and reads."""
        return formats(self.language)

    @property
    def nonce(self) -> str:
        """The word that lets this answer's scripts run."""
        return nonce(self.request)

    @property
    def notice(self) -> str | None:
        """What the page says of the act that led to it."""
        found = NOTICES.get(self.request.query_params.get("done", ""))
        return None if found is None else say(found, self.language)

    @property
    def form_token_field(self) -> Markup:
        """The hidden field that proves that a form came from this session's page."""
        return token_field(self.request)

    def in_language(self, code: str) -> str:
        """Address the same page, with the same questions, in another language."""
        asked = [pair for pair in self.request.query_params.multi_items() if pair[0] != "lang"]
        return "?" + urlencode([*asked, ("lang", code)])

    def html(self, template: str, code: int = 200, /, **context: object) -> HTMLResponse:
        """Draw a template for this reader."""
        return drawn(self.request, template, code, page=self, **context)


def page(request: Request, user: CurrentUser, language: Language, now: Now) -> Page:
    """Make ready a page for whoever is signed in; raise NotSignedInError for anybody else."""
    with reading(engine(request)) as session:
        query = sa.select(sa.func.count()).where(
            Document.status == Status.SUBMITTED, visible_to(user)
        )
        waiting = session.scalar(query) or 0 if user.role == Role.COORDINATOR else 0
    return Page(request=request, user=user, language=language, now=now, waiting=waiting)


CurrentPage = Annotated[Page, Depends(page)]


async def sent_form(request: Request) -> AsyncIterator[Mapping[str, str]]:
    """Give what a form sent, once it is proven that it came from a page drawn for this browser.

    The browser's own word on where it came from, and a token that only our page could hold; either
    alone would do against the known attacks (reliability.md §10). Raises ForeignFormError.
    """
    if request.method in ("GET", "HEAD"):
        yield {}
        return
    # Files of the form, whether anybody asked for them or not, are closed when it is answered.
    async with request.form() as form:
        values = {name: value for name, value in form.items() if isinstance(value, str)}
        held = values.pop(TOKEN_FIELD, "")
        if not (
            _came_from_here(request)
            and hmac.compare_digest(held.encode(), _form_token(request).encode())
        ):
            raise ForeignFormError
        yield values


SentForm = Annotated[Mapping[str, str], Depends(sent_form)]


def drawn(request: Request, template: str, code: int = 200, /, **context: object) -> HTMLResponse:
    """Draw a template in the reader's language, and keep that choice in a cookie once made."""
    chosen = language(request)
    given = {"nonce": nonce(request), "language": chosen, **context}
    text = environment(chosen).get_template(template).render(given)
    answer = HTMLResponse(text, code)
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=31536000, secure=is_secure(request), samesite="lax"
        )
    return answer


def problem_page(request: Request, error: LedgerError, status: int) -> HTMLResponse:
    """Draw a refusal as a page of its own."""
    return drawn(request, "problem.html", status, error=error, back=_back(request))


def _back(request: Request) -> str:
    """Address the page of ours on which the reader asked for this; the first page without one."""
    try:
        asked_on = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    is_ours = asked_on.netloc == request.url.netloc and asked_on.path != request.url.path
    return asked_on.path if is_ours else "/"


def sign_in_path(request: Request) -> str:
    """Address the sign-in page, from which the reader comes back to where they were going."""
    if request.method != "GET" or "hx-request" in request.headers:
        return "/sign-in"
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"


def nonce(request: Request) -> str:
    """Give the word that lets this answer's scripts run."""
    word: str = request.state.nonce
    return word


def token_field(request: Request) -> Markup:
    """Write the hidden field that a form of this browser must carry."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        TOKEN_FIELD, _form_token(request)
    )


def visitor_token(request: Request) -> str:
    """Give the random mark of a browser before it has signed in, a new one where it has none."""
    known = request.cookies.get(VISITOR_COOKIE)
    if known is None:
        known = getattr(request.state, "visitor", None) or secrets.token_urlsafe(32)
        request.state.visitor = known
    return known


def _form_token(request: Request) -> str:
    # Derived from the secret that the cookie holds: nothing to store, and a new session voids it.
    secret = request.cookies.get(session_cookie(request)) or visitor_token(request)
    return hmac.new(secret.encode(), b"mcrm form", hashlib.sha256).hexdigest()


def _came_from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin") == f"{request.url.scheme}://{request.url.netloc}"
