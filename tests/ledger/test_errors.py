"""What the books say when they refuse: each refusal has its own code and its own words."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import api
import ledger
import reports
from ledger.errors import LedgerError
from ledger.i18n import LANGUAGES, translation
from tests.golden_files import Golden


def refusals() -> list[type[LedgerError]]:
    """List every kind of refusal that has a code of its own, wherever it is raised."""
    for package in (ledger, reports, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    own = (kind for kind in kinds() if "code" in vars(kind) and "test" not in kind.__module__)
    return sorted(own, key=lambda kind: kind.code)


def kinds(error: type[LedgerError] = LedgerError) -> Iterator[type[LedgerError]]:
    """Go through everything that descends from an error."""
    for kind in error.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_codes_are_stable_names() -> None:
    """A refusal is known by one code of small letters and hyphens, which no other has."""
    codes = Counter(kind.code for kind in refusals())
    assert [code for code, times in codes.items() if times > 1] == []
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code)] == []


def test_names_end_in_error() -> None:
    """A refusal is named by the rule it stands for, and can be told from a value at a glance."""
    assert [kind.__name__ for kind in refusals() if not re.search("Errors?$", kind.__name__)] == []


def test_messages_are_as_people_know_them(golden: Golden) -> None:
    """What the program says when it refuses is part of what it promises, in every language."""
    golden(
        "errors.txt",
        "\n".join(
            f"{kind.code}\n"
            + "".join(
                f"  {each}: {translation(each).gettext(kind.message)}\n" for each in LANGUAGES
            )
            for kind in refusals()
        ),
    )
