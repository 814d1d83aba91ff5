"""Pledges: versions that post what they change, and endings at the carrying amount (rows 1, 2)."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.approvals import KINDS
from ledger.balances import Selection, balances, cutoff
from ledger.crossing import in_balance
from ledger.entries import Posting
from ledger.errors import InputErrors, LedgerError, NotAMemberError, WorthlessError
from ledger.inputs import read
from ledger.journal import NewEntry, NewPosting, post
from ledger.open_items import Items, Which, open_items
from ledger.pledge_endings import NothingOpenError, NothingReceivedError
from ledger.pledge_status import PledgeStanding, pledges
from ledger.pledge_targets import UnknownPledgeError, target
from ledger.pledges import (
    ChangedPledgeError,
    EarlierVersionError,
    LapsedPledgeError,
    NoPledgeError,
    PaidPledgeError,
)
from ledger.rates import ExchangeRate
from ledger.reversals import DecidedAgainError
from tests.books import LAST_DAY, MONDAYS, NOW, Books, rate
from tests.documents import PLEDGE, booked, proposed

ZERO = Decimal(0)
FRIT = (
    "2019-12-31 722240; 2020-12-31 938624.00; 2021-12-31 557194.00; "
    "2022-12-31 548716.00; 2023-12-31 431808.00"
)
COMMITTED = {"level": "committed"}
ON_CONDITION = {"level": "conditional", "conditions": "A partner is found"}
PLN = {"currency": "PLN", "amount": "425.00"}
BY_PARTS = {"instalments": "2018-03-01 60.00; 2018-09-01 40.00"}


def paid(
    session: Session, books: Books, amount: str, *, on: str, reference: str = "PL-2017-1"
) -> None:
    """Post a payment as receipts make it: what it settles goes as it was carried."""
    found, left, day = target(session, reference), Decimal(amount), date.fromisoformat(on)
    said: dict[str, Any] = {"state": found.state, "currency": found.currency}
    cash = rate("PLN").in_euro(left) if found.currency == "PLN" else left
    bank = "1011" if found.currency == "PLN" else "1010"
    lines = [NewPosting(account=bank, amount=left, euro=cash, **said)]
    if found.level == "conditional":
        key = found.liability_item
        lines.append(NewPosting(account="2040", amount=-left, euro=-cash, item=key, **said))
    items = Items(
        session,
        Which(
            keys=tuple(each.key for each in (*found.items, *([found.memo] if found.memo else [])))
        ),
    )
    for item in found.items:
        part = min(left, item.amount)
        left -= part
        euro = items.take(item.key, day, part) if part else ZERO
        lines += [
            NewPosting(account="1120", amount=-part, euro=-euro, item=item.key, **said)
        ] * bool(part)
    if found.memo and found.level == "announced":
        euro = items.take(found.memo.key, day, left)
        lines += [
            NewPosting(account="4020", amount=-cash, euro=-cash, state=found.state),
            NewPosting(account="9190", amount=left, euro=euro, **said),
            NewPosting(account="9110", amount=-left, euro=-euro, item=found.memo.key, **said),
        ]
    entry = NewEntry(
        effective_on=day,
        kind="application",
        narration="Paid",
        postings=in_balance(lines),
        idempotency_scope="test",
        idempotency_key=f"{reference} {amount} {on}",
    )
    post(session, entry, **books.hands, now=NOW)


def rates_move(session: Session, per_euro: str, *, on: str) -> None:
    """Publish a rate of the zloty on a day that has none."""
    session.execute(
        sa.insert(ExchangeRate),
        [
            {
                "source": "ecb",
                "currency": "PLN",
                "applies_on": date.fromisoformat(on),
                "per_euro": per_euro,
                "body_sha256": bytes(32),
                "imported_at": NOW,
            }
        ],
    )


def still_open(session: Session) -> dict[str, str]:
    """Give what is open of each item by the end of its key, in its currency and in euro."""
    found = open_items(session, cutoff(session, LAST_DAY))
    return {each.key.rpartition(":")[2]: f"{each.amount} {each.euro}" for each in found}


def sums(session: Session, *accounts: str) -> set[Decimal]:
    """Add up all postings on some accounts, in their currency and in euro."""
    found = balances(
        session, cutoff(session, LAST_DAY), Posting.currency, where=Selection(accounts)
    )
    return {sum((b.amount for b in found), ZERO), sum((b.euro for b in found), ZERO)}


def said_of(found: PledgeStanding) -> str:
    """Write how a pledge stands in one line."""
    return (
        f"v{found.version} {found.level}: {found.pledged} pledged, {found.received} received, "
        f"{found.outstanding} open, {found.status}"
    )


def settles(session: Session, reference: str) -> str:
    """Write what money under a reference settles in one line."""
    found = target(session, reference)
    items = (*found.items, *([found.memo] if found.memo else []))
    parts = ", ".join(f"{each.account} {each.amount} by {each.due_on}" for each in items)
    return f"{found.currency} {found.open} open: {parts}"


# Rows of the specification


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({}, "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00"),
        (PLN, "9110 PL 425.00 PLN 100.00\n9190 PL -425.00 PLN -100.00"),
        (COMMITTED, "1120 PL 100.00 EUR 100.00\n4020 PL -100.00 EUR -100.00"),
        (
            COMMITTED | BY_PARTS,
            "1120 PL 60.00 EUR 60.00\n1120 PL 40.00 EUR 40.00\n4020 PL -100.00 EUR -100.00",
        ),
        (
            COMMITTED | PLN,
            (
                "1120 PL 425.00 PLN 100.00\n4020 PL -100.00 EUR -100.00\n"
                "1090 PL 100.00 EUR 100.00\n1090 PL -425.00 PLN -100.00"
            ),
        ),
        (ON_CONDITION, "9210 PL 100.00 EUR 100.00\n9290 PL -100.00 EUR -100.00"),
        (
            COMMITTED | {"form": "secondment"},
            "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00",
        ),
        (
            ON_CONDITION | {"form": "goods"},
            "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00",
        ),
    ],
)
def test_first_version(
    session: Session, books: Books, fields: Mapping[str, str], lines: str
) -> None:
    """What is announced or in kind is a memorandum, what is committed in cash is owed."""
    assert proposed(session, books, "pledge", **fields) == lines


LATER = {"effective_on": "2017-06-01"}
MEMO_BACK = "9190 PL 100.00 EUR 100.00\n9110 PL -100.00 EUR -100.00\n"


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({}, {"amount": "150.00"}, "9110 PL 50.00 EUR 50.00\n9190 PL -50.00 EUR -50.00"),
        ({}, {"amount": "70.00"}, "9190 PL 30.00 EUR 30.00\n9110 PL -30.00 EUR -30.00"),
        ({}, {"description": "Said in other words"}, ""),
        (
            {},
            COMMITTED,
            f"{MEMO_BACK}1120 PL 100.00 EUR 100.00\n4020 PL -100.00 EUR -100.00",
        ),
        ({}, ON_CONDITION, f"{MEMO_BACK}9210 PL 100.00 EUR 100.00\n9290 PL -100.00 EUR -100.00"),
        (
            ON_CONDITION,
            COMMITTED,
            (
                "9290 PL 100.00 EUR 100.00\n9210 PL -100.00 EUR -100.00\n"
                "1120 PL 100.00 EUR 100.00\n4020 PL -100.00 EUR -100.00"
            ),
        ),
        (
            COMMITTED,
            {},
            (
                "9110 PL 100.00 EUR 100.00\n9190 PL -100.00 EUR -100.00\n"
                "1120 PL -100.00 EUR -100.00\n4020 PL 100.00 EUR 100.00"
            ),
        ),
        (
            COMMITTED,
            COMMITTED | {"amount": "70.00"},
            "1120 PL -30.00 EUR -30.00\n4020 PL 30.00 EUR 30.00",
        ),
        (
            COMMITTED,
            COMMITTED | {"amount": "70.00", "effective_on": "2018-01-01"},
            "1120 PL -30.00 EUR -30.00\n5150 PL 30.00 EUR 30.00",
        ),
        (
            COMMITTED | BY_PARTS,
            COMMITTED | {"amount": "120.00", "instalments": "2018-03-01 60.00; 2018-12-01 60.00"},
            (
                "1120 PL -40.00 EUR -40.00\n1120 PL 40.00 EUR 40.00\n1120 PL 20.00 EUR 20.00\n"
                "4020 PL -20.00 EUR -20.00"
            ),
        ),
    ],
)
def test_next_version(
    session: Session, books: Books, before: dict[str, str], after: dict[str, str], lines: str
) -> None:
    """A version posts what it changes: up at the day's rate, down and across as it was carried."""
    booked(session, books, "pledge", **before)
    assert proposed(session, books, "pledge", **LATER | after) == lines


