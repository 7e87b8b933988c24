"""The tutorials, command by command as they are printed: their outputs are those of the real command line."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from jifen.db import embedded

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial"
EXAMPLES = ROOT / "examples"
PAGES = {  # and the folder of examples whose files it shows
    "first-programme.md": "tutorial",
    "first-programme.zh-CN.md": "tutorial",
    "a-mall.md": "mall",
    "a-mall.zh-CN.md": "mall",
}
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TEXT = re.compile(r"^```(?:yaml|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_REFUSED = ("jifen: refused: ", "jifen: 被拒绝：")
_SECONDS = re.compile(r"\d+\.\d(?= s\b| 秒)")


class Shown(NamedTuple):
    """A command of the page, and what the page says it prints."""

    command: str
    output: str


def _shown(page: str) -> list[Shown]:
    found = []
    for block in _CONSOLE.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Shown(command, output.rstrip()))
    return found


def _printed(command: str, folder: Path, language: str) -> str:
    """What the command prints, or how it refuses, in a folder with the page's files and a database of its own."""
    words = shlex.split(command)
    assert words[0] == "jifen"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JIFEN_")},
        "JIFEN_DATA": str(folder / "data"),
        "LC_ALL": language,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "jifen", *words[1:]],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert done.returncode == 0 or done.stderr.startswith(_REFUSED), f"{command}\n{done.stderr}"
    return (done.stderr if done.returncode else done.stdout).rstrip()


@pytest.mark.embedded
@pytest.mark.parametrize("page", PAGES)
def test_a_tutorial_prints_what_it_shows(page: str, tmp_path: Path) -> None:
    language = "zh_CN.UTF-8" if page.endswith(".zh-CN.md") else "en_GB.UTF-8"
    shutil.copytree(EXAMPLES / PAGES[page], tmp_path, dirs_exist_ok=True)
    shown = _shown((TUTORIAL / page).read_text(encoding="utf-8"))
    assert len(shown) > 10
    try:
        for command, output in shown:
            printed = _printed(command, tmp_path, language)
            assert _SECONDS.sub("…", printed) == _SECONDS.sub("…", output), command
    finally:
        embedded.stop(tmp_path / "data")


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_tutorial_shows_are_its_files(page: str) -> None:
    texts = [
        "".join(line for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
                if not line.startswith("#"))
        for file in sorted((EXAMPLES / PAGES[page]).iterdir())
    ]  # fmt: skip
    shown = _TEXT.findall((TUTORIAL / page).read_text(encoding="utf-8"))
    assert len(shown) > 1
    assert [text for text in shown if text not in texts] == []


def test_every_tutorial_is_run() -> None:
    assert {page.name for page in TUTORIAL.glob("*.md")} == set(PAGES)
