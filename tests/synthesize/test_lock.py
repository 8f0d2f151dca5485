"""One process at a time works on a folder, and a dead one is not in the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from worldwright.synthesize import lock

HOLDER = """
import sys, time
from pathlib import Path
from worldwright.synthesize.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_dies_with_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a process holds the lock nobody else gets it; SIGKILL frees it at once."""
    monkeypatch.setattr(lock, "PATIENCE", 0.05)
    assert not lock.is_held(tmp_path)
    owner = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "held\n"
        assert lock.is_held(tmp_path)
        with pytest.raises(lock.RunBusy, match="another process is at work"), lock.held(tmp_path):
            pass
    finally:
        owner.kill()
        owner.communicate()
    assert not lock.is_held(tmp_path)
    with lock.held(tmp_path):
        assert lock.is_held(tmp_path)
    assert not lock.is_held(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [lock.NAME]


def test_what_is_no_lock(tmp_path: Path) -> None:
    """Something else in the lock's place is trouble with a file, and stays as it is."""
    (tmp_path / lock.NAME).write_bytes(b"precious" * 200)
    with pytest.raises(OSError, match="lock"), lock.held(tmp_path):
        pass
    assert (tmp_path / lock.NAME).read_bytes() == b"precious" * 200