def test_zloty_go_at_what_they_are_carried_at(session: Session, books: Books) -> None:
    """Up at the rate of the day, down at the carrying amount: the last takes all that is left."""
    booked(session, books, "pledge", **COMMITTED | PLN)
    rates_move(session, "4.0000", on="2017-06-01")
    up = COMMITTED | {"currency": "PLN", "amount": "625.00", "effective_on": "2017-06-01"}
    assert proposed(session, books, "pledge", **up) == (
        "1120 PL 200.00 PLN 50.00\n4020 PL -50.00 EUR -50.00\n"
        "1090 PL 50.00 EUR 50.00\n1090 PL -200.00 PLN -50.00"
    )
    booked(session, books, "pledge", **up)
    down = up | {"amount": "208.33", "effective_on": "2018-02-01"}
    assert proposed(session, books, "pledge", **down) == (
        "1120 PL -416.67 PLN -100.00\n5150 PL 100.00 EUR 100.00\n"
        "1090 PL -100.00 EUR -100.00\n1090 PL 416.67 PLN 100.00"
    )
    booked(session, books, "pledge", **down)
    assert proposed(session, books, "lapse", lapsed_on="2018-03-01") == (
        "5150 PL 50.00 EUR 50.00\n1120 PL -208.33 PLN -50.00\n"
        "1090 PL -50.00 EUR -50.00\n1090 PL 208.33 PLN 50.00"
    )


