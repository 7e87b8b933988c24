"""Without the optional extra, a replay says what to install and shows no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
from jifen.cli import main
main()
"""


@pytest.mark.parametrize(("language", "needed"), [("en", "need NumPy"), ("zh", "需要 NumPy")])
def test_whoever_has_no_numpy_is_told_what_to_install(
    tmp_path: Path, language: str, needed: str
) -> None:
    document = tmp_path / "programme.yaml"
    document.write_text("programme: cafe\n", encoding="utf-8")
    asked = ["simulate", "members", str(document), "--lang", language]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _WITHOUT_NUMPY, *asked],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode != 0
    assert needed in done.stderr
    assert "jifen[bulk]" in done.stderr
    assert "Traceback" not in done.stderr
