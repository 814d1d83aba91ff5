"""Bringing published rates into the rate book: only what is new, and what is published anew.

A rate that differs from the one in the book becomes its next version: it is used from then on, and
nothing that was posted by the one before changes (currencies-and-banks.md §10, 13 and 14).
"""

import hashlib
import lzma
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from operator import attrgetter
from pathlib import PureWindowsPath
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.acts import COMMAND_LINE, Act, Kept
from ledger.audit import Noted, note
from ledger.db import Base, digest, lock_journal
from ledger.errors import UnreadableRatesError
from ledger.i18n import N_
from ledger.rate_doubts import AS_LONG, Key, Known, is_same, require_days, require_sure
from ledger.rate_files import PublishedRate, RateFile, Report
from ledger.rate_readers import READERS
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate

OF_ANOTHER = N_("a file of another source, %(found)s: say so with `--source %(found)s`")
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
    # Codes that are no currency's: their rates are left aside.
    strange: tuple[str, ...]
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
    again: bool = False,
) -> RatesImport:
    """Add the rates of a file to the book, and keep the file; equal numbers stay as they are.

    No entry is recorded between `now` and the end of it where the caller has locked the journal
    before it read the clock. Raises UnreadableRatesError: then nothing is written. `again` says
    that what looks like a slip, or like an older file, is meant.
    """
    lock_journal(session)
    if source not in READERS:
        Report(filename).refuse(NO_FILES)
    file = _read(body, source, filename=filename)
    require_days(file.rates, source, filename=filename, today=now.date())
    of = _Of(filename, hashlib.sha256(body).digest(), source, by, now)
    done, rows = _added(session, file, of, again=again)
    if rows:
        _keep(session, body, of)
    return done


def _read(body: bytes, source: RateSource, *, filename: str) -> RateFile:
    """Read a file of a source; where it is one of another, say of which."""
    try:
        return READERS[source](body, filename=filename)
    except UnreadableRatesError:
        others = (other for other in READERS if _is_of(body, other, filename=filename))
        other = next(others, None)
        if other is not None:
            Report(filename).refuse(OF_ANOTHER, other.value)
        raise


def _is_of(body: bytes, source: RateSource, *, filename: str) -> bool:
    try:
        READERS[source](body, filename=filename)
    except UnreadableRatesError:
        return False
    return True


def load_shipped_history(session: Session, *, now: datetime) -> RatesImport:
    """Import the history that ships with the product: 4 January 1999 to 30 October 2026.

    Raises UnreadableRatesError where that would undo what was published anew since.
    """
    lock_journal(session)
    filename, body = shipped_history()
    file = READERS[RateSource.ECB](body, filename=filename)
    of = _Of(filename, hashlib.sha256(body).digest(), RateSource.ECB, COMMAND_LINE, now)
    done, _rows = _added(session, file, of, again=False)
    return done


def shipped_history() -> tuple[str, bytes]:
    """Give the history that ships with the product, and its name; it is kept there alone."""
    packed = resources.files("ledger").joinpath(f"data/{SHIPPED_HISTORY}").read_bytes()
    return SHIPPED_HISTORY.removesuffix(".xz"), lzma.decompress(packed)


def file_of(session: Session, sha256: bytes) -> tuple[str, bytes] | None:
    """Give the file that a rate was read from, and its name; None for the shipped and by hand.

    Raises zlib.error for one that was changed beside the program.
    """
    query = sa.select(RateBody.filename, RateBody.packed).where(RateBody.sha256 == sha256)
    found = session.execute(query).one_or_none()
    return None if found is None else (found.filename, zlib.decompress(found.packed))


@dataclass(frozen=True, slots=True)
class _Of:
    """Where rates come from: a file, whose, and who brought it in when."""

    filename: str
    sha256: bytes
    source: RateSource
    by: str
    now: datetime


# What makes rows of a list in JSON, in each database.
_EACH_ROW = {"sqlite": sa.func.json_each, "postgresql": sa.func.json_array_elements}