@pytest.mark.parametrize(
    ("fields", "on", "lines"),
    [
        ({}, "2017-12-31", MEMO_BACK[:-1]),
        (ON_CONDITION, "2018-01-01", "9290 PL 100.00 EUR 100.00\n9210 PL -100.00 EUR -100.00"),
        (COMMITTED, "2017-12-31", "4020 PL 100.00 EUR 100.00\n1120 PL -100.00 EUR -100.00"),
        (COMMITTED, "2018-01-01", "5150 PL 100.00 EUR 100.00\n1120 PL -100.00 EUR -100.00"),
        (
            COMMITTED | BY_PARTS,
            "2018-01-01",
            "5150 PL 100.00 EUR 100.00\n1120 PL -60.00 EUR -60.00\n1120 PL -40.00 EUR -40.00",
        ),
        (
            COMMITTED | PLN,
            "2017-12-31",
            (
                "4020 PL 100.00 EUR 100.00\n1120 PL -425.00 PLN -100.00\n"
                "1090 PL -100.00 EUR -100.00\n1090 PL 425.00 PLN 100.00"
            ),
        ),
    ],
)
def test_lapse(session: Session, books: Books, fields: dict[str, str], on: str, lines: str) -> None:
    """What is open lapses: against revenue in the year of the pledge, impaired in a later one."""
    booked(session, books, "pledge", **fields)
    assert proposed(session, books, "lapse", lapsed_on=on) == lines


