"""Verification: does the journal still say what was sealed, all of it, and nothing else?

An outsider's check, made from what is stored alone: every link and content hash, balance in each
book and currency, two people on each entry, what entries rest on (`ledger.vouching`,
`ledger.rate_proof`), the rate book, nothing without its seal, and the guards themselves. A chain
cannot see that its tail was cut or all of it forged anew; a witness kept elsewhere can.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ledger import guards
from ledger.carrying_proof import prove_carrying
from ledger.db import Instant, instant_text
from ledger.entries import JournalEntry, Posting, Seal
from ledger.errors import UnreadableFileError
from ledger.evidence import vouch_evidence
from ledger.findings import Finding, at_entry
from ledger.i18n import N_, Message
from ledger.rate_book_proof import prove_rate_book
from ledger.rate_proof import prove_rates
from ledger.register_proof import prove_register
from ledger.revaluations import KIND as REVALUATION
from ledger.reversals import KIND as REVERSAL
from ledger.scale_proof import prove_scales
from ledger.seal import GENESIS, content_hash, link_hash
from ledger.trail_proof import prove_trail
from ledger.vouching import vouch

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification saw: how much it read, where the chain ends, and all that is wrong."""

    entries: int
    postings: int
    head_number: int
    head_hash: bytes
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class Witness:
    """An entry's number and link hash, as somebody outside keeps them."""

    number: int
    hash: bytes

    @classmethod
    def read(cls, text: str, *, filename: str) -> "Witness":
        """Read a witness file; raise UnreadableFileError when it is none."""
        try:
            said = json.loads(text)
            return cls(int(said["number"]), bytes.fromhex(said["hash"]))
        except (ValueError, KeyError, TypeError) as error:
            reason = N_("a witness holds a number and a hash")
            raise UnreadableFileError(filename=filename, reason=reason) from error

    def text(self) -> str:
        """Write the witness as the file that is kept elsewhere."""
        return json.dumps({"number": self.number, "hash": self.hash.hex()}) + "\n"


def verify(session: Session, *, witnesses: Iterable[Witness] = ()) -> Verdict:
    """Check the whole journal, the guards around it, and any witnesses; nothing is changed."""
    chain = _Chain(witnesses)
    findings = [
        *chain.follow(session),
        *_forms(session),
        *vouch(session),
        *prove_rates(session),
        *prove_rate_book(session),
        *vouch_evidence(session),
        *prove_scales(session),
        *prove_register(session),
        *prove_carrying(session),
        *prove_trail(session),
        *_loose_rows(session),
        *_file(session),
        *_guards(session),
    ]
    return Verdict(chain.entries, chain.postings, chain.number, chain.hash, tuple(findings))


class _Chain:
    """The walk along the seals, a page of entries at a time, so that memory stays flat."""

    def __init__(self, witnesses: Iterable[Witness]) -> None:
        self.entries = self.postings = self.number = 0
        self.hash = GENESIS
        self._known: dict[int, set[bytes]] = defaultdict(set)
        for witness in witnesses:
            self._known[witness.number].add(witness.hash)

    def follow(self, session: Session) -> Iterator[Finding]:
        for rows, lines in _pages(session):
            for row in rows:
                yield from self._link(row, lines[row.number])
        for number in sorted(self._known):
            if number > self.number:
                yield Finding(
                    N_("The books end at entry %(head)s, but a witness knows entry %(number)s."),
                    {"head": self.number, "number": number},
                )

    def _link(self, row: sa.Row[Any], lines: list[sa.Row[Any]]) -> Iterator[Finding]:
        self.entries += 1
        self.postings += len(lines)
        if row.number != self.number + 1:
            yield Finding(
                N_("Entry %(number)s follows entry %(last)s: what was between is missing."),
                {"number": row.number, "last": self.number},
                row.number,
            )
        for message in self._broken(row, lines):
            yield at_entry(message, row.number)
        self.number, self.hash = row.number, bytes(row.hash)

    def _broken(self, row: sa.Row[Any], lines: list[sa.Row[Any]]) -> Iterator[Message]:
        found = content_hash(_content(row, lines), bytes(row.salt))
        if found != bytes(row.content_hash) or not _in_place(row, lines):
            yield N_("Entry %(number)s is not what was sealed.")
        if bytes(row.previous_hash) != self.hash:
            yield N_("The seal of entry %(number)s does not follow the one before.")
        if link_hash(bytes(row.previous_hash), bytes(row.content_hash), row.number) != bytes(
            row.hash
        ):
            yield N_("The seal of entry %(number)s is not its own.")
        if not _balanced(lines):
            yield N_("Entry %(number)s does not balance.")
        if not all(_translated(line) or _is_revalued(row, line) for line in lines):
            yield N_("Entry %(number)s is not translated into euro at the rate that it names.")
        if row.recorded_by == row.approved_by:
            yield N_("Entry %(number)s was approved by whoever made it.")
        if self._known.get(row.number, set()) - {bytes(row.hash)}:
            yield N_("A witness knows another entry %(number)s: the books were written anew.")


