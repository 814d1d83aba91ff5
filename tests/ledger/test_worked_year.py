"""A worked year: every event of the specification, from its document to the closing balances."""

import re
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from ledger.db import reading, writing
from ledger.verification import verify
from tests.golden_files import FOLDER, Golden
from tests.ledger.worked_year import booked, closing, journal, opened

DOCUMENTS = Path(FOLDER) / "worked_year" / "documents.txt"

# Easy to reckon with: the forint, the koruna and the złoty lose in July and gain in December.
RATES = {
    date(2016, 11, 21): {"PLN": "4.0000", "CZK": "25.000", "HUF": "300.00"},
    date(2017, 7, 3): {"PLN": "4.2000", "CZK": "26.000", "HUF": "310.00"},
    date(2017, 12, 18): {"PLN": "4.1500", "CZK": "25.500", "HUF": "312.00"},
}
# The rows of the table of postings in the design; row 15 is row 3 once more.
ROWS = (
    *("1", "2a", "2b", "2c", "2d", "2e", "3", "4a", "4b", "4c", "4d", "4e", "4f", "5", "6"),
    *("7a", "7b", "8a", "8a'", "8b", "9a", "9b", "9c", "9d", "9e", "10a", "10b", "11", "12"),
    *("13a", "13b", "13c", "13d", "14a", "14b", "14c", "15", "16", "17", "18a", "18b", "18c"),
    *("19a", "19b", "19c", "19d", "20", "21", "22"),
)


def test_the_year_is_worked(engine: Engine, golden: Golden) -> None:
    """Documents in, journal and balances out, the same on both databases; all of it verifies."""
    with writing(engine) as session:
        hands = opened(session, RATES)
        done = booked(session, hands, DOCUMENTS.read_text("utf-8"))
    with reading(engine) as session:
        golden("worked_year/journal.txt", journal(session, done))
        golden("worked_year/balances.txt", closing(session))
        assert verify(session).findings == ()


def test_every_row_is_worked() -> None:
    """Each row of the design's table of postings is named above a document that shows it."""
    said = [line for line in DOCUMENTS.read_text("utf-8").splitlines() if line.startswith("#")]
    named = set(re.findall(r"(?<![\w./])(\d{1,2}[a-f]?'?)(?![\w./])", " ".join(said)))
    assert sorted(set(ROWS) - named) == []
