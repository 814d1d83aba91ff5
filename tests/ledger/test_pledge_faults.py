"""What is refused of pledges: each fault names its field, or what stands, and the remedy."""

import pytest
from sqlalchemy.orm import Session

from ledger.errors import InputErrors, LedgerError, NotAMemberError, WorthlessError
from ledger.inputs import read
from ledger.kinds import KINDS
from ledger.pledge_endings import NothingReceivedError, NothingToLapseError
from ledger.pledges import (
    ChangedPledgeError,
    EarlierVersionError,
    NoPledgeError,
    PaidPledgeError,
)
from tests.books import Books
from tests.document_fields import PLEDGE
from tests.documents import booked, proposed
from tests.pledges import BY_PARTS, COMMITTED, paid

FRIT = (
    "2019-12-31 722240; 2020-12-31 938624.00; 2021-12-31 557194.00; "
    "2022-12-31 548716.00; 2023-12-31 431808.00"
)


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
    with pytest.raises(NothingToLapseError, match="paid in full"):
        proposed(session, books, "lapse")
