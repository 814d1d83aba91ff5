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
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE, Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, digest
from ledger.i18n import N_
from ledger.rate_files import PublishedRate, Report
from ledger.rate_readers import READERS
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate

NO_FILES = N_("rates decided by hand come from no file: name the source that has published it")
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

# What makes rows of a list in JSON, in each database.
_EACH_ROW = {"sqlite": sa.func.json_each, "postgresql": sa.func.json_array_elements}


def _added(
    session: Session, body: bytes, *, filename: str, now: datetime, source: RateSource, by: str
) -> tuple[RatesImport, int]:
    if source not in READERS:
        Report(filename).refuse(NO_FILES)
    file = READERS[source](body, filename=filename)
    days = [rate.applies_on for rate in file.rates]
    first_on, last_on = min(days), max(days)
    known = _known(session, source, first_on=first_on, last_on=last_on)
    new = list(_new(file.rates, known))
    sha256 = hashlib.sha256(body).digest()
    if new:
        _insert(session, new, source=source, sha256=sha256, now=now)
        said = {
            "filename": PureWindowsPath(filename).name,
            "sha256": sha256.hex(),
            "rows": len(new),
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
    return done, len(new)


def _insert(
    session: Session,
    new: Sequence[tuple[PublishedRate, int]],
    *,
    source: RateSource,
    sha256: bytes,
    now: datetime,
) -> None:
    """Add rates in one statement that the database takes apart: a history has 300,000 of them."""
    table = ExchangeRate.__table__.c
    alike = {table.source: source.value, table.body_sha256: sha256, table.imported_at: now}
    differing = (
        *(table.currency, table.applies_on, table.version),
        *(table.published_on, table.unit, table.value),
    )
    rows = [
        (
            *(rate.currency, rate.applies_on.isoformat(), version),
            *(rate.published_on.isoformat(), rate.unit, rate.value),
        )
        for rate, version in new
    ]
    # In the order of the key, so that the pages of the table fill up.
    rows.sort()
    dialect = session.get_bind().dialect.name
    row = _EACH_ROW[dialect](sa.literal(rows, sa.JSON)).table_valued("value").c.value
    cells: list[sa.ColumnElement[Any]]
    cells = [row.op("->>")(sa.literal_column(str(place))) for place in range(len(differing))]
    if dialect != "sqlite":
        # SQLite keeps days as the texts they are; a cast would make them numbers.
        cells = [sa.cast(cell, of.type) for cell, of in zip(cells, differing, strict=True)]
    given = [sa.literal(value, of.type) for of, value in alike.items()]
    session.execute(
        sa.insert(ExchangeRate).from_select([*alike, *differing], sa.select(*given, *cells))
    )


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
        elif not _is_same(before, rate):
            yield rate, before.version + 1


def _is_same(before: _Known, rate: PublishedRate) -> bool:
    if before.value == rate.value and before.unit == rate.unit:
        return True
    return Decimal(before.value) * rate.unit == Decimal(rate.value) * before.unit


def _corrections(
    new: Sequence[tuple[PublishedRate, int]], known: Mapping[_Key, _Known]
) -> Iterator[Correction]:
    anew = [rate for rate, version in new if version > 1]
    for rate in sorted(anew, key=attrgetter("applies_on", "currency")):
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
