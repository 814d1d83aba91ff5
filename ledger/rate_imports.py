"""Bringing published rates into the rate book: only what is new, and what is published anew.

A rate that differs from the one in the book becomes its next version: it is used from then on, and
nothing that was posted by the one before changes (currencies-and-banks.md §10, 13 and 14).
"""

import hashlib
import lzma
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from operator import attrgetter
from pathlib import PureWindowsPath
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE, Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, digest
from ledger.rate_files import PublishedRate
from ledger.rate_readers import READERS
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate

SHIPPED_HISTORY = "ecb_1999_2026.csv.xz"


class RateBody(Base):
    """What a source published, byte for byte, packed: the proof of every rate read from it."""

    __tablename__ = "rate_body"
    __table_args__ = ({"sqlite_strict": True},)

    sha256: Mapped[digest] = mapped_column(sa.LargeBinary(32), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(40))
    filename: Mapped[str] = mapped_column(sa.String(200))
    packed: Mapped[bytes]
    kept_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Correction:
    """A rate that was published anew: its day, and what it was and is."""

    currency: str
    applies_on: date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RatesImport:
    """What came of an import: how many rates were new, known already, or published anew."""

    source: str
    new: int
    unchanged: int
    corrected: tuple[Correction, ...]
    # Lines before the first heading, of which nobody can tell the currencies.
    unread: int
    first_on: date
    last_on: date


def import_rates(
    session: Session,
    body: bytes,
    *,
    filename: str,
    now: datetime,
    source: RateSource = RateSource.ECB,
    by: str = COMMAND_LINE,
) -> RatesImport:
    """Add the rates of a file to the book, and keep the file; equal numbers stay as they are.

    Raises UnreadableRatesError: then nothing is written.
    """
    done, rows = _added(session, body, filename=filename, now=now, source=source, by=by)
    if rows:
        _keep(session, body, filename=filename, source=source, now=now)
    return done


def load_shipped_history(session: Session, *, now: datetime) -> RatesImport:
    """Import the history that ships with the product: 4 January 1999 to 30 October 2026."""
    packed = resources.files("ledger").joinpath(f"data/{SHIPPED_HISTORY}").read_bytes()
    filename = SHIPPED_HISTORY.removesuffix(".xz")
    # The body is kept where it came from: in the product.
    body = lzma.decompress(packed)
    done, _rows = _added(
        session, body, filename=filename, now=now, source=RateSource.ECB, by=COMMAND_LINE
    )
    return done


def body_of(session: Session, sha256: bytes) -> bytes | None:
    """Give the file that a rate was read from; None for the shipped history and by hand."""
    packed = session.scalar(sa.select(RateBody.packed).where(RateBody.sha256 == sha256))
    return None if packed is None else zlib.decompress(packed)


class _Known(NamedTuple):
    version: int
    unit: int
    value: str


_Key = tuple[str, date]


def _added(
    session: Session, body: bytes, *, filename: str, now: datetime, source: RateSource, by: str
) -> tuple[RatesImport, int]:
    file = READERS[source](body, filename=filename)
    days = [rate.applies_on for rate in file.rates]
    first_on, last_on = min(days), max(days)
    known = _known(session, source, first_on=first_on, last_on=last_on)
    new = list(_new(file.rates, known))
    sha256 = hashlib.sha256(body).digest()
    rows = [
        {
            "source": source.value,
            "currency": rate.currency,
            "applies_on": rate.applies_on,
            "version": version,
            "published_on": rate.published_on,
            "unit": rate.unit,
            "value": rate.value,
            "body_sha256": sha256,
            "imported_at": now,
        }
        # In the order of the key, so that the pages of the table fill up.
        for rate, version in sorted(new, key=lambda each: (each[0].currency, each[0].applies_on))
    ]
    if rows:
        session.execute(sa.insert(ExchangeRate), rows)
        said = {
            "filename": PureWindowsPath(filename).name,
            "sha256": sha256.hex(),
            "rows": len(rows),
            "first_on": first_on.isoformat(),
            "last_on": last_on.isoformat(),
        }
        note(session, Noted(Kept.RATES, source.value, Act.IMPORTED, None, said), by=by, at=now)
    done = RatesImport(
        source=source.value,
        new=sum(version == 1 for _, version in new),
        unchanged=len(file.rates) - len(new),
        corrected=tuple(_corrections(new, known)),
        unread=file.unread,
        first_on=first_on,
        last_on=last_on,
    )
    return done, len(rows)


def _known(
    session: Session, source: RateSource, *, first_on: date, last_on: date
) -> dict[_Key, _Known]:
    """Read the last version of each rate in the days of a file, in one query."""
    query = (
        sa.select(
            ExchangeRate.currency,
            ExchangeRate.applies_on,
            ExchangeRate.version,
            ExchangeRate.unit,
            ExchangeRate.value,
        )
        .where(ExchangeRate.source == source.value)
        .where(ExchangeRate.applies_on.between(first_on, last_on))
        .order_by(ExchangeRate.version)
    )
    return {
        (code, on): _Known(version, unit, value)
        for code, on, version, unit, value in session.execute(query)
    }


def _new(
    rates: Sequence[PublishedRate], known: Mapping[_Key, _Known]
) -> Iterator[tuple[PublishedRate, int]]:
    """Give what is not in the book yet, with its version; trailing zeros make no other rate."""
    for rate in rates:
        before = known.get((rate.currency, rate.applies_on))
        if before is None:
            yield rate, 1
        elif Decimal(before.value) * rate.unit != Decimal(rate.value) * before.unit:
            yield rate, before.version + 1


def _corrections(
    new: Sequence[tuple[PublishedRate, int]], known: Mapping[_Key, _Known]
) -> Iterator[Correction]:
    for rate, version in sorted(
        new, key=lambda each: attrgetter("applies_on", "currency")(each[0])
    ):
        if version > 1:
            before = known[rate.currency, rate.applies_on]
            yield Correction(rate.currency, rate.applies_on, before.value, rate.value)


def _keep(
    session: Session, body: bytes, *, filename: str, source: RateSource, now: datetime
) -> None:
    sha256 = hashlib.sha256(body).digest()
    if session.scalar(sa.select(RateBody.kept_at).where(RateBody.sha256 == sha256)) is not None:
        return
    kept = {
        "sha256": sha256,
        "source": source.value,
        "filename": PureWindowsPath(filename).name[:200],
        "packed": zlib.compress(body),
        "kept_at": now,
    }
    session.execute(sa.insert(RateBody), [kept])
