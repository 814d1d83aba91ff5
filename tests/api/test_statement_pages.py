"""Ministries fetch their statements as workbooks, on the page and by a program."""

import io

import openpyxl
import pytest

from reports.statements import Statement
from tests.api.office import Office, approved, submitted

DAY = "as_of=2018-12-31"


@pytest.mark.parametrize("name", list(Statement))
def test_statements_are_files(office: Office, name: Statement) -> None:
    """Each statement is a workbook with a name of its own, the same for a person and a program."""
    approved(office, submitted(office))
    address = f"/statements/{name}.xlsx?state=HU&{DAY}&language=pl"
    visitor = office.visitor("peter")
    page = visitor.get(address)
    assert page.status_code == 200
    assert page.headers["content-disposition"].startswith(f'attachment; filename="MCRM_{name}_')
    program = visitor.client.get(f"/api{address}", headers=office.token("peter"))
    assert program.content == page.content
    openpyxl.load_workbook(io.BytesIO(page.content)).close()


def test_language_of_a_statement_is_chosen_apart(office: Office) -> None:
    """A reader of English pages fetches the Polish statement, and an English one unasked."""
    visitor = office.visitor("peter")
    names = [
        visitor.get(f"/statements/equity.xlsx?{DAY}{chosen}").headers["content-disposition"]
        for chosen in ("", "&language=pl")
    ]
    assert [name[-8:] for name in names] == ['en.xlsx"', 'pl.xlsx"']


def test_every_statement_is_offered(office: Office) -> None:
    """The page offers each statement, for the reader's own state first."""
    page = office.visitor("peter").get("/statements").text
    for name in Statement:
        assert f'action="/statements/{name}.xlsx"' in page
    assert '<option value="SK" selected>' in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (f"state.xlsx?state=XX&{DAY}", "XX does not take part on 2018-12-31"),
        ("equity.xlsx?as_of=soon", "is not a date"),
    ],
)
def test_statements_of_nothing_are_refused(office: Office, asked: str, told: str) -> None:
    """A statement of an unknown state or day is refused in words."""
    answer = office.visitor("peter").get(f"/statements/{asked}")
    assert answer.status_code == 422
    assert told in answer.text
