"""Pledges as JSON, amounts as texts in each pledge's own currency."""

from datetime import date
from decimal import Decimal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.deps import ApiUser, Moment, Now, Reading
from api.scale_figures import rounded
from ledger.balances import Cutoff, cutoff
from ledger.contributions import StateCode
from ledger.inputs import Day
from ledger.pledge_status import PledgeStanding, pledges
from ledger.pledge_versions import Version
from ledger.vocabulary import Activity, Form, Fulfilment, FundingSource, Level, Purpose

router = APIRouter(tags=["pledges"])


class InstalmentAnswer(BaseModel):
    """One instalment of the version in force; no due day where none was agreed."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    due_on: date | None
    amount: Decimal
    paid: Decimal
    open: Decimal
    status: Fulfilment


class CodesAnswer(BaseModel):
    """What IATI and OCHA's Financial Tracking Service call it."""

    model_config = ConfigDict(from_attributes=True)

    iati_transaction: str
    iati_aid_type: str | None
    iati_channel: str | None
    fts_status: str


class VersionAnswer(BaseModel):
    """One version, and the entry that it was posted by where it changed what is open."""

    number: int
    level: Level
    effective_on: date
    amount: Decimal
    instalments: str
    conditions: str | None
    description: str
    voucher: str
    document_id: str
    entry: int | None


class PledgeAnswer(BaseModel):
    """One pledge as of a day. An announced one is in no total of what was given or is owed."""

    state: str
    pledge: str
    version: int
    level: Level
    form: Form
    purpose: Purpose
    activity: Activity
    funding_source: FundingSource | None
    description: str
    conditions: str | None
    earmark: str | None
    currency: str
    pledged: Decimal
    received: Decimal
    outstanding: Decimal
    # Of what was received, what waits for a condition.
    waiting: Decimal
    # Received for each unit pledged, with twelve decimals.
    fulfilment: Decimal
    status: Fulfilment
    lapsed_on: date | None
    instalments: list[InstalmentAnswer]
    codes: CodesAnswer
    versions: list[VersionAnswer]


class PledgesAnswer(BaseModel):
    """The pledges as of a day, by the books up to an entry."""

    as_of: date
    known_number: int
    pledges: list[PledgeAnswer]


@router.get("/pledges")
def list_pledges(
    *,
    session: Reading,
    user: ApiUser,
    now: Now,
    as_of: Day | None = None,
    known_at: Moment | None = None,
    state: StateCode | None = None,
) -> PledgesAnswer:
    """List all pledges, or those of a state, as of a day, today unless one is named."""
    at = cutoff(session, as_of or now.date(), known_at=known_at)
    return pledges_answer(pledges(session, at, state=state), at)


def pledges_answer(found: list[PledgeStanding], at: Cutoff) -> PledgesAnswer:
    """Write pledges as their JSON answer."""
    return PledgesAnswer(
        as_of=at.as_of, known_number=at.known_number, pledges=[_answer(each) for each in found]
    )


def _answer(each: PledgeStanding) -> PledgeAnswer:
    return PledgeAnswer(
        state=each.state,
        pledge=each.code,
        version=each.version,
        level=each.level,
        form=each.form,
        purpose=each.purpose,
        activity=each.activity,
        funding_source=each.funding_source,
        description=each.description,
        conditions=each.conditions,
        earmark=each.earmark,
        currency=each.currency,
        pledged=each.pledged,
        received=each.received,
        outstanding=each.outstanding,
        waiting=each.waiting,
        fulfilment=rounded(each.fulfilment, 12),
        status=each.status,
        lapsed_on=each.lapsed_on,
        instalments=[InstalmentAnswer.model_validate(part) for part in each.instalments],
        codes=CodesAnswer.model_validate(each.codes),
        versions=[_version(version) for version in each.versions],
    )


def _version(version: Version) -> VersionAnswer:
    said = version.said
    return VersionAnswer(
        number=version.number,
        level=said.level,
        effective_on=said.effective_on,
        amount=said.amount,
        instalments=str(said.instalments or ""),
        conditions=said.conditions,
        description=said.description,
        voucher=said.voucher,
        document_id=version.document_id,
        entry=version.entry,
    )
