"""Memberships as decisions: they come by a file like other documents, and are found again."""

import pytest
from sqlalchemy.orm import Session

from ledger.approvals import approve_all
from ledger.errors import InputErrors
from ledger.imports import import_file
from ledger.memberships import membership_spans, opt_out_spans
from tests.books import NOW, Books

FILES = {
    "accessions": (
        "acceding_state,joined_on,description,voucher\n"
        "AT,2030-01-01,Austria takes part,D/1\n"
        "SI,2031-01-01,Slovenia takes part,D/1\n"
    ),
    "opt-outs": (
        "state,activity,from_on,description,voucher\n"
        "SK,information,2030-01-01,Slovakia is out,D/2\n"
    ),
    "withdrawals": (
        "state,left_on,purpose,position,description,voucher\n"
        "HU,2029-12-31,operations,kept,Hungary leaves,D/3\n"
    ),
}


def test_decisions_come_by_file(session: Session, books: Books) -> None:
    """What is decided long ahead, beyond any open period, is imported and approved as a list."""
    for kind, text in FILES.items():
        imported = import_file(
            session, text.encode(), filename="decided.csv", kind=kind, by=books.office, now=NOW
        )
        assert approve_all(session, imported.documents, by=books.coordinator, now=NOW) == []
    spans = {each.state: each for each in membership_spans(session)}
    assert list(spans) == ["AT", "CZ", "HU", "PL", "SI", "SK"]
    assert [each.decision.voucher for each in opt_out_spans(session)] == ["D/2"]
    assert spans["SI"].accession is not None
    assert spans["SI"].accession.description == "Slovenia takes part"
    assert spans["HU"].withdrawal is not None


def test_buy_ins_come_by_file(session: Session, books: Books) -> None:
    """A buy-in is refused in the file where its newcomer does not take part."""
    text = (
        "state,agreed_on,purpose,amount,into,description,voucher\n"
        "AT,2018-01-01,setup,100.00,accumulated_surplus,Austria buys in,D/1\n"
    )
    with pytest.raises(InputErrors, match="AT does not take part on 2018-01-01"):
        import_file(
            session, text.encode(), filename="f.csv", kind="buy-ins", by=books.office, now=NOW
        )
