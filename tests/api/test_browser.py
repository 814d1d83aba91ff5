"""In a real browser: an officer gives, a coordinator approves, a ministry gets its workbook."""

import io
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    ViewportSize,
    sync_playwright,
)

from ledger.db import writing
from tests.api.office import CASH, PASSWORD, Office, approved, open_office, submitted
from tests.books import opened
from tests.databases import Sqlite
from tests.documents import booked

AXE = (Path(__file__).parents[1] / "vendor/axe-core@4.14.1/axe.min.js").read_text()
ASSESSED = {"assessment": "2"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = f"axe.run(document, {{runOnly: {RULES}}})"
WIDE: ViewportSize = {"width": 1440, "height": 900}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 800}


class Server(uvicorn.Server):
    """A real server on the loopback address, in a thread of its own."""

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve until the block ends, and give the address."""
        thread = threading.Thread(target=self.run)
        thread.start()
        while not self.started:
            thread.join(0.02)
        port = self.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            self.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def office(sqlite: Sqlite) -> Iterator[Office]:
    """The application with its people, one contribution of Czechia, and calls in the books."""
    with sqlite.upgraded() as engine:
        for office in open_office(opened(engine)):
            czech = CASH | {"currency": "CZK", "description": "Czech share"}
            approved(office, submitted(office, czech, by="helena"))
            with writing(office.books.engine) as session:
                for kind in ("scale", "assessment", "call", "appropriation"):
                    booked(session, office.books, kind, **ASSESSED if kind == "call" else {})
            office.app.dependency_overrides.clear()
            yield office


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    """Where the application is served."""
    config = uvicorn.Config(office.app, host="127.0.0.1", port=0, log_level="warning", ws="none")
    with Server(config).running() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of the machine's own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        missing = "no Chromium on the path: install the package chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def signed_in(
    browser: Browser, address: str, login: str, viewport: ViewportSize = WIDE, scheme: str = "light"
) -> Iterator[Page]:
    """Sign in by the form, in a browser that reports what its policy blocks as a fault."""
    context: BrowserContext = browser.new_context(
        base_url=address,
        viewport=viewport,
        color_scheme="dark" if scheme == "dark" else "light",
        accept_downloads=True,
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/equity")
    yield page
    context.close()
    assert [said for said in faults if "status of 422" not in said] == []


def test_from_the_form_to_the_workbook(browser: Browser, address: str) -> None:
    """What an officer enters moves the balance once approved, and stands in the workbook."""
    with signed_in(browser, address, "ferenc") as page:
        page.get_by_role("link", name="Contributions").click()
        page.get_by_role("link", name="New in cash").click()
        page.get_by_label("operations").check()
        page.select_option("#activity", "information")
        page.select_option("#funding_source", "state_budget")
        page.get_by_label("voluntary").check()
        page.fill("#value_on", "01/03/2017")
        page.select_option("#currency", "HUF")
        page.fill("#amount", "31,000,000.00")
        live = page.locator("#result")
        live.get_by_text("Rate of 27 Feb 2017: 1 EUR = 310.00 HUF, source: ECB").wait_for()
        live.get_by_text("100,000.00").first.wait_for()
        page.fill("#description", "Patrols of the spring")
        page.fill("#voucher", "T/17")
        live.get_by_text("Cash at bank HUF").wait_for()
        page.click("text=Submit for approval")
        page.get_by_text("Submitted. A coordinator decides on it").wait_for()
    with signed_in(browser, address, "katarzyna") as page:
        assert "Hungary" not in page.inner_text("main")
        page.get_by_role("link", name="Approvals").click()
        page.get_by_role("link", name="Patrols of the spring", exact=True).click()
        page.click("text=Approve and post")
        page.get_by_text("Approved and posted to the books.").wait_for()
        page.get_by_role("link", name="Equity balances").click()
        assert "+100,000.00" in page.locator("tr", has_text="Hungary").inner_text()
        page.get_by_role("link", name="Statements").click()
        page.select_option("#state-state", "HU")
        page.fill("#state-as_of", "2018-12-31")
        with page.expect_download() as download:
            page.click("text=Download Statement of a state")
        body = Path(download.value.path()).read_bytes()
    workbook = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert "Patrols of the spring" in cells
    assert 31_000_000 in cells
    workbook.close()


def test_forms_work_without_scripts(browser: Browser, address: str) -> None:
    """With scripts off “Check” shows the rate and the euro, and everything can be sent."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#login", "ferenc")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.goto("/contributions/new/cash")
    page.fill("#value_on", "2017-03-01")
    page.select_option("#currency", "HUF")
    page.fill("#amount", "31000000")
    page.click("text=Check")
    assert "1 EUR = 310.00 HUF" in page.inner_text("#result")
    page.get_by_role("link", name="Statements").click()
    assert page.title().startswith("Statements")
    context.close()


