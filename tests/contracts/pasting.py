"""What a page shows of the shell, pasted into one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def pasted(script: str, database_url: str, folder: Path) -> str:
    """What a shell prints, of which nothing is left running; `jifen` and `python` are those under test."""
    for name, asked in (("jifen", "-m jifen"), ("python", "")):
        command = folder / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {asked} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(_ROOT / "src"),
        "JIFEN_DATABASE_URL": database_url,
        "no_proxy": "*",
    }
    shell = subprocess.Popen(
        ["bash", "-c", script], cwd=folder, env=os.environ | environment, start_new_session=True,
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
