"""What the guide to the client shows runs as it stands, and prints what the guide says."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jifen.client.testing import Sandbox

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
PAGES = ["client.md", "client.zh-CN.md"]
_SAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PRINTED = re.compile(r"^(?:.*print\(.*\)  )?# (.+)$", re.MULTILINE)


def samples(page: str) -> tuple[str, str]:
    """The program of a page, and the tests that it shows at its end."""
    *program, tests = _SAMPLE.findall((GUIDES / page).read_text(encoding="utf-8"))
    return "\n".join(program), tests


@pytest.mark.parametrize("page", PAGES)
def test_the_program_of_the_guide_prints_what_it_says(page: str, module_database_url: str) -> None:
    program, _ = samples(page)
    with Sandbox(module_database_url) as sandbox, sandbox.programme("coffee-club") as club:
        program = program.replace("http://localhost:8000", sandbox.url)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(program.replace("jifen_…", club.key), page, "exec"), {})
    assert printed.getvalue().splitlines() == _PRINTED.findall(program)


def test_the_tests_of_the_guide_pass_on_a_database_of_their_own(tmp_path: Path) -> None:
    (written,) = {samples(page)[1] for page in PAGES}
    file = tmp_path / "test_shop.py"
    file.write_text(written, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, str(file)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
