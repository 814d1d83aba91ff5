"""A state's statement says of each gift in kind what its value rests on."""

from sqlalchemy.orm import Session

from ledger.balances import cutoff
from ledger.vocabulary import ValuationBasis
from reports.state_statement import state_statement
from tests.books import LAST_DAY, Books
from tests.documents import booked


def test_basis_of_a_delivery(session: Session, books: Books) -> None:
    """A delivery rests on what the valuation does that was accepted, not on what was claimed."""
    booked(session, books, "offer")
    booked(session, books, "valuation", valuation_basis="replacement")
    booked(session, books, "acceptance")
    booked(session, books, "delivery")
    booked(session, books, state="HU", form="goods", voucher="F/9")
    report = state_statement(session, "HU", cutoff=cutoff(session, LAST_DAY))
    found = {each.kind: report.bases.get(str(each.document_id)) for each in report.contributions}
    assert found == {
        "delivery": ValuationBasis.REPLACEMENT,
        "contribution": ValuationBasis.INVOICE,
    }
