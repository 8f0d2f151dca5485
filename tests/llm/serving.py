"""Servers of real language models for tests: found or skipped, started on a free port, their answers counted."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SMALL, LARGER = "smollm2", "qwen"
"""The models: SmolLM2-135M-Instruct, and Qwen2.5-Coder-1.5B-Instruct in four bits."""
CONTEXT = 8192
PATIENCE = 120
"""Seconds for a server to read its model."""


@dataclass(frozen=True)
class Served:
    """A model at an endpoint. `log` is what its server printed."""

    url: str
    model: str
    log: Path

    @property
    def answered(self) -> int:
        """The completions that it has answered, well or badly."""
        return self.log.read_text("utf-8", errors="replace").count('"POST /v1/chat/completions')


@contextmanager
def served(model: str, folder: Path) -> Iterator[Served]:
    """A server of a model, with its log in a folder; the test is skipped where there is no server or no model."""
    python = os.environ.get("WORLDWRIGHT_LLM_SERVER_PYTHON")
    models = os.environ.get("WORLDWRIGHT_LLM_MODELS")
    if python is None or models is None:
        pytest.skip("no server of language models: make test-llm")
    ask = [python, "-c", "import llama_cpp.server.app"]
    if shutil.which(python) is None or subprocess.run(ask, capture_output=True, check=False).returncode:
        pytest.skip(f"{python} has no llama_cpp.server")
    file = Path(models) / f"{model}.gguf"
    if not file.is_file():
        pytest.skip(f"there is no {file}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", str(CONTEXT)]
    threads = ["--n_threads", "1", "--n_threads_batch", "1"]  # threads that wait for each other spin; one is faster
    log = folder / f"{model}.log"
    with log.open("w") as printed:
        command = [python, "-m", "llama_cpp.server", "--model", str(file), *where, *threads]
        server = subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT)
        try:
            found = Served(f"http://127.0.0.1:{port}/v1", model, log)
            wait(found, server)
            yield found
        finally:
            server.terminate()
            server.wait(30)


def wait(found: Served, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server listens. Fails with its last words if it does not."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{found.url}/models", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(
        f"the server of {found.model} does not listen:\n{found.log.read_text('utf-8', errors='replace')[-2000:]}"
    )
