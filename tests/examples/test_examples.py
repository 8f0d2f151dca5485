"""Every program in examples/ runs, and every world there is clean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from worldwright.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("program", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.stem)
def test_program_runs(program: Path) -> None:
    """A program in examples/ ends well and prints something."""
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert not done.stderr


@pytest.mark.parametrize("world", sorted(EXAMPLES.glob("*.world")), ids=lambda p: p.stem)
def test_world_is_clean(world: Path) -> None:
    """A world in examples/ has no diagnostic and is formatted."""
    for command in (["check", str(world)], ["fmt", "--check", str(world)]):
        with pytest.raises(SystemExit) as end:
            main(command)
        assert end.value.code in (0, None), command
