"""The application: what guards it, what its addresses are, how it tells a refusal.

A new screen or JSON route adds its router to one of the two lists.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from api import (
    approvals,
    arrears,
    audit,
    budget,
    calls,
    contributions,
    drafts,
    equity,
    evidence,
    journal,
    offers,
    pledges,
    rates,
    receipts,
    scales,
    settlement,
    statements,
    states,
)
from api.pages import account as account_pages
from api.pages import approvals as approval_pages
from api.pages import arrears as arrears_pages
from api.pages import audit as audit_pages
from api.pages import budget as budget_pages
from api.pages import calls as call_pages
from api.pages import contributions as contribution_pages
from api.pages import documents as document_pages
from api.pages import drafting as drafting_pages
from api.pages import equity as equity_pages
from api.pages import evidence as evidence_pages
from api.pages import journal as journal_pages
from api.pages import offers as offer_pages
from api.pages import periods as period_pages
from api.pages import pledges as pledge_pages
from api.pages import rates as rates_pages
from api.pages import receipts as receipt_pages
from api.pages import scales as scale_pages
from api.pages import settlement as settlement_pages
from api.pages import sign_in as sign_in_pages
from api.pages import statements as statement_pages
from api.pages import states as state_pages
from api.pages import what_if as what_if_pages
from api.pages.environment import STATIC
from api.pages.page import sent_form
from api.problems import Faults, tell_problems
from api.security import BodyLimit, SecurityHeaders
from ledger.db import open_engine
from ledger.settings import Settings

ROUTES = (
    contributions,
    receipts,
    approvals,
    drafts,
    equity,
    evidence,
    scales,
    settlement,
    calls,
    arrears,
    rates,
    budget,
    states,
    offers,
    pledges,
    journal,
    statements,
    audit,
)
PAGES = (
    sign_in_pages,
    contribution_pages,
    receipt_pages,
    # Before any document's own page: “new” is none.
    drafting_pages,
    document_pages,
    evidence_pages,
    approval_pages,
    equity_pages,
    what_if_pages,
    scale_pages,
    settlement_pages,
    call_pages,
    arrears_pages,
    rates_pages,
    budget_pages,
    state_pages,
    offer_pages,
    pledge_pages,
    journal_pages,
    statement_pages,
    audit_pages,
    period_pages,
    account_pages,
)


def create_app(settings: Settings) -> FastAPI:
    """Make the application for one database; its documentation is its OpenAPI description alone."""
    app = FastAPI(
        title="MCRM ledger",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.engine = open_engine(settings.database_url)
    app.add_middleware(Faults)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    tell_problems(app)
    for module in ROUTES:
        app.include_router(module.router, prefix="/api")
    for module in PAGES:
        # Every form of every page is proven before its route runs.
        app.include_router(
            module.router, include_in_schema=False, dependencies=[Depends(sent_form)]
        )
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # What is loaded by now stays: leaving it to the collector costs pauses of 46 ms (speed.md).
    gc.collect()
    gc.freeze()
    yield
    app.state.engine.dispose()
