"""What others made and we ship is what the lock says it is."""

import hashlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "api/pages/static/vendor", ROOT / "tests/vendor")


@pytest.mark.parametrize("folder", FOLDERS, ids=("pages", "tests"))
def test_vendored_files_are_those_of_the_lock(folder: Path) -> None:
    """Every shipped file has the hash in vendor.lock, and no other file lies there."""
    locked = {}
    for package in tomllib.loads((folder / "vendor.lock").read_text())["package"]:
        for name, sha256 in package["files"].items():
            locked[f"{package['name']}@{package['version']}/{name}"] = sha256
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "vendor.lock"
    }
    assert found == locked


@pytest.mark.parametrize("folder", FOLDERS, ids=("pages", "tests"))
def test_vendored_packages_carry_their_licence(folder: Path) -> None:
    """Every package names its licence and its npm integrity, and ships the licence's text."""
    for package in tomllib.loads((folder / "vendor.lock").read_text())["package"]:
        assert package["licence"]
        assert package["integrity"].startswith("sha512-")
        assert "LICENSE" in package["files"]
