"""A second person decides: approves what was seen, or returns it with a reason."""

from datetime import timedelta

from tests.api.office import CASH, IN_KIND, Office, documents, enter, hidden_fields, submitted


def test_approval_posts(office: Office) -> None:
    """Approving posts the entry that was shown, and the equity balance changes by it."""
    address = submitted(office)
    visitor = office.visitor("katarzyna")
    answer = visitor.post(f"{address}/approve", page=address)
    assert answer.status_code == 303
    assert "Entry 1" in visitor.get(address).text
    assert "+100,000.00" in visitor.get("/equity").text


def test_worth_is_shown_before_and_after(office: Office) -> None:
    """A contribution's page shows rate, its day and source, and the euro, waiting and posted."""
    address = submitted(office)
    visitor = office.visitor("katarzyna")
    for _ in range(2):
        page = visitor.get(address).text
        assert "Rate of 27 Feb 2017: 1 EUR = 310.00 HUF, source: ECB" in page
        assert "100,000.00 EUR" in page
        visitor.post(f"{address}/approve", page=address)


def test_queue_is_oldest_first(office: Office) -> None:
    """The queue shows what waited longest first, with its age, and its count in the menu."""
    submitted(office)
    office.clock.advance(timedelta(minutes=5))
    submitted(office, CASH | {"description": "The later one"})
    office.clock.advance(timedelta(days=2))
    page = office.visitor("katarzyna").get("/approvals").text
    assert page.index("Running costs of the spring") < page.index("The later one")
    assert "2 days ago" in page
    assert "2 documents wait for a second person" in page
    assert '<span class="badge">2<' in page


def test_own_state_in_kind_is_not_offered(office: Office) -> None:
    """A coordinator of the giving state is told why they cannot accept its gift in kind."""
    address = enter(office.visitor("helena"), IN_KIND | {"currency": "CZK"}, "submit", "in-kind")
    address = address.partition("?")[0]
    visitor = office.visitor("jana")
    page = visitor.get(address).text
    assert "Nobody from CZ can accept what CZ gave in kind" in page
    assert "Approve and post" not in page
    forced = visitor.post(f"{address}/approve", {"seen": "x"}, address)
    assert forced.status_code == 403
    assert documents(office)[0].status == "submitted"


def test_officers_do_not_decide(office: Office) -> None:
    """An officer's page has no buttons for deciding, and a forged decision is refused."""
    address = submitted(office)
    visitor = office.visitor("ferenc")
    assert "Approve and post" not in visitor.get(address).text
    for decision in ("approve", "return"):
        refused = visitor.post(f"{address}/{decision}", {"seen": "x", "reason": "x"}, address)
        assert refused.status_code == 403


def test_what_changed_since_is_not_approved(office: Office) -> None:
    """An approval of what is no longer proposed is refused, and posts nothing."""
    address = submitted(office)
    visitor = office.visitor("katarzyna")
    looked_at = hidden_fields(visitor.get(address).text)["seen"]
    author = office.visitor("ferenc")
    edit = address.replace("/documents/", "/contributions/") + "/edit"
    author.post(edit, CASH | {"amount": "99.00", "action": "submit"}, edit)
    refused = visitor.post(f"{address}/approve", {"seen": looked_at}, address)
    assert refused.status_code == 409
    assert "It changed since you looked at it" in refused.text
    assert documents(office)[0].status == "submitted"


def test_return_needs_a_reason(office: Office) -> None:
    """Without a reason nothing is returned; with one, the author reads it on the document."""
    address = submitted(office)
    visitor = office.visitor("katarzyna")
    asked = visitor.post(f"{address}/return", {"reason": "  "}, address)
    assert asked.status_code == 422
    assert "Give a reason" in asked.text
    assert documents(office)[0].status == "submitted"
    visitor.post(f"{address}/return", {"reason": "The transfer is not on our account"}, address)
    page = office.visitor("ferenc").get(address).text
    assert "The transfer is not on our account" in page
    assert "returned" in page


def test_decided_twice_is_refused(office: Office) -> None:
    """Two coordinators who approve the same document post it once."""
    address = submitted(office)
    first, second = office.visitor("katarzyna"), office.visitor("zuzana")
    seen = hidden_fields(second.get(address).text)["seen"]
    first.post(f"{address}/approve", page=address)
    late = second.post(f"{address}/approve", {"seen": seen}, "/contributions")
    assert late.status_code == 409
    assert "Entry 2" not in second.get(address).text