def test_lapse_of_two_years(session: Session, books: Books) -> None:
    """What was recognised this year is taken back first, and the rest of it is impaired."""
    booked(session, books, "pledge", **COMMITTED)
    booked(
        session, books, "pledge", **COMMITTED | {"amount": "130.00", "effective_on": "2018-02-01"}
    )
    assert proposed(session, books, "lapse", lapsed_on="2018-03-01") == (
        "4020 PL 30.00 EUR 30.00\n5150 PL 100.00 EUR 100.00\n1120 PL -130.00 EUR -130.00"
    )


def test_lapse_leaves_what_was_paid(session: Session, books: Books) -> None:
    """Only what is open lapses, and only once."""
    booked(session, books, "pledge", **COMMITTED)
    paid(session, books, "30.00", on="2017-04-03")
    booked(session, books, "lapse")
    assert still_open(session) == {}
    [found] = pledges(session, cutoff(session, LAST_DAY))
    assert said_of(found) == "v1 committed: 100.00 pledged, 30.00 received, 0.00 open, lapsed"
    with pytest.raises(LapsedPledgeError, match="lapsed on 2017-12-01"):
        proposed(session, books, "lapse", lapsed_on="2018-01-01")
    with pytest.raises(LapsedPledgeError, match="under another code"):
        proposed(session, books, "pledge", effective_on="2018-01-01")


# Money on conditions


@pytest.mark.parametrize(
    ("amount", "lines"),
    [
        (
            None,
            (
                "2040 PL 40.00 EUR 40.00\n4020 PL -40.00 EUR -40.00\n"
                "9290 PL 40.00 EUR 40.00\n9210 PL -40.00 EUR -40.00"
            ),
        ),
        (
            "10.00",
            (
                "2040 PL 10.00 EUR 10.00\n4020 PL -10.00 EUR -10.00\n"
                "9290 PL 10.00 EUR 10.00\n9210 PL -10.00 EUR -10.00"
            ),
        ),
    ],
)
def test_condition_met(session: Session, books: Books, amount: str | None, lines: str) -> None:
    """What was received on conditions is revenue once they are met, and no memorandum any more."""
    booked(session, books, "pledge", **ON_CONDITION)
    with pytest.raises(NothingReceivedError, match="By 2017-06-01 nothing was received"):
        proposed(session, books, "condition")
    paid(session, books, "40.00", on="2017-05-02")
    assert proposed(session, books, "condition", amount=amount) == lines
    with pytest.raises(LedgerError, match=r"EUR 40\.00 is open from 2017-06-01 on"):
        proposed(session, books, "condition", amount="40.01")


def test_condition_met_in_zloty(session: Session, books: Books) -> None:
    """Revenue is what the money was worth when it came, the memorandum goes as it was carried."""
    booked(session, books, "pledge", **ON_CONDITION | PLN)
    paid(session, books, "85.00", on="2017-05-02")
    assert proposed(session, books, "condition") == (
        "2040 PL 85.00 PLN 20.00\n4020 PL -20.00 EUR -20.00\n"
        "1090 PL 20.00 EUR 20.00\n1090 PL -85.00 PLN -20.00\n"
        "9290 PL 85.00 PLN 20.00\n9210 PL -85.00 PLN -20.00"
    )


def test_conditions_that_fall_away(session: Session, books: Books) -> None:
    """A pledge that is confirmed without its conditions makes what waited for them revenue."""
    booked(session, books, "pledge", **ON_CONDITION)
    paid(session, books, "40.00", on="2017-05-02")
    assert proposed(session, books, "pledge", **LATER | COMMITTED) == (
        "9290 PL 100.00 EUR 100.00\n9210 PL -100.00 EUR -100.00\n"
        "2040 PL 40.00 EUR 40.00\n4020 PL -40.00 EUR -40.00\n"
        "1120 PL 60.00 EUR 60.00\n4020 PL -60.00 EUR -60.00"
    )


def test_lapse_leaves_what_waits_for_a_condition(session: Session, books: Books) -> None:
    """What came before the lapse may still be for good."""
    booked(session, books, "pledge", **ON_CONDITION)
    paid(session, books, "40.00", on="2017-05-02")
    booked(session, books, "lapse")
    assert still_open(session) == {"conditional": "40.00 40.00", "liability": "40.00 40.00"}
    booked(session, books, "condition", met_on="2018-01-02")
    assert still_open(session) == {}


