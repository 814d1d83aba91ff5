"""README is true: what it shows of the command line is what the command line says.

Every fenced block marked `console` is run, top to bottom, in one folder that is empty at first;
lines after a `$` command are what it must print. `…` stands for what differs from run to run.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from api.cli import app
from ledger.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"^\$ (.+)\n((?:(?!\$ ).*\n)*)",
    "".join(re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)),
    re.MULTILINE,
)


def test_commands_print_what_readme_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types what README shows, sees what README shows."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    monkeypatch.setenv("COLUMNS", "100")
    for command, expected in EXAMPLES:
        if assigned := re.fullmatch(r"export (\w+)=(\S+)", command):
            monkeypatch.setenv(*assigned.groups())
            continue
        done = subprocess.run(
            shlex.split(command),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert matches(done.stdout, expected), f"$ {command}\n{done.stdout}"


def matches(printed: str, expected: str) -> bool:
    """Compare line by line, blanks at the ends aside; `…` stands for anything."""
    wanted = [".*".join(map(re.escape, line.rstrip().split("…"))) for line in expected.splitlines()]
    return re.fullmatch(r" *\n".join(wanted), printed.rstrip(), re.DOTALL) is not None


def test_readme_shows_commands() -> None:
    """There is something to try, from the first demo to the first statement."""
    assert len(EXAMPLES) >= 5


def test_every_command_is_listed() -> None:
    """README's table has the commands that there are: none is missing and none was dropped."""
    rows = re.findall(r"^\| (`mcrm .*?) \|", README, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`(mcrm(?: [a-z][a-z-]*)+)", row)}
    assert listed == set(commands(get_command(app), "mcrm"))


def commands(command: object, name: str) -> Iterator[str]:
    """Name every command that does something, groups spelt out."""
    if isinstance(command, TyperGroup):
        context = Context(command)
        for part in command.list_commands(context):
            yield from commands(command.get_command(context, part), f"{name} {part}")
    else:
        yield name


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "DECISIONS.md"])
def test_named_files_are_there(document: str) -> None:
    """Whoever follows a path that a document names, finds the file."""
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:ledger|reports|api|migrations|tests)/[\w./-]+)`", text))
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    """Whatever can be set is in README, under the name that the environment gives it."""
    assert f"`MCRM_{name.upper()}`" in README