def _pages(
    session: Session,
) -> Iterator[tuple[list[sa.Row[Any]], dict[int, list[sa.Row[Any]]]]]:
    entry, seal = JournalEntry.__table__.c, Seal.__table__.c
    line = Posting.__table__.c
    sealed = (
        sa.select(
            *(_stored(session, each) for each in entry),
            *(seal.content_hash, seal.previous_hash, seal.hash),
        )
        .join_from(JournalEntry.__table__, Seal.__table__, entry.number == seal.number)
        .order_by(entry.number)
        .limit(PAGE)
    )
    postings = sa.select(
        *(line.entry, line.line, _stored(session, line.effective_on)),
        *(_stored(session, line[name]) for name in LINE_FIELDS),
    ).order_by(line.entry, line.line)
    last = 0
    while rows := _rows(session, sealed.where(entry.number > last)):
        first, last = rows[0].number, rows[-1].number
        lines: dict[int, list[sa.Row[Any]]] = defaultdict(list)
        query = postings.where(line.entry.between(first, last))
        for row in _rows(session, query):
            lines[row.entry].append(row)
        yield rows, lines


def _stored(session: Session, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Read days and times on SQLite as the texts that they are there, and that balances compare."""
    if session.get_bind().dialect.name == "sqlite" and isinstance(column.type, sa.Date | Instant):
        return sa.type_coerce(column, sa.String).label(getattr(column, "name", None))
    return column


def _rows(session: Session, query: sa.Select[Any]) -> list[sa.Row[Any]]:
    return list(session.execute(query).all())


LINE_FIELDS = (
    *("book", "account", "state_code", "currency", "amount", "euro", "per_euro", "rate_on"),
    *("rate_source", "purpose", "activity", "form", "funding_source", "item", "due_on"),
)
ENTRY_FIELDS = (
    *("effective_on", "occurred_on", "recorded_at", "kind", "narration", "voucher"),
    *("recorded_by", "approved_by"),
    *("reverses", "document_id", "document_hash", "idempotency_scope", "idempotency_key"),
    "body_hash",
)


def _content(row: sa.Row[Any], lines: list[sa.Row[Any]]) -> dict[str, Any]:
    """Read back from the tables what `ledger.journal` sealed."""
    return {
        **{name: _written(getattr(row, name)) for name in ENTRY_FIELDS},
        "version": row.hash_version,
        # What comes before a line's fields is its place, not part of what was sealed.
        "postings": [
            dict(zip(LINE_FIELDS, map(_written, line[-len(LINE_FIELDS) :]), strict=True))
            for line in lines
        ],
    }


WRITTEN: dict[type, Callable[[Any], str]] = {
    datetime: instant_text,
    date: date.isoformat,
    bytes: bytes.hex,
}


def _written(value: Any) -> Any:
    write = WRITTEN.get(type(value))
    return write(value) if write else value


def _in_place(row: sa.Row[Any], lines: list[sa.Row[Any]]) -> bool:
    """Whether postings stand in their order and on their entry's day, as balances read them."""
    return all(
        (line.line, line.effective_on) == (place, row.effective_on)
        for place, line in enumerate(lines, start=1)
    )


def _balanced(lines: list[sa.Row[Any]]) -> bool:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        sums[line.book, line.currency] += line.amount
        sums[line.book, "in euro"] += line.euro
    return len(lines) > 1 and not any(sums.values())


def _translated(line: sa.Row[Any]) -> bool:
    """Whether a posting's euro is its amount at its rate, half-up, but for a cent of rounding."""
    if line.per_euro is None:
        return True
    rate = _per_euro(line.per_euro)
    if rate is None:
        return False
    # One cent beside the rounded quotient is a cent and a half beside the quotient itself.
    off: int = line.euro * rate.numerator - line.amount * rate.denominator
    return abs(off) * 2 <= 3 * rate.numerator


def _is_revalued(row: sa.Row[Any], line: sa.Row[Any]) -> bool:
    """Whether a posting names the rate of a balance, not its own: `carrying_proof` proves it."""
    return line.amount == 0 and row.kind in (REVALUATION, REVERSAL)


@lru_cache(maxsize=PAGE)
def _per_euro(text: str) -> Fraction | None:
    """Read a rate as published, digits and one point; None for anything else, and for nothing."""
    return Fraction(text) or None if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None


def _forms(session: Session) -> Iterator[Finding]:
    """What the database compares as text, and so must be written in its one form."""
    for message, query in _FORMS[session.get_bind().dialect.name]:
        for number in session.scalars(sa.text(query)):
            yield at_entry(message, number)


_DAY = N_("Entry %(number)s holds a day or a time that is not written as the books write it.")
_CODE = N_("Entry %(number)s holds a code that is not written as the books write it.")
# A pattern ends at a NUL where the text does not: hence the lengths.
_FORMS = {
    "sqlite": (
        (
            _DAY,
            """
            SELECT number FROM journal_entry
            WHERE effective_on IS NOT date(effective_on, '+0 days')
                OR (occurred_on IS NOT NULL AND occurred_on IS NOT date(occurred_on, '+0 days'))
                OR length(CAST(recorded_at AS BLOB)) <> 27
                OR substr(recorded_at, 20) NOT GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]Z'
                OR substr(recorded_at, 1, 19) IS NOT
                    strftime('%Y-%m-%dT%H:%M:%S', substr(recorded_at, 1, 19), '+0 days')
            UNION
            SELECT entry FROM posting
            WHERE effective_on IS NOT date(effective_on, '+0 days')
                OR (rate_on IS NOT NULL AND rate_on IS NOT date(rate_on, '+0 days'))
                OR (due_on IS NOT NULL AND due_on IS NOT date(due_on, '+0 days'))
            ORDER BY 1
            """,
        ),
        (
            _CODE,
            """
            SELECT DISTINCT entry FROM posting
            WHERE currency NOT GLOB '[A-Z][A-Z][A-Z]' OR length(CAST(currency AS BLOB)) <> 3
                OR account NOT GLOB '[0-9][0-9][0-9][0-9]' OR length(CAST(account AS BLOB)) <> 4
                OR state_code NOT GLOB '[A-Z][A-Z]' OR length(CAST(state_code AS BLOB)) <> 2
            ORDER BY 1
            """,
        ),
    ),
    "postgresql": (
        (
            _CODE,
            """
            SELECT DISTINCT entry FROM posting
            WHERE currency COLLATE "C" !~ '^[A-Z]{3}$' OR account COLLATE "C" !~ '^[0-9]{4}$'
                OR state_code COLLATE "C" !~ '^[A-Z]{2}$'
            ORDER BY 1
            """,
        ),
    ),
}


def _loose_rows(session: Session) -> Iterator[Finding]:
    """What is in a table without the row that it belongs to."""
    pairs = (
        (N_("Entry %(number)s has no seal."), JournalEntry.number, Seal.number),
        (N_("There is a seal %(number)s without its entry."), Seal.number, JournalEntry.number),
        (N_("There are postings of entry %(number)s, which is gone."), Posting.entry, Seal.number),
    )
    for message, column, wanted in pairs:
        query = (
            sa.select(column).where(column.not_in(sa.select(wanted))).distinct().order_by(column)
        )
        for number in session.scalars(query):
            yield at_entry(message, number)


def _file(session: Session) -> Iterator[Finding]:
    """What SQLite itself finds: keys unchecked, checks broken, an index beside its table."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table, *_rest in session.execute(sa.text("PRAGMA foreign_key_check")):
        yield Finding(N_("A row of %(table)s refers to nothing."), {"table": table})
    for what in session.scalars(sa.text("PRAGMA integrity_check")):
        if what != "ok":
            yield Finding(N_("The database file is damaged: %(what)s."), {"what": what})


def _guards(session: Session) -> Iterator[Finding]:
    """Compare the guards in the database with those that the product's migrations make."""
    found = guards.standing(session)
    wanted = guards.committed(session.get_bind().dialect.name)
    for name in sorted(wanted.keys() | found.keys()):
        if found.get(name) != wanted.get(name):
            yield Finding(
                N_("The database's guard “%(name)s” is missing, or not as the product makes it."),
                {"name": name},
            )