# What is refused


def test_instalments_of_the_frit(session: Session, books: Books) -> None:
    """The published instalments of Bulgaria miss its share by one euro, and it is said so."""
    new = {**PLEDGE, "state": "BG", "pledge": "FRIT-2", "amount": "3198581.00"}
    with pytest.raises(InputErrors) as refused:
        read(KINDS["pledge"].model, {**new, "instalments": FRIT})
    assert str(refused.value) == (
        "Nothing was written. Please mend: instalments: add up to EUR 3198582.00, EUR 1.00 more "
        "than the pledge: mend an instalment or the amount."
    )
    said = read(KINDS["pledge"].model, {**new, "amount": "3198582.00", "instalments": FRIT})
    again = read(KINDS["pledge"].model, said.model_dump(mode="json", exclude_none=True))
    assert again == said


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"instalments": "2018-03-01 99.99"}, r"EUR 99\.99, EUR 0\.01 less than the pledge"),
        ({"instalments": "2018-03-01 50; 2018-03-01 50"}, "2018-03-01 does not come after"),
        ({"instalments": "2018-03-01 50; 2018-02-01 50"}, "2018-02-01 does not come after"),
        ({"instalments": "2018-03-01 100,00"}, "“2018-03-01 100,00” is not a day and an amount"),
        ({"instalments": "2018-03-01"}, "“2018-03-01” is not a day and an amount"),
        ({"instalments": "2018-03-01 0; 2018-04-01 100"}, "“2018-03-01 0” is not a day and"),
        ({"instalments": [{"due_on": "2018-03-01"}]}, "is not a day and an amount"),
        ({"instalments": [17]}, "“17” is not a day and an amount"),
        ({"instalments": {"2018-03-01": "100"}}, "is not a day and an amount"),
        ({"level": "conditional"}, "conditions: are missing"),
        ({"conditions": "A partner is found"}, "conditions: are for conditional pledges"),
        ({"amount": "0.00"}, "amount: “0.00” must be more than zero"),
        ({"voucher": ""}, "voucher: is missing"),
        ({"pledge": "PL 2017"}, "pledge: “PL 2017” is no code of a pledge"),
        ({"pledge": "P" * 41}, "pledge: is too long"),
    ],
)
def test_bad_input(fields: dict[str, object], fault: str) -> None:
    """Each fault names its field and what to write instead."""
    with pytest.raises(InputErrors, match=fault):
        read(KINDS["pledge"].model, {**PLEDGE, **fields})


def test_instalments_as_json(session: Session, books: Books) -> None:
    """A list of days and amounts says the same as the text of a cell."""
    listed = [{"due_on": "2018-03-01", "amount": "60.00"}, {"due_on": "2018-09-01", "amount": 40}]
    new = read(KINDS["pledge"].model, {**PLEDGE, "instalments": listed})
    assert new.model_dump(mode="json")["instalments"] == BY_PARTS["instalments"]


@pytest.mark.parametrize(
    ("kind", "fields", "refused"),
    [
        ("pledge", {"currency": "PLN"}, (ChangedPledgeError, "keeps its currency, EUR")),
        ("pledge", {"form": "goods"}, (ChangedPledgeError, "keeps its form, cash")),
        ("pledge", {"effective_on": "2017-02-28"}, (EarlierVersionError, "on 2017-03-01")),
        ("pledge", {"amount": "29.99"}, (PaidPledgeError, r"EUR 30\.00 was received")),
        ("lapse", {"lapsed_on": "2017-02-28"}, (EarlierVersionError, "on 2017-03-01")),
        ("lapse", {"pledge": "PL-1"}, (NoPledgeError, "PL has made no pledge PL-1")),
        ("condition", {"state": "CZ"}, (NoPledgeError, "CZ has made no pledge PL-2017-1")),
        ("condition", {}, (NothingReceivedError, "confirm the pledge by a new version")),
    ],
)
def test_refused(
    session: Session,
    books: Books,
    kind: str,
    fields: dict[str, str],
    refused: tuple[type[LedgerError], str],
) -> None:
    """A decision that does not fit what stands is refused, with what to do instead."""
    booked(session, books, "pledge", **COMMITTED)
    paid(session, books, "30.00", on="2017-04-03")
    refusal, words = refused
    with pytest.raises(refusal, match=words):
        proposed(session, books, kind, **{**COMMITTED, **fields} if kind == "pledge" else fields)


