"""The whole way of one contribution, from the officer's form to the ministry's cell in Excel."""

import io
from datetime import date
from decimal import Decimal

import openpyxl

from ledger.balances import cutoff, entry_lines
from ledger.db import reading
from ledger.equity import equity_balances
from ledger.verification import verify
from tests.api.office import CASH, Office, approved, submitted

AS_OF = date(2017, 12, 31)


def test_from_the_form_to_the_cell(office: Office) -> None:
    """What an officer types is what their ministry reads, and every step between agrees."""
    address = submitted(office, CASH, by="ferenc")
    approved(office, address, by="zuzana")

    with reading(office.books.engine) as session:
        at = cutoff(session, AS_OF)
        posted = entry_lines(session, [at.known_number])
        [balance] = equity_balances(session, at)
        assert verify(session).well

    assert [(line.account, line.currency, line.amount, line.euro) for line in posted] == [
        ("1013", "HUF", Decimal("31000000.00"), Decimal("100000.00")),
        ("1090", "HUF", Decimal("-31000000.00"), Decimal("-100000.00")),
        ("1090", "EUR", Decimal("100000.00"), Decimal("100000.00")),
        ("4020", "EUR", Decimal("-100000.00"), Decimal("-100000.00")),
        ("8010", "HUF", Decimal("31000000.00"), Decimal("100000.00")),
        ("8020", "HUF", Decimal("-31000000.00"), Decimal("-100000.00")),
    ]
    assert (balance.state, balance.balance) == ("HU", Decimal("100000.00"))

    reader = office.visitor("ferenc")
    assert "100,000.00" in reader.get(f"/equity?as_of={AS_OF}").text
    answer = reader.get(f"/statements/state.xlsx?state=HU&as_of={AS_OF}")
    assert answer.status_code == 200, answer.text
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)["Contributions"]
    [line] = [row for row in sheet.iter_rows(values_only=True) if "T/17" in row]
    where = line.index("HUF")
    assert line[where : where + 2] == ("HUF", 31000000)
    assert 100000 in line[where + 2 :]
