"""The periods' page: what is open, and two confirmed steps to closed."""

import sqlalchemy as sa

from ledger.closing import ClosingWaiver
from ledger.db import reading, writing
from tests.api.office import Office
from tests.documents import booked

PERIOD = "/periods/2016-01-01"


def test_closing(office: Office) -> None:
    """A coordinator puts it on hold, and closes it with a reason as something is open."""
    with writing(office.books.engine) as session:
        booked(session, office.books)
    visitor = office.visitor("jana")
    assert f'href="{PERIOD}"' in visitor.get("/periods").text
    assert "Revenue and expenses of 2017 are not closed" in visitor.get(PERIOD).text
    answer = visitor.post(f"{PERIOD}/advance", page=PERIOD)
    assert answer.status_code == 303
    refused = visitor.post(f"{PERIOD}/advance", {"anyway": "unticked"}, PERIOD)
    assert refused.status_code == 422
    assert "points are open" in refused.text
    waived = {"waived": "yes", "anyway": "First books"}
    assert visitor.post(f"{PERIOD}/advance", waived, PERIOD).status_code == 303
    assert "First books" in visitor.get("/periods").text
    with reading(office.books.engine) as session:
        assert session.scalars(sa.select(ClosingWaiver)).one().points == 1


def test_second_click(office: Office) -> None:
    """A form sent twice takes one step."""
    visitor = office.visitor("jana")
    visitor.post(f"{PERIOD}/advance", {"seen": "open"}, PERIOD)
    again = visitor.post(f"{PERIOD}/advance", {"seen": "open"}, PERIOD)
    assert again.status_code == 422
    assert "is on hold by now" in again.text


def test_others_look_on(office: Office) -> None:
    """An officer and an auditor see the checklist and no button, and may not step."""
    for login in ("ferenc", "peter"):
        visitor = office.visitor(login)
        page = visitor.get(PERIOD)
        assert "Nothing is open" in page.text
        assert "Put it on hold" not in page.text
        assert visitor.post(f"{PERIOD}/advance", {"seen": "open"}).status_code == 403