def test_who_pledges_what(session: Session, books: Books) -> None:
    """Only who takes part pledges, and something that is worth a cent."""
    with pytest.raises(NotAMemberError):
        proposed(session, books, "pledge", effective_on="2016-11-01")
    with pytest.raises(WorthlessError):
        proposed(session, books, "pledge", currency="HUF", amount="1.00")


def test_nothing_open_to_lapse(session: Session, books: Books) -> None:
    """A pledge that was paid in full does not lapse."""
    booked(session, books, "pledge", **COMMITTED)
    paid(session, books, "100.00", on="2017-04-03")
    with pytest.raises(NothingOpenError, match="paid in full"):
        proposed(session, books, "lapse")


# Reversals


def test_reversed_version(session: Session, books: Books) -> None:
    """A version that was undone is none: the one before it is in force again."""
    booked(session, books, "pledge", **COMMITTED)
    [raised] = booked(session, books, "pledge", **LATER | COMMITTED | {"amount": "130.00"})
    undo = {"number": raised.number, "effective_on": "2017-07-03", "reason": "Misheard"}
    booked(session, books, "reversal", **undo)
    [found] = pledges(session, cutoff(session, LAST_DAY))
    assert said_of(found) == "v1 committed: 100.00 pledged, 0.00 received, 100.00 open, open"
    [then] = pledges(session, cutoff(session, date(2017, 7, 2)))
    assert said_of(then) == "v2 committed: 130.00 pledged, 0.00 received, 130.00 open, open"
    assert proposed(session, books, "lapse") == (
        "4020 PL 100.00 EUR 100.00\n1120 PL -100.00 EUR -100.00"
    )


# What money for a pledge settles


def test_targets(session: Session, books: Books) -> None:
    """A pledge is found by its code, with its state or without, and an instalment by its number."""
    parts = {"amount": "100.00", "instalments": "2018-09-01 40.00; 2018-12-01 60.00"}
    booked(session, books, "pledge", **COMMITTED | parts)
    booked(session, books, "pledge", state="CZ", pledge="CZ/2", description="Czech")
    booked(session, books, "pledge", **ON_CONDITION | {"pledge": "PL-C"})
    assert settles(session, "pl-2017-1") == (
        "EUR 100.00 open: 1120 40.00 by 2018-09-01, 1120 60.00 by 2018-12-01"
    )
    assert settles(session, "PL PL-2017-1/2") == "EUR 60.00 open: 1120 60.00 by 2018-12-01"
    assert settles(session, "CZ/2") == "EUR 100.00 open: 9110 100.00 by None"
    paid(session, books, "30.00", on="2017-04-03", reference="PL-C")
    assert settles(session, "PL-C") == "EUR 70.00 open: 9210 100.00 by None"
    assert target(session, "PL-C").liability_item == "pledge:PL:PL-C:liability"


@pytest.mark.parametrize("reference", ["", "PL", "PL-2017", "PL-2017-1/2", "CZ PL-2017-1", "Ł/1"])
def test_no_target(session: Session, books: Books, reference: str) -> None:
    """What names no pledge, or no instalment of it, is told how to name one."""
    booked(session, books, "pledge", **COMMITTED)
    with pytest.raises(UnknownPledgeError, match="name it by its code"):
        target(session, reference)


