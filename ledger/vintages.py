"""Vintages of indicators that the books were given: by whom published, from which file, and what.

They stand beside those that ship. A vintage is complete once it is imported: nothing of it is
changed, and nothing is added to it, for scales were adopted on what it says.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import PureWindowsPath
from typing import Annotated

import sqlalchemy as sa
from pydantic import StringConstraints
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, code, digest, lock_journal, text
from ledger.errors import DuplicateFileError, InputErrors, InputProblem, NotAllowedError
from ledger.i18n import N_
from ledger.indicator_files import read_indicators
from ledger.indicators import (
    PUBLISHERS,
    Observation,
    Observations,
    TakenVintageError,
    gathered,
    shipped,
)
from ledger.inputs import New, read
from ledger.users import Role, User

IMPORTERS = N_("coordinator, or finance officer of the mechanism's own office")
OTHER_CODE = N_("“%(text)s” is the Union’s own code: write %(iso)s, as the books do.")

# Eurostat writes two states otherwise than ISO 3166-1.
_ISO_CODES = {"EL": "GR", "UK": "GB"}


class IndicatorVintage(Base):
    """A vintage and the file it came from; written last, it closes its observations."""

    __tablename__ = "indicator_vintage"
    __table_args__ = ({"sqlite_strict": True},)

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    publisher: Mapped[text]
    filename: Mapped[text]
    # One file is one vintage: under two names its values would seem to be confirmed.
    body_sha256: Mapped[digest] = mapped_column(sa.LargeBinary(32), unique=True)
    imported_at: Mapped[datetime]
    imported_by: Mapped[int] = mapped_column(sa.ForeignKey(User.id))
    rows: Mapped[int]


class StoredObservation(Base):
    """One value of a vintage, in the digits in which it was published."""

    __tablename__ = "observation"
    __table_args__ = ({"sqlite_strict": True, "sqlite_with_rowid": False},)

    vintage: Mapped[str] = mapped_column(
        sa.String(80),
        # Waits for the end of the transaction: the vintage comes after its observations.
        sa.ForeignKey(IndicatorVintage.name, deferrable=True, initially="DEFERRED"),
        primary_key=True,
    )
    indicator: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    # Of any country: offices publish more than the mechanism's states.
    state_code: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[code]
    unit: Mapped[code]
    status: Mapped[code]


def kept(session: Session) -> Observations:
    """Give all observations there are: those that ship, and those that were imported, in one query.

    Should a later version ship a vintage under a name that the books took before, the name goes on
    meaning what the books have.
    """
    query = sa.select(
        StoredObservation.state_code,
        StoredObservation.year,
        StoredObservation.indicator,
        StoredObservation.value,
        StoredObservation.unit,
        StoredObservation.status,
        StoredObservation.vintage,
    ).join(IndicatorVintage)
    imported = gathered(
        Observation(state, year, indicator, Decimal(value), unit, status, vintage)
        for state, year, indicator, value, unit, status, vintage in session.execute(query)
    )
    ours = shipped().by_vintage
    left = {name: ours[name] for name in ours if name not in imported.by_vintage}
    return Observations(left).combined(imported)


class NewVintage(New):
    """What is said of a file of indicators: the name it is to have, and who published it."""

    vintage: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    publisher: Annotated[str, StringConstraints(min_length=1, max_length=500)]


def import_vintage(
    session: Session,
    body: bytes,
    *,
    filename: str,
    vintage: str,
    publisher: str,
    by: User,
    now: datetime,
) -> IndicatorVintage:
    """Add the indicators of a file to the books as a new vintage, all of them or none.

    A coordinator may, or an officer of the mechanism's own office; others meet NotAllowedError.
    Raises InputErrors for a name or publisher left empty and for the codes EL and UK,
    TakenVintageError,
    DuplicateFileError for a file imported before, and what `read_indicators` raises.
    """
    _require_importer(by)
    new = read(NewVintage, {"vintage": vintage, "publisher": publisher})
    observations = list(read_indicators(body, filename=filename, vintage=new.vintage))
    _require_iso_codes(each.state for each in observations)
    imported = IndicatorVintage(
        name=new.vintage,
        publisher=new.publisher,
        filename=PureWindowsPath(filename).name[-200:],
        body_sha256=hashlib.sha256(body).digest(),
        imported_at=now,
        imported_by=by.id,
        rows=len(observations),
    )
    # So that no second import takes the same name between the look and the writing.
    lock_journal(session)
    _require_new(session, imported)
    session.execute(sa.insert(StoredObservation), [_row(each) for each in observations])
    session.add(imported)
    session.flush()
    said = {
        "filename": imported.filename,
        "sha256": imported.body_sha256.hex(),
        "publisher": imported.publisher,
        "rows": imported.rows,
    }
    act = Noted(Kept.INDICATORS, imported.name, Act.IMPORTED, None, said)
    note(session, act, by=by.login, at=now)
    return imported


def _require_iso_codes(states: Iterable[str]) -> None:
    """A scale would not find what stands in the books under the Union's own two codes."""
    others = sorted(set(states) & _ISO_CODES.keys())
    if others:
        raise InputErrors(
            [
                InputProblem("state", OTHER_CODE, {"text": code, "iso": _ISO_CODES[code]})
                for code in others
            ]
        )


@dataclass(frozen=True, slots=True)
class Holding:
    """What a vintage holds: which indicators, of which states and years, in how many values."""

    vintage: str
    publisher: str
    indicators: tuple[str, ...]
    states: tuple[str, ...]
    first_year: int
    last_year: int
    rows: int


def holdings(session: Session) -> list[Holding]:
    """List the vintages there are by name, and what each of them holds."""
    named = sa.select(IndicatorVintage.name, IndicatorVintage.publisher)
    publishers = PUBLISHERS | {row.name: row.publisher for row in session.execute(named)}
    by_vintage: dict[str, list[Observation]] = {}
    for each in kept(session):
        by_vintage.setdefault(each.vintage, []).append(each)
    return [
        Holding(
            vintage=name,
            publisher=publishers[name],
            indicators=tuple(sorted({each.indicator for each in held})),
            states=tuple(sorted({each.state for each in held})),
            first_year=min(each.year for each in held),
            last_year=max(each.year for each in held),
            rows=len(held),
        )
        for name, held in by_vintage.items()
    ]


def _require_importer(user: User) -> None:
    office = user.role == Role.OFFICER and user.state_code is None
    if not office and user.role != Role.COORDINATOR:
        raise NotAllowedError(needed=IMPORTERS)


def _require_new(session: Session, new: IndicatorVintage) -> None:
    """Refuse a vintage's name, or the beginning that calls it, and a file that is known."""
    earlier = session.scalars(sa.select(IndicatorVintage).order_by(IndicatorVintage.name)).all()
    for taken in (*shipped().vintages(), *(each.name for each in earlier)):
        if taken.casefold().startswith(new.name.casefold()):
            raise TakenVintageError(vintage=new.name, taken=taken)
    for each in earlier:
        if each.body_sha256 == new.body_sha256:
            raise DuplicateFileError(on=each.imported_at.date(), filename=each.filename)


def _row(observation: Observation) -> dict[str, object]:
    return {
        "vintage": observation.vintage,
        "indicator": observation.indicator,
        "state_code": observation.state,
        "year": observation.year,
        "value": str(observation.value),
        "unit": observation.unit,
        "status": observation.status,
    }