def test_files_are_attached_in_a_browser(browser: Browser, address: str, office: Office) -> None:
    """An officer chooses a file on the document's page, and gets the same bytes back."""
    document = submitted(office, CASH | {"description": "With its invoice"})
    invoice = FilePayload(name="Účet.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 invoice")
    with signed_in(browser, address, "ferenc", NARROW) as page:
        page.goto(document)
        require_accessible(page)
        page.set_input_files("#file", [invoice])
        page.click("text=Attach >> nth=-1")
        page.get_by_text("Attached. It stays with the document").wait_for()
        require_accessible(page)
        with page.expect_download() as download:
            page.click("text=Účet.pdf")
        assert download.value.suggested_filename == "Účet.pdf"
        assert Path(download.value.path()).read_bytes() == invoice["buffer"]


PLACES = {
    "ferenc": ["/contributions", "/contributions/new/cash", "/contributions/new/in-kind"],
    "helena": ["/journal/1"],
    "katarzyna": [
        *("/approvals", "/equity", "/settlement", "/states", "/pledges"),
        *("/calls", "/calls/2017/3-PL", "/arrears?state=PL", "/budget?year=2017"),
        *("/rates?month=2017-02", "/documents/new/rate_policy", "/documents/new/manual_rate"),
        *("/scales", "/scales/what-if?formula=pop-gdp-50-50&indicator_year=2016&amount=x"),
        *("/scales/what-if?formula=eu-relocation-2015&indicator_year=2016", "/documents/new"),
        *("/documents/new/scale", "/documents/new/withdrawal"),
        *("/journal", "/journal/1", "/statements", "/audit"),
    ],
}


@pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [
        ("en", WIDE, "light"),
        ("en", NARROW, "dark"),
        ("pl", NARROW, "light"),
    ],
    ids=["en", "en-narrow-dark", "pl-narrow"],
)
def test_pages_are_accessible(
    browser: Browser, address: str, language: str, viewport: ViewportSize, scheme: str
) -> None:
    """No page breaks a rule of WCAG 2.2 AA that can be checked, at any width, in any scheme."""
    for login, paths in PLACES.items():
        with signed_in(browser, address, login, viewport, scheme) as page:
            for path in paths:
                page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
                require_accessible(page)
            if login == "ferenc":
                page.goto("/contributions/new/cash")
                page.click("button[value=submit]")
                require_accessible(page)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_balances_fit_a_laptop(browser: Browser, address: str, language: str) -> None:
    """On a screen of 1280 px the last column, the balance, is seen without scrolling."""
    with signed_in(browser, address, "katarzyna", LAPTOP) as page:
        page.goto(f"/equity?lang={language}")
        table = page.locator(".table-responsive")
        assert table.evaluate("table => table.scrollWidth <= table.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_documents_and_postings_are_accessible(browser: Browser, address: str, scheme: str) -> None:
    """Pages that are reached by links are as accessible as those of the menu."""
    with signed_in(browser, address, "katarzyna", NARROW, scheme) as page:
        for path in ("/contributions", "/equity"):
            page.goto(path)
            page.locator("tbody a").first.click()
            require_accessible(page)


def require_accessible(page: Page) -> None:
    """Fail on anything that axe finds, and on a page wider than its window."""
    page.evaluate(AXE)
    found = page.evaluate(CHECK)["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
