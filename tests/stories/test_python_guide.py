"""What the guide to Python shows runs as it stands, and prints what the guide says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jifen.cli.root import run

ROOT = Path(__file__).parents[2]
_PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PRINTED = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["python.md", "python.zh-CN.md"])
def test_the_program_of_the_guide_prints_what_it_shows_however_often_it_runs(
    page: str,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)
    assert run(["init", "--programme", "coffee-club"]) == 0
    written = (ROOT / "docs" / "guides" / page).read_text(encoding="utf-8")
    (program,), (shown,) = _PROGRAM.findall(written), _PRINTED.findall(written)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True, text=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
        assert done.stdout == shown, done.stderr
    capsys.readouterr()
    assert run(["prove"]) == 0