def test_a_code_of_two_states(session: Session, books: Books) -> None:
    """Where two states use a code, the state has to be named."""
    booked(session, books, "pledge")
    booked(session, books, "pledge", state="CZ")
    with pytest.raises(UnknownPledgeError, match="not one pledge"):
        target(session, "PL-2017-1")
    assert target(session, "CZ PL-2017-1").state == "CZ"


def test_superseded_version_is_not_reversed(session: Session, books: Books) -> None:
    """A decision that another one followed rests where it is, until that one is undone."""
    [first] = booked(session, books, "pledge")
    booked(session, books, "pledge", **LATER | {"amount": "150.00"})
    undo = {"number": first.number, "effective_on": "2017-07-03", "reason": "Misheard"}
    with pytest.raises(DecidedAgainError, match="decided on again since entry 1"):
        proposed(session, books, "reversal", **undo)


# Laws

CENTS = st.integers(1, 10**9)
DAYS = [day + timedelta(days=2) for day in MONDAYS[5::20]]


@st.composite
def version(draw: st.DrawFn) -> dict[str, str]:
    """Draw a version of a pledge: of any level, amount and instalments."""
    months = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True))
    parts = [(month, Decimal(draw(CENTS)).scaleb(-2)) for month in sorted(months)]
    level = draw(st.sampled_from(["announced", "committed", "conditional"]))
    written = "; ".join(f"2019-0{month}-01 {amount}" for month, amount in parts)
    return {
        "level": level,
        "conditions": "Something" if level == "conditional" else "",
        "amount": str(max(sum((amount for _, amount in parts), ZERO), Decimal(1))),
        "instalments": written if draw(st.booleans()) else "",
    }


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    currency=st.sampled_from(["EUR", "PLN"]),
    drawn=st.lists(st.tuples(version(), st.integers(0, 100)), min_size=1, max_size=4),
    per_euro=st.lists(st.sampled_from(["3.9", "4.3217", "5"]), min_size=5, max_size=5),
)
def test_whatever_was_said_ends_at_zero(
    session: Session,
    books: Books,
    currency: str,
    drawn: list[tuple[dict[str, str], int]],
    per_euro: list[str],
) -> None:
    """After any versions, payments and a lapse every item is zero, and so are both memoranda."""
    with session.begin_nested() as undone:
        for on, rate_then in zip(DAYS, per_euro, strict=False):
            rates_move(session, rate_then, on=on.isoformat())
        for on, (fields, percent) in zip(DAYS, drawn, strict=False):
            said = fields | {"currency": currency, "effective_on": on.isoformat()}
            before = pledges(session, cutoff(session, LAST_DAY))
            if before and before[0].received > Decimal(fields["amount"]):
                with pytest.raises(PaidPledgeError):
                    proposed(session, books, "pledge", **said)
                continue
            if sum_is_off(said):
                with pytest.raises(InputErrors):
                    proposed(session, books, "pledge", **said)
                continue
            booked(session, books, "pledge", **said)
            [found] = pledges(session, cutoff(session, LAST_DAY))
            assert found.outstanding + found.received == Decimal(said["amount"])
            assert sum((part.open for part in found.instalments), ZERO) == found.outstanding
            part = (found.outstanding * percent / 100).quantize(Decimal("0.01"), ROUND_DOWN)
            if part:
                paid(session, books, str(part), on=(on + timedelta(days=1)).isoformat())
        for found in pledges(session, cutoff(session, LAST_DAY)):
            if found.outstanding:
                booked(session, books, "lapse", lapsed_on="2018-12-03")
            if found.waiting:
                booked(session, books, "condition", met_on="2018-12-03")
        assert still_open(session) == {}
        for accounts in (("9110", "9190"), ("9210", "9290"), ("1120",), ("9110",), ("9210",)):
            assert sums(session, *accounts) == {ZERO}
        undone.rollback()


def sum_is_off(said: dict[str, str]) -> bool:
    """Whether a drawn pledge is of so few cents that its instalments cannot add up to it."""
    total = sum((Decimal(part.split()[1]) for part in said["instalments"].split(";") if part), ZERO)
    return bool(said["instalments"]) and total != Decimal(said["amount"])