def _added(session: Session, file: RateFile, of: _Of, *, again: bool) -> tuple[RatesImport, int]:
    days = [rate.applies_on for rate in file.rates]
    first_on, last_on = min(days), max(days)
    versions = _versions(session, of.source, first_on=first_on, last_on=last_on)
    known = {key: each[-1] for key, each in versions.items()}
    new = list(_new(file.rates, known))
    if not again:
        require_sure([rate for rate, _ in new], file.rates, versions, filename=of.filename)
    if new:
        _insert(session, new, of)
        said = {
            "filename": PureWindowsPath(of.filename).name,
            "sha256": of.sha256.hex(),
            "rows": len(new),
            "first_on": first_on.isoformat(),
            "last_on": last_on.isoformat(),
        }
        noted = Noted(Kept.RATES, of.source.value, Act.IMPORTED, None, said)
        note(session, noted, by=of.by, at=of.now)
    done = RatesImport(
        source=of.source.value,
        new=sum(version == 1 for _, version in new),
        unchanged=len(file.rates) - len(new),
        corrected=tuple(_corrections(new, known)),
        unread=file.unread,
        strange=file.strange,
        first_on=first_on,
        last_on=last_on,
    )
    return done, len(new)


def _insert(session: Session, new: Sequence[tuple[PublishedRate, int]], of: _Of) -> None:
    """Add rates in one statement that the database takes apart: a history has 300,000 of them."""
    table = ExchangeRate.__table__.c
    alike = {
        table.source: of.source.value,
        table.body_sha256: of.sha256,
        table.imported_at: of.now,
    }
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
        cells = [sa.cast(cell, to.type) for cell, to in zip(cells, differing, strict=True)]
    given = [sa.literal(value, to.type) for to, value in alike.items()]
    session.execute(
        sa.insert(ExchangeRate).from_select([*alike, *differing], sa.select(*given, *cells))
    )


def _versions(
    session: Session, source: RateSource, *, first_on: date, last_on: date
) -> dict[Key, list[Known]]:
    """Read every version of each rate in the days of a file and just before, in one query."""
    query = (
        sa.select(
            ExchangeRate.currency,
            ExchangeRate.applies_on,
            ExchangeRate.version,
            ExchangeRate.unit,
            ExchangeRate.value,
        )
        .where(ExchangeRate.source == source.value)
        .where(ExchangeRate.applies_on.between(first_on - AS_LONG, last_on))
        .order_by(ExchangeRate.version)
    )
    versions: dict[Key, list[Known]] = defaultdict(list)
    for code, on, version, unit, value in session.execute(query):
        versions[code, on].append(Known(version, unit, value))
    return versions


def _new(
    rates: Sequence[PublishedRate], known: Mapping[Key, Known]
) -> Iterator[tuple[PublishedRate, int]]:
    """Give what is not in the book yet, with its version; trailing zeros make no other rate."""
    for rate in rates:
        before = known.get((rate.currency, rate.applies_on))
        if before is None:
            yield rate, 1
        elif not is_same(before, rate):
            yield rate, before.version + 1


def _corrections(
    new: Sequence[tuple[PublishedRate, int]], known: Mapping[Key, Known]
) -> Iterator[Correction]:
    anew = [rate for rate, version in new if version > 1]
    for rate in sorted(anew, key=attrgetter("applies_on", "currency")):
        before = known[rate.currency, rate.applies_on]
        yield Correction(rate.currency, rate.applies_on, before.value, rate.value)


def _keep(session: Session, body: bytes, of: _Of) -> None:
    stored = sa.select(RateBody.kept_at).where(RateBody.sha256 == of.sha256)
    if session.scalar(stored) is not None:
        return
    kept = {
        "sha256": of.sha256,
        "source": of.source.value,
        "filename": PureWindowsPath(of.filename).name[:200],
        "packed": zlib.compress(body),
        "kept_at": of.now,
    }
    session.execute(sa.insert(RateBody), [kept])
