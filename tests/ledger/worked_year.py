"""A worked year: documents written as text, and the journal and balances that they make.

A document is its kind, and below it, set in, a field and its value on each line; `= name` gives it
a name, by which `{name}` is the number of its first entry. What is said above it in lines that
begin with # stands above its entries in the journal.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from sqlalchemy.orm import Session

from ledger.accounts import account, chart
from ledger.approvals import approve, proposal
from ledger.balances import Line, balances, cutoff, entry_lines
from ledger.documents import draft, submit_all
from ledger.entries import Posting
from ledger.headings import ENTRY_KINDS
from ledger.inputs import read
from ledger.kinds import KINDS
from ledger.money import ZERO
from ledger.open_items import open_items
from ledger.periods import add_period
from ledger.users import Role, User, add_user
from tests.books import NOW
from tests.rates import published

ENDS = date(2018, 12, 31)


@dataclass
class Written:
    """A document as it is written: what is said of it, its kind and name, its fields."""

    said: list[str]
    kind: str
    name: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Hands:
    """Who makes documents, and the two who approve."""

    office: User
    first: User
    second: User


def written(text: str) -> Iterator[Written]:
    """Read documents as they are written, in their order."""
    said: list[str] = []
    document: Written | None = None
    for line in text.splitlines():
        if line.startswith("#"):
            if document is not None:
                yield document
                said, document = [], None
            said.append(line.removeprefix("#").strip())
        elif line.startswith(" ") and document is not None:
            name, _, value = line.strip().partition(" ")
            document.fields[name] = value.strip()
        elif line.strip():
            if document is not None:
                yield document
                said = []
            kind, _, name = line.partition("=")
            document = Written(said, kind.strip(), name.strip(), {})
    if document is not None:
        yield document


def opened(session: Session, rates: Mapping[date, Mapping[str, str]]) -> Hands:
    """Open books of three years, with a rate for every Monday: the last one given before it."""
    for year in (2016, 2017, 2018):
        add_period(session, date(year, 1, 1), date(year, 12, 31), now=NOW)
    published(session, dict(_mondays(rates)), now=NOW)
    return Hands(
        add_user(session, "office", name="Office", role=Role.OFFICER, now=NOW),
        add_user(session, "first", name="First", role=Role.COORDINATOR, now=NOW),
        add_user(session, "second", name="Second", role=Role.COORDINATOR, now=NOW),
    )


def _mondays(
    rates: Mapping[date, Mapping[str, str]],
) -> Iterator[tuple[date, Mapping[str, str]]]:
    first = min(rates)
    for week in range((ENDS - first).days // 7 + 1):
        on = first + timedelta(weeks=week)
        yield on, rates[max(day for day in rates if day <= on)]


def booked(session: Session, hands: Hands, text: str) -> list[tuple[Written, list[int]]]:
    """Make, submit, approve and so post each document; give the numbers of its entries."""
    names: dict[str, str] = {}
    done = []
    for place, document in enumerate(written(text)):
        fields = {name: _named(value, names) for name, value in document.fields.items()}
        numbers = _approved(session, hands, document.kind, fields, place)
        if document.name:
            names[document.name] = str(numbers[0])
        done.append((document, numbers))
    return done


def _named(text: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], text)


def _approved(
    session: Session, hands: Hands, kind: str, fields: Mapping[str, str], place: int
) -> list[int]:
    new = read(KINDS[kind].model, fields)
    state = getattr(new, "state", None)
    document = draft(session, new, kind=kind, state=state, by=hands.office, now=NOW, key=str(place))
    submit_all(session, [document], by=hands.office, now=NOW)
    posted = []
    for by in (hands.first, hands.second)[: 2 if KINDS[kind].twice else 1]:
        seen = proposal(session, document).digest
        posted += approve(session, document, by=by, now=NOW, seen=seen)
    return [each.number for each in posted]


# What they make, as an accountant reads it


def journal(session: Session, done: Sequence[tuple[Written, list[int]]]) -> str:
    """Write the journal, what is said of each document above its entries."""
    numbers = [number for _document, of in done for number in of]
    lines = {
        number: list(of)
        for number, of in groupby(entry_lines(session, numbers), key=lambda line: line.entry)
    }
    parts = []
    for document, of in done:
        head = [f"# {said}".rstrip() for said in document.said]
        body = [_written_entry(lines[number]) for number in of]
        nothing = [] if of else [f"{_kind(document.kind)}: nothing is posted"]
        parts.append("\n".join([*head, *body, *nothing]))
    return "\n\n".join(parts) + "\n"


def _kind(kind: str) -> str:
    return str(ENTRY_KINDS.get(kind, kind.capitalize()))


def _written_entry(lines: Sequence[Line]) -> str:
    first = lines[0]
    title = f"{first.entry:>3}  {first.effective_on}  {_kind(first.kind)}: {first.narration}"
    return "\n".join([title, *map(_written_line, lines)])


def _written_line(line: Line) -> str:
    side = "Dr" if (line.amount or line.euro) > 0 else "Cr"
    name = account(line.account).name("en")
    own = "" if line.currency == "EUR" else f"{abs(line.amount):>18,} {line.currency} ="
    return (
        f"     {side} {line.account} {name[:44]:<44} {line.state or '':<2} "
        f"{own:>24} {abs(line.euro):>14,} EUR"
    )


def closing(session: Session) -> str:
    """Write the balance of every account, and the items that are open, at the end."""
    at = cutoff(session, ENDS)
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in balances(session, at, Posting.account, Posting.currency):
        code, currency = row.key
        sums[code][currency] += row.amount
        sums[code]["in euro"] += row.euro
    rows = ["Balances at the end, debit above zero"]
    for code in chart():
        if code in sums:
            rows += _balance(code, sums[code])
    rows += ["", "Open items at the end"]
    rows += [
        f"{item.reference:>6} {item.account} {item.state or '--'} {item.amount:>14,} "
        f"{item.currency} {item.euro:>14,} EUR  {item.narration}"
        for item in open_items(session, at)
    ]
    return "\n".join(rows) + "\n"


def _balance(code: str, sums: Mapping[str, Decimal]) -> Iterator[str]:
    name = account(code).name("en")
    yield f"{code} {name[:52]:<52} {sums['in euro']:>16,} EUR"
    for currency, amount in sorted(sums.items()):
        if currency not in ("EUR", "in euro") and amount:
            yield f"     {'of which':>52} {amount:>16,} {currency}"
