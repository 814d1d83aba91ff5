"""What is installed is what was written: the wheel carries every file of the four packages."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_tidy import FILES, PRODUCT, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """Build the wheel once, with what requirements.lock has."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    [built] = folder.glob("*.whl")
    return zipfile.Path(built)


def test_wheel_carries_every_file(wheel: zipfile.Path) -> None:
    """Templates, catalogues, rates and SQL are installed with the code that needs them."""
    names = set(wheel.root.namelist())
    assert {str(path) for path in FILES if path.parts[0] in PRODUCT} - names == set()


def test_wheel_carries_nothing_else(wheel: zipfile.Path) -> None:
    """Neither tests nor anybody's books are installed."""
    packages = {Path(name).parts[0] for name in wheel.root.namelist()}
    assert {name for name in packages if not name.endswith(".dist-info")} == set(PRODUCT)
