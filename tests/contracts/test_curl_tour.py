"""The tour of the first page works as it is pasted, and answers what the page says."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_TOUR = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_tour_works_as_pasted(page: str, database_url: str, tmp_path: Path) -> None:
    written = (ROOT / page).read_text(encoding="utf-8")
    (tour,) = _TOUR.findall(written)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    tour = tour.replace("localhost:8000", f"127.0.0.1:{port}")
    tour = tour.replace("jifen serve", f"jifen serve --port {port}")
    jifen = tmp_path / "jifen"
    jifen.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m jifen "$@"\n', encoding="utf-8")
    jifen.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "JIFEN_DATABASE_URL": database_url,
        "no_proxy": "*",
    }
    stdout = _pasted(tour, os.environ | environment, tmp_path)
    lines = stdout.splitlines()
    answers = [json.loads(line) for line in lines if line.startswith("{")]
    assert len(answers) == 7, stdout
    member, first, again, why, *_, ann = answers
    assert member["currencies"]["points"]["points"] == 0
    assert first == again
    assert first["points"] == {"points": 80, "growth": 60}
    assert any("80" in sentence for sentence in why["sentences"])
    assert ann["currencies"]["points"]["points"] == 45
    shown = [json.loads(block) for block in _SHOWN.findall(written)]
    assert len(shown) == 2
    for one in shown:
        assert any(_says(answer, one) for answer in answers), (one, answers)


def _pasted(tour: str, environment: dict[str, str], folder: Path) -> str:
    """What a shell prints, of which nothing is left running."""
    shell = subprocess.Popen(
        ["bash", "-c", tour], cwd=folder, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    with shell:
        try:
            stdout, stderr = shell.communicate(timeout=300)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
    assert shell.returncode == 0, stderr
    return stdout


def _says(answer: dict[str, Any], shown: dict[str, Any]) -> bool:
    """Whether an answer says all that is shown of it."""
    return shown == {name: answer.get(name) for name in shown}
