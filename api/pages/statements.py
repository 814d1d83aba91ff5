"""Statements: which there are, and each as a workbook of a day in a language."""

import sqlalchemy as sa
from fastapi import APIRouter
from starlette.responses import Response

from api.deps import Reading
from api.downloads import workbook_file
from api.pages.as_of import AsOf
from api.pages.page import CurrentPage
from ledger.i18n import LANGUAGES, N_
from ledger.rates import ExchangeRate
from ledger.states import members_until
from reports.statements import Statement, Wanted

router = APIRouter()

# What each is called, whom it serves and what it holds.
DESCRIBED = {
    Statement.STATE: (
        N_("Statement of a state"),
        N_("For its ministry: what it gave, line by line with rate and source, and its share."),
    ),
    Statement.EQUITY: (
        N_("Equity balances"),
        N_("For coordinators: what each state gave, its fair share, and the scales behind it."),
    ),
    Statement.TRIAL_BALANCE: (
        N_("Trial balance and journal"),
        N_("For auditors: the balance of every account, and every posting that makes it."),
    ),
    Statement.EXCHANGE: (
        N_("Exchange statement"),
        N_(
            "For treasurers and auditors: what is held and owed in foreign money, each exchange "
            "difference of the year, the rates used, and what other rates would change."
        ),
    ),
}


@router.get("/statements")
def statements(page: CurrentPage, session: Reading, asked: AsOf) -> Response:
    """List the statements, ready to be asked for as of a day and in a language.

    Unless a day is named it is today, or the last day with a rate: a statement needs one.
    """
    last = session.scalar(sa.select(sa.func.max(ExchangeRate.applies_on)))
    known = min(asked.as_of, last) if last is not None else asked.as_of
    return page.html(
        "statements.html",
        day=asked.as_of if page.request.query_params.get("as_of") else known,
        last_rate=last,
        described=DESCRIBED,
        states=members_until(session, page.now.date()),
    )


@router.get("/statements/{name}.xlsx")
def statement(
    *,
    page: CurrentPage,
    session: Reading,
    asked: AsOf,
    name: Statement,
    state: str | None = None,
    language: str = "",
) -> Response:
    """Give a statement as a workbook; its language is chosen apart from the screen's."""
    if asked.error is not None:
        raise asked.error
    chosen = language if language in LANGUAGES else page.language
    wanted = Wanted(name, state=state or None, language=chosen)
    return workbook_file(session, wanted, at=asked.cutoff(session))
