"""The rate book's proof: every rate in it is in the file, or the decision, that it names.

Each file is kept byte for byte under its hash, so it is read again and compared, number for number;
a rate by hand is held against the approved document that says it, and each such document against
the book.
"""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger.documents import Document
from ledger.errors import InputErrors
from ledger.findings import Finding
from ledger.i18n import N_
from ledger.rate_imports import file_of, shipped_history
from ledger.rate_readers import READERS
from ledger.rate_sources import RateSource
from ledger.rates import ExchangeRate
from ledger.vocabulary import Status

MANUAL_RATE = "manual_rate"
# A forged file has as many findings as rates: the first of each say enough.
MOST = 10

NO_FILE = N_("The rates of %(source)s name a file that is not kept, or that was changed: %(file)s.")
NOT_IN_FILE = N_(
    "The rate book says %(value)s for %(currency)s of %(source)s on %(on)s, and the file it names "
    "does not."
)
NOT_DECIDED = N_("The rate of %(currency)s by hand for %(on)s is in no approved document.")
NOT_IN_BOOK = N_("The rate of %(currency)s by hand for %(on)s was approved and is not in the book.")


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    currency: str
    applies_on: str
    unit: int
    value: str
    body_sha256: bytes

    @property
    def words(self) -> dict[str, object]:
        return {
            "source": self.source,
            "currency": self.currency,
            "on": self.applies_on,
            "value": self.value,
        }


def prove_rate_book(session: Session) -> Iterator[Finding]:
    """Hold every rate against its file or its decision, and every decision against the book."""
    for (source, sha256), rows in groupby(_rows(session), attrgetter("source", "body_sha256")):
        if source == RateSource.MANUAL:
            yield from _undecided(session, list(rows))
        else:
            yield from islice(_not_in_file(session, source, sha256, list(rows)), MOST)
    yield from _not_in_book(session)


def _rows(session: Session) -> Iterator[_Row]:
    rate = ExchangeRate.__table__.c
    query = sa.select(
        rate.source,
        rate.currency,
        # As it is stored: a text that is no day is a finding, too.
        sa.cast(rate.applies_on, sa.Text),
        rate.unit,
        rate.value,
        rate.body_sha256,
    ).order_by(rate.source, rate.body_sha256)
    for row in session.execute(query).yield_per(10_000):
        yield _Row(*row)


def _not_in_file(
    session: Session, source: str, sha256: bytes, rows: list[_Row]
) -> Iterator[Finding]:
    published = _published(session, source, sha256)
    if published is None:
        yield Finding(NO_FILE, {"source": source, "file": sha256.hex()})
        return
    for row in rows:
        if not _is_among(published, row):
            yield Finding(NOT_IN_FILE, row.words)


def _is_among(published: dict[tuple[str, str], tuple[Decimal, int]], row: _Row) -> bool:
    found = published.get((row.currency, row.applies_on))
    try:
        return found is not None and found[0] * row.unit == Decimal(row.value) * found[1]
    except ArithmeticError:
        return False


def _published(
    session: Session, source: str, sha256: bytes
) -> dict[tuple[str, str], tuple[Decimal, int]] | None:
    """Read a file again: each rate and its unit; None where it is not there or is another."""
    try:
        filename, body = file_of(session, sha256) or shipped_history()
        if hashlib.sha256(body).digest() != sha256:
            return None
        file = READERS[RateSource(source)](body, filename=filename)
    except (zlib.error, InputErrors, KeyError, ValueError):
        return None
    return {
        (each.currency, each.applies_on.isoformat()): (Decimal(each.value), each.unit)
        for each in file.rates
    }


def _undecided(session: Session, rows: list[_Row]) -> Iterator[Finding]:
    decided = {_said(body): digest for body, digest in _decisions(session)}
    for row in rows:
        said = (row.currency, row.applies_on, row.value)
        if decided.get(said) != row.body_sha256 or row.unit != 1:
            yield Finding(NOT_DECIDED, row.words)


def _not_in_book(session: Session) -> Iterator[Finding]:
    held = {
        (row.currency, row.applies_on, row.value)
        for row in _rows(session)
        if row.source == RateSource.MANUAL
    }
    for body, _ in _decisions(session):
        code, on, value = _said(body)
        if (code, on, value) not in held:
            yield Finding(NOT_IN_BOOK, {"currency": code, "on": on})


def _decisions(session: Session) -> Iterator[tuple[dict[str, Any], bytes]]:
    query = sa.select(Document.body, Document.body_hash).where(
        Document.kind == MANUAL_RATE, Document.status == Status.APPROVED
    )
    yield from ((body, digest) for body, digest in session.execute(query))


def _said(body: dict[str, Any]) -> tuple[str, str, str]:
    return str(body.get("currency")), str(body.get("applies_on")), str(body.get("per_euro"))
