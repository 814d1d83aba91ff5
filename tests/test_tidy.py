"""Our own style as a test: what the linters cannot see, each rule in one place with its limit."""

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

import pytest

from api.late_commands import GROUPS

ROOT = Path(__file__).parents[1]
PRODUCT = ("ledger", "reports", "api", "migrations")

MODULE_LINES, MODULE_LINES_MEDIAN = 400, 150
FUNCTION_LINES, FUNCTION_LINES_P95, FUNCTION_LINES_MEDIAN = 60, 35, 10
NESTING = 3
# Besides the session, which comes first; the rest is named by whoever calls.
POSITIONAL = 4

# A file named after a layer, or after nothing, grows without bound: name the noun of the field.
NO_NOUNS = re.compile(r"_?(utils?|help(er)s?|common|misc|base|services?|repositor\w+|managers?)")

# Started by the command line or by Alembic, and imported by nobody by its name.
ENTRIES = {
    *("api.cli", "migrations.env"),
    *(place.partition(":")[0] for place in GROUPS.values()),
}

# What branches or repeats; `with` and `try` only say around what.
BLOCKS = (ast.If, ast.For, ast.While, ast.Match)


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, and what is in it."""

    path: Path

    @cached_property
    def source(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def name(self) -> str:
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def package(self) -> str:
        return self.path.parts[0]

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Go through every function, methods and inner ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Say where something stands."""
        return f"{self.path}:{node.lineno}"


def tracked() -> list[Path]:
    """List what is committed, or would be by `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [path for path in map(Path, listed) if (ROOT / path).is_file()]


FILES = tracked()
MODULES = [Module(path) for path in FILES if path.suffix == ".py"]
OURS = [module for module in MODULES if module.package in PRODUCT]
TESTS = [module for module in MODULES if module.path.name.startswith("test_")]


def lines(function: ast.FunctionDef) -> int:
    """Count a function's lines, its docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Count how deep blocks lie in blocks; `elif` is no deeper than its `if`."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        inner = depth + (isinstance(child, BLOCKS) and not is_elif)
        deepest = max(deepest, nesting(child, inner))
    return deepest


def test_modules_are_small() -> None:
    """A module fits on a few screens: none beyond its limit, and most far below."""
    sizes = {str(module.path): module.source.count("\n") for module in MODULES}
    assert {path: size for path, size in sizes.items() if size > MODULE_LINES} == {}
    assert median(sizes.values()) <= MODULE_LINES_MEDIAN


def test_functions_are_small() -> None:
    """A function fits on one screen: none beyond its limit, and most far below."""
    sizes = {module.at(each): lines(each) for module in OURS for each in module.functions()}
    assert {at: size for at, size in sizes.items() if size > FUNCTION_LINES} == {}
    assert sorted(sizes.values())[len(sizes) * 95 // 100] <= FUNCTION_LINES_P95
    assert median(sizes.values()) <= FUNCTION_LINES_MEDIAN


def test_blocks_are_not_nested_deeply() -> None:
    """Ifs are pushed up and loops down, so that blocks do not lie in blocks in blocks."""
    depths = {module.at(each): nesting(each) for module in OURS for each in module.functions()}
    assert {at: depth for at, depth in depths.items() if depth > NESTING} == {}


@pytest.mark.parametrize("package", ["ledger", "reports"])
def test_arguments_are_named(package: str) -> None:
    """After the session and what a public function is about, every argument is named."""
    crowded = [
        module.at(each)
        for module in OURS
        if module.package == package
        for each in module.functions()
        if not each.name.startswith("_")
        and len({arg.arg for arg in each.args.args} - {"self", "cls", "session"}) > POSITIONAL
    ]
    assert crowded == []


def test_modules_are_nouns_of_the_field() -> None:
    """No file is named after a layer or after nothing at all."""
    assert [str(each.path) for each in MODULES if NO_NOUNS.fullmatch(each.path.stem)] == []


def test_no_floats_near_money() -> None:
    """Nothing in the ledger is binary floating point, and no report makes a float of a figure."""
    found = [
        module.at(node)
        for module in OURS
        if module.package in ("ledger", "reports")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Name) and node.id == "float")
        or (
            module.package == "ledger"
            and isinstance(node, ast.Constant)
            and isinstance(node.value, float)
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    ("used", "allowed"),
    [
        ("commit", set()),
        ("rollback", set()),
        ("begin", {"ledger/db.py", "migrations/__init__.py", "migrations/env.py"}),
        ("environ", set()),
        ("getenv", set()),
    ],
)
def test_edges_keep_their_acts(used: str, allowed: set[str]) -> None:
    """Transactions begin in one place, and only the settings read the environment."""
    found = {
        str(module.path)
        for module in OURS
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == used
    }
    assert found - allowed == set()


def test_no_dead_modules() -> None:
    """Every module of the product is imported by another, or is where a program starts."""
    imported = {name for module in OURS for name in imports(module)}
    dead = [
        module.name
        for module in OURS
        if module.path.name != "__init__.py"
        and module.name not in imported | ENTRIES
        and "versions" not in module.path.parts
    ]
    assert dead == []


def imports(module: Module) -> Iterator[str]:
    """Name everything that a module imports, each name of a package also as its module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", TESTS, ids=lambda module: str(module.path))
def test_tests_state_their_rule(module: Module) -> None:
    """Every test says in one whole sentence which rule it holds."""
    without = [
        module.at(each)
        for each in module.functions()
        if each.name.startswith("test_") and not is_sentence(ast.get_docstring(each) or "")
    ]
    assert without == []


def is_sentence(docstring: str) -> bool:
    """Whether the first paragraph is one sentence; what follows may be the test's own input."""
    first = docstring.partition("\n\n")[0]
    return re.fullmatch(r"[^a-z\s](?:(?!\. [A-Z]).)*\.", first, re.DOTALL) is not None


def test_exceptions_from_rules_have_reasons() -> None:
    """Whoever silences a tool names the rule and says why: `noqa: CODE - the reason`."""
    silenced = re.compile(r"#\s*(noqa|type:\s*ignore)\b.*")
    reasoned = re.compile(r"# (noqa: [A-Z]+\d+(, [A-Z]+\d+)*|type: ignore\[[\w, -]+\]) +(- |#).+")
    found = [
        f"{module.path}: {line.strip()}"
        for module in MODULES
        for line in module.source.splitlines()
        if (comment := silenced.search(line)) and not reasoned.fullmatch(comment.group())
    ]
    assert found == []


def test_no_machine_in_the_repository() -> None:
    """No file names a folder of the machine it was written on, or where packages came from."""
    here = re.escape(str(ROOT) + "/")
    machine = re.compile(rf"{here}|(?<![\w.~-])/(?:home|root|Users|workspace)/[\w.]")
    registry = re.compile(r"https?://[^ \"']*/(?:simple|packages)/")
    found = []
    for path in FILES:
        text = (ROOT / path).read_bytes().decode("utf-8", errors="replace")
        found += [f"{path}: {match.group()}" for match in machine.finditer(text)]
        if path.suffix in {".lock", ".txt", ".toml", ".json"}:
            found += [f"{path}: {match.group()}" for match in registry.finditer(text)]
    assert found == []


def test_locks_agree() -> None:
    """What runs the tests is exactly what runs the program, and what the tests need besides."""
    pinned = [
        set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.lock", "tests/requirements.lock")
    ]
    assert pinned[0] - pinned[1] == set()
