"""What a user installs is complete, and works away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (found,) = out.glob("*.whl")
    return found


@pytest.mark.slow
def test_the_wheel_is_complete(wheel: Path) -> None:
    """Code, what pages are made of, grammars, worlds and the typing marker are in it; tests and notes are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for path in sorted(ROOT.glob("worlds/*/*.world")) + sorted(ROOT.glob("grammars/*.lark")):
        assert f"worldwright/{path.relative_to(ROOT).as_posix()}" in names
    package = ROOT / "engine" / "worldwright"
    for path in sorted(path for ending in ("py", "css", "js") for path in package.rglob(f"*.{ending}")):
        assert f"worldwright/{path.relative_to(package).as_posix()}" in names
    assert "worldwright/py.typed" in names
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"worldwright", "pytest_worldwright.py"}
    points = next(name for name in names if name.endswith("entry_points.txt"))
    assert "[pytest11]\npytest_worldwright = pytest_worldwright" in zipfile.ZipFile(wheel).read(points).decode()


@pytest.mark.slow
def test_the_wheel_works_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Unpacked somewhere else, the command line finds its worlds there and plays one."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    program = "from worldwright.cli import main; import worldwright; print(worldwright.__file__); main()"
    command = [sys.executable, "-c", program, "play", "pantry", "--script", "-"]
    done = subprocess.run(
        command, input="look\n", capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    where, *told = done.stdout.splitlines()
    assert Path(where).is_relative_to(tmp_path)
    assert "> look" in told


def test_too_old_a_python_is_said_clearly(tmp_path: Path) -> None:
    """`make test` on a machine without a new enough Python says so and stops."""
    make = shutil.which("make")
    if make is None:
        pytest.skip("no make here")
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    command = [make, "-C", str(ROOT), "test", f"VENV={tmp_path / 'venv'}"]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": str(tmp_path)}, timeout=60, check=False)
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stdout
    assert not (tmp_path / "venv").exists()
